"""Real thumbs: the reward model's AUC on conversations that it has not seen (ConvAI2's volunteers, Apache-2.0).

usage: python -m heed_trainer.evidence.convai2 --data FOLDER_WITH_data_volunteers.json --work DIR [--seeds 5] [--tune head 2]
Each seed draws another split by conversation (70 % train, 10 % dev, 20 % test). Prints a JSON line a run, then the means.
"""

import argparse
import hashlib
import json
import os
import random
import statistics
import subprocess
import sys

import numpy as np
import torch

from heed_trainer import cli, measures, reward
from heed_trainer.reward import Scorer
from heed_trainer.rows import read
from heed_trainer.run import Run
from heed_trainer.tokens import load_tokenizer

FILES = ('data_volunteers.json', 'data_intermediate.json')
CONTEXT = 3  # messages before the rated one


def rated(folder):
    """(conversation, context, reply, good) of every thumb a person gave a bot."""
    out = []
    for name in FILES:
        with open(os.path.join(folder, name)) as file:
            for number, dialog in enumerate(json.load(file)):
                out += _of_dialog(f'{name}/{number}', dialog['dialog'])
    return out


def _of_dialog(conversation, messages):
    for at, message in enumerate(messages):
        if message['sender_class'] == 'Bot' and message['evaluation_score'] in (0, 1) and (message['text'] or '').strip():
            before = [
                {'role': 'assistant' if m['sender_class'] == 'Bot' else 'user', 'text': m['text']} for m in messages[max(0, at - CONTEXT) : at] if m['text']
            ]
            yield conversation, before, message['text'].strip(), message['evaluation_score'] == 1


def write_rows(thumbs, seed, path):
    """Contract rows, every label believed alike: nobody weighed these thumbs. The split comes from the conversation and the seed."""
    with open(path, 'w') as file:
        for number, (conversation, context, reply, good) in enumerate(thumbs):
            place = int(hashlib.sha256(f'{seed}:{conversation}'.encode()).hexdigest()[:8], 16) % 10
            split = 'train' if place < 7 else 'dev' if place == 7 else 'test'
            label = 'good' if good else 'bad'
            row = {'id': str(number), 'conversation': conversation, 'context': context, 'reply': reply, 'label': label, 'p_right': 1.0, 'weight': 1.0}
            file.write(json.dumps({**row, 'reasons': [], 'gold': None, 'model': 'convai2', 'adapter': None, 'split': split}) + '\n')


def best_of(scores, good, n, seed, draws=20000):
    """Share of thumbs up when the best scored of n drawn replies is taken."""
    drawn, places = random.Random(seed), range(len(scores))
    return statistics.fmean(good[max(drawn.sample(places, n), key=scores.__getitem__)] for _ in range(draws))


def one(thumbs, seed, tune, options, frozen):
    """Trains and measures one split. With the encoder frozen its features are made once for all seeds; else by the real command."""
    data = os.path.join(options.work, f'rows-{seed}')
    write_rows(thumbs, seed, data)
    kept = read(data)[0]
    test = [i for i, r in enumerate(kept) if r.split == 'test']
    good = [kept[i].label == 'good' for i in test]
    if tune == 'head':
        scores = _by_head(kept, seed, options, frozen)
        scores = [scores[i] for i in test]
    else:
        out = os.path.join(options.work, f'reward-{tune}-{seed}')
        if not os.path.isdir(out):
            flags = ['--kind', 'reward', '--data', data, '--out', out, '--seed', str(seed), '--tune', tune, '--threads', str(options.threads), '--resume']
            subprocess.run([sys.executable, '-m', 'heed_trainer', 'train', *flags], check=True, stdout=subprocess.DEVNULL)
        scores = Scorer(out, options.threads).score([(kept[i].context, kept[i].reply) for i in test])
    found = {'seed': seed, 'tune': tune, 'test': len(test), 'base': statistics.fmean(good), 'auc': measures.auc(scores, good)}
    found |= {'auc_of_length': measures.auc([len(kept[i].reply) for i in test], good), 'best_of_4': best_of(scores, good, 4, seed)}
    return measures.rounded(found | {'calibration_error': measures.calibration_error(scores, good)})


def _by_head(rows, seed, options, frozen):
    """p_good of all rows by a head trained on the train split and calibrated on dev, as `--tune head` does it."""
    net, features = frozen
    flags = ['train', '--kind', 'reward', '--data', 'x', '--out', os.path.join(options.work, f'head-{seed}'), '--ridge', str(options.ridge)]
    given = cli.parser().parse_args(flags)
    places = {s: [i for i, r in enumerate(rows) if r.split == s] for s in ('train', 'dev')}
    target = {s: torch.tensor([float(rows[i].label == 'good') for i in at]) for s, at in places.items()}
    with torch.no_grad():
        net.head.weight.zero_()
        net.head.bias.zero_()
    net.head.requires_grad_(True)
    reward.fit_head(given, Run(given.out, {}, False, 600, 0, 1e9), net.head, 'head', features[places['train']], target['train'], torch.ones(len(places['train'])))
    with torch.no_grad():
        logits = net.head(features).squeeze(1).numpy()
    a, b = measures.platt(logits[places['dev']], target['dev'].numpy())
    return 1 / (1 + np.exp(-(a * logits + b)))


def _frozen(thumbs):
    folder = reward.encoder_folder(None)
    tokenizer, net = load_tokenizer(folder), reward.RewardNet(folder).eval()
    contexts = [[(m['role'], m['text']) for m in before] for _, before, _, _ in thumbs]
    return net, reward.features_of(net, [reward.token_ids(tokenizer, c, t[2]) for c, t in zip(contexts, thumbs, strict=True)])


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument('--data', required=True)
    ap.add_argument('--work', required=True)
    ap.add_argument('--seeds', type=int, default=5)
    ap.add_argument('--tune', nargs='+', default=['head', '2'])
    ap.add_argument('--ridge', type=float, default=0.01)
    ap.add_argument('--threads', type=int, default=1)
    options = ap.parse_args()
    os.makedirs(options.work, exist_ok=True)
    torch.set_num_threads(options.threads)
    thumbs = rated(options.data)
    frozen = _frozen(thumbs) if 'head' in options.tune else None
    for tune in options.tune:
        runs = []
        for seed in range(1, options.seeds + 1):
            runs.append(one(thumbs, seed, tune, options, frozen))
            print(json.dumps(runs[-1]), flush=True)
        names = ('base', 'auc', 'auc_of_length', 'best_of_4', 'calibration_error')
        means = {n: [round(statistics.fmean(r[n] for r in runs), 4), round(statistics.stdev(r[n] for r in runs), 4)] for n in names if len(runs) > 1}
        print(json.dumps({'tune': tune, 'thumbs': len(thumbs), 'seeds': len(runs), 'mean_and_sd': means}), flush=True)


if __name__ == '__main__':
    main()
