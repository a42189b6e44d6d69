"""EWMA control chart: detects small, lasting shifts of a process mean."""

import math

import numpy as np

from spc.arrays import FloatArray, Values, as_values, constant
from spc.baseline import Baseline
from spc.errors import ChartError
from spc.patterns import excursion_signals
from spc.result import ChartResult, Panel
from spc.rules import rule_set

# In-control ARL 500 with asymptotic limits at smoothing .2 (Lucas and Saccucci 1990, table 3).
DEFAULT_SMOOTHING = 0.2
DEFAULT_WIDTH = 2.962

_BLOCK = 128


def ewma_chart(
    values: Values,
    baseline: Baseline,
    *,
    smoothing: float = DEFAULT_SMOOTHING,
    width: float = DEFAULT_WIDTH,
    rules: str = "beyond-limits",
    asymptotic: bool = False,
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

    Raises
    ------
    SpcError
        `values` with an infinity, `smoothing` or `width` out of range, unknown rules.

    References
    ----------
    Lucas, J. M. and Saccucci, M. S. (1990). Technometrics 32(1), 1-12.

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
    variance = smoothing / (2 - smoothing)
    if asymptotic:
        shares = np.ones(array.size)
    else:
        # The exact variance, not its limit: the limits open up over the first points, so a shift
        # present from the start is not hidden behind the limits of a chart that ran for long.
        age = np.maximum(np.cumsum(~np.isnan(array)), 1)
        shares = 1 - (1 - smoothing) ** (2.0 * age)
    half = width * baseline.sigma * np.sqrt(variance * shares)
    center = constant(baseline.center, array.size)
    panel = Panel("ewma", statistic, center, center - half, center + half)
    limit_rules = [rule for rule in rule_set(rules) if rule.is_limit]
    signals = excursion_signals(panel, limit_rules[0].rule_id) if limit_rules else ()
    return ChartResult(
        chart="ewma",
        rules=rules,
        estimator=baseline.estimator,
        center=baseline.center,
        sigma=baseline.sigma,
        panels=(panel,),
        signals=signals,
    )


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
    # Blocks as a product with a triangular matrix, then one carried value a block: the recursion
    # takes a step per block, not per point.
    lag = np.arange(_BLOCK)[:, None] - np.arange(_BLOCK)[None, :]
    weights = np.where(lag >= 0, smoothing * (1 - smoothing) ** np.maximum(lag, 0), 0.0)
    blocks = np.zeros((math.ceil(values.size / _BLOCK), _BLOCK))
    blocks.ravel()[: values.size] = values - start
    average = blocks @ weights.T
    fading = (1 - smoothing) ** np.arange(1, _BLOCK + 1)
    ends, last = average[:, -1].tolist(), 0.0
    before = []
    for end in ends:
        before.append(last)
        last = end + float(fading[-1]) * last
    average += np.outer(before, fading)
    return average.ravel()[: values.size] + start


def _check(smoothing: float, width: float) -> None:
    if not 0 < smoothing <= 1:
        raise ChartError(f"smoothing (lambda) must be in (0, 1], but got {smoothing}")
    if not (width > 0 and math.isfinite(width)):
        raise ChartError(f"width (L) must be finite and above 0, but got {width}")
