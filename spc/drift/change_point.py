"""When the change began that a chart has just signalled.

The estimate is that of maximum likelihood for a step from the known level in control to another
one (Hinkley 1970; Samuel, Pignatiello and Calvin 1998): of all starts, the one after which the
values contradict the level in control most. Starts that explain the values nearly as well form the
confidence set. How much worse they may be follows Siegmund (1986): the log-likelihoods before and
after the true start fall like two independent random walks, whose maxima are nearly exponential,
so the set holds the start with probability (1 − exp(−gap))².
"""

import math
from dataclasses import dataclass

import numpy as np
from scipy.linalg import cholesky, solve_triangular

from spc.arrays import BoolArray, FloatArray, IntArray, Values, as_counts, as_values
from spc.capability.interval import refuse_confidence
from spc.errors import ChartError, TooFewPointsError

LONGEST = 1000
"""Values before a signal that are looked at: more only take time."""


@dataclass(frozen=True, slots=True, eq=False)
class ChangePoint:
    """Start of a step change, with its confidence set.

    Attributes
    ----------
    index : first value after the change, from 0, in the array that was given.
    low, high : first and last start of the confidence set, both included.
    members : shape (n,), whether the set holds a start at each value; it may have gaps.
    before, after : level in control and estimated level after the change, in the unit of the values.
    log_likelihood_ratio : of the step against no change.
    confidence : of the set.

    """

    index: int
    low: int
    high: int
    members: BoolArray
    before: float
    after: float
    log_likelihood_ratio: float
    confidence: float

    @property
    def shift(self) -> float:
        """Level after the change less that before."""
        return self.after - self.before


def change_point(
    z: Values,
    *,
    signal: int | None = None,
    share: float = 0.0,
    decay: float = 0.0,
    baseline_n: float = math.inf,
    confidence: float = 0.95,
) -> ChangePoint:
    """Estimate when the mean of z values left 0.

    Parameters
    ----------
    z : shape (n,), oldest first
        Values in sigma from the centre of the process in control, such as the z values of a fitted
        law since the last change that was dealt with. NaN is missing.
    signal : index of the value that signalled, from 0; the last one unless given
        Later values are not used.
    share, decay : of the correlation share · decay^lag in control, as `spc.level_model` fits it
        With it the likelihood is that of the correlated series: a slow wave is not taken for a
        change, and the set is as wide as it must be.
    baseline_n : independent values that the centre was estimated from
    confidence : of the set, in (0, 1)

    Raises
    ------
    TooFewPointsError
        No value is present.
    ChartError
        `signal` outside the values, or another option out of range.

    Examples
    --------
    >>> found = change_point([0.3, -0.5, 0.1, -0.2, 2.9, 3.1, 2.6, 3.3])
    >>> found.index, found.low, found.high, round(found.shift, 2)
    (4, 4, 4, 2.98)

    """
    _refuse_correlation(share, decay)
    window = _window(as_values(z, "z"), signal)
    if not baseline_n > 0:
        raise ChartError(f"baseline_n must be above 0, but got {baseline_n}")
    ratio, step = _step_likelihood(window, share, decay, 1 / baseline_n)
    return _found(window, ratio, before=0.0, after=step, confidence=confidence)


def count_change_point(
    counts: Values,
    mean: float,
    *,
    dispersion: float = 0.0,
    signal: int | None = None,
    confidence: float = 0.95,
) -> ChangePoint:
    """Estimate when the mean of counts left `mean`.

    Parameters
    ----------
    counts : shape (n,), oldest first; NaN is missing.
    mean, dispersion : of the negative binomial law in control, as `spc.laws.negative_binomial`
        names them; dispersion 0 is Poisson (Samuel and Pignatiello 1998) and stays as it is.
    signal, confidence : as in `change_point`.

    Raises
    ------
    ValuesError
        Not counts.
    TooFewPointsError, ChartError
        As `change_point`; a mean that is not above 0, a dispersion below 0.

    Examples
    --------
    >>> found = count_change_point([2, 1, 3, 2, 9, 11, 8], 2.0)
    >>> found.index, round(found.after, 2)
    (4, 9.33)

    """
    if not (math.isfinite(mean) and mean > 0):
        raise ChartError(f"the mean in control must be finite and above 0, but got {mean}")
    if not (math.isfinite(dispersion) and dispersion >= 0):
        raise ChartError(f"the dispersion must be finite and at least 0, but got {dispersion}")
    window = _window(as_counts(counts, "counts"), signal)
    total = np.cumsum(window.values[::-1])[::-1]
    n = np.arange(total.size, 0, -1.0)
    after = total / n
    ratio = _count_gain(total, n, after, dispersion) - _count_gain(
        total, n, np.full(n.size, mean), dispersion
    )
    return _found(window, ratio, before=mean, after=after, confidence=confidence)


