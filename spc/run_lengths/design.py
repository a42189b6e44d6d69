"""Limits for one false alarm in so many points under a given process: run lengths the other way round."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

import numpy as np
from scipy.optimize import brentq
from scipy.special import ndtr, ndtri

from spc.cusum import DEFAULT_SLACK
from spc.errors import ChartError
from spc.ewma import DEFAULT_SMOOTHING
from spc.laws.law import Law
from spc.laws.negative_binomial import NegativeBinomial
from spc.laws.zero_lognormal import ZeroLognormal
from spc.options import ChartOptions
from spc.result import JsonDict
from spc.run_lengths.changes import mean_of
from spc.run_lengths.charts import STANDARD
from spc.run_lengths.estimation import (
    Estimates,
    cusum_rate,
    drawn_estimates,
    ewma_rate,
    individuals_rate,
    known,
    standardised,
)
from spc.run_lengths.fitted_limits import upper_limit_rate
from spc.run_lengths.mewma import mewma_run_length, t2_run_length
from spc.run_lengths.moving_range import moving_range_sigma
from spc.simulation import SeriesModel

_LEAST, _MOST = 2.0, 1e9
_PRECISE = 1e-7
_GROWTH, _FARTHEST = 1.3, 200.0


@dataclass(frozen=True, slots=True)
class Design:
    """Limits of a chart and what they cost.

    Attributes
    ----------
    kind : of the chart
    option : name of the chart option that was solved for: "width" (in sigma), "decision" (h, or the
        limit of T² and MEWMA), or "probability" (above a limit of the fitted law).
    value : of that option
    lcl, ucl : the limits it gives on the process designed for, in the unit of the values; None where
        a limit depends on the points before or there is none.
    points_per_episode : expected points per false alarm start, the error of estimating the limits
        included: 1 / mean rate over baselines.
    baseline : points of the baseline that this error is for, None where it is endless.

    """

    kind: str
    option: str
    value: float
    lcl: float | None
    ucl: float | None
    points_per_episode: float
    baseline: int | None

    def to_dict(self) -> JsonDict:
        """Return a JSON-safe dictionary."""
        return {
            "kind": self.kind,
            "option": self.option,
            "value": self.value,
            "lcl": self.lcl,
            "ucl": self.ucl,
            "points_per_episode": self.points_per_episode,
            "baseline": self.baseline,
        }


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be designed: as the parameters of `design`."""

    model: SeriesModel
    points: float
    baseline: int | None
    options: ChartOptions
    dimensions: int

    @property
    def estimator(self) -> str:
        """Of sigma."""
        return self.options.estimator or "mr"

    def estimates(self, model: SeriesModel) -> Estimates:
        """Return what baselines of that length say."""
        if self.baseline is None:
            return known(model, self.estimator)
        return drawn_estimates(model, self.baseline, estimator=self.estimator)


def design(
    kind: str,
    law: Law | SeriesModel = STANDARD,
    *,
    points_per_episode: float,
    baseline: int | None = None,
    options: ChartOptions | None = None,
    dimensions: int = 1,
) -> Design:
    """Find the limits that give one false alarm start in so many points.

    Parameters
    ----------
    kind : "imr", "ewma", "cusum", "c", "nb", "two-part", "t2" or "mewma"
    law : of single values in control; a `SeriesModel` where they are autocorrelated.
    points_per_episode : in-control run length wanted (ARL₀), in (2, 1e9)
    baseline : points that the limits will be learnt from; their error then widens the limits, so that
        the mean rate over such baselines is 1 / `points_per_episode`. None is an endless baseline.
    options : λ, k and the estimator of sigma
    dimensions : values per point, for t2 and mewma

    Raises
    ------
    ChartError
        A kind that cannot be designed, a run length out of range, or a law that does not suit.

    Examples
    --------
    >>> round(design("imr", points_per_episode=370.4).value, 3)
    3.0
    >>> round(design("ewma", points_per_episode=500).value, 2)
    2.96
    >>> short = design("imr", points_per_episode=370.4, baseline=30)
    >>> round(short.value, 1)
    3.5

    """
    if kind not in _DESIGNS:
        raise ChartError(
            f"there is no design of a {kind} chart; designed are: {', '.join(_DESIGNS)}"
        )
    if not _LEAST < points_per_episode < _MOST:
        raise ChartError(
            f"points per episode must be above {_LEAST:g} and below {_MOST:g}, but got "
            f"{points_per_episode:g}"
        )
    model = law if isinstance(law, SeriesModel) else SeriesModel(law)
    wanted = Wanted(model, points_per_episode, baseline, options or ChartOptions(), dimensions)
    return _DESIGNS[kind](kind, wanted)


def _individuals(kind: str, wanted: Wanted) -> Design:
    estimates = wanted.estimates(wanted.model)

    def points(width: float) -> float:
        return 1 / max(individuals_rate(wanted.model, estimates, width), 1e-300)

    width = _solve(points, wanted.points, width_of_probability(1 / wanted.points))
    end = known(wanted.model, wanted.estimator)
    center, sigma = float(end.center[0]), float(end.sigma[0])
    low, high = center - width * sigma, center + width * sigma
    return Design(kind, "width", width, low, high, points(width), wanted.baseline)


