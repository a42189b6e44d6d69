"""Whether a least-squares line through a few means has a slope at all."""

import math

from scipy import stats

from spc.errors import ValuesError


def slope_p_value(explained: float, points: int) -> float:
    """Return the two-sided p-value of no slope, from the share of the variance a line explains.

    The t-test of simple regression: ``t = sqrt(R^2 (n - 2) / (1 - R^2))`` with n - 2 degrees of
    freedom. It takes the points as independent: give it means of days, not single parts.

    Parameters
    ----------
    explained : float
        R squared of the line, from 0 to 1.
    points : int
        Number of points, 3 or more.

    Raises
    ------
    ValuesError
        R squared is out of range, or there are too few points.

    Examples
    --------
    R² = 0.6 over ten points: t = 3.4641, and t(8) exceeds it with p = 0.0085.

    >>> round(slope_p_value(0.6, 10), 4)
    0.0085

    """
    if not 0 <= explained <= 1:
        raise ValuesError(f"R squared lies between 0 and 1, not at {explained:g}")
    if points < 3:
        raise ValuesError(f"a slope through {points} points cannot be tested; 3 are needed")
    if explained == 1:
        return 0.0
    t = math.sqrt(explained * (points - 2) / (1 - explained))
    return 2.0 * float(stats.t.sf(t, points - 2))
