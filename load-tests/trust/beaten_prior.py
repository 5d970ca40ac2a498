"""People of every kind against the trust filter, with a classifier that the attackers beat: python beaten_prior.py [--budget 0.05] [--seed 1]

100 raters of 20 ratings, 40 of them adversarial; where the attackers rate, the classifier is wrong. `sybil`: 60 honest raters and 200 accounts that rate four items honestly and then all lie about the same 20.
Drives ./heed trust, without and with --review; prints one JSON object a line.
"""

import argparse
import json
import os
import pathlib
import random
import subprocess
import tempfile

HEED = pathlib.Path(__file__).resolve().parents[2] / 'heed'
KINDS = ('gaslight', 'troll', 'lazy', 'safe', 'unsafe', 'sleeper', 'sybil')


class World:
    def __init__(self, seed):
        self.rnd, self.events, self.truth, self.prior = random.Random(seed), [], {}, {}

    def item(self, bad, beaten):
        name = 'i%d' % len(self.truth)
        self.truth[name] = bad
        good_shape, bad_shape = ((12, 2), (2, 12)) if beaten else ((2, 6), (6, 2))
        self.prior[name] = round(self.rnd.betavariate(*(bad_shape if bad else good_shape)), 4)
        return name

    def rate(self, when, user, item, label, attacker):
        self.events.append((when, user, item, label, attacker))


def people(kind, seed):
    w = World(seed)
    r = w.rnd
    for u in range(100):
        attacker = u < 40 and kind != 'sybil'
        for k in range(20):
            bad = int(r.random() < 0.4)
            lies = kind != 'sleeper' or k >= 10
            if attacker and kind == 'gaslight':
                bad = 1
            item = w.item(bad, attacker and lies)
            honest = bad if r.random() < 0.92 else 1 - bad
            says = {'gaslight': 0, 'troll': 1 - bad, 'lazy': int(r.random() < 0.5), 'safe': 0, 'unsafe': 1, 'sleeper': 1 - bad if lies else bad}
            w.rate(k + r.random(), 'u%d' % u, item, says[kind] if attacker else honest, attacker)
    targets = [w.item(0, False) for _ in range(20)] if kind == 'sybil' else []
    for s in range(200 if targets else 0):
        for _ in range(4):
            bad = int(r.random() < 0.4)
            w.rate(10 * r.random(), 's%d' % s, w.item(bad, False), bad, True)
        for target in targets:
            w.rate(10 + 10 * r.random(), 's%d' % s, target, 1, True)
    w.events.sort()
    return w, targets


def run(w, budget):
    lines = '\n'.join(json.dumps({'user': u, 'item': i, 'label': l, 'prior': w.prior[i]}) for _, u, i, l, _ in w.events)
    with tempfile.NamedTemporaryFile('w', suffix='.jsonl') as oracle:
        oracle.writelines(json.dumps({'item': i, 'label': z}) + '\n' for i, z in w.truth.items())
        oracle.flush()
        options = ['--review', oracle.name, '--budget', str(budget)] if budget else []
        out = subprocess.run([HEED, 'trust', *options], input=lines, capture_output=True, text=True, check=True, env=dict(os.environ)).stdout
    rows = [json.loads(line) for line in out.splitlines()]
    return {(r['user'], r['item']): r for r in rows if 'user' in r}, sum('review' in r for r in rows)


def main():
    ap = argparse.ArgumentParser(description=__doc__)
    ap.add_argument('--budget', type=float, default=0.05)
    ap.add_argument('--seed', type=int, default=1)
    a = ap.parse_args()
    for kind in KINDS:
        w, targets = people(kind, a.seed)
        for budget in (0, a.budget):
            last, reviews = run(w, budget)
            lies = [last[u, i]['p_right'] for _, u, i, l, attacker in w.events if attacker and l != w.truth[i]]
            right = [last[u, i]['p_right'] for _, u, i, l, attacker in w.events if not attacker and l == w.truth[i]]
            line = {'kind': kind, 'seed': a.seed, 'ratings': len(w.events), 'reviews': reviews, 'lies_above_.9': sum(p > 0.9 for p in lies) / len(lies)}
            line |= {'lies_above_.5': sum(p > 0.5 for p in lies) / len(lies), 'honest_right_above_.5': sum(p > 0.5 for p in right) / len(right)}
            if targets:
                votes = [sum(last[u, i]['weight'] * (2 * l - 1) for _, u, i, l, _ in w.events if i == t) for t in targets]
                line['targets_flipped'] = sum(v > 0 for v in votes)
            print(json.dumps({k: round(v, 3) if isinstance(v, float) else v for k, v in line.items()}), flush=True)


if __name__ == '__main__':
    main()