def _ewma(kind: str, wanted: Wanted) -> Design:
    _refuse_correlated(kind, wanted.model)
    smoothing = wanted.options.smoothing or DEFAULT_SMOOTHING
    rate = ewma_rate(wanted.estimates(standardised(wanted.model)), smoothing)
    width = _solve(lambda wide: 1 / rate(wide), wanted.points, 3.0)
    half = width * moving_range_sigma(wanted.model) * math.sqrt(smoothing / (2 - smoothing))
    middle = mean_of(wanted.model.law)
    found = 1 / rate(width)
    return Design(kind, "width", width, middle - half, middle + half, found, wanted.baseline)


def _cusum(kind: str, wanted: Wanted) -> Design:
    _refuse_correlated(kind, wanted.model)
    slack = DEFAULT_SLACK if wanted.options.slack is None else wanted.options.slack
    rate = cusum_rate(wanted.estimates(standardised(wanted.model)), slack)
    decision = _solve(lambda h: 1 / rate(h), wanted.points, 5.0)
    found = 1 / rate(decision)
    return Design(kind, "decision", decision, None, None, found, wanted.baseline)


def _upper(kind: str, wanted: Wanted) -> Design:
    """Upper limit of defects: the tail probability of the fitted law that keeps the rate."""
    law = wanted.model.law
    if not isinstance(law, (NegativeBinomial, ZeroLognormal)):
        raise ChartError(f"a {kind} chart is for counts or sizes, not for a {law.name} law")
    rate = upper_limit_rate(wanted.model, wanted.baseline, poisson=kind == "c")

    # In widths of a normal law, on which rates fall smoothly and not by powers of ten.
    def points(width: float) -> float:
        return 1 / max(rate(float(ndtr(-width))), 1e-300)

    width = _solve(points, wanted.points, 3.0, smooth=False)
    probability = float(ndtr(-width))
    ucl = float(law.quantile(np.array(float(ndtr(width)))))
    return Design(kind, "probability", probability, None, ucl, points(width), wanted.baseline)


def _t2(kind: str, wanted: Wanted) -> Design:
    _refuse_baseline(kind, wanted)

    def points(limit: float) -> float:
        return t2_run_length(limit, wanted.dimensions).arl

    limit = _solve(points, wanted.points, 10.0)
    return Design(kind, "decision", limit, None, limit, points(limit), None)


def _mewma(kind: str, wanted: Wanted) -> Design:
    _refuse_baseline(kind, wanted)
    smoothing = wanted.options.smoothing or 0.1

    def points(limit: float) -> float:
        return mewma_run_length(smoothing, limit, wanted.dimensions).arl

    limit = _solve(points, wanted.points, 10.0)
    return Design(kind, "decision", limit, None, limit, points(limit), None)


def _refuse_correlated(kind: str, model: SeriesModel) -> None:
    if model.share > 0 and model.decay != 0:
        raise ChartError(
            f"the design of a {kind} chart is for independent values; for autocorrelated ones design "
            "an individuals chart, or replay the chart"
        )


def _refuse_baseline(kind: str, wanted: Wanted) -> None:
    if wanted.baseline is not None:
        raise ChartError(f"the design of a {kind} chart takes an endless baseline; leave it out")


def _solve(
    points: Callable[[float], float], target: float, start: float, *, smooth: bool = True
) -> float:
    """Smallest value whose points per episode reach `target`, looked for around `start`."""
    low = high = start
    while _points_at(points, high) < target:
        low, high = high, high * _GROWTH
        if high > start * _FARTHEST:
            raise ChartError(
                f"no limits give one episode in {target:g} points with so short a baseline; take a "
                "longer one, or accept more false alarms"
            )
    while low == high or _points_at(points, low) >= target:
        low, high = low / _GROWTH, low
        if low < start / _FARTHEST:
            return low
    # The logarithm of a run length is nearly linear in the limit.
    surplus = cache(lambda value: math.log(_points_at(points, value) / target))
    if smooth:
        return float(brentq(surplus, low, high, xtol=_PRECISE * high, rtol=_PRECISE))
    while high / low > 1 + _PRECISE:
        middle = math.sqrt(low * high)
        low, high = (low, middle) if surplus(middle) >= 0 else (middle, high)
    return high


def _points_at(points: Callable[[float], float], value: float) -> float:
    """Points per episode; the most where limits are so wide that no signal can be told."""
    try:
        return min(points(value), _MOST)
    except ChartError:
        return _MOST


_DESIGNS: Mapping[str, Callable[[str, Wanted], Design]] = MappingProxyType(
    {
        "imr": _individuals,
        "ewma": _ewma,
        "cusum": _cusum,
        "c": _upper,
        "nb": _upper,
        "two-part": _upper,
        "t2": _t2,
        "mewma": _mewma,
    }
)


def width_of_probability(probability: float) -> float:
    """Return the distance in sigma at which a normal value lies beyond on either side so often.

    Examples
    --------
    >>> round(width_of_probability(0.0027), 2)
    3.0

    """
    if not 0 < probability < 1:
        raise ChartError(f"a probability must be in (0, 1), but got {probability}")
    return -float(ndtri(probability / 2))
