"""Tabular CUSUM chart: adds up what exceeds the slack on each side of the target."""

import math

import numpy as np

from spc.arrays import FloatArray, Values, as_values
from spc.baseline import Baseline
from spc.errors import ChartError
from spc.patterns import excursion_signals, in_order
from spc.result import ChartResult, Panel
from spc.rules import rule_set

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
    high = baseline.sigma * _one_sided(z, slack, head_start)
    low = -baseline.sigma * _one_sided(-z, slack, head_start)
    panels = (
        Panel.of_levels("cusum-high", high, 0.0, None, limit),
        Panel.of_levels("cusum-low", low, 0.0, -limit, None),
    )
    limit_rules = [rule for rule in rule_set(rules) if rule.is_limit]
    signals = (
        in_order(*(excursion_signals(panel, limit_rules[0].rule_id) for panel in panels))
        if limit_rules
        else ()
    )
    return ChartResult(
        chart="cusum",
        rules=rules,
        estimator=baseline.estimator,
        center=baseline.center,
        sigma=baseline.sigma,
        panels=panels,
        signals=signals,
    )


def _one_sided(z: FloatArray, slack: float, head_start: float) -> FloatArray:
    """Return c[i] = max(0, c[i − 1] + z[i] − slack), by the running minimum of the plain sum."""
    sums = np.full(z.size, np.nan)
    known = ~np.isnan(z)
    plain = head_start + np.cumsum(z[known] - slack)
    sums[known] = plain - np.minimum(np.minimum.accumulate(plain), 0)
    return sums


def _check(slack: float, decision: float, head_start: float) -> None:
    if not slack >= 0:
        raise ChartError(f"slack (k) must be at least 0, but got {slack}")
    if not (decision > 0 and math.isfinite(decision)):
        raise ChartError(f"decision (h) must be finite and above 0, but got {decision}")
    if not 0 <= head_start < decision:
        raise ChartError(f"head_start must be in [0, {decision:g}), but got {head_start}")
