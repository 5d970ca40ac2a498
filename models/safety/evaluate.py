"""Measures the delivered classifier on dev, on the validation splits and on hand-written probes, and writes its card: python evaluate.py --data ../../shared/data [--beside baselines.npz].

Reads classifier/ as the Java service does. Dev rows of templates use frames and words that training never saw; no threshold was chosen on the probes.
"""

import argparse
import collections
import json

import numpy as np

from data import rows
from export import HARMLESS, OUT, VALIDATED, all_logits, macro_f1, validation
from model import tokenizer
from probes import probes
from scores import open_session

BINS = 10
NAMES = {'apc': 'alt-profanity-check', 'ngram': 'n-gram logistic regression', 'earlier': 'version before'}


def auroc(scores, labels):
    """Probability that a positive stands above a negative (ties half)."""
    values, inverse, counts = np.unique(scores, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[inverse]
    positive = labels == 1
    n, m = positive.sum(), (~positive).sum()
    return float((ranks[positive].sum() - n * (n + 1) / 2) / max(1, n * m))


def average_precision(scores, labels):
    order = np.argsort(-scores, kind='mergesort')
    hits = np.cumsum(labels[order])
    precision = hits / np.arange(1, len(labels) + 1)
    return float((precision * labels[order]).sum() / max(1, labels.sum()))


def calibration(scores, labels):
    """Expected calibration error over ten equal bins, and the bins: (mean score, share positive, rows)."""
    error, bins = 0.0, []
    for k in range(BINS):
        inside = (scores >= k / BINS) & (scores < (k + 1) / BINS + (k == BINS - 1))
        if inside.any():
            error += inside.mean() * abs(scores[inside].mean() - labels[inside].mean())
            bins.append((scores[inside].mean(), labels[inside].mean(), int(inside.sum())))
    return error, bins


def scored(spec, dev, raw):
    """By head the scores of all rows (NaN where a head does not judge the role), and the highest of those that act."""
    out = {}
    for h in spec['heads']:
        s = 1 / (1 + np.exp(-(h['a'] * raw[:, h['output']] + h['b'])))
        out[h['name']] = np.where([r[4] in h['roles'] for r in dev], s, np.nan)
    acting = [n for n in out if not n.startswith('sensitive.')]
    unsafe = np.array([max(out[n][k] for n in spec['unsafe'][r[4]]) for k, r in enumerate(dev)])
    return out, unsafe, np.nanmax([out[n] for n in acting], axis=0)


def head_table(spec, dev, scores):
    lines = ['| head | rows | positive | macro-F1 | balanced accuracy | AUROC | AUPRC | ECE |', '|---|---|---|---|---|---|---|---|']
    curves = {}
    for h in spec['heads']:
        name = h['name']
        at = [k for k, r in enumerate(dev) if name in r[2] and r[4] in h['roles'] and (name not in VALIDATED or r[3] == VALIDATED[name])]
        s, y = scores[name][at], np.array([dev[k][2][name] for k in at])
        hit = s >= 0.5
        error, curves[name] = calibration(s, y)
        balanced = (hit[y == 1].mean() + (~hit[y == 0]).mean()) / 2
        lines.append('| %s | %d | %d | %.3f | %.3f | %.3f | %.3f | %.3f |' % (name, len(at), y.sum(), macro_f1(hit, y == 1), balanced, auroc(s, y), average_precision(s, y), error))
    return lines, curves


def shares(groups, scores, flagged, beside):
    """Share of each group that is flagged (any head), that `hate` flags, and that the others flag."""
    others = [n for n in NAMES if n in beside]
    head = ['group', 'rows', 'should be', 'flagged', 'by `hate`'] + [NAMES[n] for n in others]
    lines = ['| ' + ' | '.join(head) + ' |', '|---' * len(head) + '|']
    for (source, bad), at in sorted(groups.items()):
        cells = [source, str(len(at)), 'flagged' if bad else 'passed', '%.2f' % (flagged[at] >= 0.5).mean(), '%.2f' % (scores['hate'][at] >= 0.5).mean()]
        lines.append('| ' + ' | '.join(cells + ['%.2f' % (beside[n][at] >= 0.5).mean() for n in others]) + ' |')
    return lines


def dev_groups(dev):
    groups = collections.defaultdict(list)
    for k, r in enumerate(dev):
        labels = [v for n, v in r[2].items() if not n.startswith('sensitive.')]
        if labels:
            groups[r[3], max(labels) == 1].append(k)
    return {g: np.array(at) for g, at in groups.items() if len(at) >= 8}


def unseen(dev, train, scores):
    seen = {r[0] for r in train if r[3] == 'diasafety'}
    new = [k for k, r in enumerate(dev) if r[3] == 'val_diasafety' and r[0] not in seen]
    truth = np.array([dev[k][2]['unsafe_reply'] == 1 for k in new])
    return 'DiaSafety validation, contexts that training never saw: macro-F1 %.3f on %d rows.' % (macro_f1(scores['unsafe_reply'][new] >= 0.5, truth), len(new))


def mixtures(dev, unsafe, beside):
    """How the overall score ranks a toxic minority in harmless prose and chat."""
    out = []
    for name, good, bad in (
        ('prose and remarks', ('prose', 'oasst', 'benign', 'surge', 'paradetox', 'davidson'), ('surge', 'paradetox', 'davidson')),
        ('prose, chat, requests', ('prose', 'oasst', 'benign', 'convai2', 'prompt', 'tpl_reply'), ('ailuminate', 'red', 'jbb', 'surge', 'davidson', 'tpl_sexual', 'tpl_self_harm')),
    ):
        pick = []
        for k, r in enumerate(dev):
            label = max((v for n, v in r[2].items() if not n.startswith('sensitive.')), default=0)
            if label and r[3] in bad or not label and r[3] in good:
                pick.append((k, label))
        at, y = np.array([k for k, _ in pick]), np.array([v for _, v in pick])
        text = '%s (%d of %d bad): AUROC %.3f, AUPRC %.3f' % (name, y.sum(), len(y), auroc(unsafe[at], y), average_precision(unsafe[at], y))
        for n in NAMES:
            if n in beside:
                text += '; %s %.3f, %.3f' % (NAMES[n], auroc(beside[n][at], y), average_precision(beside[n][at], y))
        out.append('- ' + text + '.')
    return out


def diagram(curves, path):
    """A reliability diagram as SVG: share of positives over mean score, one line a head."""
    colours = '#1b6ca8 #c0392b #27823b #8e44ad #d35400 #16817a #7f8c8d #b0307a #5d6d1e'.split()
    out = ['<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 520 340" font-family="sans-serif" font-size="12">', '<rect width="520" height="340" fill="#fff"/>']
    out.append('<path d="M50 20V290H320M50 290L320 20" stroke="#999" fill="none"/>')
    for k in range(0, 11, 2):
        out.append('<text x="%d" y="306" text-anchor="middle">%.1f</text><text x="44" y="%d" text-anchor="end">%.1f</text>' % (50 + 27 * k, k / 10, 294 - 27 * k, k / 10))
    out.append('<text x="185" y="328" text-anchor="middle">mean score of the bin</text><text x="14" y="155" transform="rotate(-90 14 155)" text-anchor="middle">share that is positive</text>')
    for n, (name, bins) in enumerate((k, v) for k, v in curves.items() if not k.startswith('sensitive.')):
        points = ' '.join('%.1f,%.1f' % (50 + 270 * s, 290 - 270 * y) for s, y, rows in bins if rows >= 5)
        out.append('<polyline points="%s" fill="none" stroke="%s" stroke-width="2"/>' % (points, colours[n]))
        out.append('<rect x="345" y="%d" width="12" height="4" fill="%s"/><text x="364" y="%d">%s</text>' % (34 + 22 * n, colours[n], 40 + 22 * n, name))
    open(path, 'w').write('\n'.join(out + ['</svg>']) + '\n')


def main():
    ap = argparse.ArgumentParser(description=__doc__)
    ap.add_argument('--data', required=True)
    ap.add_argument('--beside')
    ap.add_argument('--training', default='', help='a sentence on how long the training ran, for the card')
    a = ap.parse_args()
    spec = json.load(open(OUT + '/classifier.json'))
    session, tok = open_session(OUT + '/model.onnx'), tokenizer()
    train, dev = rows(a.data)
    dev += validation(a.data)
    own = probes()
    beside = np.load(a.beside) if a.beside else {}
    beside_dev, beside_own = {n: beside[n][: len(dev)] for n in NAMES if n in beside}, {n: beside[n][len(dev) :] for n in NAMES if n in beside}
    scores, unsafe, flagged = scored(spec, dev, all_logits(session, tok, dev, 'dev_logits.npz'))
    probe_scores, _, probe_flagged = scored(spec, own, all_logits(session, tok, own))
    groups = collections.defaultdict(list)
    for k, r in enumerate(own):
        groups[r[3], r[5]].append(k)
    table, curves = head_table(spec, dev, scores)
    diagram(curves, OUT + '/reliability.svg')
    calm = [k for k, r in enumerate(dev) if r[3] in HARMLESS and not any(r[2].values())]
    parts = {
        'VERSION': spec['version'],
        'ROWS': '{:,}'.format(len(train)),
        'TRAINING': a.training,
        'HEADS': '\n'.join(table),
        'UNSEEN': unseen(dev, train, scores),
        'MIXTURES': '\n'.join(mixtures(dev, unsafe, beside_dev)),
        'CALM': '%.3f of %d' % ((flagged[calm] >= 0.5).mean(), len(calm)),
        'PROBES': '\n'.join(shares({g: np.array(at) for g, at in groups.items()}, probe_scores, probe_flagged, beside_own)),
        'GROUPS': '\n'.join(shares(dev_groups(dev), scores, flagged, beside_dev)),
    }
    text = open('card.template.md').read()
    for name, value in parts.items():
        text = text.replace('@%s@' % name, value)
    open(OUT + '/README.md', 'w').write(text)
    print(text)


if __name__ == '__main__':
    main()
