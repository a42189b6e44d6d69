"""Limits for single points on site charts: exceeded in control with a given probability.

The probability includes the error of estimating the law from the baseline, so a short baseline has
wider limits instead of more alarms. For defects (counts, areas, lengths) the whole probability
lies above: a part with fewer defects than usual is no alarm by itself, a lasting drop shows in the
running average, and near zero there is no room for a lower limit anyway. Measurements have half
of it on each side.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from spc.arrays import FloatArray, as_amounts, as_counts, present
from spc.errors import ConstantSeriesError, TooFewPointsError
from spc.laws.count_prediction import predictive_count_limit
from spc.laws.law import Law
from spc.laws.lognormal import Lognormal
from spc.laws.negative_binomial import NegativeBinomial
from spc.laws.normal import Normal
from spc.laws.zero_lognormal import ZeroLognormal
from spc.level_model import LevelFit, fit_level
from spc.tail_check import count_tail_is_heavy, logistic_over_normal, upper_tail_is_heavy

# Fewer sizes than this do not tell how much sizes vary.
_FEWEST_POSITIVE = 10
# Fewer parts with a defect than this do not tell how much counts vary: limits would be in thousands.
_FEWEST_COUNTED = 5


@dataclass(frozen=True, slots=True, eq=False)
class PointLimits:
    """Fitted law, limits in the unit of the values, and the share of points they flag.

    Attributes
    ----------
    law : fitted to the baseline.
    level : autocorrelation of the baseline's z values.
    lcl, ucl : limits; `lcl` is None where there is none.
    flagged : probability that a point in control lies outside.
    note : what was done beyond the plain law, added to its name; empty without.

    """

    law: Law
    level: LevelFit
    lcl: float | None
    ucl: float
    flagged: float
    note: str = ""


def count_limits(values: FloatArray, probability: float) -> PointLimits:
    """Limit counts by the negative binomial law, the Poisson law being one of its cases.

    Raises
    ------
    TooFewPointsError
        Fewer than five parts with a defect.

    """
    counts = as_counts(values)
    _refuse_rare(counts, _FEWEST_COUNTED)
    return _count_limits(counts, probability, NegativeBinomial.fit(counts), poisson=False)


def poisson_limits(values: FloatArray, probability: float) -> PointLimits:
    """Limit counts that are known to follow the Poisson law."""
    counts = as_counts(values)
    return _count_limits(counts, probability, NegativeBinomial.fit_poisson(counts), poisson=True)


def _count_limits(
    counts: FloatArray, probability: float, law: NegativeBinomial, *, poisson: bool
) -> PointLimits:
    level = fit_level(law.z(counts))
    ucl, flagged = predictive_count_limit(
        counts, probability, evidence=level.effective_n / level.n, poisson=poisson
    )
    heavy = count_tail_is_heavy(counts, law, level.effective_n)
    if heavy:
        ucl = math.ceil(law.mean + (ucl - law.mean) * logistic_over_normal(probability))
    return PointLimits(
        law=law,
        level=level,
        lcl=None,
        ucl=ucl,
        # Whatever the heavier tail is, the limit only has to keep its share.
        flagged=probability if heavy else flagged,
        note="limit widened for a heavy tail" if heavy else "",
    )


def two_part_limits(values: FloatArray, probability: float) -> PointLimits:
    """Limit sizes with zeros: a defect is there and its size is beyond.

    Raises
    ------
    TooFewPointsError, ConstantSeriesError
        Fewer than ten values above 0, or no variation among them.

    """
    amounts = as_amounts(values)
    _refuse_rare(amounts, _FEWEST_POSITIVE)
    positive = _varying_sizes(amounts)
    law = ZeroLognormal.fit(amounts)
    level = fit_level(law.z(amounts))
    evidence = level.effective_n / level.n
    # As the law's own share, but with the zeros worth what the autocorrelation leaves of them.
    above_zero = (positive.size * evidence + 0.5) / (level.n * evidence + 1)
    # Zeros keep their place in time as missing sizes.
    sizes = fit_level(law.log_z(amounts))
    tail = min(probability / above_zero, 0.5)
    distance = sizes.upper_limit(tail)
    heavy = upper_tail_is_heavy(np.log(positive), sizes.effective_n)
    if heavy:
        distance *= logistic_over_normal(tail)
    return PointLimits(
        law=law,
        level=level,
        lcl=None,
        ucl=math.exp(law.log_mean + law.log_sigma * distance),
        flagged=probability,
        note="limit widened for a heavy tail" if heavy else "",
    )


def _varying_sizes(amounts: FloatArray) -> FloatArray:
    """The values above 0, which must not be all the same."""
    positive = amounts[amounts > 0]
    if positive.min() == positive.max():
        raise ConstantSeriesError(
            f"no variation: all {positive.size} values above 0 are {positive[0]:g}"
        )
    return positive


def _refuse_rare(values: FloatArray, fewest: int) -> None:
    above_zero = int(np.count_nonzero(values > 0))
    if above_zero < fewest:
        raise TooFewPointsError(
            f"only {above_zero} of {present(values).size} values are above 0; {fewest} are needed to "
            "say how large they may be, wait for more parts"
        )


def measurement_limits(values: FloatArray, probability: float) -> PointLimits:
    """Limit measurements on both sides by the normal law."""
    law = Normal.fit(values)
    level = fit_level(law.z(values))
    distance = level.half_width(probability / 2)
    heavy = upper_tail_is_heavy(values, level.effective_n) or upper_tail_is_heavy(
        -values, level.effective_n
    )
    if heavy:
        distance *= logistic_over_normal(probability / 2)
    middle = law.mean + law.sigma * level.center
    return PointLimits(
        law=law,
        level=level,
        lcl=middle - law.sigma * distance,
        ucl=middle + law.sigma * distance,
        flagged=probability,
        note="limits widened for a heavy tail" if heavy else "",
    )


def positive_limits(values: FloatArray, probability: float) -> PointLimits:
    """Limit measurements above zero on both sides by the lognormal law.

    Light, contrast and sharpness change by factors: a camera that sees half is as far off as one
    that sees twice as much.

    Raises
    ------
    TooFewPointsError, ConstantSeriesError
        Fewer than ten values above 0, or no variation among them.

    """
    amounts = as_amounts(values)
    _refuse_rare(amounts, _FEWEST_POSITIVE)
    _varying_sizes(amounts)
    # A value of 0 says nothing of how the others vary.
    sizes = np.where(amounts > 0, amounts, np.nan)
    of_logs = measurement_limits(np.log(sizes), probability)
    assert of_logs.lcl is not None
    return PointLimits(
        law=Lognormal.fit(sizes),
        level=of_logs.level,
        lcl=math.exp(of_logs.lcl),
        ucl=math.exp(of_logs.ucl),
        flagged=of_logs.flagged,
        note=of_logs.note,
    )


POINT_LIMITS: Mapping[str, Callable[[FloatArray, float], PointLimits]] = MappingProxyType(
    {
        "nb": count_limits,
        "c": poisson_limits,
        "two-part": two_part_limits,
        "lognormal": positive_limits,
        "imr": measurement_limits,
    }
)
