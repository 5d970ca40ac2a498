"""Checkpoint -> classifier/: int8 ONNX, calibration on dev, texts on which Java and Python are compared. usage: python export.py --data ../../shared/data [--version NAME]"""

import argparse
import collections
import csv
import hashlib
import json
import os

import numpy as np
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic

from data import HEADS, rows
from inputs import CONTEXT_TOKENS, CONTEXT_TURNS, MAX_LENGTH, OVERLAP
from model import SafetyModel, tokenizer
from scores import logits, open_session

OUT = 'classifier'
USER, BOT, BOTH = ['user'], ['bot'], ['user', 'bot']
ROLES = {'unsafe_reply': BOT, 'abuse_of_bot': USER, 'injection': USER, 'harassment': USER, 'harm_request': USER}
# Heads whose maximum is the overall score; each acts at .5 in the default policy.
UNSAFE = {'user': ['toxicity', 'hate', 'abuse_of_bot', 'sexual', 'self_harm', 'harm_request', 'injection'], 'bot': ['toxicity', 'hate', 'sexual', 'unsafe_reply']}
VALIDATED = {'unsafe_reply': 'val_diasafety', 'abuse_of_bot': 'val_convabuse'}  # heads with a validation split
OWN = 'tpl_'  # texts of our own, which may be committed
LIMIT = {'default': 0.006, 'sensitive': 0.01, 'unsafe_reply': 0.02}  # false alarms on harmless dev rows, at most; sensitive topics only mark
WEIGHT = {'harm_request': 1.5}  # what a caught share counts beside a passed one
HARMLESS = ('prose', 'prompt', 'oasst', 'benign', 'convai2', 'tpl_plain', 'tpl_complaint', 'tpl_reply', 'tpl_ordinary')
FEW = 10  # smaller groups are joined


def to_onnx(path):
    model = SafetyModel(attention='eager')
    model.load_state_dict(torch.load('checkpoint.pt', weights_only=False)['average'])
    model.eval()
    x = torch.ones(2, 16, dtype=torch.long)
    names = ['input_ids', 'attention_mask', 'token_type_ids']
    axes = {n: {0: 'batch', 1: 'seq'} for n in names} | {'logits': {0: 'batch'}}
    torch.onnx.export(
        model, (x, x, torch.zeros_like(x)), 'fp32.onnx', input_names=names, output_names=['logits'], dynamic_axes=axes, opset_version=17, dynamo=False
    )
    # Signed weights of seven bits: exact on every CPU (eight bits overflow AVX2's 16-bit sums), and 2.3 times as fast as unsigned ones where there is AMX.
    quantize_dynamic('fp32.onnx', path, weight_type=QuantType.QInt8, per_channel=True, reduce_range=True)
    os.remove('fp32.onnx')


def all_logits(session, tok, rows, cache=None):
    """Logits of all rows; kept in a file beside the network's and the rows' hash, because they take minutes."""
    key = hashlib.sha256(open(OUT + '/model.onnx', 'rb').read() + repr([(r[0], r[1], r[4]) for r in rows]).encode()).hexdigest()
    if cache and os.path.exists(cache):
        kept = np.load(cache)
        if str(kept['key']) == key:
            return kept['raw']
    raw = np.array([logits(session, tok, [r[0]] if r[0] else [], r[1][:3000], r[4]) for r in rows])
    if cache:
        np.savez_compressed(cache, raw=raw, key=key)
    return raw


def validation(folder):
    """The validation splits of DiaSafety and ConvAbuse: (context, text, labels, source, role, held)."""
    out = []
    for r in json.load(open(folder + '/diasafety/val.json')):
        out.append((r['context'], r['response'], {'unsafe_reply': int(r['label'] != 'Safe')}, 'val_diasafety', 'bot', True))
    for r in csv.DictReader(open(folder + '/convabuse/ConvAbuseEMNLPvalid.csv')):
        votes = [k for k, v in r.items() if '_is_abuse.' in k and v in ('1', '1.0')]
        bad = sum(k.endswith(('.-1', '.-2', '.-3')) for k in votes)
        if votes:
            out.append((r['prev_user'] + ' | ' + r['agent'], r['user'], {'abuse_of_bot': int(2 * bad >= len(votes))}, 'val_convabuse', 'user', True))
    return out


def macro_f1(hit, labels):
    f = []
    for c in (False, True):
        tp, wrong = ((hit == c) & (labels == c)).sum(), (hit != labels).sum()
        f.append(2 * tp / max(1, 2 * tp + wrong))
    return float(np.mean(f))