def _count_gain(
    total: FloatArray, n: FloatArray, mean: FloatArray, dispersion: float
) -> FloatArray:
    """Log-likelihood of n counts with this sum and mean, without what no mean changes."""
    # 0 · log 0 is 0: a stretch without counts has the mean 0.
    logs = np.log(np.where(mean > 0, mean, 1.0))
    if dispersion == 0:
        poisson: FloatArray = total * logs - n * mean
        return poisson
    spread = np.log1p(dispersion * mean)
    gain: FloatArray = total * (logs - spread) - n * spread / dispersion
    return gain


@dataclass(frozen=True, slots=True, eq=False)
class _Window:
    """The values up to a signal that are present, at most `LONGEST` of them."""

    values: FloatArray
    places: IntArray
    length: int


def _step_likelihood(
    window: _Window, share: float, decay: float, center_error: float
) -> tuple[FloatArray, FloatArray]:
    """Log-likelihood ratio and size of a step at each value, the level before it being 0."""
    values, places = window.values, window.places
    if share == 0 and center_error == 0:
        n = np.arange(values.size, 0, -1.0)
        total = np.cumsum(values[::-1])[::-1]
        return total**2 / (2 * n), total / n
    covariance = share * decay ** np.abs(places[:, None] - places) + center_error
    np.fill_diagonal(covariance, 1 + center_error)
    root = cholesky(covariance, lower=True)
    white = solve_triangular(root, values, lower=True)
    # Column t is the step that begins at value t.
    steps = solve_triangular(root, np.tri(values.size), lower=True)
    information = np.sum(steps**2, axis=0)
    size = white @ steps / information
    return size**2 * information / 2, size


def _window(values: FloatArray, signal: int | None) -> _Window:
    last = values.size - 1 if signal is None else signal
    if not 0 <= last < values.size:
        raise ChartError(f"the signal at {last} does not lie within the {values.size} values")
    places = np.flatnonzero(~np.isnan(values[: last + 1]))[-LONGEST:]
    if places.size == 0:
        raise TooFewPointsError(
            "every value up to the signal is missing; there is no change to date"
        )
    return _Window(values[places], places, values.size)


def _refuse_correlation(share: float, decay: float) -> None:
    if not (0 <= share <= 1 and 0 <= decay < 1):
        raise ChartError(
            f"share must be in [0, 1] and decay in [0, 1), but got {share} and {decay}"
        )


def _found(
    window: _Window, ratio: FloatArray, *, before: float, after: FloatArray, confidence: float
) -> ChangePoint:
    refuse_confidence(confidence)
    best = int(np.argmax(ratio))
    inside = window.places[ratio >= ratio[best] - gap_of(confidence)]
    members = np.zeros(window.length, dtype=np.bool_)
    members[inside] = True
    return ChangePoint(
        index=int(window.places[best]),
        low=int(inside[0]),
        high=int(inside[-1]),
        members=members,
        before=before,
        after=float(after[best]),
        log_likelihood_ratio=float(ratio[best]),
        confidence=confidence,
    )


def gap_of(confidence: float) -> float:
    """Return how far below the best log-likelihood a start may be (Siegmund 1986).

    Examples
    --------
    >>> round(gap_of(0.95), 2)
    3.68

    """
    return -math.log(1 - math.sqrt(confidence))
