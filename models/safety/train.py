"""Trains the classifier: python train.py --data ../../shared/data --minutes 40 [--resume]. Checkpoints to checkpoint.pt.

The released weights: 32 minutes, then 8 more with --resume --rate 6e-5, on two cores shared with other work (about 1,400 steps of 32).
"""

import argparse
import os
import random
import time

import torch

from data import HEADS, rows
from model import CLS, SEP, TRAIN_LENGTH, SafetyModel, first_segment, tokenizer

DEV = 2500
BATCH = 32


def encode(tok, row, rnd):
    a = first_segment(tok, [row[0][-400:]] if row[0] else [], row[4])
    b = tok.encode(row[1][:1200], add_special_tokens=False).ids
    width = TRAIN_LENGTH - 3 - len(a)
    if len(b) > width:  # a long harmless text is harmless anywhere; of a long bad one the beginning is taken
        start = 0 if any(row[2].values()) else rnd.randrange(0, len(b) - width + 1)
        b = b[start : start + width]
    return [CLS] + a + [SEP] + b + [SEP], [0] * (len(a) + 2) + [1] * (len(b) + 1)


def tensors(batch):
    n = max(len(x[0][0]) for x in batch)
    ids = torch.zeros(len(batch), n, dtype=torch.long)
    mask, types = ids.clone(), ids.clone()
    labels = torch.zeros(len(batch), len(HEADS))
    known = labels.clone()
    for i, ((x, t), heads, _) in enumerate(batch):
        ids[i, : len(x)] = torch.tensor(x)
        mask[i, : len(x)] = 1
        types[i, : len(x)] = torch.tensor(t)
        for head, value in heads.items():
            labels[i, HEADS.index(head)] = value
            known[i, HEADS.index(head)] = 1
    return ids, mask, types, labels, known


def batches(data, rnd):
    """Batches of like length, in random order."""
    rnd.shuffle(data)
    out = []
    for i in range(0, len(data), BATCH * 50):
        part = sorted(data[i : i + BATCH * 50], key=lambda r: len(r[0][0]))
        out += [part[j : j + BATCH] for j in range(0, len(part), BATCH)]
    rnd.shuffle(out)
    return out


def split(folder, seed):
    tok = tokenizer()
    all_rows, rnd = rows(folder, seed)
    data = [(encode(tok, r, rnd), r[2], r[3]) for r in all_rows]
    return data[:DEV], data[DEV:], all_rows[:DEV]


def main():
    ap = argparse.ArgumentParser(description=__doc__)
    ap.add_argument('--data', required=True)
    ap.add_argument('--minutes', type=float, default=40)
    ap.add_argument('--rate', type=float, default=1e-4)
    ap.add_argument('--seed', type=int, default=0)
    ap.add_argument('--resume', action='store_true')
    a = ap.parse_args()
    torch.manual_seed(a.seed)
    _, train, _ = split(a.data, a.seed)
    model = SafetyModel()
    if a.resume and os.path.exists('checkpoint.pt'):
        model.load_state_dict(torch.load('checkpoint.pt'))
    groups = [{'params': model.enc.parameters(), 'lr': a.rate}, {'params': model.head.parameters(), 'lr': 10 * a.rate}]
    optimizer = torch.optim.AdamW(groups, weight_decay=0.01)
    rnd = random.Random(a.seed + a.resume)
    begin, step, mean, queue = time.time(), 0, 0.0, []
    while time.time() - begin < a.minutes * 60:
        queue = queue or batches(train, rnd)
        ids, mask, types, labels, known = tensors(queue.pop())
        done = (time.time() - begin) / (a.minutes * 60)
        for group, rate in zip(optimizer.param_groups, (a.rate, 10 * a.rate)):
            group['lr'] = rate * min(1, (step + 1) / 60) * max(0.02, 1 - done)
        with torch.autocast('cpu', dtype=torch.bfloat16):
            logits = model(ids, mask, types)
        loss = torch.nn.functional.binary_cross_entropy_with_logits(logits.float(), labels, reduction='none')
        loss = (loss * known).sum() / known.sum()
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        step, mean = step + 1, 0.98 * mean + 0.02 * loss.item()
        if step % 20 == 0:
            print('step %d, %.0f %% of the time, loss %.4f' % (step, 100 * done, mean), flush=True)
        if step % 300 == 0:
            torch.save(model.state_dict(), 'checkpoint.pt')
    torch.save(model.state_dict(), 'checkpoint.pt')


if __name__ == '__main__':
    main()
