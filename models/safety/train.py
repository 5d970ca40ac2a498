"""Trains the classifier: python train.py --data ../../shared/data [--epochs E] [--resume] [--warm WEIGHTS].

The rate falls linearly to nothing at the end. checkpoint.pt holds weights, their moving average, the optimizer, the step and the random states; --resume goes on from it.
"""

import argparse
import os
import random
import time

import torch

from data import HEADS, rows
from emoji_names import plain
from inputs import CLS, SEP, first_segment
from model import TRAIN_LENGTH, SafetyModel, tokenizer

TOKENS = 1800  # of a batch, with padding
AVERAGE = 0.998  # moving average of the weights, by step
LAYER = 0.88  # a layer's rate is this much of the one above it
BRAIN = any(flag in open('/proc/cpuinfo').read() for flag in ('amx_bf16', 'avx512_bf16'))  # elsewhere bfloat16 is emulated and slow


def encode(tok, row, rnd):
    a = first_segment(tok, [row[0][-500:]] if row[0] else [], row[4])
    b = tok.encode(plain(row[1][:1500]), add_special_tokens=False).ids
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
    """Batches of like length and about TOKENS tokens, in random order."""
    rnd.shuffle(data)
    out = []
    for i in range(0, len(data), 3200):
        part, batch = sorted(data[i : i + 3200], key=lambda r: len(r[0][0])), []
        for row in part:
            batch.append(row)
            if len(batch) >= 64 or len(row[0][0]) * len(batch) >= TOKENS:
                out.append(batch)
                batch = []
        if batch:
            out.append(batch)
    rnd.shuffle(out)
    return out


def groups(model, rate):
    """Layer-wise rates: the head ten times the top layer's, embeddings the least."""
    layers = model.enc.encoder.layer
    parts = [(model.head.parameters(), 10 * rate)]
    parts += [(layer.parameters(), rate * LAYER ** (len(layers) - 1 - i)) for i, layer in enumerate(layers)]
    parts.append((model.enc.embeddings.parameters(), rate * LAYER ** len(layers)))
    return [{'params': list(p), 'lr': lr, 'top': lr} for p, lr in parts]


def warm(model, path):
    """Takes over the weights of a version whose heads are the first of this one's."""
    old = torch.load(path)
    head = model.state_dict()['head.weight'], model.state_dict()['head.bias']
    for new, name in zip(head, ('head.weight', 'head.bias')):
        value = old.pop(name)
        new[: len(value)] = value
    model.load_state_dict(old, strict=False)


def main():
    ap = argparse.ArgumentParser(description=__doc__)
    ap.add_argument('--data', required=True)
    ap.add_argument('--epochs', type=float, default=2)
    ap.add_argument('--rate', type=float, default=1.2e-4)
    ap.add_argument('--seed', type=int, default=0)
    ap.add_argument('--resume', action='store_true')
    ap.add_argument('--warm', help='weights of an earlier version to start from')
    a = ap.parse_args()
    torch.manual_seed(a.seed)
    rnd = random.Random(a.seed)
    tok = tokenizer()
    train, _ = rows(a.data, a.seed)
    data = [(encode(tok, r, rnd), r[2], r[3]) for r in train]
    model = SafetyModel()
    if a.warm:
        warm(model, a.warm)
    optimizer = torch.optim.AdamW(groups(model, a.rate), weight_decay=0.01)
    begin, step, mean, queue = time.time(), 0, 0.0, batches(data, rnd)
    steps = int(a.epochs * len(queue))
    if a.resume and os.path.exists('checkpoint.pt'):
        state = torch.load('checkpoint.pt', weights_only=False)
        model.load_state_dict(state['model'])
        optimizer.load_state_dict(state['optimizer'])
        average, step = state['average'], state['step']
        begin -= state['seconds']
        rnd.setstate(state['random'])
        torch.set_rng_state(state['torch'])
    else:
        average = {k: v.clone() for k, v in model.state_dict().items()}
    print('%d rows to train on, %d steps' % (len(data), steps), flush=True)

    def save():
        state = {'model': model.state_dict(), 'average': average, 'optimizer': optimizer.state_dict(), 'step': step}
        state |= {'seconds': time.time() - begin, 'random': rnd.getstate(), 'torch': torch.get_rng_state()}
        torch.save(state, 'checkpoint.tmp')
        os.replace('checkpoint.tmp', 'checkpoint.pt')

    while step < steps:
        queue = queue or batches(data, rnd)
        ids, mask, types, labels, known = tensors(queue.pop())
        done = step / steps
        for group in optimizer.param_groups:
            group['lr'] = group['top'] * min(1, (step + 1) / 100) * max(0.01, 1 - done)
        with torch.autocast('cpu', dtype=torch.bfloat16, enabled=BRAIN):
            logits = model(ids, mask, types)
        loss = torch.nn.functional.binary_cross_entropy_with_logits(logits.float(), labels, reduction='none')
        loss = (loss * known).sum() / known.sum()
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        step, mean = step + 1, 0.98 * mean + 0.02 * loss.item()
        keep = min(AVERAGE, (1 + step) / (10 + step))
        with torch.no_grad():
            for name, value in model.state_dict().items():
                if value.dtype.is_floating_point:
                    average[name].mul_(keep).add_(value, alpha=1 - keep)
        if step % 20 == 0:
            print('step %d of %d, %.0f s, loss %.4f' % (step, steps, time.time() - begin, mean), flush=True)
        if step % 100 == 0:
            save()
    save()


if __name__ == '__main__':
    main()
