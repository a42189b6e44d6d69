"""Whether a level drifts towards its specification, and when it would cross."""

import math
from collections.abc import Callable
from dataclasses import dataclass

from spc.arrays import Values
from spc.capability.interval import Estimate, refuse_confidence
from spc.capability.specification import Specification
from spc.drift.trend import Trend, fit_trend
from spc.errors import ChartError
from spc.result import JsonDict

HORIZON = 14.0
"""Days within which a crossing matters."""

_BOUND = 0.90
_FARTHEST = 1e4
_HALVINGS = 34


@dataclass(frozen=True, slots=True)
class Crossing:
    """When the level crosses a specification limit if it goes on as it does.

    Attributes
    ----------
    limit : that is crossed, in the unit of the values.
    side : "upper" or "lower".
    time : from which on it is likelier that the level is beyond than not.
    low, high : 90 % bounds, each on its side; together an 80 % interval. Times are in the unit of
        the times that were given, never before the last value; infinite where it never comes.

    """

    limit: float
    side: str
    time: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, eq=False)
class Drift:
    """A level with its trend, against the specification.

    Attributes
    ----------
    trend : the fitted lines; `trend.level_at(time)` draws them.
    level : at the last value.
    slope : per unit of time.
    crossing : None where the slope leads to no limit, or its interval holds 0.
    horizon : in the unit of the times.

    """

    trend: Trend
    level: Estimate
    slope: Estimate
    crossing: Crossing | None
    horizon: float

    @property
    def drifting(self) -> bool:
        """Whether the slope is real and the limit may be crossed within the horizon."""
        return self.crossing is not None and self.crossing.low - self.trend.now <= self.horizon

    def to_dict(self) -> JsonDict:
        """Return the verdict and its numbers, JSON-safe; what never comes is None."""
        found = self.crossing
        return {
            "drifting": self.drifting,
            "level": self.level.to_dict(),
            "slope": self.slope.to_dict(),
            "horizon": self.horizon,
            "now": self.trend.now,
            "crossing": None
            if found is None
            else {
                "limit": found.limit,
                "side": found.side,
                "time": _finite(found.time),
                "low": _finite(found.low),
                "high": _finite(found.high),
            },
        }


def judge_drift(
    times: Values,
    values: Values,
    specification: Specification,
    *,
    horizon: float = HORIZON,
    confidence: float = 0.95,
) -> Drift:
    """Fit a line under correlated errors and predict when it crosses the specification.

    "Drifting" means that the interval of the slope excludes 0 and that the lower 90 % bound of the
    crossing with the limit ahead is within the horizon.

    Parameters
    ----------
    times : shape (n,), rising, in days or the unit of `horizon`
    values : shape (n,), as in `spc.drift.trend.fit_trend`; means of days are best
    specification : with one limit at least
    horizon : above 0
    confidence : of the intervals of slope and level

    Raises
    ------
    SpecificationError
        No limit.
    ChartError
        A horizon or confidence out of range.
    ValuesError, TooFewPointsError, ConstantSeriesError
        As `spc.drift.trend.fit_trend`.

    Examples
    --------
    >>> import numpy as np
    >>> days = np.arange(60.0)
    >>> noise = np.random.default_rng(2).normal(size=60)
    >>> rising = judge_drift(days, 5 + 0.1 * days + noise, Specification(upper=11.5))
    >>> rising.drifting, bool(rising.crossing.low < rising.crossing.time < rising.crossing.high)
    (True, True)
    >>> judge_drift(days, 5 + noise, Specification(upper=11.5)).drifting
    False

    """
    specification.refuse_unlimited()
    if not (math.isfinite(horizon) and horizon > 0):
        raise ChartError(f"the horizon must be finite and above 0, but got {horizon}")
    refuse_confidence(confidence)
    trend = fit_trend(times, values)
    slope = trend.slope_interval(confidence)
    return Drift(
        trend=trend,
        level=trend.level_at(trend.now, confidence),
        slope=slope,
        crossing=_crossing(trend, slope, specification, horizon),
        horizon=horizon,
    )


def _crossing(
    trend: Trend, slope: Estimate, specification: Specification, horizon: float
) -> Crossing | None:
    if slope.low is not None and slope.low > 0 and specification.upper is not None:
        limit, side = specification.upper, "upper"
    elif slope.high is not None and slope.high < 0 and specification.lower is not None:
        limit, side = specification.lower, "lower"
    else:
        return None

    def beyond(time: float) -> float:
        above = trend.probability_above(limit, time)
        return above if side == "upper" else 1 - above

    time, low, high = (
        _first_time(trend, beyond, share, horizon) for share in (0.5, 1 - _BOUND, _BOUND)
    )
    return Crossing(limit, side, time, low, high)


def _first_time(trend: Trend, beyond: Callable[[float], float], share: float, step: float) -> float:
    """First time from now on at which the level is beyond with probability `share`."""
    if beyond(trend.now) >= share:
        return trend.now
    ahead = step
    while beyond(trend.now + ahead) < share:
        ahead *= 2
        if ahead > _FARTHEST * step:
            return math.inf
    low, high = 0.0, ahead
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        low, high = (low, middle) if beyond(trend.now + middle) >= share else (middle, high)
    return trend.now + high


def _finite(time: float) -> float | None:
    return time if math.isfinite(time) else None