def by_group(dev, at, head):
    """Which of the rows belong together: one source with one label; small sources are joined."""
    groups = collections.defaultdict(list)
    for n, k in enumerate(at):
        if dev[k][2][head] or dev[k][3] not in HARMLESS:  # the harmless have a limit of their own
            groups[dev[k][3], dev[k][2][head]].append(n)
    out = collections.defaultdict(list)
    for (source, label), rows in groups.items():
        out[(source if len(rows) >= FEW else 'other', label)] += rows
    return [(label, np.array(rows)) for (_, label), rows in sorted(out.items())]


def threshold(head, values, labels, groups, harmless):
    """The best threshold that does not cry wolf.

    Best is macro-F1 on the validation split of a head that has one, else the mean of caught and passed shares, each a mean over groups, so that no large set
    outvotes the small ones; the three worst groups count again.
    """
    best, at = -1.0, float(np.quantile(values, 0.99))
    for t in np.unique(np.quantile(values, np.linspace(0.005, 0.995, 400))):
        if np.mean(harmless >= t) > LIMIT.get(head.split('.')[0], LIMIT['default']):
            continue
        hit = values >= t
        if head in VALIDATED:
            good = macro_f1(hit, labels == 1)
        else:
            right = [(label, np.mean(hit[rows] == (label == 1))) for label, rows in groups]
            weight = WEIGHT.get(head, 1.0)
            passed, caught = (np.mean([r for label, r in right if label == c]) for c in (0, 1))
            good = (passed + weight * caught) / (1 + weight) + 0.2 * np.mean(sorted(r for _, r in right)[:3])
        if good > best:
            best, at = good, float(t)
    return at


def slope(values, labels, at):
    """a of sigmoid(a * (logit - at)) by logistic regression, the temperature of the head."""
    a = 1.0
    for _ in range(400):
        p = 1 / (1 + np.exp(-np.clip(a * (values - at), -30, 30)))
        a = min(3.0, max(0.3, a - 0.5 * float(np.mean((p - labels) * (values - at)))))
    return a


def calibrate(dev, dev_logits):
    heads = []
    for i, head in enumerate(HEADS):
        roles = ROLES.get(head, BOTH)
        at = [k for k, r in enumerate(dev) if head in r[2] and r[4] in roles and (head not in VALIDATED or r[3] == VALIDATED[head])]
        calm = [k for k, r in enumerate(dev) if r[3] in HARMLESS and r[4] in roles and not r[2].get(head, 0)]
        labels, values = np.array([dev[k][2][head] for k in at]), dev_logits[at, i]
        t = threshold(head, values, labels, by_group(dev, at, head), dev_logits[calm, i])
        a = slope(values, labels, t)
        heads.append({'name': head, 'output': i, 'a': round(a, 4), 'b': round(-a * t, 4), 'roles': roles})
    return heads


def parity(dev):
    """1,000 texts of our own: single ones, in context, with emoji, and long ones of several windows."""
    own = [r for r in dev if r[3].startswith(OWN)]
    texts = [(r[0], r[1], r[4]) for r in own[:900]]
    texts += [('', ' '.join(r[1] for r in own[30 * i : 30 * i + 30]), 'user') for i in range(40)]
    texts += [('', r[1] + ' \U0001f600 \U0001f416\u2764\ufe0f', r[4]) for r in own[900:960]]
    with open(OUT + '/parity.jsonl', 'w') as out:
        for n, (context, text, role) in enumerate(texts):
            line = {'id': str(n), 'context': [context] if context else [], 'text': text, 'role': role}
            out.write(json.dumps(line, ensure_ascii=False) + '\n')


def main():
    ap = argparse.ArgumentParser(description=__doc__)
    ap.add_argument('--data', required=True)
    ap.add_argument('--version', default='minilm-l6-2026-11-27')
    a = ap.parse_args()
    os.makedirs(OUT, exist_ok=True)
    to_onnx(OUT + '/model.onnx')
    tok = tokenizer()
    tok.save(OUT + '/tokenizer.json')
    session = open_session(OUT + '/model.onnx')
    _, dev = rows(a.data)
    dev += validation(a.data)
    heads = calibrate(dev, all_logits(session, tok, dev, 'dev_logits.npz'))
    hashes = {n: hashlib.sha256(open(OUT + '/' + n, 'rb').read()).hexdigest() for n in ('model.onnx', 'tokenizer.json')}
    spec = {'format': 1, 'version': a.version, 'sha256': hashes, 'max_length': MAX_LENGTH, 'context_turns': CONTEXT_TURNS}
    spec |= {'context_tokens': CONTEXT_TOKENS, 'overlap': OVERLAP, 'cls': 101, 'sep': 102, 'pad': 0, 'heads': heads, 'unsafe': UNSAFE}
    json.dump(spec, open(OUT + '/classifier.json', 'w'), indent=1)
    parity(dev)


if __name__ == '__main__':
    main()
