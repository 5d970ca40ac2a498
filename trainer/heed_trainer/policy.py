"""LoRA adapters from rated replies: supervised, Cringe (iterated, with self-labelled generations), preferences."""

import collections

import torch

from heed_trainer import adapter, drift, lm
from heed_trainer.errors import TrainerError
from heed_trainer.losses import cringe_loss, dpo_loss, pair_noise, token_nll
from heed_trainer.measures import auc, rounded
from heed_trainer.rows import belief, need

LEAST_ROWS = 8
MEASURED = 200  # rows of the test split that are measured, at most


def train(options, rows, run, language):
    """Trains an adapter of kind sft, cringe or dpo and writes it."""
    make = {'sft': _sft, 'cringe': _cringe, 'dpo': _dpo}[options.kind]
    held = [r for r in rows if r.split == 'test'] or [r for r in rows if r.split == 'dev']
    held_sequences = _measured(language.tokenizer, held)
    texts = drift.paragraphs(language.tokenizer)
    before = run.memo('before', lambda: {**measure(language.model, held_sequences), 'neutral_nll': drift.neutral_nll(language.model, texts)})
    model = lm.with_lora(language.model, options.rank, options.alpha, options.seed, options.targets.split(','), options.top_layers)
    fitted = make(options, [r for r in rows if r.split == 'train'], run, language, model)
    scale, rise = 1.0, None
    if options.drift > 0:
        scale, rise = drift.hold(model, drift.scaler(model), texts, before['neutral_nll'], options.drift)
    metrics = {**fitted, **{f'{k}_base': v for k, v in before.items()}, **measure(model, held_sequences), 'complete': run.stopped is None}
    metrics |= {'scale': scale, 'neutral_perplexity_rise': rise}
    arrays = adapter.parameters(model, options.alpha * scale, options.rank)
    return rounded(metrics), lambda folder: adapter.write(arrays, f'{folder}/{adapter.FILE}')


def _measured(tokenizer, rows):
    return [(lm.sequence(tokenizer, r.context, r.reply), *belief(r, 'trust')) for r in rows[:MEASURED]]


@torch.no_grad()
def measure(model, held):
    """Loss per token of replies believed good and bad, and how well likelihood tells them apart."""
    model.eval()
    losses = []
    for at in range(0, len(held), 8):
        sequences = [s for s, _, _ in held[at : at + 8]]
        logits, targets, owner = lm.reply_logits(model, sequences)
        total = torch.zeros(len(sequences)).index_add_(0, owner, token_nll(logits, targets))
        losses += (total / torch.bincount(owner, minlength=len(sequences))).tolist()
    out = {'held_rows': len(held)}
    for name, side in (('nll_good', 1.0), ('nll_bad', 0.0)):
        chosen = [(loss, w) for loss, (_, good, w) in zip(losses, held, strict=True) if good == side and w > 0]
        if chosen:
            out[name] = sum(loss * w for loss, w in chosen) / sum(w for _, w in chosen)
    out['auc'] = auc([-v for v in losses], [g for _, g, _ in held], [w for _, _, w in held]) if held else None
    return out


