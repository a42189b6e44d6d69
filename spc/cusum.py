"""Tabular CUSUM chart: adds up what exceeds the slack on each side of the target."""

import math

import numpy as np

from spc.arrays import FloatArray, Values, as_values
from spc.baseline import Baseline
from spc.errors import ChartError
from spc.patterns import excursion_signals, in_order, limit_rule
from spc.result import ChartResult, Panel

# Montgomery, section 9.1: finds shifts of one sigma; in-control ARL 465 (two-sided).
DEFAULT_SLACK = 0.5
DEFAULT_DECISION = 5.0


def cusum_chart(
    values: Values,
    baseline: Baseline,
    *,
    slack: float = DEFAULT_SLACK,
    decision: float = DEFAULT_DECISION,
    head_start: float = 0.0,
    rules: str = "beyond-limits",
) -> ChartResult:
    """Evaluate a two-sided tabular CUSUM chart over `values`, oldest first.

    Both sums are drawn in the unit of the values, the lower one downwards. The run of a signal
    starts where its sum last left 0: the likeliest start of the shift.

    Parameters
    ----------
    values : shape (n,)
        In the unit of the baseline. NaN is missing: the sums carry on, and the point has none.
    baseline : centre (the target) and sigma of single values
    slack : at least 0, half of the shift to be found, in sigma (k)
    decision : above 0, decision interval in sigma (h)
    head_start : in [0, decision), first value of both sums in sigma; decision / 2 is the fast
        initial response of Lucas and Crosier (1982).
    rules : name of a rule set; only its rule of the limits applies.

    Raises
    ------
    SpcError
        `values` with an infinity, options out of range, unknown rules.

    Examples
    --------
    >>> given = Baseline(10.0, 1.0, "given", 0, math.inf, 0, 0)
    >>> result = cusum_chart([10.0, 12.0, 13.0, 12.5], given, decision=4.0)
    >>> [(signal.index, signal.panel, signal.run) for signal in result.signals]
    [(3, 'cusum-high', (1, 3))]

    """
    array = as_values(values)
    _check(slack, decision, head_start)
    z = (array - baseline.center) / baseline.sigma
    limit = decision * baseline.sigma
    high = baseline.sigma * one_sided_sum(z - slack, head_start)
    low = -baseline.sigma * one_sided_sum(-z - slack, head_start)
    panels = (
        Panel.of_levels("cusum-high", high, 0.0, None, limit),
        Panel.of_levels("cusum-low", low, 0.0, -limit, None),
    )
    rule = limit_rule(rules)
    signals = in_order(*(excursion_signals(panel, rule) for panel in panels)) if rule else ()
    return ChartResult(
        chart="cusum",
        rules=rules,
        estimator=baseline.estimator,
        center=baseline.center,
        sigma=baseline.sigma,
        panels=panels,
        signals=signals,
    )


def one_sided_sum(steps: FloatArray, head_start: float) -> FloatArray:
    """Return c[i] = max(0, c[i − 1] + steps[i]), by the running minimum of the plain sum.

    Missing steps are skipped: their entry is NaN and the next one carries on.

    Examples
    --------
    >>> one_sided_sum(np.array([1.0, -3.0, np.nan, 2.0]), 1.0)
    array([ 2.,  0., nan,  2.])

    """
    missing = np.isnan(steps)
    if missing.any():
        sums = np.full(steps.size, np.nan)
        sums[~missing] = one_sided_sum(steps[~missing], head_start)
        return sums
    plain = np.cumsum(steps)
    plain += head_start
    lowest = np.minimum.accumulate(plain)
    plain -= np.minimum(lowest, 0, out=lowest)
    return plain


def _check(slack: float, decision: float, head_start: float) -> None:
    if not slack >= 0:
        raise ChartError(f"slack (k) must be at least 0, but got {slack}")
    if not (decision > 0 and math.isfinite(decision)):
        raise ChartError(f"decision (h) must be finite and above 0, but got {decision}")
    if not 0 <= head_start < decision:
        raise ChartError(f"head_start must be in [0, {decision:g}), but got {head_start}")
