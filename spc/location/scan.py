"""Whether the pattern of defect positions has changed: a scan over regions and beginnings.

Of every region and every beginning among the newest nights, the share of the defects that lies in
the region is compared with that of the baseline: a binomial likelihood ratio, as in Kulldorff's
scan statistic (1997), here conditional on how many defects there are. The largest one is the
statistic. What it may be by chance is found by permuting whole days of the baseline, the last of
which take the part of the newest nights: defects of one part stay together, and so do the parts of
one day, so neither clusters nor days that differ make false alarms, and a change that has come
cannot hide itself among what is by chance. Permutations stop early where it is clear that nothing has
changed (Besag and Clifford 1991); the tail beyond their number is that of a Gumbel law fitted to
them (Abrams, Kulldorff and Kleinman 2010).
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from scipy.special import ndtri, stdtrit, xlogy

from spc.arrays import FloatArray, IntArray
from spc.errors import ChartError, TooFewPointsError
from spc.location.regions import SIDE, Region, regions

Function: TypeAlias = Callable[[FloatArray], FloatArray]

FEWEST_DAYS = 10
"""Days of a baseline below which nothing can be said: days could not be told from a change."""

WINDOWS = (1, 2, 3, 5, 7, 10, 14)
"""Newest nights, in days with parts, that a change may have lasted."""

MOST_PERMUTATIONS = 999
_FIRST_PERMUTATIONS = 39
_STOP_AFTER = 4
_TAIL = 0.005
_EULER = 0.5772156649015329


@dataclass(frozen=True, slots=True)
class LocationTest:
    """What a nightly test found.

    Attributes
    ----------
    p_value : probability of so large a statistic where nothing changed.
    statistic : root of twice the largest log-likelihood ratio; 0 where no region has more.
    region : where it is largest.
    window : days with parts since the change.
    observed, expected : parts with a defect in the cells of the region since then, and what the
        baseline would give.
    permutations : that were made.

    """

    p_value: float
    statistic: float
    region: Region
    window: int
    observed: int
    expected: float
    permutations: int

    @property
    def ratio(self) -> float:
        """Observed over expected."""
        return self.observed / self.expected if self.expected > 0 else math.inf


def scan_locations(
    baseline: IntArray, newest: IntArray, *, seed: int, permutations: int = MOST_PERMUTATIONS
) -> LocationTest:
    """Test whether the newest days have more of their defects in some region than the baseline.

    Parameters
    ----------
    baseline : shape (days, 64)
        Parts with the class in each cell of the coarse grid, one row a day, in any order.
    newest : shape (days, 64)
        The days to be judged, oldest first.
    seed : of the permutations, so that a test made again gives the same p value.
    permutations : at most so many.

    Raises
    ------
    TooFewPointsError
        Fewer than `FEWEST_DAYS` days in the baseline, no newest day, or no defect in either.
    ChartError
        Not two arrays of this shape.

    Examples
    --------
    >>> rng = np.random.default_rng(5)
    >>> days = rng.poisson(0.5, size=(35, 64))
    >>> days[28:, 7] += rng.poisson(3.0, size=7)
    >>> found = scan_locations(days[:28], days[28:], seed=1)
    >>> found.region.name, found.p_value < 0.05, found.window
    ('upper right corner', True, 7)

    """
    days = _checked(baseline, newest)
    found, members = regions()
    counts = days @ members
    totals = days.sum(axis=1)
    windows = np.array([length for length in WINDOWS if length <= len(newest)])
    n0 = len(baseline)
    spans = _spans(len(totals), n0, windows)
    xlogx = _xlogx(days)
    ratios = _likelihood_ratios(spans, counts, totals, xlogx)
    at_window, at_region = np.unravel_index(int(np.argmax(ratios)), ratios.shape)
    largest = float(ratios[at_window, at_region])
    window = int(windows[at_window])
    p_value, made = _significance(
        counts,
        totals,
        n0,
        windows,
        xlogx=xlogx,
        largest=largest,
        rng=np.random.default_rng(seed),
        permutations=permutations,
    )
    since = counts[len(counts) - window :, at_region].sum()
    share = counts[:n0, at_region].sum() / totals[:n0].sum()
    return LocationTest(
        p_value=p_value,
        statistic=math.sqrt(2 * largest),
        region=found[at_region],
        window=window,
        observed=int(since),
        expected=float(share * totals[len(totals) - window :].sum()),
        permutations=made,
    )


def _checked(baseline: IntArray, newest: IntArray) -> FloatArray:
    for name, array in (("baseline", baseline), ("newest", newest)):
        if array.ndim != 2 or array.shape[1] != SIDE * SIDE:
            raise ChartError(f"{name} must have shape (days, {SIDE * SIDE}), got {array.shape}")
    if len(baseline) < FEWEST_DAYS or not len(newest):
        raise TooFewPointsError(
            f"{len(baseline)} days before and {len(newest)} to judge are too few; {FEWEST_DAYS} "
            "days of a baseline and one night are needed"
        )
    if not baseline.any() or not newest.any():
        raise TooFewPointsError("there is no defect on one side; nothing can be compared")
    return np.concatenate([baseline, newest]).astype(float)


def _spans(n: int, n0: int, windows: IntArray) -> FloatArray:
    """Which of n days in their order are before, and which in each window.

    Shape (1 + windows, n), 1 where a day is in; the first `n0` days are the baseline, windows count
    from the end.
    """
    places = np.arange(n)
    found = np.stack([places < n0, *(places >= n - length for length in windows)])
    return found.astype(np.float64)


def _likelihood_ratios(
    spans: FloatArray, counts: FloatArray, totals: FloatArray, xlogx: Function
) -> FloatArray:
    """Log-likelihood ratios of shape (windows, regions); 0 where the newest share is not larger."""
    hits, n = spans @ counts, (spans @ totals)[:, None]
    before, since = hits[:1], hits[1:]
    n_before, n_since = n[:1], n[1:]
    gain = (
        _binomial(since, n_since, xlogx)
        + _binomial(before, n_before, xlogx)
        - _binomial(since + before, n_since + n_before, xlogx)
    )
    more = since * n_before > before * n_since
    return np.where(more, np.maximum(gain, 0.0), 0.0)


def _xlogx(days: FloatArray) -> Function:
    """k·log(k), looked up where numbers are whole: that takes a fifth of the time.

    The days of a power calculation have expected numbers, which are not.
    """
    if (days != np.floor(days)).any():
        return lambda numbers: np.asarray(xlogy(numbers, numbers), dtype=np.float64)
    whole = np.arange(int(days.sum()) + 1)
    table = np.asarray(xlogy(whole, whole), dtype=np.float64)
    return lambda numbers: table.take(numbers.astype(np.intp))


def _binomial(hits: FloatArray, n: FloatArray, xlogx: Function) -> FloatArray:
    """Largest log-likelihood of `hits` of n, up to what does not depend on the share."""
    return xlogx(hits) + xlogx(n - hits) - xlogx(n)


def _significance(
    counts: FloatArray,
    totals: FloatArray,
    n0: int,
    windows: IntArray,
    *,
    xlogx: Function,
    largest: float,
    rng: np.random.Generator,
    permutations: int,
) -> tuple[float, int]:
    """The p value of the largest ratio, and how many permutations it took."""
    if largest == 0:
        return 1.0, 0
    # The newest days stay out of it: a change in them would hide itself among what is by chance.
    # They were not seen yet, and how days differ is known from n0 of them: as for a prediction
    # interval by Student's law, which needs ratios this much larger.
    unseen = (n0 + 1) / (n0 - 1) * float(stdtrit(n0 - 1, _TAIL) / ndtri(_TAIL)) ** 2
    before, n_before = counts[:n0], totals[:n0]
    longest = min(int(windows[-1]), n0 // 2)
    shorter = windows[windows <= longest]
    spans = _spans(n0, n0 - longest, shorter)
    permuted = np.empty_like(spans)
    drawn: list[float] = []
    beyond = 0
    while len(drawn) < permutations:
        permuted[:, rng.permutation(n0)] = spans
        ratios = _likelihood_ratios(permuted, before, n_before, xlogx)
        drawn.append(unseen * float(ratios.max()))
        beyond += drawn[-1] >= largest
        if beyond >= _STOP_AFTER and len(drawn) >= _FIRST_PERMUTATIONS:
            return beyond / len(drawn), len(drawn)
    empirical = (beyond + 1) / (len(drawn) + 1)
    if beyond >= _STOP_AFTER:
        return empirical, len(drawn)
    return min(empirical * _STOP_AFTER, _gumbel_tail(np.array(drawn), largest)), len(drawn)


def _gumbel_tail(drawn: FloatArray, value: float) -> float:
    """Probability above `value` of the Gumbel law with the moments of `drawn`."""
    scale = float(drawn.std(ddof=1)) * math.sqrt(6) / math.pi
    if scale == 0:
        return 1.0
    mode = float(drawn.mean()) - _EULER * scale
    return -math.expm1(-math.exp(-(value - mode) / scale))
