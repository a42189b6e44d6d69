"""Charts as many simulated copies side by side: their statistics, or scores of their points."""

import math
from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np

from spc.arrays import BoolArray, FloatArray
from spc.cusum import DEFAULT_DECISION, DEFAULT_SLACK
from spc.errors import ChartError
from spc.ewma import DEFAULT_SMOOTHING, DEFAULT_WIDTH
from spc.moving_average import DEFAULT_SPAN
from spc.run_lengths.changes import mean_of
from spc.run_lengths.exact_points import count_limits
from spc.run_lengths.simulated import AverageStep, Scores
from spc.run_lengths.situation import Situation
from spc.run_lengths.statistics import CusumCopies, EwmaCopies, MovingAverageCopies

RUNS = 10_000


def _ewma_copies(case: Situation) -> AverageStep:
    if case.options.autocorrelation not in (None, "none"):
        raise ChartError(
            "the run length of an EWMA chart with autocorrelation in its limits: give the width as a "
            "plain chart of the same values would have it"
        )
    return EwmaCopies(
        RUNS,
        center=case.center,
        sigma=case.sigma,
        smoothing=case.options.smoothing or DEFAULT_SMOOTHING,
        width=case.options.width or DEFAULT_WIDTH,
        asymptotic=False,
    )


def _cusum_copies(case: Situation) -> AverageStep:
    options = case.options
    return CusumCopies(
        RUNS,
        center=case.center,
        sigma=case.sigma,
        slack=DEFAULT_SLACK if options.slack is None else options.slack,
        decision=DEFAULT_DECISION if options.decision is None else options.decision,
        head_start=options.head_start or 0.0,
    )


def _moving_average_copies(case: Situation) -> AverageStep:
    return MovingAverageCopies(
        RUNS,
        center=case.center,
        sigma=case.sigma,
        span=case.options.span or DEFAULT_SPAN,
        width=case.options.width or 3.0,
    )


def _measured_scores(case: Situation) -> Scores:
    center, sigma = case.center, case.sigma

    def scores(values: FloatArray) -> tuple[FloatArray, BoolArray]:
        z = (values - center) / sigma
        return z, np.asarray(np.abs(z) > 3)

    return scores


def _mean_scores(case: Situation) -> Scores:
    """Of subgroup means, sigma within subgroups taken as that of independent values of the law."""
    center = mean_of(case.before) if case.options.center is None else case.options.center
    sigma = case.before.sigma if case.options.sigma is None else case.options.sigma
    error = sigma / math.sqrt(case.size)

    def scores(values: FloatArray) -> tuple[FloatArray, BoolArray]:
        z = (values - center) / error
        return z, np.asarray(np.abs(z) > 3)

    return scores


def _counted_scores(case: Situation) -> Scores:
    law, (lcl, ucl) = case.before, count_limits(case)

    def scores(values: FloatArray) -> tuple[FloatArray, BoolArray]:
        z = law.z(values.ravel()).reshape(values.shape)
        return z, np.asarray((values > ucl) | (values < lcl))

    return scores


STATISTICS: Mapping[str, Callable[[Situation], AverageStep]] = MappingProxyType(
    {"ewma": _ewma_copies, "cusum": _cusum_copies, "ma": _moving_average_copies}
)
SCORES: Mapping[str, Callable[[Situation], Scores]] = MappingProxyType(
    {
        "imr": _measured_scores,
        "xbar-r": _mean_scores,
        "xbar-s": _mean_scores,
        "c": _counted_scores,
        "nb": _counted_scores,
    }
)
