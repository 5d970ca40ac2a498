"""Director (Arora et al., arXiv 2206.07694): a second head over the vocabulary that says of each next token whether it is of a good reply.

The language model stays as it is: the head reads its last hidden states. Decoding takes log p_LM + strength * log s(class).
The file has a column for each token that was learnt from; of all others the head says what the shared column says.
"""

import numpy as np
import torch

from heed_trainer import adapter, lm
from heed_trainer.losses import director_loss
from heed_trainer.measures import auc, rounded
from heed_trainer.rows import belief, need

FILE = 'director.onnx_adapter'
LEAST_ROWS = 8
TOKENS_A_STEP = 512
STATE_LENGTH = 3.0  # to which states are scaled on average, so that small weights can read them


class Head(torch.nn.Module):
    """A column [hidden] and a bias for each of some tokens, and what all tokens have in common; all zeros at first, which guides nothing."""

    def __init__(self, hidden, tokens):
        super().__init__()
        self.register_buffer('tokens', tokens)  # ascending
        self.weight = torch.nn.Parameter(torch.zeros(len(tokens), hidden))
        self.bias = torch.nn.Parameter(torch.zeros(len(tokens)))
        self.shared = torch.nn.Parameter(torch.zeros(hidden))  # a bad turn of the reply

    def scores(self, states, at):
        """Log-odds of the tokens at these places, [n] for places [n], or [n, m] for places [n, m]. states [n, hidden], scaled."""
        common = states @ self.shared
        if at.dim() == 1:
            return (states * self.weight[at]).sum(-1) + self.bias[at] + common
        return torch.einsum('nh,nmh->nm', states, self.weight[at]) + self.bias[at] + common[:, None]

    def of(self, states, tokens):
        """Log-odds of any tokens [n]."""
        at = torch.searchsorted(self.tokens, tokens).clamp_max(len(self.tokens) - 1)
        return torch.where(self.tokens[at] == tokens, self.scores(states, at), states @ self.shared)

    def arrays(self, scale, strength):
        """As they go into a file, for states that are not scaled; the shared part is in every column."""
        weight, shared = (self.weight + self.shared).T * scale, self.shared[:, None] * scale
        parts = {'tokens': self.tokens[None], 'weight': weight, 'bias': self.bias[None], 'shared': shared, 'strength': torch.tensor([[strength]])}
        return {f'director.{name}': np.ascontiguousarray(part.detach().numpy(), np.float32) for name, part in parts.items()}


class Guided(torch.nn.Module):
    """Stands in for a model's head: log p_LM + strength * log s(class), up to what all tokens have in common."""

    def __init__(self, lm_head, arrays):
        super().__init__()
        self.lm_head = lm_head
        self.register_buffer('tokens', torch.as_tensor(arrays['director.tokens'][0]).long())
        for part in ('weight', 'bias', 'shared', 'strength'):
            self.register_buffer(part, torch.as_tensor(arrays[f'director.{part}']))

    def forward(self, states):
        own = torch.nn.functional.logsigmoid(states @ self.weight + self.bias[0])
        common = torch.nn.functional.logsigmoid(states @ self.shared)
        return self.lm_head(states).index_add(-1, self.tokens, self.strength[0, 0] * (own - common))


def _weighty(rows, labels):
    """(row, good, weight) of rows that have a say."""
    return [(r, good, weight) for r in rows for good, weight in [belief(r, labels)] if weight > 0]


@torch.no_grad()
def _states(language, rows, labels):
    """(states, tokens, good, weight, owner) of all tokens of all replies, by the frozen model."""
    parts = []
    kept = _weighty(rows, labels)
    for at in range(0, len(kept), 8):
        batch = kept[at : at + 8]
        states, tokens, owner = lm.reply_states(language.model, [lm.sequence(language.tokenizer, r.context, r.reply) for r, _, _ in batch])
        good, weight = (torch.tensor([b[n] for b in batch], dtype=torch.float32)[owner] for n in (1, 2))
        parts.append((states, tokens, good, weight, owner + at))
    return [torch.cat(column) for column in zip(*parts, strict=True)]


def train(options, rows, run, language):
    """Trains the head on tokens of good and bad replies and writes it."""
    learnt = [r for r in rows if r.split == 'train']
    weighty = _weighty(learnt, options.labels)
    need([r for r, good, _ in weighty if good <= 0.5], LEAST_ROWS, 'bad replies')
    need([r for r, good, _ in weighty if good > 0.5], LEAST_ROWS, 'good replies')
    states, tokens, good, weight, _ = _states(language, learnt, options.labels)
    scale = STATE_LENGTH / float(states.norm(dim=1).mean())
    states *= scale
    torch.manual_seed(options.seed)
    used, at = torch.unique(tokens, return_inverse=True)
    head = Head(states.shape[1], used)
    parameters = dict(head.named_parameters())
    optimizer = torch.optim.AdamW(parameters.values(), lr=options.head_rate, weight_decay=0.0)
    steps = max(1, options.head_epochs * len(tokens) // TOKENS_A_STEP)

    def loss_of(step):
        chosen = torch.randint(len(tokens), (TOKENS_A_STEP,))
        others = torch.randint(len(used), (TOKENS_A_STEP, 4))
        seen = states[chosen]
        loss = director_loss(head.scores(seen, at[chosen]), good[chosen], head.scores(seen, others), options.gamma)
        return (loss * weight[chosen]).mean() + options.ridge * (head.shared.square().sum() + head.weight[at[chosen]].square().sum(1).mean())

    fitted = run.fit('director', parameters, optimizer, steps, loss_of)
    held = [r for r in rows if r.split == 'test'] or [r for r in rows if r.split == 'dev']
    metrics = {'steps': fitted, 'tokens': len(tokens), 'columns': len(used), 'complete': run.stopped is None, **_measure(head, language, held, scale)}
    arrays = head.arrays(scale, options.strength)
    return rounded(metrics), lambda folder: adapter.write(arrays, f'{folder}/{FILE}')


@torch.no_grad()
def _measure(head, language, held, scale):
    """How well the mean log-odds of a reply's tokens rank held replies."""
    if not _weighty(held, 'trust'):
        return {'held_rows': 0, 'auc': None}
    states, tokens, good, weight, owner = _states(language, held, 'trust')
    count = int(owner.max()) + 1
    per = torch.bincount(owner, minlength=count).clamp_min(1)
    mean = torch.zeros(count).index_add_(0, owner, head.of(states * scale, tokens)) / per
    labels, weights = (torch.zeros(count).index_add_(0, owner, v) / per for v in (good, weight))
    return {'held_rows': count, 'auc': auc(mean.numpy(), labels.numpy(), weights.numpy())}
