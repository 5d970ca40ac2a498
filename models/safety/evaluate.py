"""What the delivered classifier does on dev and on the validation splits, by head and by group: python evaluate.py --data ../../shared/data > report.md

Reads classifier/ as the Java service does. Dev rows of templates use frames and words that training never saw.
"""

import argparse
import collections
import json

import numpy as np

from data import rows
from export import HARMLESS, OUT, logits, macro_f1, open_session, validation
from model import tokenizer

BINS = 10


def auroc(scores, labels):
    """Probability that a positive stands above a negative (ties half)."""
    order = np.argsort(scores, kind='mergesort')
    ranks = np.empty(len(scores))
    ranks[order] = np.arange(1, len(scores) + 1)
    for value in np.unique(scores):
        same = scores == value
        ranks[same] = ranks[same].mean()
    positive = labels == 1
    n, m = positive.sum(), (~positive).sum()
    return float((ranks[positive].sum() - n * (n + 1) / 2) / max(1, n * m))


def average_precision(scores, labels):
    order = np.argsort(-scores, kind='mergesort')
    hits = np.cumsum(labels[order])
    precision = hits / np.arange(1, len(labels) + 1)
    return float((precision * labels[order]).sum() / max(1, labels.sum()))


def calibration_error(scores, labels):
    """Expected calibration error over ten equal bins, and the bins: (mean score, share positive, rows)."""
    error, bins = 0.0, []
    for k in range(BINS):
        inside = (scores >= k / BINS) & (scores < (k + 1) / BINS + (k == BINS - 1))
        if inside.any():
            error += inside.mean() * abs(scores[inside].mean() - labels[inside].mean())
            bins.append((scores[inside].mean(), labels[inside].mean(), int(inside.sum())))
    return error, bins


def main():
    ap = argparse.ArgumentParser(description=__doc__)
    ap.add_argument('--data', required=True)
    a = ap.parse_args()
    spec = json.load(open(OUT + '/classifier.json'))
    session, tok = open_session(OUT + '/model.onnx'), tokenizer()
    train, dev = rows(a.data)
    dev += validation(a.data)
    scored = []
    for r in dev:
        raw = logits(session, tok, [r[0]] if r[0] else [], r[1][:3000], r[4])
        scored.append({h['name']: 1 / (1 + np.exp(-(h['a'] * raw[h['output']] + h['b']))) for h in spec['heads'] if r[4] in h['roles']})
    unsafe = np.array([max(s[n] for n in spec['unsafe'][r[4]]) for s, r in zip(scored, dev)])
    heads(spec, dev, scored)
    groups(dev, scored, unsafe)
    seen = {r[0] for r in train if r[3] == 'diasafety'}
    new = [k for k, r in enumerate(dev) if r[3] == 'val_diasafety' and r[0] not in seen]
    hit, truth = np.array([scored[k]['unsafe_reply'] >= 0.5 for k in new]), np.array([dev[k][2]['unsafe_reply'] == 1 for k in new])
    print('\nDiaSafety validation, contexts that training never saw: macro-F1 %.3f on %d rows.' % (macro_f1(hit, truth), len(new)))
    remarks = [k for k, r in enumerate(dev) if r[3] in ('prose', 'oasst', 'convai2', 'benign', 'surge', 'davidson') and ('toxicity' in r[2] or r[3] in HARMLESS)]
    labels = np.array([dev[k][2].get('toxicity', 0) for k in remarks])
    print('Overall `unsafe` on prose, chat and remarks: AUROC %.3f, AUPRC %.3f (%d of %d toxic).' % (auroc(unsafe[remarks], labels), average_precision(unsafe[remarks], labels), labels.sum(), len(labels)))


def heads(spec, dev, scored):
    print('| head | rows | positive | macro-F1 | balanced accuracy | AUROC | AUPRC | ECE |\n|---|---|---|---|---|---|---|---|')
    for h in spec['heads']:
        name = h['name']
        own = {'unsafe_reply': ('val_diasafety',), 'abuse_of_bot': ('val_convabuse',)}.get(name)
        at = [k for k, r in enumerate(dev) if name in r[2] and name in scored[k] and (own is None or r[3] in own)]
        s, y = np.array([scored[k][name] for k in at]), np.array([dev[k][2][name] for k in at])
        hit = s >= 0.5
        balanced = (hit[y == 1].mean() + (~hit[y == 0]).mean()) / 2
        row = (name, len(at), y.sum(), macro_f1(hit, y == 1), balanced, auroc(s, y), average_precision(s, y), calibration_error(s, y)[0])
        print('| %s | %d | %d | %.3f | %.3f | %.3f | %.3f | %.3f |' % row)


def groups(dev, scored, unsafe):
    print('\n| group | rows | share flagged (any head) | share with hate >= .5 |\n|---|---|---|---|')
    by = collections.defaultdict(list)
    for k, r in enumerate(dev):
        bad = max(v for n, v in r[2].items() if not n.startswith('sensitive.')) if any(not n.startswith('sensitive.') for n in r[2]) else 0
        by[(r[3], 'bad' if bad else 'fine')].append(k)
    for (source, kind), at in sorted(by.items()):
        print('| %s, %s | %d | %.2f | %.2f |' % (source, kind, len(at), (unsafe[at] >= 0.5).mean(), np.mean([scored[k]['hate'] >= 0.5 for k in at])))


if __name__ == '__main__':
    main()
