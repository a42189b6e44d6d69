"""Skewness and excess kurtosis, of samples and of the z values that a law itself produces."""

import numpy as np

from spc.arrays import FloatArray
from spc.laws.law import Law

_SHARES = 1024


def skewness(values: FloatArray) -> float:
    """Third standardised moment; 0 for symmetric values.

    Examples
    --------
    >>> skewness(np.array([-1.0, 0.0, 1.0]))
    0.0

    """
    deviation = values - values.mean()
    return float(np.mean(deviation**3) / np.mean(deviation**2) ** 1.5)


def excess(values: FloatArray) -> float:
    """Fourth standardised moment less the normal law's 3.

    Examples
    --------
    >>> excess(np.array([-1.0, 1.0]))
    -2.0

    """
    deviation = values - values.mean()
    return float(np.mean(deviation**4) / np.mean(deviation**2) ** 2 - 3)


def own_scores(law: Law) -> FloatArray:
    """Return the z values at the midpoints of equal shares of `law`: not normal where it is discrete."""
    return law.z(law.quantile((np.arange(_SHARES) + 0.5) / _SHARES))
