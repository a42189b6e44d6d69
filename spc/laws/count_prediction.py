"""Upper limit for the next count that includes the error of estimating mean and dispersion.

A limit computed as if the fitted law were true is broken too often: with 100 counts and a tail of
1e-5 several times too often. Here the tail is averaged over every negative binomial law, each
weighted by how well it explains the baseline (the posterior predictive tail, on a fixed grid, so
it is deterministic). Priors: Jeffreys' for the mean, flat in the square root of the dispersion,
which is the usual choice for a standard deviation between groups.
"""

import numpy as np

from spc.arrays import FloatArray
from spc.laws.negative_binomial import CountSummary, tail_above

_DISPERSION_NODES = 40
_MEAN_NODES = 24
# A dispersion of 36 means that nearly all defects sit on one part in forty.
_LARGEST_ROOT = 6.0
# Laws less likely than the best by this much in log-likelihood carry no weight.
_NEGLIGIBLE = 30.0


def predictive_count_limit(
    values: FloatArray, tail: float, *, evidence: float = 1.0, poisson: bool = False
) -> tuple[float, float]:
    """Return the smallest limit that the next count exceeds with probability at most `tail`.

    Parameters
    ----------
    values : shape (n,)
        Counts of the baseline; NaN is missing.
    tail : probability above the limit
    evidence : in (0, 1]
        Effective over actual number of counts: under autocorrelation n counts say less.
    poisson : the dispersion is known to be 0.

    Returns
    -------
    limit, probability
        The limit and the predictive probability of a count above it.

    Examples
    --------
    >>> limit, probability = predictive_count_limit(np.array([4.0, 6.0, 5.0, 5.0] * 25), 1e-3)
    >>> limit, probability < 1e-3
    (13.0, True)

    """
    counts = CountSummary.of(values)
    mean, dispersion, weight = _posterior(counts, evidence, poisson=poisson)

    def above(limit: float) -> float:
        return float(weight @ tail_above(np.array(limit), mean, dispersion))

    low, high = -1.0, np.ceil(counts.mean) + 8.0
    while above(high) > tail:
        low, high = high, 2 * high
    while high - low > 1:
        middle = np.floor((low + high) / 2)
        low, high = (low, middle) if above(middle) <= tail else (middle, high)
    return float(high), above(high)


def _posterior(
    counts: CountSummary, evidence: float, *, poisson: bool
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return mean, dispersion and weight of the laws on the grid, flat."""
    if poisson:
        roots, root_weights = np.zeros(1), np.ones(1)
    else:
        low, high = _likely_roots(counts, evidence)
        roots, root_weights = _legendre(_DISPERSION_NODES, low, high)
    dispersion = (roots**2)[:, None]
    # The mean is known to this relative precision where the dispersion is what it is.
    spread = np.sqrt((1 / counts.mean + dispersion) / (counts.n * evidence))
    node, node_weight = np.polynomial.legendre.leggauss(_MEAN_NODES)
    log_ratio = spread * (0.5 + 6.5 * node)
    mean = counts.mean * np.exp(log_ratio)
    # Jeffreys' prior mean^(-1/2) in the mean is mean^(1/2) in its logarithm.
    log_weight = (
        evidence * counts.log_likelihood(mean, dispersion)
        + log_ratio / 2
        + np.log(spread * node_weight * root_weights[:, None])
    )
    weight = np.exp(log_weight - log_weight.max())
    flat = np.broadcast_to(dispersion, mean.shape).ravel()
    return mean.ravel(), flat, weight.ravel() / weight.sum()


def _likely_roots(counts: CountSummary, evidence: float) -> tuple[float, float]:
    """Range of the square root of the dispersion that the counts leave possible."""
    best = np.sqrt(counts.likeliest_dispersion())
    largest = max(_LARGEST_ROOT, 2 * best)
    roots = np.unique(np.concatenate([np.geomspace(1e-4, largest, 100), [0.0, best]]))
    profile = evidence * counts.profile(roots**2)
    possible = np.flatnonzero(profile > profile.max() - _NEGLIGIBLE)
    return float(roots[max(possible[0] - 1, 0)]), float(
        roots[min(possible[-1] + 1, roots.size - 1)]
    )


def _legendre(nodes: int, low: float, high: float) -> tuple[FloatArray, FloatArray]:
    """Nodes and weights of the Gauss-Legendre rule on [low, high]."""
    node, weight = np.polynomial.legendre.leggauss(nodes)
    half = (high - low) / 2
    return low + half * (node + 1), half * weight
