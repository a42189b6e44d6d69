"""By how much the same parts changed from one station to the next: paired, clustered by day."""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import stats

from spc.errors import ValuesError

FEW_GROUPS = 8
"""Below so many days the spread between days is not estimated: single parts are taken instead."""


@dataclass(frozen=True, slots=True)
class PairedIncrease:
    """Mean change of a value from one measurement of a part to its next.

    Attributes
    ----------
    pairs : int
        Parts measured at both.
    groups : int
        Days, or lots, that they come from.
    mean, low, high : float
        Mean change of a part, in the unit of the value, and its confidence interval; infinite
        where there are too few parts for one.
    p_value : float
        Two-sided, of no change at all.
    by_group : bool
        Whether the interval allows for days that differ.

    """

    pairs: int
    groups: int
    mean: float
    low: float
    high: float
    p_value: float
    by_group: bool

    @property
    def certain(self) -> bool:
        """Whether the interval excludes no change."""
        return self.low > 0 or self.high < 0


def paired_increase(
    pairs: npt.ArrayLike,
    totals: npt.ArrayLike,
    squares: npt.ArrayLike,
    *,
    confidence: float = 0.95,
) -> PairedIncrease:
    """Return the mean change with its interval, from sums over each day.

    Parts of one day resemble each other, so with eight days or more the standard error is that of
    clustered data, ``sqrt(G/(G-1) * sum((T_g - n_g * mean)^2)) / n`` with ``G - 1`` degrees of
    freedom (Liang and Zeger 1986, for a mean); with fewer days it is that of single parts.

    Parameters
    ----------
    pairs, totals, squares : array_like, shape (groups,)
        Of each day: the number of parts, the sum of their changes, the sum of their squares.
    confidence : float
        Of the interval, between 0 and 1.

    Raises
    ------
    ValuesError
        The arrays differ in length, hold no part, or the confidence is out of range.

    Examples
    --------
    Four parts on one day that changed by 0, 1, 2 and 3: mean 1.5, s = 1.290994, t(3) = 3.182446.

    >>> found = paired_increase([4], [6.0], [14.0])
    >>> found.mean, round(found.high - found.mean, 4)
    (1.5, 2.0543)

    """
    counts = np.asarray(pairs, dtype=np.float64)
    sums = np.asarray(totals, dtype=np.float64)
    squared = np.asarray(squares, dtype=np.float64)
    if not counts.shape == sums.shape == squared.shape or counts.ndim != 1:
        raise ValuesError("pairs, totals and squares need one value per day each")
    if not 0 < confidence < 1:
        raise ValuesError(f"the confidence must lie between 0 and 1, not {confidence:g}")
    held = counts > 0
    counts, sums, squared = counts[held], sums[held], squared[held]
    n, groups = float(counts.sum()), counts.size
    if not n:
        raise ValuesError("no part was measured at both stations")
    mean = float(sums.sum()) / n
    by_group = groups >= FEW_GROUPS
    if by_group:
        freedom = groups - 1.0
        spread = groups / freedom * float(np.square(sums - counts * mean).sum())
        error = math.sqrt(spread) / n
    else:
        freedom = n - 1.0
        # Rounding can leave a little less than nothing where every part changed alike.
        around = max(float(squared.sum()) - n * mean * mean, 0.0)
        error = math.sqrt(around / freedom / n) if freedom else math.inf
    return PairedIncrease(
        pairs=int(n),
        groups=groups,
        mean=mean,
        low=mean - _reach(error, freedom, confidence),
        high=mean + _reach(error, freedom, confidence),
        p_value=_p_value(mean, error, freedom),
        by_group=by_group,
    )


def _reach(error: float, freedom: float, confidence: float) -> float:
    if not math.isfinite(error):
        return math.inf
    return float(stats.t.ppf(0.5 + confidence / 2, freedom)) * error


def _p_value(mean: float, error: float, freedom: float) -> float:
    if not math.isfinite(error):
        return 1.0
    if error == 0:
        return 1.0 if mean == 0 else 0.0
    return float(2.0 * stats.t.sf(abs(mean) / error, freedom))
