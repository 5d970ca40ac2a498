"""Checkpoint -> classifier/: int8 ONNX, calibration on dev, parity file. usage: python export.py --data ../../shared/data [--version NAME]

The parity file must come from the ONNX Runtime that the Java service carries (1.29.0): int8 scores differ by up to .013 between versions.
"""

import argparse
import csv
import gzip
import hashlib
import json
import os

import numpy as np
import onnxruntime as ort
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic

from data import HEADS, rows
from model import CONTEXT_TOKENS, CONTEXT_TURNS, SafetyModel, tokenizer, windows

OUT = 'classifier'
MAX_LENGTH, OVERLAP = 128, 24
USER, BOT, BOTH = ['user'], ['bot'], ['user', 'bot']
ROLES = {'unsafe_reply': BOT, 'abuse_of_bot': USER, 'injection': USER, 'harassment': USER, 'harm_request': USER}
# Heads whose maximum is the overall score; each acts at .5 in the default policy.
UNSAFE = {'user': ['toxicity', 'hate', 'abuse_of_bot', 'sexual', 'self_harm', 'harm_request', 'injection'], 'bot': ['toxicity', 'hate', 'sexual', 'unsafe_reply']}
OWN = 'tpl_'  # texts of our own, which may be committed
LIMIT = {'default': 0.02, 'hate': 0.02, 'toxicity': 0.02, 'harm_request': 0.04, 'injection': 0.02, 'unsafe_reply': 0.08, 'abuse_of_bot': 0.02}  # false alarms on harmless dev rows, at most
HARMLESS = ('prose', 'prompt', 'lookalike', 'oasst', 'benign', 'convai2', 'trigtpl', 'tpl_plain', 'tpl_complaint')


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


def open_session(path):
    options = ort.SessionOptions()
    options.intra_op_num_threads = 1
    return ort.InferenceSession(path, options)


def logits(session, tok, context, text, role):
    """The largest logit of each head over the windows."""
    best = np.full(len(HEADS), -np.inf)
    for ids, types in windows(tok, context, text, role, MAX_LENGTH, OVERLAP):
        feeds = {'input_ids': [ids], 'attention_mask': [[1] * len(ids)], 'token_type_ids': [types]}
        best = np.maximum(best, session.run(['logits'], {k: np.array(v, np.int64) for k, v in feeds.items()})[0][0])
    return best


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


def threshold(head, values, labels, harmless):
    """Best macro-F1 (heads with a validation split) or balanced accuracy among thresholds that do not cry wolf."""
    best, at = -1.0, float(np.quantile(values, 0.99))
    for t in np.quantile(values, np.linspace(0.01, 0.995, 300)):
        if np.mean(harmless >= t) > LIMIT.get(head, LIMIT['default']):
            continue
        hit = values >= t
        good = macro_f1(hit, labels == 1) if head in ('unsafe_reply', 'abuse_of_bot') else (np.mean(hit[labels == 1]) + np.mean(~hit[labels == 0])) / 2
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
        own = {'unsafe_reply': ('val_diasafety',), 'abuse_of_bot': ('val_convabuse',)}.get(head)
        at = [k for k, r in enumerate(dev) if head in r[2] and (own is None or r[3] in own)]
        roles = ROLES.get(head, BOTH)
        calm = [k for k, r in enumerate(dev) if r[3] in HARMLESS and r[4] in roles]
        labels, values = np.array([dev[k][2][head] for k in at]), dev_logits[at, i]
        t = threshold(head, values, labels, dev_logits[calm, i])
        a = slope(values, labels, t)
        heads.append({'name': head, 'output': i, 'a': a, 'b': -a * t, 'roles': roles})
    return heads


def parity(session, tok, heads, dev):
    """1,000 texts of our own with their scores: single ones, in context, with emoji, and long ones of several windows."""
    own = [r for r in dev if r[3].startswith(OWN)]
    texts = [(r[0], r[1], r[4]) for r in own[:900]]
    texts += [('', ' '.join(r[1] for r in own[30 * i : 30 * i + 30]), 'user') for i in range(40)]
    texts += [('', r[1] + ' \U0001f600 \U0001f416\u2764\ufe0f', r[4]) for r in own[900:960]]
    with open(OUT + '/parity.jsonl', 'w') as out:
        for n, (context, text, role) in enumerate(texts):
            raw = logits(session, tok, [context] if context else [], text, role)
            scores = {h['name']: float(1 / (1 + np.exp(-(h['a'] * raw[h['output']] + h['b'])))) for h in heads if role in h['roles']}
            line = {'id': str(n), 'context': [context] if context else [], 'text': text, 'role': role, 'scores': scores}
            out.write(json.dumps(line, ensure_ascii=False) + '\n')


def main():
    ap = argparse.ArgumentParser(description=__doc__)
    ap.add_argument('--data', required=True)
    ap.add_argument('--version', default='minilm-l6-2026-11-24')
    a = ap.parse_args()
    os.makedirs(OUT, exist_ok=True)
    to_onnx(OUT + '/model.onnx')
    tok = tokenizer()
    tok.save(OUT + '/tokenizer.json')
    session = open_session(OUT + '/model.onnx')
    _, dev = rows(a.data)
    dev += validation(a.data)
    raw = np.array([logits(session, tok, [r[0]] if r[0] else [], r[1][:3000], r[4]) for r in dev])
    heads = calibrate(dev, raw)
    np.savez_compressed('dev_logits.npz', raw=raw)
    hashes = {n: hashlib.sha256(open(OUT + '/' + n, 'rb').read()).hexdigest() for n in ('model.onnx', 'tokenizer.json')}
    spec = {'format': 1, 'version': a.version, 'sha256': hashes, 'max_length': MAX_LENGTH, 'context_turns': CONTEXT_TURNS}
    spec |= {'context_tokens': CONTEXT_TOKENS, 'overlap': OVERLAP, 'cls': 101, 'sep': 102, 'pad': 0, 'heads': heads, 'unsafe': UNSAFE}
    json.dump(spec, open(OUT + '/classifier.json', 'w'), indent=1)
    parity(session, tok, heads, dev)


if __name__ == '__main__':
    main()
