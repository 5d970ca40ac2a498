"""Losses against values worked out by hand."""

import math

import pytest
import torch

from heed_trainer import losses

LN = math.log


def test_reward_loss_is_soft_cross_entropy():
    # Given odds of 3 to 1 (p = 3/4), beliefs of 0.9 and 0.2, weights of 1 and 3
    logits = torch.tensor([LN(3), LN(3)])
    # When
    loss = losses.reward_loss(logits, torch.tensor([0.9, 0.2]), torch.tensor([1.0, 3.0])).item()
    # Then
    first = -0.9 * LN(0.75) - 0.1 * LN(0.25)
    second = -0.2 * LN(0.75) - 0.8 * LN(0.25)
    assert loss == pytest.approx((first + 3 * second) / 4, abs=1e-6)


def test_cringe_with_k_1_contrasts_with_the_likeliest_other_token():
    # Given logits 2, 1, 0: the bad token is the likeliest in the first row, the last in the second
    logits = torch.tensor([[2.0, 1.0, 0.0], [2.0, 1.0, 0.0]])
    # When
    loss = losses.cringe_loss(logits, torch.tensor([0, 2]), 1)
    # Then: -log(e^1 / (e^1 + e^2)) = log(1 + e) and -log(e^2 / (e^2 + e^0)) = log(1 + e^-2)
    assert loss.tolist() == pytest.approx([LN(1 + math.e), LN(1 + math.exp(-2))], abs=1e-6)


def test_cringe_pushes_the_bad_token_down_and_the_drawn_one_up():
    # Given
    logits = torch.tensor([[2.0, 1.0, 0.0]], requires_grad=True)
    # When
    losses.cringe_loss(logits, torch.tensor([0]), 1).sum().backward()
    # Then: d/ds- = s(s- - s+) = s(1)
    p = 1 / (1 + math.exp(-1))
    assert logits.grad[0].tolist() == pytest.approx([p, -p, 0.0], abs=1e-6)


def test_cringe_draws_among_the_k_likeliest_by_their_softmax():
    # Given many rows with the bad token last and others of odds 3 to 1
    n = 8000
    logits = torch.tensor([[LN(3), 0.0, -5.0, -9.0]]).repeat(n, 1)
    # When
    loss = losses.cringe_loss(logits, torch.full((n,), 3), 2, torch.Generator().manual_seed(1))
    # Then: two values only, three quarters of the first
    high, low = math.log1p(math.exp(-9 - LN(3))), math.log1p(math.exp(-9.0))
    share = (loss < (high + low) / 2).float().mean().item()
    assert share == pytest.approx(0.75, abs=0.02)


@pytest.mark.parametrize(('kind', 'eps'), [('dpo', 0.3), ('cdpo', 0.3), ('rdpo', 0.3), ('cdpo', 0.0), ('rdpo', 0.0)])
def test_preference_losses(kind, eps):
    # Given log-ratios of +2 and -1: h = 0.5 * 3
    values = [torch.tensor([v]) for v in (-3.0, -6.0, -5.0, -5.0)]
    # When
    loss = losses.dpo_loss(*values, torch.tensor([eps]), beta=0.5, kind=kind).item()
    # Then
    right, wrong = LN(1 + math.exp(-1.5)), LN(1 + math.exp(1.5))
    hand = {'dpo': right, 'cdpo': (1 - eps) * right + eps * wrong, 'rdpo': ((1 - eps) * right - eps * wrong) / (1 - 2 * eps)}
    assert loss == pytest.approx(hand[kind], abs=1e-6)


def test_rdpo_is_unbiased_under_its_noise():
    # Given a pair seen the right way round with 1 - eps and the wrong way with eps
    values, eps = [torch.tensor([v]) for v in (-3.0, -6.0, -5.0, -5.0)], torch.tensor([0.2])
    right = losses.dpo_loss(*values, eps, kind='rdpo')
    wrong = losses.dpo_loss(values[1], values[0], values[3], values[2], eps, kind='rdpo')
    # When
    expected = (0.8 * right + 0.2 * wrong).item()
    # Then
    assert expected == pytest.approx(losses.dpo_loss(*values, eps, kind='dpo').item(), abs=1e-6)


def test_director_loss_holds_unseen_tokens_at_a_half():
    # Given a token of a good reply at odds 3 to 1, and others at 3/4 and 1/2
    scores, others = torch.tensor([LN(3)]), torch.tensor([[LN(3), 0.0]])
    # When
    loss = losses.director_loss(scores, torch.tensor([1.0]), others, gamma=0.2).item()
    # Then
    assert loss == pytest.approx(-LN(0.75) + 0.2 * (0.25**2 + 0) / 2, abs=1e-6)


def test_director_decoding_multiplies_and_normalises():
    # Given p = 3/4, 1/4 and classes at 1/4, 3/4
    logits, scores = torch.tensor([LN(3), 0.0]), torch.tensor([-LN(3), LN(3)])
    # When
    p = losses.director_decode(logits, scores, 1.0).exp()
    # Then: 3/16 each
    assert p.tolist() == pytest.approx([0.5, 0.5], abs=1e-6)


def test_pair_noise():
    assert losses.pair_noise(0.9, 0.2) == pytest.approx(0.02 / 0.74)
