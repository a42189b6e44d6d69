"""Limits for a wanted run length, by chart kind."""

import math
from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np
from scipy.special import ndtr

from spc.cusum import DEFAULT_SLACK
from spc.errors import ChartError
from spc.ewma import DEFAULT_SMOOTHING
from spc.laws.negative_binomial import NegativeBinomial
from spc.laws.zero_lognormal import ZeroLognormal
from spc.run_lengths.changes import mean_of
from spc.run_lengths.designed import Design, Wanted
from spc.run_lengths.estimation import (
    cusum_rate,
    ewma_rate,
    individuals_rate,
    known,
    standardised,
)
from spc.run_lengths.fitted_limits import upper_limit_rate
from spc.run_lengths.mewma import mewma_run_length, t2_run_length
from spc.run_lengths.moving_range import moving_range_sigma
from spc.run_lengths.search import solve, width_of_probability
from spc.simulation import SeriesModel


def _individuals(kind: str, wanted: Wanted) -> Design:
    estimates = wanted.estimates(wanted.model)

    def points(width: float) -> float:
        return 1 / max(individuals_rate(wanted.model, estimates, width), 1e-300)

    width = solve(points, wanted.points, width_of_probability(1 / wanted.points))
    end = known(wanted.model, wanted.estimator)
    center, sigma = float(end.center[0]), float(end.sigma[0])
    low, high = center - width * sigma, center + width * sigma
    return Design(kind, "width", width, low, high, points(width), wanted.baseline)


def _ewma(kind: str, wanted: Wanted) -> Design:
    _refuse_correlated(kind, wanted.model)
    smoothing = wanted.options.smoothing or DEFAULT_SMOOTHING
    rate = ewma_rate(wanted.estimates(standardised(wanted.model)), smoothing)
    width = solve(lambda wide: 1 / rate(wide), wanted.points, 3.0)
    half = width * moving_range_sigma(wanted.model) * math.sqrt(smoothing / (2 - smoothing))
    middle = mean_of(wanted.model.law)
    found = 1 / rate(width)
    return Design(kind, "width", width, middle - half, middle + half, found, wanted.baseline)


def _cusum(kind: str, wanted: Wanted) -> Design:
    _refuse_correlated(kind, wanted.model)
    slack = DEFAULT_SLACK if wanted.options.slack is None else wanted.options.slack
    rate = cusum_rate(wanted.estimates(standardised(wanted.model)), slack)
    decision = solve(lambda h: 1 / rate(h), wanted.points, 5.0)
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

    width = solve(points, wanted.points, 3.0, smooth=False)
    probability = float(ndtr(-width))
    ucl = float(law.quantile(np.array(float(ndtr(width)))))
    return Design(kind, "probability", probability, None, ucl, points(width), wanted.baseline)


def _t2(kind: str, wanted: Wanted) -> Design:
    _refuse_baseline(kind, wanted)

    def points(limit: float) -> float:
        return t2_run_length(limit, wanted.dimensions).arl

    limit = solve(points, wanted.points, 10.0)
    return Design(kind, "decision", limit, None, limit, points(limit), None)


def _mewma(kind: str, wanted: Wanted) -> Design:
    _refuse_baseline(kind, wanted)
    smoothing = wanted.options.smoothing or 0.1

    def points(limit: float) -> float:
        return mewma_run_length(smoothing, limit, wanted.dimensions).arl

    limit = solve(points, wanted.points, 10.0)
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


SOLVERS: Mapping[str, Callable[[str, Wanted], Design]] = MappingProxyType(
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
