"""Probabilities on either side of a value, with the value or without it, for every law."""

import numpy as np
from scipy.special import ndtr

from spc.arrays import FloatArray
from spc.laws.law import Law
from spc.laws.negative_binomial import NegativeBinomial
from spc.laws.zero_lognormal import ZeroLognormal


def at_most(law: Law, values: FloatArray) -> FloatArray:
    """Return P(X ≤ x).

    Examples
    --------
    >>> at_most(NegativeBinomial(1.0, 0.0), np.array([0.0, 0.5, np.inf])).round(4)
    array([0.3679, 0.3679, 1.    ])

    """
    match law:
        case NegativeBinomial():
            return 1 - _count_above(law, np.floor(values))
        case ZeroLognormal():
            size = law.zero_share + (1 - law.zero_share) * ndtr(_log_z(law, values))
            return np.where(values < 0, 0.0, size)
        case _:
            return np.asarray(ndtr(law.z(values)), dtype=np.float64)


def below(law: Law, values: FloatArray) -> FloatArray:
    """Return P(X < x)."""
    match law:
        case NegativeBinomial():
            return 1 - _count_above(law, np.ceil(values) - 1)
        case ZeroLognormal():
            return np.where(values <= 0, 0.0, at_most(law, values))
        case _:
            return at_most(law, values)


def above(law: Law, values: FloatArray) -> FloatArray:
    """Return P(X > x), with all digits of a small tail."""
    match law:
        case NegativeBinomial():
            return _count_above(law, np.floor(values))
        case ZeroLognormal():
            tail = (1 - law.zero_share) * ndtr(-_log_z(law, values))
            return np.where(values < 0, 1.0, tail)
        case _:
            return np.asarray(ndtr(-law.z(values)), dtype=np.float64)


def at_least(law: Law, values: FloatArray) -> FloatArray:
    """Return P(X ≥ x)."""
    match law:
        case NegativeBinomial():
            return _count_above(law, np.ceil(values) - 1)
        case ZeroLognormal():
            return np.where(values <= 0, 1.0, above(law, values))
        case _:
            return above(law, values)


def region_probabilities(law: Law, cuts: FloatArray) -> FloatArray:
    """Return the probability of each region that `cuts` make, the cuts themselves included.

    Parameters
    ----------
    cuts : shape (m,), rising

    Returns
    -------
    shape (2 m + 1,)
        Below the first cut, on it, between it and the next, on that, …, above the last.

    Examples
    --------
    >>> coin = NegativeBinomial(1.0, 0.0)
    >>> region_probabilities(coin, np.array([0.0, 1.5])).round(3)
    array([0.   , 0.368, 0.368, 0.   , 0.264])

    """
    low, low_with = below(law, cuts), at_most(law, cuts)
    high, high_with = above(law, cuts), at_least(law, cuts)
    found = np.empty(2 * cuts.size + 1)
    found[0], found[-1] = low[0], high[-1]
    found[1::2] = np.where(low < 0.5, low_with - low, high_with - high)
    # From the side of the smaller tail, so that far regions keep their digits.
    found[2:-1:2] = np.where(
        low_with[:-1] < 0.5, low[1:] - low_with[:-1], high[:-1] - high_with[1:]
    )
    return np.maximum(found, 0.0)


def _count_above(law: NegativeBinomial, counts: FloatArray) -> FloatArray:
    """P(X > c) at whole `counts`, from a table: many of them are equal."""
    known = np.clip(np.nan_to_num(counts, posinf=np.inf), -1, None)
    finite = known[np.isfinite(known)]
    table = law.above(np.arange(-1.0, (finite.max() if finite.size else -1) + 1))
    index = np.where(np.isfinite(known), known, -1).astype(np.intp) + 1
    return np.where(np.isfinite(known), table[index], 0.0)


def _log_z(law: ZeroLognormal, values: FloatArray) -> FloatArray:
    with np.errstate(divide="ignore"):
        z: FloatArray = (np.log(np.maximum(values, 0.0)) - law.log_mean) / law.log_sigma
    return z
