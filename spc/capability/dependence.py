"""How many independent values an autocorrelated sample is worth, for its mean and for its sigma."""

import numpy as np
from scipy.special import ndtri

from spc.arrays import FloatArray, IntArray
from spc.capability.sample import Evidence
from spc.level_model import fit_level

# More points do not sharpen the picture, they only take time.
_LONGEST = 2000
_FEWEST = 20


def evidence_of(values: FloatArray) -> Evidence:
    """Return what the values are worth, as shares of their number; 1 where they look independent.

    The correlation is that of normal scores of the ranks, so that neither a mass at zero nor a
    long tail hides it.

    Parameters
    ----------
    values : shape (n,), oldest first; NaN is missing but keeps its place in time.

    Examples
    --------
    >>> noise = np.random.default_rng(0).normal(size=400)
    >>> evidence_of(noise)
    Evidence(for_mean=1.0, for_sigma=1.0)
    >>> slow = np.convolve(noise, 0.8 ** np.arange(40))[:400]
    >>> evidence_of(slow).for_mean < evidence_of(slow).for_sigma < 0.6
    True

    """
    recent = values[-_LONGEST:]
    scores = _normal_scores(recent)
    known = scores[~np.isnan(scores)]
    if known.size < _FEWEST or known.min() == known.max():
        return Evidence()
    level = fit_level(scores)
    if level.independence > 0.5:
        return Evidence()
    # The correlation of squares is the square of the correlation: share² · decay^(2 lag).
    doubled = 2 * level.share**2 * level.decay**2 / (1 - level.decay**2)
    return Evidence(
        for_mean=level.effective_n / level.n, for_sigma=float(1 / (level.weight @ (1 + doubled)))
    )


def _normal_scores(values: FloatArray) -> FloatArray:
    """Φ⁻¹ of (rank − ½) / n, ties at their middle rank; NaN stays NaN."""
    there = ~np.isnan(values)
    ordered, inverse, counts = _distinct(values[there])
    middle = np.cumsum(counts) - counts / 2
    scores = np.full(values.size, np.nan)
    scores[there] = ndtri(middle / max(ordered, 1))[inverse]
    return scores


def _distinct(known: FloatArray) -> tuple[int, IntArray, IntArray]:
    _, inverse, counts = np.unique(known, return_inverse=True, return_counts=True)
    return known.size, inverse, counts
