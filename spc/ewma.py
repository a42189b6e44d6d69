"""EWMA control chart: detects small, lasting shifts of a process mean."""

import math

import numpy as np
from scipy.signal import lfilter

from spc.arma import Arma
from spc.arrays import FloatArray, Values, as_values, constant
from spc.baseline import Baseline
from spc.errors import ChartError
from spc.patterns import excursion_signals, limit_rule
from spc.result import ChartResult, Panel

# In-control ARL 500 with asymptotic limits at smoothing .2 (Lucas and Saccucci 1990, table 3).
DEFAULT_SMOOTHING = 0.2
DEFAULT_WIDTH = 2.962

# After so many points the variance of an EWMA of correlated values has settled.
_LONG_AFTER = 1000
# Weights below this no longer show in the limits.
_NEGLIGIBLE = 1e-9


def ewma_chart(
    values: Values,
    baseline: Baseline,
    *,
    smoothing: float = DEFAULT_SMOOTHING,
    width: float = DEFAULT_WIDTH,
    rules: str = "beyond-limits",
    asymptotic: bool = False,
    correlation: Arma | None = None,
) -> ChartResult:
    """Evaluate an EWMA chart over `values`, oldest first.

    Parameters
    ----------
    values : shape (n,)
        In the unit of the baseline. NaN is missing: the statistic carries on from the last value,
        and the point has none.
    baseline : centre and sigma of single values.
    smoothing : in (0, 1]
        Weight of the newest value (λ). 1 gives a Shewhart individuals chart.
    width : above 0
        Distance of the limits in standard deviations of the statistic (L).
    rules : name of a rule set; only its rule of the limits applies, zone and run rules do not.
    asymptotic : draw the limits of a long-started chart from the first point on.
    correlation : model of the values in control; limits are then those of an EWMA of values that hang
        together like this (Schmid 1997), and `baseline.sigma` must be that of the values themselves.

    Raises
    ------
    SpcError
        `values` with an infinity, `smoothing` or `width` out of range, unknown rules.

    References
    ----------
    Lucas, J. M. and Saccucci, M. S. (1990). Technometrics 32(1), 1-12.
    Schmid, W. (1997). Frontiers in Statistical Quality Control 5, 155-175.

    Examples
    --------
    >>> given = Baseline(5.0, 1.0, "given", 0, math.inf, 0, 0)
    >>> result = ewma_chart([5.0, 5.0, 9.0, 9.0], given)
    >>> [signal.index for signal in result.signals]
    [3]

    """
    array = as_values(values)
    _check(smoothing, width)
    statistic = exponential_average(array, smoothing, start=baseline.center)
    half = (
        width
        * baseline.sigma
        * np.sqrt(_variance(array, smoothing, correlation, asymptotic=asymptotic))
    )
    center = constant(baseline.center, array.size)
    panel = Panel("ewma", statistic, center, center - half, center + half)
    rule = limit_rule(rules)
    signals = excursion_signals(panel, rule) if rule else ()
    return ChartResult(
        chart="ewma",
        rules=rules,
        estimator=baseline.estimator,
        center=baseline.center,
        sigma=baseline.sigma,
        panels=(panel,),
        signals=signals,
    )


def _variance(
    values: FloatArray, smoothing: float, correlation: Arma | None, *, asymptotic: bool
) -> FloatArray:
    """Variance of the statistic at each point, in units of that of single values."""
    # The exact variance, not its limit: the limits open up over the first points, so a shift present
    # from the start is not hidden behind the limits of a chart that ran for long.
    settled = math.ceil(math.log(_NEGLIGIBLE) / math.log(1 - smoothing)) if smoothing < 1 else 1
    if correlation is None:
        young = (
            smoothing / (2 - smoothing) * (1 - (1 - smoothing) ** (2.0 * np.arange(1, settled + 1)))
        )
    else:
        young = correlation.average_variance(smoothing, settled + _LONG_AFTER)
    if asymptotic:
        return constant(float(young[-1]), values.size)
    result = np.full(values.size, young[-1])
    known = ~np.isnan(values)
    # Missing values do not age the statistic; without any, age is place.
    age = np.arange(min(young.size, values.size)) + 1 if known.all() else np.cumsum(known)
    result[: age.size] = young[np.clip(age, 1, young.size) - 1]
    return result


def exponential_average(values: FloatArray, smoothing: float, *, start: float) -> FloatArray:
    """Return w[i] = (1 − smoothing) · w[i − 1] + smoothing · x[i], with w before the first = `start`.

    Missing values are skipped: their entry is NaN and the next one carries on from the last.

    Examples
    --------
    >>> exponential_average(np.array([2.0, np.nan, 2.0]), 0.5, start=0.0)
    array([1. , nan, 1.5])

    """
    present = ~np.isnan(values)
    if not present.all():
        result = np.full(values.size, np.nan)
        result[present] = exponential_average(values[present], smoothing, start=start)
        return result
    average = np.asarray(lfilter([smoothing], [1.0, smoothing - 1.0], values - start))
    return average + start


def _check(smoothing: float, width: float) -> None:
    if not 0 < smoothing <= 1:
        raise ChartError(f"smoothing (lambda) must be in (0, 1], but got {smoothing}")
    if not (width > 0 and math.isfinite(width)):
        raise ChartError(f"width (L) must be finite and above 0, but got {width}")
