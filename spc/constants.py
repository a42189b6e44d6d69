"""Control chart constants, computed: the printed tables are rounded, some of them wrongly.

For n independent standard normal values: d2 and d3 are mean and standard deviation of the range,
c4 the mean of the standard deviation s, d4 the median of the range of two.
"""

from functools import lru_cache
from math import exp, lgamma, pi, sqrt

import numpy as np
from scipy.special import ndtr, ndtri

from spc.arrays import FloatArray
from spc.errors import ChartError


@lru_cache(maxsize=256)
def d2(n: int) -> float:
    """Mean of the range of `n` standard normal values.

    Raises
    ------
    ChartError
        `n` below 2.

    Examples
    --------
    >>> round(d2(5), 6)
    2.325929

    """
    _check_size(n)
    if n == 2:
        return 2 / sqrt(pi)
    x, weight = _nodes()
    below = ndtr(x)
    return float(np.sum(weight * (1 - below**n - (1 - below) ** n)))


@lru_cache(maxsize=256)
def d3(n: int) -> float:
    """Return the standard deviation of the range of `n` standard normal values.

    Raises
    ------
    ChartError
        `n` below 2.

    Examples
    --------
    >>> round(d3(5), 6)
    0.864082

    """
    _check_size(n)
    if n == 2:
        return sqrt(2 - 4 / pi)
    x, weight = _nodes()
    # E[R²] = 2 ∫ r P(R > r) dr, and P(R ≤ r) = n ∫ φ(x) (Φ(x + r) − Φ(x))^(n − 1) dx.
    density = weight * np.exp(-(x**2) / 2) / sqrt(2 * pi)
    node, r_weight = np.polynomial.legendre.leggauss(80)
    r = 7 * (node + 1)
    at_most = n * (ndtr(x + r[:, None]) - ndtr(x)) ** (n - 1) @ density
    square = 2 * 7 * float(r_weight @ (r * (1 - at_most)))
    return sqrt(square - d2(n) ** 2)


@lru_cache(maxsize=256)
def c4(n: float) -> float:
    """Mean of the standard deviation s of `n` standard normal values.

    `n` may be fractional: c4(df + 1) unbiases a pooled s with df degrees of freedom.

    Raises
    ------
    ChartError
        `n` not above 1.

    Examples
    --------
    >>> round(c4(5), 6)
    0.939986

    """
    if not n > 1:
        raise ChartError(f"c4 needs a subgroup size above 1, but got {n}")
    return sqrt(2 / (n - 1)) * exp(lgamma(n / 2) - lgamma((n - 1) / 2))


def d4_of_two() -> float:
    """Median of the range of two standard normal values, for the median moving range.

    Examples
    --------
    >>> round(d4_of_two(), 4)
    0.9539

    """
    return sqrt(2) * float(ndtri(0.75))


def _check_size(n: int) -> None:
    if n < 2:
        raise ChartError(f"a range needs a subgroup size of at least 2, but got {n}")


@lru_cache(maxsize=1)
def _nodes() -> tuple[FloatArray, FloatArray]:
    """Equidistant nodes over ±9 sigma and their weights."""
    # For smooth functions that vanish at both ends this rule beats any power of the step.
    x = np.linspace(-9, 9, 361)
    return x, np.full(x.size, x[1] - x[0])
