"""Does it learn what helpers want, and not what trolls want? The default model's own sampled replies, rated by simulated people; arms by the real command.

usage: python -m heed_trainer.evidence.demo --gguf FILE --work DIR [--seed 1] [--kinds reward director cringe]
Arms: none (the base), all (every label believed), trust (by p_right), oracle (honest people's labels alone). Per arm a reward model and one adapter of each kind are trained;
held-out topics are answered anew, twice each, and counted by the hidden rule of house.py. Goes on where it stopped. Prints a JSON line a result.
With --heed and --model replies are drawn by `heed sample`, with the artifact as it is served: minutes instead of hours.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import time

import torch

from heed_trainer import adapter, director, lm, measures
from heed_trainer.evidence import house, served
from heed_trainer.reward import Scorer

ROUND_MEMORY_MB = 3072  # heed.learning.rounds.trainer-memory
ARMS = ('all', 'trust', 'oracle')


def spread(items, count):
    """So many of them, evenly."""
    count = min(count, len(items))
    return [items[i * len(items) // count] for i in range(count)]


class Demo:
    def __init__(self, options):
        self.options, self.work = options, options.work
        os.makedirs(self.work, exist_ok=True)
        torch.set_num_threads(options.threads)
        self.language = lm.load(options.gguf, options.cache)
        self.learnt = spread(house.prompts(house.LEARNT), options.prompts)
        self.held = spread(house.prompts(house.HELD_OUT), options.held)

    def kept(self, name, compute):
        path = os.path.join(self.work, name)
        if not os.path.exists(path):
            with open(path + '.part', 'w') as file:
                json.dump(compute(), file)
            os.rename(path + '.part', path)
        with open(path) as file:
            return json.load(file)

    def sampled(self, name, prompts, times, artifact=None):
        """(prompt, reply) pairs, of the base or with what was trained."""
        asked = [p for p in prompts for _ in range(times)]
        ask = (lambda: self.served(asked, artifact)) if self.options.heed else (lambda: self.drawn(asked, artifact))
        return [(p, r) for p, r in zip(asked, self.kept(name, ask), strict=True) if r]

    def drawn(self, asked, artifact):
        """Replies by PyTorch."""
        model = self.language.model
        if artifact:
            model, arrays = lm.load(self.options.gguf, self.options.cache).model, adapter.read(artifact)
            if artifact.endswith(director.FILE):
                model.lm_head = director.Guided(model.lm_head, arrays)
            else:
                adapter.merge(model, arrays)
        return lm.generate(self.language, model, [(('user', p),) for p in asked], self.options.seed, max_new=self.options.max_new, batch=48)

    def served(self, asked, artifact):
        """Replies by the model that is served."""
        return served.replies(self.options.heed, self.options.model, asked, self.options.seed, self.options.max_new, artifact)

    def rows(self, arm):
        """The rated samples as training rows; the arms differ in what is believed, never in what was said."""
        pairs = self.sampled('learnt.json', self.learnt, self.options.samples)
        path = os.path.join(self.work, f'rows-{arm}.jsonl')
        rated = house.rate([r for _, r in pairs], self.options.seed)
        with open(path, 'w') as file:
            for i, ((prompt, reply), (up, p, honest)) in enumerate(zip(pairs, rated, strict=True)):
                p_right = {'all': 1.0, 'trust': p, 'oracle': 1.0 if honest else 0.5}[arm]
                place = self.learnt.index(prompt) % 10
                split = 'dev' if place == 8 else 'test' if place == 9 else 'train'
                row = {'id': str(i), 'conversation': prompt, 'context': [{'role': 'user', 'text': prompt}], 'reply': reply}
                row |= {'label': 'good' if up else 'bad', 'p_right': p_right, 'weight': 2 * p_right - 1, 'reasons': [], 'gold': None}
                file.write(json.dumps({**row, 'model': 'base', 'adapter': None, 'split': split}) + '\n')
        return path

    def train(self, kind, arm, *flags):
        out = os.path.join(self.work, f'{kind}-{arm}')
        if not os.path.isdir(out):
            given = ['--kind', kind, '--data', self.rows(arm), '--out', out, '--seed', str(self.options.seed), '--threads', str(self.options.threads), '--resume']
            if kind != 'reward':
                given += ['--gguf', self.options.gguf, *(['--cache', self.options.cache] if self.options.cache else [])]
            if self.options.as_rounds:
                given += ['--max-memory-mb', str(ROUND_MEMORY_MB)]
            begin = time.monotonic()
            code = subprocess.run([sys.executable, '-m', 'heed_trainer', 'train', *given, *flags], stdout=sys.stderr).returncode
            if code:
                raise SystemExit(code)
            self.kept(f'seconds-{kind}-{arm}.json', lambda: time.monotonic() - begin)
        return out

    def tell(self, **result):
        print(json.dumps({'seed': self.options.seed, **measures.rounded(result)}), flush=True)

    def reward(self, arm):
        """AUC by the hidden rule on the base's replies to held-out topics, and what best of 4 by it is worth."""
        pairs = self.sampled('held-4.json', self.held, 4)
        scores = Scorer(self.train('reward', arm, '--tune', 'head'), self.options.threads).score([((('user', p),), r) for p, r in pairs])
        good = [house.good(r) for _, r in pairs]
        by_prompt = {}
        for (prompt, _), score, truth in zip(pairs, scores, good, strict=True):
            by_prompt.setdefault(prompt, []).append((score, truth))
        best = statistics.fmean(max(group)[1] for group in by_prompt.values())
        self.tell(arm=arm, kind='reward', auc=measures.auc(scores, good), best_of_4=best, base=statistics.fmean(good), replies=len(pairs))

    def answers(self, arm, kind, artifact=None):
        pairs = self.sampled(f'held-{kind}-{arm}.json', self.held, 2, artifact)
        good = [house.good(r) for _, r in pairs]
        words = statistics.fmean(len(r.split()) for _, r in pairs)
        distinct = statistics.fmean(len(set(r.lower().split())) / max(1, len(r.split())) for _, r in pairs)
        seconds = self.kept(f'seconds-{kind}-{arm}.json', lambda: None)
        self.tell(arm=arm, kind=kind, good=statistics.fmean(good), replies=len(good), words=words, distinct=distinct, seconds=seconds)

    def policy(self, arm, kind):
        flags = ['--epochs', str(self.options.epochs), '--batch-tokens', '512', '--rate', self.options.rate, '--top-layers', str(self.options.top_layers)]
        if self.options.as_rounds:
            flags = []
        elif kind == 'director':
            flags = ['--strength', str(self.options.strength)]
        out = self.train(kind, arm, *flags)
        return self.answers(arm, kind, os.path.join(out, director.FILE if kind == 'director' else adapter.FILE))


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument('--gguf', required=True)
    ap.add_argument('--work', required=True)
    ap.add_argument('--cache')
    ap.add_argument('--heed', metavar='FILE', help='the command heed: replies are drawn by heed sample')
    ap.add_argument('--model', metavar='DIR', help='--heed: the model folder')
    ap.add_argument('--seed', type=int, default=1)
    ap.add_argument('--kinds', nargs='+', default=['reward', 'director', 'cringe', 'sft'])
    ap.add_argument('--arms', nargs='+', default=list(ARMS))
    ap.add_argument('--as-rounds', action='store_true', help='train policies with the default flags and within the memory of a round')
    ap.add_argument('--samples', type=int, default=3, help='replies a learnt prompt')
    ap.add_argument('--max-new', type=int, default=32, help='tokens of a reply')
    ap.add_argument('--epochs', type=int, default=2)
    ap.add_argument('--top-layers', type=int, default=0)
    ap.add_argument('--strength', type=float, default=1.0, help='of the Director')
    ap.add_argument('--threads', type=int, default=1)
    ap.add_argument('--prompts', type=int, default=144, help='learnt ones')
    ap.add_argument('--held', type=int, default=64, help='held-out ones')
    ap.add_argument('--rate', default='4e-4', help='learning rate of the adapters')
    demo = Demo(ap.parse_args())
    pairs = demo.sampled('held-4.json', demo.held, 4)
    demo.tell(arm='none', kind='base', good=statistics.fmean(house.good(r) for _, r in pairs), replies=len(pairs))
    for kind in demo.options.kinds:
        for arm in demo.options.arms:
            demo.reward(arm) if kind == 'reward' else demo.policy(arm, kind)


if __name__ == '__main__':
    main()
