"""Test of the normal law by Anderson and Darling, which looks at the tails."""

import math

import numpy as np
from scipy.special import log_ndtr

from spc.arrays import FloatArray

_FEWEST = 8


def normality_p(values: FloatArray) -> float:
    """Return the p-value that `values` are normal, mean and sigma estimated; 1 below 8 values.

    Anderson-Darling with the p-values of D'Agostino and Stephens (1986), table 4.9.

    Examples
    --------
    >>> sample = np.random.default_rng(0).normal(size=200)
    >>> bool(normality_p(sample) > 0.05), bool(normality_p(np.exp(sample)) < 1e-6)
    (True, True)

    """
    n = values.size
    if n < _FEWEST or values.min() == values.max():
        return 1.0
    z = (np.sort(values) - values.mean()) / values.std(ddof=1)
    weight = 2 * np.arange(1, n + 1) - 1
    square = -n - float(weight @ (log_ndtr(z) + log_ndtr(-z[::-1]))) / n
    return _p_value(square * (1 + 0.75 / n + 2.25 / n**2))


def _p_value(statistic: float) -> float:
    a = statistic
    if a >= 10:
        return 0.0
    if a >= 0.6:
        return math.exp(1.2937 - 5.709 * a + 0.0186 * a**2)
    if a >= 0.34:
        return math.exp(0.9177 - 4.279 * a - 1.38 * a**2)
    if a >= 0.2:
        return 1 - math.exp(-8.318 + 42.796 * a - 59.938 * a**2)
    return 1 - math.exp(-13.436 + 101.14 * a - 223.73 * a**2)
