"""Checkpoint -> classifier/: int8 ONNX, calibration on dev, parity file, model card. usage: python export.py --data ../../shared/data"""
import argparse
import hashlib
import json
import os

import numpy as np
import onnxruntime as ort
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic

from data import HEADS
from model import CONTEXT_TOKENS, CONTEXT_TURNS, SafetyModel, tokenizer, windows
from train import split

OUT = 'classifier'
MAX_LENGTH, OVERLAP = 128, 24
ROLES = {'unsafe_reply': ['bot'], 'abuse_of_bot': ['user'], 'injection': ['user']}
UNSAFE = {'user': ['toxicity', 'abuse_of_bot', 'harm_request', 'hate', 'injection'], 'bot': ['toxicity', 'unsafe_reply', 'hate']}
OWN_TEMPLATES = ('lookalike', 'prompt', 'trigtpl', 'trigger')  # texts that may be committed
FEW = 50  # with fewer positives on dev the network's own threshold, logit 0, stays
WOLF_LIMIT = 0.04  # most false alarms on harmless dev rows that a head may give


def to_onnx():
    model = SafetyModel(attention='eager')
    model.load_state_dict(torch.load('checkpoint.pt'))
    model.eval()
    x = torch.ones(2, 16, dtype=torch.long)
    names = ['input_ids', 'attention_mask', 'token_type_ids']
    axes = {n: {0: 'batch', 1: 'seq'} for n in names} | {'logits': {0: 'batch'}}
    torch.onnx.export(
        model,
        (x, x, torch.zeros_like(x)),
        'fp32.onnx',
        input_names=names,
        output_names=['logits'],
        dynamic_axes=axes,
        opset_version=17,
        dynamo=False,
    )
    quantize_dynamic('fp32.onnx', OUT + '/model.onnx', weight_type=QuantType.QUInt8, per_channel=False)
    os.remove('fp32.onnx')
    tokenizer().save(OUT + '/tokenizer.json')


def logits(session, tok, context, text, role):
    """The largest logit of each head over the windows."""
    best = np.full(len(HEADS), -np.inf)
    for ids, types in windows(tok, context, text, role, MAX_LENGTH, OVERLAP):
        feeds = {'input_ids': [ids], 'attention_mask': [[1] * len(ids)], 'token_type_ids': [types]}
        best = np.maximum(best, session.run(['logits'], {k: np.array(v, np.int64) for k, v in feeds.items()})[0][0])
    return best


def calibrate(values, labels, harmless):
    """score = sigmoid(a * logit + b): a by logistic regression, .5 at the threshold of best balanced accuracy that does not cry wolf."""
    if labels.sum() < FEW:
        return 1.0, 0.0, (np.mean(values[labels == 1] >= 0) + np.mean(values[labels == 0] < 0)) / 2
    candidates = np.quantile(values, np.linspace(0.01, 0.99, 197))
    best, threshold = -1.0, 0.0
    for t in candidates:
        wolf = np.mean(harmless >= t) if len(harmless) else 0.0
        balanced = (np.mean(values[labels == 1] >= t) + np.mean(values[labels == 0] < t)) / 2
        if wolf <= WOLF_LIMIT and balanced > best:
            best, threshold = balanced, float(t)
    a = 1.0
    for _ in range(200):  # Newton would do; plain descent is enough for one parameter
        p = 1 / (1 + np.exp(-np.clip(a * (values - threshold), -30, 30)))
        a = max(0.2, a - 0.5 * float(np.mean((p - labels) * (values - threshold))))
    return a, -a * threshold, best


def expected_calibration_error(scores, labels, bins=10):
    error = 0.0
    for k in range(bins):
        inside = (scores >= k / bins) & (scores < (k + 1) / bins + (k == bins - 1))
        if inside.any():
            error += inside.mean() * abs(scores[inside].mean() - labels[inside].mean())
    return error


