"""What every law offers, and the one transform they share: z = Φ⁻¹(F(x))."""

from typing import Protocol

import numpy as np
from scipy.special import ndtri

from spc.arrays import FloatArray

# Φ⁻¹ of this is about −38: far beyond any limit, still finite.
_SMALLEST_PROBABILITY = 1e-300


class Law(Protocol):
    """A fitted distribution of one plotted statistic."""

    @property
    def name(self) -> str:
        """How reports call the law."""

    @property
    def center(self) -> float:
        """Where the centre line is drawn, in the unit of the values."""

    @property
    def sigma(self) -> float:
        """Standard deviation in the unit of the values."""

    def parameters(self) -> tuple[tuple[str, float], ...]:
        """Return the fitted numbers by name; enough to rebuild the law."""

    def z(self, values: FloatArray) -> FloatArray:
        """Return Φ⁻¹(F(x)) of every value, mid-p where the law is discrete; NaN stays NaN."""

    def quantile(self, probability: FloatArray) -> FloatArray:
        """Return the smallest value whose distribution function reaches `probability`."""


def normal_score(below: FloatArray, above: FloatArray) -> FloatArray:
    """Return Φ⁻¹ from both tails: the smaller tail decides, so that neither loses its digits.

    Parameters
    ----------
    below, above : same shape
        P(X < x) and P(X > x), each with half of P(X = x) where the law is discrete.

    Examples
    --------
    >>> normal_score(np.array([0.5, 1.0]), np.array([0.5, 1e-9])).round(3)
    array([0.   , 5.998])

    """
    low = ndtri(np.maximum(below, _SMALLEST_PROBABILITY))
    high = -ndtri(np.maximum(above, _SMALLEST_PROBABILITY))
    score: FloatArray = np.where(below <= above, low, high)
    return score
