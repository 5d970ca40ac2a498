"""What a model of P(good) is worth: ranking and calibration. numpy only."""

import numpy as np


def auc(scores, good, weights=None):
    """Area under the ROC curve of weighted examples, ties a half; None with one class only."""
    scores, good = np.asarray(scores, float), np.asarray(good, float) > 0.5
    weights = np.ones(len(scores)) if weights is None else np.asarray(weights, float)
    values, at = np.unique(scores, return_inverse=True)
    up, down = (np.bincount(at, weights * side, len(values)) for side in (good, ~good))
    if not up.sum() or not down.sum():
        return None
    below = np.cumsum(down) - down
    return float((up * (below + down / 2)).sum() / (up.sum() * down.sum()))


def log_loss(p, target, weights=None):
    p = np.clip(np.asarray(p, float), 1e-7, 1 - 1e-7)
    target = np.asarray(target, float)
    return float(np.average(-target * np.log(p) - (1 - target) * np.log(1 - p), weights=weights))


def calibration_error(p, target, weights=None, bins=10):
    """Mean distance between what is said and what is so, over bins of equal count."""
    p, target = np.asarray(p, float), np.asarray(target, float)
    weights = np.ones(len(p)) if weights is None else np.asarray(weights, float)
    parts = [b for b in np.array_split(np.argsort(p, kind='stable'), bins) if weights[b].sum() > 0]
    gaps = [weights[b].sum() * abs(np.average(p[b], weights=weights[b]) - np.average(target[b], weights=weights[b])) for b in parts]
    return float(sum(gaps) / weights.sum())


def platt(logits, target, weights=None, ridge=1e-3, rounds=50):
    """(a, b) of s(a z + b), a >= 0, that fits soft targets: Newton's method from (1, 0), held towards it by the ridge."""
    z, t = np.asarray(logits, float), np.asarray(target, float)
    w = np.ones(len(z)) if weights is None else np.asarray(weights, float)
    w = w / max(w.sum(), 1e-9)
    x, theta, start = np.stack([z, np.ones(len(z))], 1), np.array([1.0, 0.0]), np.array([1.0, 0.0])

    def cost(v):
        return float((w * (np.logaddexp(0, x @ v) - t * (x @ v))).sum() + ridge / 2 * ((v - start) ** 2).sum())

    for _ in range(rounds):
        p = 1 / (1 + np.exp(-np.clip(x @ theta, -30, 30)))
        gradient = x.T @ (w * (p - t)) + ridge * (theta - start)
        step = np.linalg.solve((x * (w * p * (1 - p))[:, None]).T @ x + ridge * np.eye(2), gradient)
        size = 1.0
        while size > 1e-4 and cost(theta - size * step) > cost(theta):
            size /= 2
        theta = theta - size * step
        if np.abs(step).max() < 1e-9:
            break
    return max(float(theta[0]), 0.0), float(theta[1])


def rounded(metrics):
    """The same, to six digits."""
    return {k: round(v, 6) if isinstance(v, float) else v for k, v in metrics.items()}
