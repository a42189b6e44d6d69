"""Individuals and moving range chart of measurements, one value per point."""

from spc.arrays import Values, as_values
from spc.baseline import Baseline, moving_ranges
from spc.constants import d2, d3
from spc.patterns import in_order, panel_signals
from spc.result import ChartResult, Panel
from spc.rules import rule_set


def imr_chart(values: Values, baseline: Baseline, *, rules: str = "nelson") -> ChartResult:
    """Evaluate an individuals and moving range chart over `values`, oldest first.

    Parameters
    ----------
    values : shape (n,)
        In the unit of the baseline. NaN is missing: it cuts runs and moving ranges.
    baseline : centre and sigma of single values
    rules : name of a rule set
        All rules apply to the individuals; to the moving ranges only the rule of the limits.

    Raises
    ------
    SpcError
        `values` with an infinity or none at all, unknown rules.

    Examples
    --------
    >>> given = Baseline(10.0, 1.0, "given", 0, float("inf"), 0, 0)
    >>> result = imr_chart([10.0, 10.5, 14.0], given)
    >>> [(signal.index, signal.panel, signal.rule) for signal in result.signals]
    [(2, 'individuals', 'nelson-1')]

    """
    array = as_values(values)
    wanted = rule_set(rules)
    center, sigma = baseline.center, baseline.sigma
    individuals = Panel.of_levels(
        "individuals", array, center, center - 3 * sigma, center + 3 * sigma
    )
    ranges = moving_ranges(array)
    moving_range = Panel.of_levels(
        "moving-range", ranges, d2(2) * sigma, 0.0, (d2(2) + 3 * d3(2)) * sigma
    )
    return ChartResult(
        chart="imr",
        rules=rules,
        estimator=baseline.estimator,
        center=center,
        sigma=sigma,
        panels=(individuals, moving_range),
        signals=in_order(
            panel_signals(individuals, wanted, (array - center) / sigma),
            panel_signals(moving_range, wanted),
        ),
    )
