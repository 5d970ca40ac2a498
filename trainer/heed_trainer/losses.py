"""The losses, each with where its formula comes from. All take weights; a weight of 0 has no say.

p is the belief that a row's label is right; a row is worth |2p - 1| of a sure one, and below a half its label is turned round.
"""

import torch
import torch.nn.functional as F


def mean(values, weights):
    """Weighted mean; 0 where nothing has a weight."""
    return (values * weights).sum() / weights.sum().clamp_min(1e-9)


def reward_loss(logits, p_good, weights):
    """Cross-entropy with soft targets: -p log s(z) - (1 - p) log(1 - s(z))."""
    return mean(F.binary_cross_entropy_with_logits(logits, p_good, reduction='none'), weights)


def token_nll(logits, targets):
    """-log p(target), one a token. logits [n, vocab]."""
    return F.cross_entropy(logits, targets, reduction='none')


def cringe_loss(logits, targets, k, generator=None):
    """Cringe (Adolphs et al., arXiv 2211.05826), one a token: -log( e^s+ / (e^s+ + e^s-) ).

    s- is the bad token's logit, s+ that of one drawn from the model's own k likeliest other tokens, by their softmax. k = 1 draws nothing.
    """
    negative = logits.gather(1, targets[:, None]).squeeze(1)
    top = logits.detach().scatter(1, targets[:, None], float('-inf')).topk(k, dim=1)
    if k == 1:
        drawn = top.indices[:, 0]
    else:
        drawn = top.indices.gather(1, torch.multinomial(top.values.softmax(1), 1, generator=generator)).squeeze(1)
    positive = logits.gather(1, drawn[:, None]).squeeze(1)
    return F.softplus(negative - positive)


def dpo_loss(chosen, rejected, chosen_ref, rejected_ref, eps, beta=0.1, kind='cdpo'):
    """Preference loss of pairs, one a pair, where the pair stands the wrong way round with probability eps.

    All are sums of log p of a reply's tokens. h = beta (log-ratio of chosen - log-ratio of rejected);
    dpo (Rafailov et al., arXiv 2305.18290) takes eps as 0; cdpo (Mitchell 2023): -(1 - eps) log s(h) - eps log s(-h);
    rdpo (Chowdhury et al., arXiv 2403.00409), unbiased under that noise: (-(1 - eps) log s(h) + eps log s(-h)) / (1 - 2 eps).
    """
    h = beta * ((chosen - chosen_ref) - (rejected - rejected_ref))
    right, wrong = F.softplus(-h), F.softplus(h)
    if kind == 'dpo':
        return right
    if kind == 'cdpo':
        return (1 - eps) * right + eps * wrong
    if kind == 'rdpo':
        return ((1 - eps) * right - eps * wrong) / (1 - 2 * eps).clamp_min(0.1)
    raise ValueError(kind)


def director_loss(scores, good, others=None, gamma=0.1):
    """Director (Arora et al., arXiv 2206.07694), one a token: cross-entropy of the reply's token being of a good reply.

    others: scores of tokens that were not seen there; they are held at 1/2 with strength gamma.
    """
    seen = F.binary_cross_entropy_with_logits(scores, good, reduction='none')
    if others is None:
        return seen
    return seen + gamma * (others.sigmoid() - 0.5).square().mean(-1)


def director_decode(logits, scores, strength):
    """log p_LM + strength * log s(class), as log probabilities again. logits, scores: [..., vocab]."""
    return (logits.log_softmax(-1) + strength * F.logsigmoid(scores)).log_softmax(-1)


def pair_noise(p_chosen_good, p_rejected_good):
    """Probability that a pair stands the wrong way round, given that the two are not alike."""
    right = p_chosen_good * (1 - p_rejected_good)
    wrong = p_rejected_good * (1 - p_chosen_good)
    return wrong / max(right + wrong, 1e-9)
