"""Which chart fits a series, and why, in words."""

import math
from dataclasses import dataclass

import numpy as np
from scipy.special import gammaincc

from spc.arrays import FloatArray, Values, as_values, present
from spc.baseline import refuse_constant
from spc.errors import SpcError
from spc.moments import skewness

# Above this skewness normal limits of a measurement that cannot be negative alarm too often.
_SKEWED = 1.0
_LEVEL = 0.05
# Whole numbers that are usually above this are sizes in pixels, not defects that someone counts.
_LARGEST_COUNT = 200
_MEASUREMENT_CHARTS = ("imr", "ewma", "cusum")


@dataclass(frozen=True, slots=True)
class Recommendation:
    """A chart kind and the reason for it, as a sentence for an engineer."""

    chart: str
    reason: str


def recommend_chart(values: Values) -> Recommendation:
    """Recommend "c", "nb", "two-part" or "imr" for `values`.

    Parameters
    ----------
    values : shape (n,), NaN is missing
        At least two different values.

    Raises
    ------
    TooFewPointsError, ConstantSeriesError, ValuesError
        No chart can be drawn from the values.

    Examples
    --------
    >>> recommend_chart([0, 0, 9, 1, 0, 14, 2, 0]).chart
    'nb'
    >>> recommend_chart([0.0, 0.0, 0.7, 0.1, 3.2, 0.0]).chart
    'two-part'
    >>> recommend_chart([10.1, 9.8, 10.4, 10.0, 9.9]).chart
    'imr'

    """
    known = present(as_values(values))
    refuse_constant(known)
    if known.min() < 0:
        return Recommendation("imr", "the values fall on both sides of 0, as measurements do")
    if np.all(known == np.floor(known)) and np.median(known[known > 0]) <= _LARGEST_COUNT:
        return _recommend_for_counts(known)
    zeros = int(np.count_nonzero(known == 0))
    if zeros:
        return Recommendation(
            "two-part",
            f"{zeros} of {known.size} values are 0 and the rest is a size: a chart of one normal "
            "law would draw its limits through the gap",
        )
    skewed = skewness(known)
    if skewed > _SKEWED:
        return Recommendation(
            "two-part",
            f"sizes with a long upper tail (skewness {skewed:.1f}): limits from the lognormal "
            "law, normal ones would alarm far too often",
        )
    return Recommendation(
        "imr", f"measurements without zeros and nearly symmetric (skewness {skewed:.1f})"
    )


def advise(kind: str, values: FloatArray) -> str | None:
    """Say whether the chart `kind` suits the baseline `values`; None where nothing can be said.

    Examples
    --------
    >>> print(advise("imr", np.array([0.0, 0.0, 9.0, 1.0, 0.0, 14.0, 2.0, 0.0])))
    An nb chart would fit better: counts whose variance is 8.7 times their mean: the parts differ
    more than chance (Poisson) allows, so a c chart would alarm too often.

    """
    try:
        recommended = recommend_chart(values)
    except SpcError:
        return None
    chart = "imr" if kind in _MEASUREMENT_CHARTS else kind
    if chart == recommended.chart or (chart, recommended.chart) == ("nb", "c"):
        sentence = f"This chart suits the values: {recommended.reason}."
    else:
        article = "An" if recommended.chart in ("nb", "imr") else "A"
        sentence = f"{article} {recommended.chart} chart would fit better: {recommended.reason}."
    correlation = _first_correlation(values)
    if correlation is None:
        return sentence
    return (
        f"{sentence} Neighbouring values are correlated ({correlation:.2f}): charts that take "
        "sigma from moving ranges, run rules and EWMA alarm far more often than their names say."
    )


def _first_correlation(values: FloatArray) -> float | None:
    """Correlation of neighbours where it is clearly above 0: beyond three standard errors."""
    deviation = values - np.nanmean(values)
    products = present(deviation[1:] * deviation[:-1])
    if products.size < 20:
        return None
    correlation = float(products.mean() / np.nanmean(deviation**2))
    return correlation if correlation > 3 / math.sqrt(products.size) else None


def poisson_chance(dispersion: float, n: int) -> float:
    """Return P(variance / mean ≥ `dispersion`) of n Poisson counts, by the chi-squared law.

    Examples
    --------
    >>> round(poisson_chance(1.0, 101), 2), round(poisson_chance(1.5, 101), 4)
    (0.48, 0.0009)

    """
    freedom = n - 1
    return float(gammaincc(freedom / 2, freedom * dispersion / 2))


def _recommend_for_counts(known: FloatArray) -> Recommendation:
    ratio = float(known.var(ddof=1) / known.mean())
    chance = poisson_chance(ratio, known.size)
    if chance < _LEVEL:
        return Recommendation(
            "nb",
            f"counts whose variance is {ratio:.1f} times their mean: the parts differ more than "
            "chance (Poisson) allows, so a c chart would alarm too often",
        )
    return Recommendation(
        "c", f"counts that vary as chance (Poisson) lets them: variance / mean is {ratio:.1f}"
    )
