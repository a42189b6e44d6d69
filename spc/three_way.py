"""Three-way chart: means of subgroups with the sigma between them, and the spread within."""

import math
from dataclasses import dataclass, replace

from spc.arrays import FloatArray
from spc.baseline import ESTIMATORS, Baseline, estimate_baseline, moving_ranges
from spc.constants import d2, d3
from spc.patterns import in_order, panel_signals
from spc.result import ChartResult, JsonDict, Panel
from spc.rules import rule_set
from spc.xbar import estimate_within, group_means, group_sizes, spread_panel

# Above this size a standard deviation tells the spread better than a range (Montgomery, section 6.3).
LARGEST_FOR_RANGES = 8


@dataclass(frozen=True, slots=True)
class ThreeWayBaseline:
    """What a baseline of subgroups says of their means and of the values within them.

    Attributes
    ----------
    means : centre and sigma of the means of subgroups, from their moving ranges.
    within : centre and sigma of single values within subgroups.
    size : mean size of the subgroups.

    """

    means: Baseline
    within: Baseline
    size: float

    @property
    def sigma_between(self) -> float:
        """Standard deviation of the true means: what is left of that of the means."""
        return math.sqrt(max(self.means.sigma**2 - self.within.sigma**2 / self.size, 0.0))

    def to_dict(self) -> JsonDict:
        """Return the provenance, JSON-safe."""
        return self.means.to_dict() | {
            "sigma_between": self.sigma_between,
            "sigma_within": self.within.sigma,
            "sigma_total": math.hypot(self.sigma_between, self.within.sigma),
            "method": f"means: {self.means.method}; within: {self.within.method}",
        }


def estimate_three_way(groups: FloatArray, *, estimator: str | None = None) -> ThreeWayBaseline:
    """Learn a three-way chart from the subgroups of a baseline.

    Parameters
    ----------
    groups : shape (n, largest size), NaN is missing
    estimator : "mr", "median-mr" or "overall" for the means, or "rbar", "sbar" or "pooled" for the
        spread within; the defaults are "mr" and "rbar".

    Raises
    ------
    SpcError
        Too few subgroups, no variation between or within them, unknown estimator.

    """
    of_means = estimator in ESTIMATORS
    within = estimate_within(groups, "rbar" if of_means or estimator is None else estimator)
    means = estimate_baseline(
        group_means(groups), estimator=estimator if of_means and estimator else "mr"
    )
    sizes = group_sizes(groups)
    return ThreeWayBaseline(means, within, float(sizes[sizes > 0].mean()))


def three_way_chart(
    groups: FloatArray, baseline: ThreeWayBaseline, *, rules: str = "nelson"
) -> ChartResult:
    """Evaluate a three-way (between/within) chart over `groups`, oldest first.

    The means are charted as individuals: their limits come from the moving range between subgroups,
    so a difference between batches that belongs to the process raises no alarm.

    Parameters
    ----------
    groups : shape (n, largest size), NaN is missing; an empty subgroup cuts runs.
    baseline : by `estimate_three_way`
    rules : name of a rule set
        All rules apply to the means; to the other panels only the rule of the limits.

    References
    ----------
    Wheeler, D. J. (1995). Advanced Topics in Statistical Process Control. SPC Press.

    Examples
    --------
    >>> import numpy as np
    >>> groups = np.array([[1.0, 3.0], [4.0, 6.0], [2.0, 4.0]])
    >>> result = three_way_chart(groups, estimate_three_way(groups))
    >>> [panel.name for panel in result.panels]
    ['means', 'moving-range', 'range']

    """
    wanted = rule_set(rules)
    center, sigma = baseline.means.center, baseline.means.sigma
    values = group_means(groups)
    means = Panel.of_levels("means", values, center, center - 3 * sigma, center + 3 * sigma)
    ranges = Panel.of_levels(
        "moving-range", moving_ranges(values), d2(2) * sigma, 0.0, (d2(2) + 3 * d3(2)) * sigma
    )
    sizes = group_sizes(groups)
    kind = "xbar-r" if sizes.max() <= LARGEST_FOR_RANGES else "xbar-s"
    spread = spread_panel(groups, sizes, baseline.within.sigma, kind)
    return ChartResult(
        chart="three-way",
        rules=rules,
        estimator=baseline.means.estimator,
        center=center,
        sigma=sigma,
        panels=(means, ranges, spread),
        signals=in_order(
            panel_signals(means, wanted, (values - center) / sigma),
            panel_signals(ranges, wanted),
            panel_signals(spread, wanted),
        ),
    )


def with_center(baseline: ThreeWayBaseline, center: float | None) -> ThreeWayBaseline:
    """Return `baseline` with a given centre of the means, or as it is."""
    if center is None:
        return baseline
    return replace(baseline, means=replace(baseline.means, center=center))
