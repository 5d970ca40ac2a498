"""How far an adapter takes the model from the text of all others, and how to hold it: the adapter is scaled down after training.

Between base and adapted weights lies most of what was learnt, at a fraction of what was lost (WiSE-FT, Wortsman et al., arXiv 2109.01903).
The text is ours, so that whoever trains elsewhere measures the same; the gate of a round measures another one.
"""

import importlib.resources

import torch

from heed_trainer.losses import token_nll

SCALES = (1.0, 0.85, 0.7, 0.6, 0.5, 0.42, 0.35, 0.3, 0.25, 0.2, 0.15, 0.1)
MOST_TOKENS = 256  # of a paragraph


def paragraphs(tokenizer):
    """Token ids of each paragraph of the neutral text that has more than one."""
    text = importlib.resources.files('heed_trainer').joinpath('neutral.txt').read_text()
    ids = [tokenizer(line, add_special_tokens=False)['input_ids'][:MOST_TOKENS] for line in text.splitlines()]
    return [torch.tensor([p]) for p in ids if len(p) > 1]


@torch.no_grad()
def neutral_nll(model, texts):
    """Mean -log p of the neutral text's tokens, each paragraph by itself."""
    model.eval()
    total, count = 0.0, 0
    for ids in texts:
        total += float(token_nll(model(input_ids=ids).logits[0, :-1], ids[0, 1:]).sum())
        count += ids.shape[1] - 1
    return total / count


def hold(model, scale_by, texts, base, most):
    """Scales the adapter to the largest of SCALES at which perplexity rises by no more than `most`; the least of them when none does. (scale, rise)"""
    for scale in SCALES:
        scale_by(scale)
        rise = float(torch.exp(torch.tensor(neutral_nll(model, texts) - base))) - 1
        if rise <= most:
            break
    return scale, rise


def scaler(model):
    """A function that sets what a PEFT model's adapter counts, 1: as it was trained."""
    parts = [m for m in model.modules() if isinstance(getattr(m, 'scaling', None), dict) and 'default' in m.scaling]
    trained = [m.scaling['default'] for m in parts]

    def scale_by(scale):
        for part, value in zip(parts, trained, strict=True):
            part.scaling['default'] = value * scale

    return scale_by