def main():
    ap = argparse.ArgumentParser(description=__doc__)
    ap.add_argument('--data', required=True)
    ap.add_argument('--version', default='minilm-l6-2026-11-23')
    a = ap.parse_args()
    os.makedirs(OUT, exist_ok=True)
    to_onnx()
    options = ort.SessionOptions()
    options.intra_op_num_threads = 1
    session = ort.InferenceSession(OUT + '/model.onnx', options)
    tok = tokenizer()
    dev, train, dev_rows = split(a.data, 0)
    dev_logits = np.array([logits(session, tok, [r[0]] if r[0] else [], r[1][:1200], r[4]) for r in dev_rows])
    heads, table = [], []
    for i, head in enumerate(HEADS):
        at = [k for k, r in enumerate(dev_rows) if head in r[2]]
        labels = np.array([dev_rows[k][2][head] for k in at])
        calm = np.array([dev_logits[k][i] for k in at if dev_rows[k][3] in ('prose', 'prompt', 'lookalike', 'oasst', 'benign', 'convai2', 'trigtpl')])
        values = dev_logits[at, i]
        slope, offset, balanced = calibrate(values, labels, calm)
        scores = 1 / (1 + np.exp(-(slope * values + offset)))
        hit = scores >= 0.5
        f1s = []
        for c in (0, 1):
            tp, fp, fn = ((hit == c) & (labels == c)).sum(), ((hit == c) & (labels != c)).sum(), ((hit != c) & (labels == c)).sum()
            f1s.append(2 * tp / max(1, 2 * tp + fp + fn))
        heads.append({'name': head, 'output': i, 'a': slope, 'b': offset, 'roles': ROLES.get(head, ['user', 'bot'])})
        wolf = float(np.mean(slope * calm + offset >= 0)) if len(calm) else 0.0
        table.append((head, len(at), int(labels.sum()), balanced, float(np.mean(f1s)), wolf, expected_calibration_error(scores, labels)))
    hashes = {n: hashlib.sha256(open(OUT + '/' + n, 'rb').read()).hexdigest() for n in ('model.onnx', 'tokenizer.json')}
    spec = {'format': 1, 'version': a.version, 'sha256': hashes, 'max_length': MAX_LENGTH, 'context_turns': CONTEXT_TURNS}
    spec |= {'context_tokens': CONTEXT_TOKENS, 'overlap': OVERLAP, 'cls': 101, 'sep': 102, 'pad': 0, 'heads': heads, 'unsafe': UNSAFE}
    json.dump(spec, open(OUT + '/classifier.json', 'w'), indent=1)
    parity(session, tok, heads, split_rows(a.data))
    card(table, len(train), a.version)


def split_rows(folder):
    from data import rows

    return [r for r in rows(folder)[0] if r[3] in OWN_TEMPLATES][:1000]


def parity(session, tok, heads, rows):
    with open(OUT + '/parity.jsonl', 'w') as out:
        for n, (context, text, _, _, role) in enumerate(rows):
            raw = logits(session, tok, [context] if context else [], text, role)
            scores = {h['name']: float(1 / (1 + np.exp(-(h['a'] * raw[h['output']] + h['b'])))) for h in heads if role in h['roles']}
            line = {'id': str(n), 'context': [context] if context else [], 'text': text, 'role': role, 'scores': scores}
            out.write(json.dumps(line, ensure_ascii=False) + '\n')


def card(table, train, version):
    lines = ['| head | dev rows | positive | balanced accuracy | macro-F1 | false alarms on harmless dev rows | ECE |', '|---|---|---|---|---|---|---|']
    lines += ['| %s | %d | %d | %.3f | %.3f | %.3f | %.3f |' % row for row in table]
    text = open('card.template.md').read()
    open(OUT + '/README.md', 'w').write(text.replace('@TABLE@', '\n'.join(lines)).replace('@TRAIN@', str(train)).replace('@VERSION@', version))


if __name__ == '__main__':
    main()
