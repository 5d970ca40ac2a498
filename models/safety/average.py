"""A mean of a training's weights and those it went on from: python average.py WEIGHTS [--share S] [--checkpoint FILE]. S, by default a half, is the share of the new ones.

A point between two points of one valley is often better than both, and loses less of what the first one knew (Wortsman et al. 2022, model soups).
"""

import argparse

import torch


def main():
    ap = argparse.ArgumentParser(description=__doc__)
    ap.add_argument('weights')
    ap.add_argument('--share', type=float, default=0.5)
    ap.add_argument('--checkpoint', default='checkpoint.pt')
    a = ap.parse_args()
    state, before = torch.load(a.checkpoint, weights_only=False), torch.load(a.weights)
    for name, value in state['average'].items():
        if name in before and value.dtype.is_floating_point:
            state['average'][name] = a.share * value + (1 - a.share) * before[name]
    torch.save(state, a.checkpoint)


if __name__ == '__main__':
    main()
