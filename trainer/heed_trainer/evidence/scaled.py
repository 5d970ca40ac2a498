"""What an adapter is worth, and what it costs, at falling scales: good replies to held-out prompts by the hidden rule of house.py, and perplexity of the gate's text.

usage: python -m heed_trainer.evidence.scaled --adapter FILE --heed ../heed --model DIR [--scales 0 1 0.5 0.3] [--times 2]
Scale 0 is the base. Prints a JSON line a scale; minutes.
"""

import argparse
import json
import os
import statistics
import tempfile

from heed_trainer import adapter
from heed_trainer.evidence import house, served

MOST_TOKENS = 32  # of a reply


def judged(options, artifact):
    """(share of good replies, their standard error, perplexity)."""
    prompts = [p for p in house.prompts(house.HELD_OUT) for _ in range(options.times)]
    replies = served.replies(options.heed, options.model, prompts, options.seed, MOST_TOKENS, artifact)
    good = statistics.fmean(map(house.good, replies))
    perplexity = served.lines(options.heed, options.model, ['bench', 'perplexity', '--json'], artifact)[-1]['perplexity']
    return good, (good * (1 - good) / len(replies)) ** 0.5, perplexity


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument('--adapter', required=True, help='an adapter.onnx_adapter')
    ap.add_argument('--heed', required=True, help='the command heed')
    ap.add_argument('--model', required=True, help='the model folder')
    ap.add_argument('--scales', type=float, nargs='+', default=[0, 1, 0.5, 0.3])
    ap.add_argument('--times', type=int, default=2, help='replies a prompt')
    ap.add_argument('--seed', type=int, default=5)
    options = ap.parse_args()
    arrays = adapter.read(options.adapter)
    with tempfile.TemporaryDirectory() as folder:
        for scale in options.scales:
            artifact = os.path.join(folder, adapter.FILE)
            adapter.write({name: array * (scale if '.lora_B.' in name else 1) for name, array in arrays.items()}, artifact)
            good, error, perplexity = judged(options, artifact if scale else None)
            print(json.dumps({'scale': scale, 'good': round(good, 4), 'standard_error': round(error, 4), 'perplexity': perplexity}), flush=True)


if __name__ == '__main__':
    main()
