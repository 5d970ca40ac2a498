"""The mean of a training's weights and those it went on from: python average.py WEIGHTS [CHECKPOINT].

The mean of two points of one valley is often better than both, and loses less of what the first one knew (Wortsman et al. 2022, model soups).
"""

import sys

import torch


def main():
    path = sys.argv[2] if len(sys.argv) > 2 else 'checkpoint.pt'
    state, before = torch.load(path, weights_only=False), torch.load(sys.argv[1])
    for name, value in state['average'].items():
        if name in before and value.dtype.is_floating_point:
            state['average'][name] = (value + before[name]) / 2
    torch.save(state, path)


if __name__ == '__main__':
    main()
