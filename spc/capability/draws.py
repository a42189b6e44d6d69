"""What the true parameters may be, given a sample: evenly spread draws, the same at every call.

Draws of (mean, sigma) of a normal law follow from what is exact: the mean misses by a normal, s²
is a χ² (the generalised pivot of Weerahandi 1993). Whatever follows from mean and sigma, such as
the share beyond a limit, has the interval of its values over the draws (Krishnamoorthy and Mathew
2003). The points come from an additive recurrence instead of a random generator: quantiles are
exact to more digits and no result depends on a seed.
"""

import numpy as np
from scipy.special import betaincinv, gammaincinv, ndtri

from spc.arrays import FloatArray

DRAWS = 10_000


def spread_points(dimensions: int, n: int = DRAWS) -> FloatArray:
    """Return evenly spread points of the unit cube, one row per dimension.

    The fractional parts of ½ + i / g^j, where g^(d + 1) = g + 1: in one dimension the golden ratio.

    Examples
    --------
    >>> points = spread_points(2, 1000)
    >>> points.shape, bool(abs(points.mean() - 0.5) < 1e-3)
    ((2, 1000), True)

    """
    root = 2.0
    for _ in range(60):
        root = (1 + root) ** (1 / (dimensions + 1))
    steps = root ** -np.arange(1.0, dimensions + 1)
    points: FloatArray = (0.5 + np.outer(steps, np.arange(1, n + 1))) % 1.0
    # A draw at 0 or 1 exactly would be infinite.
    return np.clip(points, 1e-12, 1 - 1e-12)


def normal_draws(
    mean: float, sigma: float, n: float, freedom: float, points: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Return draws of the true mean and sigma of a normal sample.

    Parameters
    ----------
    mean, sigma : of the sample, sigma with `freedom` degrees of freedom.
    n : values behind the mean; may be fractional.
    points : shape (2, m), in (0, 1).

    Examples
    --------
    >>> mean, sigma = normal_draws(5.0, 2.0, 10, 9, spread_points(2))
    >>> round(float(np.median(mean)), 2), bool(np.quantile(sigma, 0.025) < 2 < sigma.max())
    (5.0, True)

    """
    true_sigma = sigma * np.sqrt(freedom / (2 * gammaincinv(freedom / 2, points[0])))
    true_mean: FloatArray = mean + ndtri(points[1]) * true_sigma / np.sqrt(n)
    return true_mean, true_sigma


def share_draws(hits: float, n: float, points: FloatArray) -> FloatArray:
    """Return draws of a true share of which `hits` of `n` were found, by Jeffreys' prior.

    Examples
    --------
    >>> draws = share_draws(30, 100, spread_points(1)[0])
    >>> round(float(np.median(draws)), 2)
    0.3

    """
    share: FloatArray = betaincinv(hits + 0.5, n - hits + 0.5, points)
    return share
