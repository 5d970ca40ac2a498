"""SafetyMix (arXiv 2208.03295) rebuilt, and harder columns beside it: python safetymix.py DATA [--pool report] [--seeds 10]

People label 10 texts each as bad or good (half of them helpers); a learner (logistic regression on frozen sentence embeddings) trains on what each method makes of the labels, and its balanced error on a
balanced test set is what counts. The classifier that gives the prior is trained on other texts of the same pool. `--beaten`: attackers rate only texts about which that classifier is wrong. Two pools share no
data set; constants were chosen on `tune`. Drives ./heed trust in one run (--batch). Needs numpy, scikit-learn, onnxruntime, tokenizers. Prints one JSON object a line: mean error and its standard error.
"""

import argparse
import json
import pathlib
import warnings

import numpy as np
import streams
from sklearn.linear_model import LogisticRegression
from pools import load

warnings.filterwarnings('ignore')
COLUMNS = ('helpers', 'troll', 'master', 'safe', 'unsafe', 'lazy', 'gaslight', 'sleeper', 'sybil', 'mixed', 'troll65', 'troll80')
MIXED = ('troll', 'master', 'safe', 'unsafe', 'lazy', 'gaslight')


class Texts:
    """A pool's texts, each drawn once: for the prior, for the test, for the people."""

    def __init__(self, pool, seed, prior_texts=1200, test_texts=1200):
        self.rnd = np.random.default_rng(seed)
        self.x = np.concatenate([pool[k][0] for k in ('standard', 'adversarial')])
        self.z = np.concatenate([pool[k][1] for k in ('standard', 'adversarial')])
        self.adversarial = np.repeat([False, True], [len(pool['standard'][1]), len(pool['adversarial'][1])])
        order = self.rnd.permutation(len(self.z))
        self.prior_of, rest = order[:prior_texts], order[prior_texts:]
        frozen = LogisticRegression(C=10, max_iter=500).fit(self.x[self.prior_of], self.z[self.prior_of])
        self.prior = np.round(frozen.predict_proba(self.x)[:, 1], 4)
        self.test = np.concatenate([rest[(self.z[rest] == z) & (self.adversarial[rest] == a)][: test_texts // 4] for z in (0, 1) for a in (False, True)])
        self.rest = list(rest[~np.isin(rest, self.test)])

    def draw(self, fits):
        for n, text in enumerate(self.rest):
            if fits(text):
                return self.rest.pop(n)
        return self.rest.pop()

    def balanced(self, adversarial=None, bad=None, beaten=False):
        z = int(self.rnd.random() < 0.5) if bad is None else bad
        a = bool(self.rnd.random() < 0.5) if adversarial is None else adversarial
        return self.draw(lambda t: self.z[t] == z and self.adversarial[t] == a and (not beaten or (self.prior[t] > 0.5) != z))


def attack(kind, texts, k, labels, beaten):
    """The text that an attacker rates as the k-th of their labels, and the label."""
    rnd = texts.rnd
    if kind == 'mixed':
        raise ValueError(kind)
    lies = kind != 'sleeper' or k >= labels // 2
    where = {'troll': False, 'master': True, 'gaslight': True}.get(kind)
    text = texts.balanced(where, 1 if kind == 'gaslight' else None, beaten and lies)
    z = int(texts.z[text])
    if kind in ('safe', 'gaslight'):
        return text, 0
    if kind == 'unsafe':
        return text, 1
    if kind == 'sleeper':
        return text, 1 - z if lies else z
    changed = rnd.random() < 0.8
    if kind == 'lazy':
        return text, int(rnd.random() < 0.5) if changed else z
    return text, 1 - z if changed else z


def people(column, texts, labels, beaten):
    """(user, text, label, is helper) in the order of time; about 10 labels a person."""
    share = {'helpers': 0, 'troll65': 0.65, 'troll80': 0.8}.get(column, 0.5)
    rnd, rows, persons = texts.rnd, [], max(2, labels // 10)
    for person in range(persons):
        attacker = person < round(share * persons)
        kind = MIXED[person % len(MIXED)] if column == 'mixed' else 'troll' if column.startswith('troll') else column
        count = 10 if column == 'sybil' else max(2, round(rnd.normal(10, 2)))
        for k in range(count):
            when = (k + rnd.random()) / count
            if attacker and kind == 'sybil':
                text, label = (texts.balanced(), None) if k < 4 else (None, None)
                label = int(texts.z[text]) if text is not None else None
            elif attacker:
                text, label = attack(kind, texts, k, count, beaten)
            else:
                text = texts.balanced()
                label = int(texts.z[text])
            rows.append((when, f'u{person}', text, label, not attacker, k))
    if column == 'sybil':  # all lie about the same texts
        targets = [texts.balanced(beaten=beaten) for _ in range(6)]
        rows = [(w, u, targets[k - 4], 1 - int(texts.z[targets[k - 4]]), h, k) if t is None else (w, u, t, l, h, k) for w, u, t, l, h, k in rows]
    rows.sort(key=lambda r: r[0])
    return [r[1:5] for r in rows]


def fit(x, y, weight):
    """Soft labels: each text counts for both classes. C by what few labels bear."""
    both, classes = np.concatenate([x, x]), np.repeat([1, 0], len(x))
    w = np.concatenate([weight * y, weight * (1 - y)])
    kept = w > 1e-6
    if len(set(classes[kept])) < 2:
        return None
    return LogisticRegression(C=10, max_iter=500).fit(both[kept], classes[kept], w[kept])


def error(texts, x, y, weight=None):
    model = fit(x, np.asarray(y, float), np.ones(len(x)) if weight is None else np.asarray(weight, float))
    said = model.predict(texts.x[texts.test]) if model else np.zeros(len(texts.test))
    z = texts.z[texts.test]
    return float(np.mean([np.mean(said[z == c] != c) for c in (0, 1)]))


def cross(x, y, weight, folds=5):
    """P(bad) of each text by a learner that has not seen its label."""
    p, fold = np.full(len(x), 0.5), np.arange(len(x)) % folds
    for f in range(folds):
        model = fit(x[fold != f], y[fold != f], weight[fold != f])
        if model:
            p[fold == f] = model.predict_proba(x[fold == f])[:, 1]
    return p


def batch(x, y, users, prior):
    """What the published batch methods make of the labels: {name: (soft label, weight)}. With a prior, its word is averaged with the cross-validated learner's."""
    y, one = np.asarray(y, float), np.ones(len(y))
    blend = lambda p: p if prior is None else 0.5 * p + 0.5 * prior
    p = blend(cross(x, y, one))
    agree = np.where(y == 1, p, 1 - p)
    per_example = (y, (agree > 0.5).astype(float))
    mean = {u: agree[users == u].mean() for u in set(users)}
    of_user = np.array([mean[u] for u in users])
    trusted = (of_user > np.median(list(mean.values())) - 0.1) & (of_user > 0.5)
    p2 = blend(cross(x, y, trusted.astype(float))) if trusted.sum() > 20 else p
    both = (y, (trusted & (np.where(y == 1, p2, 1 - p2) > 0.5)).astype(float))
    weight = one
    for _ in range(3):  # Soft PURR: users' scores weigh the next fold's training, the label is softened
        p = blend(cross(x, y, weight))
        agree = np.where(y == 1, p, 1 - p)
        score = {u: agree[users == u].mean() for u in set(users)}
        weight = np.array([score[u] for u in users])
    return {'per_example': per_example, 'user_example': both, 'soft_purr': (0.5 * y + 0.5 * p, weight)}


def soft(out, rows, with_prior, reviewed):
    last = {(line['user'], line['item']): line['p_right'] for line in out if 'user' in line}
    y = np.array([label for _, _, label, _ in rows], float)
    right = np.array([last[u, str(t)] for u, t, _, _ in rows])
    return np.where(y == 1, right, 1 - right), np.ones(len(y))


def case(texts, rows):
    index = np.array([t for _, t, _, _ in rows])
    x, prior = texts.x[index], texts.prior[index]
    y, users = np.array([l for _, _, l, _ in rows], float), np.array([u for u, *_ in rows])
    helper = np.array([h for *_, h in rows])
    errors = {'everything': error(texts, x, y), 'oracle': error(texts, x[helper], y[helper]), 'prior_only': error(texts, x, prior)}
    for name, p in (('', None), ('+prior', prior)):
        for method, (labels, weight) in batch(x, y, users, p).items():
            errors[method + name] = error(texts, x, labels, weight)
    return errors


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('data', type=pathlib.Path)
    parser.add_argument('--pool', choices=('tune', 'report'), default='report')
    parser.add_argument('--seeds', type=int, default=10)
    parser.add_argument('--labels', type=int, default=200)
    parser.add_argument('--columns', nargs='*', default=COLUMNS)
    parser.add_argument('--budget', type=float, default=0.05)
    parser.add_argument('--cache', type=pathlib.Path, default=pathlib.Path(__file__).resolve().parents[2] / 'target/pools')
    parser.add_argument('--encoder', type=pathlib.Path, help="jar of the encoder; learning-service's by default")
    parser.add_argument('--no-batch-methods', action='store_true', help='only Heed, everything and oracle')
    args = parser.parse_args()
    pool = load(args.data, args.cache, args.encoder)[args.pool]
    for beaten in (False, True):
        cases = []
        for column in args.columns:
            for seed in range(args.seeds):
                texts = Texts(pool, 1000 * seed + 7)
                cases.append((column, texts, people(column, texts, args.labels, beaten)))
        inputs = []
        for _, texts, rows in cases:
            events = [{'user': u, 'item': str(t), 'label': l, 'prior': float(texts.prior[t])} for u, t, l, _ in rows]
            truth = {str(t): int(texts.z[t]) for _, t, _, _ in rows}
            inputs += [(events, None), (events, truth)]
        outs = streams.run(inputs, ['--budget', str(args.budget)])
        found = {}
        for n, (column, texts, rows) in enumerate(cases):
            x = texts.x[[t for _, t, _, _ in rows]]
            if args.no_batch_methods:
                y, helper = np.array([l for _, _, l, _ in rows]), np.array([h for *_, h in rows])
                errors = {'everything': error(texts, x, y), 'oracle': error(texts, x[helper], y[helper])}
            else:
                errors = case(texts, rows)
            for name, out in (('heed', outs[2 * n]), ('heed+review', outs[2 * n + 1])):
                labels, weight = soft(out, rows, True, name != 'heed')
                errors[name] = error(texts, x, labels, weight)
            for name, e in errors.items():
                found.setdefault(name, {}).setdefault(column, []).append(e)
        for name, columns in found.items():
            line = {'prior': 'beaten' if beaten else 'fair', 'method': name}
            for column, e in columns.items():
                line[column] = [round(100 * float(np.mean(e)), 1), round(100 * float(np.std(e, ddof=1) / len(e) ** 0.5), 1) if len(e) > 1 else 0]
            line['mean'] = round(100 * float(np.mean([np.mean(e) for e in columns.values()])), 1)
            print(json.dumps(line), flush=True)


if __name__ == '__main__':
    main()