def _fit(options, run, model, name, sequences, loss_of, epochs=None):
    """Goes over the sequences in batches of like length; loss_of(sequences of a batch)."""
    lengths = [sum(len(s.ids) for s in group) for group in sequences]
    batches = lm.plan(lengths, options.batch_tokens, epochs or options.epochs, options.seed)
    parameters = lm.trained(model)
    optimizer = torch.optim.AdamW(parameters.values(), lr=options.rate, weight_decay=0.0)
    total = len(batches)

    def step_loss(step):
        model.train()
        for group in optimizer.param_groups:
            group['lr'] = options.rate * min(1.0, (step + 1) / max(1, total // 20)) * (1 - 0.9 * step / total)
        return loss_of([sequences[i] for i in batches[step]])

    steps = run.fit(name, parameters, optimizer, total, step_loss)
    return {f'steps_{name}': steps, f'steps_{name}_planned': total}


def likely_loss(model, sequences):
    """Weighted mean -log p a token."""
    logits, targets, owner = lm.reply_logits(model, sequences)
    weights = torch.tensor([s.weight for s in sequences])[owner]
    return (token_nll(logits, targets) * weights).sum() / len(targets)


def mixed_loss(model, sequences, strength, k):
    """CE on the good + strength * Cringe on the bad, each a mean over its own tokens."""
    logits, targets, owner = lm.reply_logits(model, sequences)
    weights = torch.tensor([s.weight for s in sequences])[owner]
    good = torch.tensor([s.good for s in sequences])[owner]
    loss = logits.sum() * 0
    if good.any():
        loss = loss + (token_nll(logits[good], targets[good]) * weights[good]).sum() / good.sum()
    if not good.all():
        loss = loss + strength * (cringe_loss(logits[~good], targets[~good], k) * weights[~good]).sum() / (~good).sum()
    return loss


def good_sequences(tokenizer, rows, labels, use_gold=True):
    """What to imitate: better answers and replies believed good, once each row, by their weight."""
    chosen = []
    for row in rows:
        good, weight = belief(row, labels)
        if use_gold and row.gold and row.label == 'bad':
            sure = max(0.0, 2 * row.p_right - 1) if labels == 'trust' else weight * float(good < 0.5)
            chosen.append(lm.sequence(tokenizer, row.context, row.gold, sure))
        if good > 0.5:
            chosen.append(lm.sequence(tokenizer, row.context, row.reply, weight))
    return [s for s in chosen if s.weight > 0]


def _sft(options, rows, run, language, model):
    sequences = good_sequences(language.tokenizer, rows, options.labels, not options.no_gold)
    need(sequences, LEAST_ROWS, 'good replies and better answers')
    fitted = _fit(options, run, model, 'sft', [(s,) for s in sequences], lambda groups: likely_loss(model, [g[0] for g in groups]))
    return {'examples': len(sequences), **fitted}


def _cringe(options, rows, run, language, model):
    sequences = good_sequences(language.tokenizer, rows, options.labels, not options.no_gold)
    for row in rows:
        good, weight = belief(row, options.labels)
        if good <= 0.5 and weight > 0:
            sequences.append(lm.sequence(language.tokenizer, row.context, row.reply, weight, good=False))
    need([s for s in sequences if not s.good], LEAST_ROWS, 'bad replies')
    metrics = {}
    for turn in range(options.iterations):
        name = f'cringe{turn}'
        metrics |= _fit(
            options, run, model, name, [(s,) for s in sequences], lambda groups: mixed_loss(model, [g[0] for g in groups], options.cringe, options.top_k)
        )
        if turn + 1 < options.iterations and not run.stopped:
            labelled = run.memo(f'generated{turn}', lambda turn=turn: _label(options, rows, language, model, turn))
            metrics[f'generated{turn}'] = len(labelled)
            metrics[f'generated{turn}_good'] = sum(p for _, _, p in labelled) / max(1, len(labelled))
            for context, reply, p in labelled:
                if p != 0.5:
                    turns = [tuple(t) for t in context]
                    sequences.append(lm.sequence(language.tokenizer, turns, reply, abs(2 * p - 1), good=p > 0.5))
    return {'examples': len(sequences), **metrics}


def _label(options, rows, language, model, turn):
    """The model's own replies to contexts of the train split, with what the reward model believes of each."""
    from heed_trainer.reward import Scorer

    if not options.reward:
        raise TrainerError('no_reward_model', '--iterations above 1 labels own replies: name a reward model by --reward')
    contexts = list(dict.fromkeys(r.context for r in rows))[: options.generations]
    model.eval()
    replies = lm.generate(language, model, contexts, options.seed + 1000 + turn, max_new=options.max_new)
    pairs = [(c, r) for c, r in zip(contexts, replies, strict=True) if r]
    return [(c, r, p) for (c, r), p in zip(pairs, Scorer(options.reward).score(pairs), strict=True)]


def pairs_of(rows, labels, use_gold=True, limit=4):
    """(context, chosen, rejected, eps): better answers over bad replies, and good replies over bad ones of the same context."""
    out, by_context = [], collections.defaultdict(list)
    for row in rows:
        good, weight = belief(row, labels)
        if weight <= 0:
            continue
        p = row.p_good if labels in ('trust', 'soft') else good
        by_context[row.context].append((p, row.reply))
        if use_gold and row.gold and row.label == 'bad' and p < 0.5:
            out.append((row.context, row.gold, row.reply, p))
    for context, replies in by_context.items():
        goods = sorted((r for r in replies if r[0] > 0.5), reverse=True)
        bads = sorted(r for r in replies if r[0] < 0.5)
        both = [(context, g, b, pair_noise(pg, pb)) for pg, g in goods for pb, b in bads if g != b]
        out += both[:limit]
    return out


def _dpo(options, rows, run, language, model):
    pairs = pairs_of(rows, options.labels, not options.no_gold)
    need(pairs, LEAST_ROWS, 'preference pairs')
    tokenizer = language.tokenizer
    groups = [(lm.sequence(tokenizer, c, good), lm.sequence(tokenizer, c, bad), eps) for c, good, bad, eps in pairs]
    noise = {(a, b): eps for a, b, eps in groups}

    def loss_of(batch):
        sequences = [a for a, _ in batch] + [b for _, b in batch]
        with torch.no_grad(), model.disable_adapter():
            reference = log_likelihood(model, sequences)
        now, n = log_likelihood(model, sequences), len(batch)
        eps = torch.tensor([noise[pair] for pair in batch])
        return dpo_loss(now[:n], now[n:], reference[:n], reference[n:], eps, options.beta, options.loss).mean()

    fitted = _fit(options, run, model, 'dpo', [(a, b) for a, b, _ in groups], loss_of)
    return {'pairs': len(pairs), 'mean_noise': sum(p[3] for p in pairs) / len(pairs), **fitted}


def log_likelihood(model, sequences):
    """log p of each reply, a sum over its tokens."""
    logits, targets, owner = lm.reply_logits(model, sequences)
    return torch.zeros(len(sequences)).index_add(0, owner, -token_nll(logits, targets))
