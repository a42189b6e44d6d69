"""Moving average chart: the mean of the last few values, with limits for as many as there are."""

import math

import numpy as np

from spc.arrays import FloatArray, Values, as_values, constant
from spc.baseline import Baseline
from spc.errors import ChartError
from spc.patterns import beyond_limits, limit_rule
from spc.result import ChartResult, Panel, Signal

# Montgomery, section 9.3, averages five values.
DEFAULT_SPAN = 5


def moving_average_chart(
    values: Values,
    baseline: Baseline,
    *,
    span: int = DEFAULT_SPAN,
    width: float = 3.0,
    rules: str = "beyond-limits",
) -> ChartResult:
    """Evaluate a moving average chart over `values`, oldest first.

    The limits of a point are those of the mean of as many values as its window holds: fewer while it
    fills, and where values are missing.

    Parameters
    ----------
    values : shape (n,)
        In the unit of the baseline. NaN is missing: the point has no average.
    baseline : centre and sigma of single values
    span : at least 2, values in the window (w)
    width : above 0, distance of the limits in standard deviations of the average
    rules : name of a rule set; only its rule of the limits applies, neighbours share values.

    Raises
    ------
    SpcError
        `values` with an infinity, `span` or `width` out of range, unknown rules.

    References
    ----------
    Montgomery, D. C. Introduction to Statistical Quality Control, section 9.3.

    Examples
    --------
    >>> given = Baseline(10.0, 1.0, "given", 0, math.inf, 0, 0)
    >>> panel = moving_average_chart([9.0, 11.0, 10.0, 14.0], given, span=2).panels[0]
    >>> panel.value.tolist(), panel.ucl.round(3).tolist()
    ([9.0, 10.0, 10.5, 12.0], [13.0, 12.121, 12.121, 12.121])

    """
    array = as_values(values)
    if span < 2:
        raise ChartError(f"span must be at least 2, but got {span}")
    if not (width > 0 and math.isfinite(width)):
        raise ChartError(f"width (L) must be finite and above 0, but got {width}")
    known = ~np.isnan(array)
    held = _window_sum(known.astype(np.float64), span)
    # Deviations from the centre keep their digits in the running sum.
    total = _window_sum(np.where(known, array - baseline.center, 0.0), span)
    counted = np.maximum(held, 1)
    average = np.where(known, baseline.center + total / counted, np.nan)
    half = width * baseline.sigma / np.sqrt(counted)
    center = constant(baseline.center, array.size)
    panel = Panel("moving-average", average, center, center - half, center + half)
    return ChartResult(
        chart="ma",
        rules=rules,
        estimator=baseline.estimator,
        center=baseline.center,
        sigma=baseline.sigma,
        panels=(panel,),
        signals=_signals(panel, span, limit_rule(rules)),
    )


def _window_sum(values: FloatArray, span: int) -> FloatArray:
    """Sum of each value and the span − 1 before it; each window is added up by itself."""
    if values.size < span:
        return np.cumsum(values)
    filling = np.cumsum(values[: span - 1])
    full = np.lib.stride_tricks.sliding_window_view(values, span).sum(axis=1)
    return np.append(filling, full)


def _signals(panel: Panel, span: int, rule: str | None) -> tuple[Signal, ...]:
    if rule is None:
        return ()
    outside = np.flatnonzero(beyond_limits(panel.value, panel.lcl, panel.ucl)).tolist()
    return tuple(
        Signal(index, panel.name, rule, (max(index - span + 1, 0), index)) for index in outside
    )
