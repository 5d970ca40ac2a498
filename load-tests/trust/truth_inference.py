"""One pass of ./heed trust over crowds' labels, beside crowd-kit's batch methods: python truth_inference.py DATA [--orders 10]

DATA holds a folder for each set, with label.csv (item,worker,label) and truth.csv (item,truth). No prior is given. An item's class is the one with the largest sum of the last p_right of its raters'
labels (1 - p_right counts for the other class where there are two). Needs pandas and crowd-kit (pip install crowd-kit). Prints one JSON object a line: the accuracy of Heed in the file's order and
in shuffled ones (mean, least, largest), and of majority, Dawid-Skene, one-coin Dawid-Skene, GLAD and MACE.
"""

import argparse
import json
import pathlib
import random

import pandas
import streams
from crowdkit.aggregation import GLAD, MACE, DawidSkene, MajorityVote, OneCoinDawidSkene

BATCH = {'majority': MajorityVote, 'dawid_skene': lambda: DawidSkene(n_iter=100), 'one_coin': lambda: OneCoinDawidSkene(n_iter=100), 'glad': GLAD, 'mace': MACE}


def stream(labels):
    return [{'user': str(w), 'item': str(i), 'label': l, 'prior': None} for i, w, l in labels]


def decide(labels, classes, out, first):
    """The class of each item, by the first line of each rating (one pass) or by the last."""
    said = {(str(i), str(w)): l for i, w, l in labels}
    right = {}
    for event in out:
        key = event['item'], event['user']
        if not (first and key in right):
            right[key] = event['p_right']
    votes = {}
    for (item, user), p in right.items():
        votes_of = votes.setdefault(item, dict.fromkeys(classes, 0.0))
        own = said[item, user]
        for other in classes:
            votes_of[other] += p if other == own else (1 - p) / (len(classes) - 1)
    return {item: max(v, key=v.get) for item, v in votes.items()}


def accuracy(decided, truth):
    return sum(decided.get(str(i)) == t for i, t in truth.items()) / len(truth)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('data', type=pathlib.Path)
    parser.add_argument('--orders', type=int, default=10, help='orders of the stream; the first is the file\'s own')
    parser.add_argument('--no-batch', action='store_true', help='only Heed')
    args = parser.parse_args()
    for folder in sorted(path.parent for path in args.data.glob('*/label.csv')):
        frame = pandas.read_csv(folder / 'label.csv')
        truth = pandas.read_csv(folder / 'truth.csv').set_index('item')['truth'].to_dict()
        labels = [(i, w, int(l)) for i, w, l in frame[['item', 'worker', 'label']].itertuples(index=False)]
        classes = sorted({l for _, _, l in labels})
        orders = []
        for order in range(args.orders):
            shuffled = list(labels)
            if order:
                random.Random(order).shuffle(shuffled)
            orders.append(shuffled)
        outs = streams.run([(stream(order), None) for order in orders])
        line = {'set': folder.name, 'labels': len(labels)}
        for name, first in (('one_pass', True), ('heed', False)):
            scores = [accuracy(decide(order, classes, out, first), truth) for order, out in zip(orders, outs)]
            line |= {f'{name}_file_order': scores[0], f'{name}_mean': sum(scores) / len(scores), f'{name}_least': min(scores), f'{name}_largest': max(scores)}
        frame = frame.rename(columns={'item': 'task'})
        for name, make in {} if args.no_batch else BATCH.items():
            decided = make().fit_predict(frame)
            line[name] = accuracy({str(i): l for i, l in decided.items()}, truth)
        print(json.dumps({k: round(v, 4) if isinstance(v, float) else v for k, v in line.items()}), flush=True)


if __name__ == '__main__':
    main()
