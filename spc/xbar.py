"""Xbar-R and Xbar-S charts: means of subgroups, and their ranges or standard deviations."""

import math
from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np

from spc.arrays import FloatArray
from spc.baseline import Baseline, refuse_constant
from spc.constants import c4, d2, d3
from spc.errors import ChartError, ConstantSeriesError, TooFewPointsError
from spc.patterns import in_order, panel_signals
from spc.result import ChartResult, Panel
from spc.rules import rule_set

WITHIN_ESTIMATORS: Mapping[str, str] = MappingProxyType(
    {
        "rbar": "mean of range / d2",
        "sbar": "mean of standard deviation / c4",
        "pooled": "pooled standard deviation / c4",
    }
)


def xbar_chart(
    groups: FloatArray, baseline: Baseline, *, kind: str = "xbar-r", rules: str = "nelson"
) -> ChartResult:
    """Evaluate an Xbar-R or Xbar-S chart over `groups`, oldest first, with limits per point.

    Parameters
    ----------
    groups : shape (n, largest size)
        NaN is missing; a subgroup may have fewer values, an empty one is missing and cuts runs.
    baseline : centre and sigma of single values
    kind : "xbar-r" or "xbar-s"
    rules : name of a rule set
        All rules apply to the means; to ranges and standard deviations only that of the limits.

    Examples
    --------
    >>> given = Baseline(10.0, 2.0, "given", 0, math.inf, 0, 0)
    >>> result = xbar_chart(np.array([[10.0, 9.0, 11.0, 10.0], [14.0, 13.0, 15.0, 14.0]]), given)
    >>> float(result.panels[0].ucl[0]), [signal.index for signal in result.signals]
    (13.0, [1])

    """
    wanted = rule_set(rules)
    sizes = group_sizes(groups)
    means = group_means(groups)
    error = baseline.sigma / np.sqrt(np.where(sizes > 0, sizes, np.nan))
    center = np.full(sizes.size, baseline.center)
    first = Panel("means", means, center, center - 3 * error, center + 3 * error)
    second = spread_panel(groups, sizes, baseline.sigma, kind)
    return ChartResult(
        chart=kind,
        rules=rules,
        estimator=baseline.estimator,
        center=baseline.center,
        sigma=baseline.sigma,
        panels=(first, second),
        signals=in_order(
            panel_signals(first, wanted, (means - baseline.center) / error),
            panel_signals(second, wanted),
        ),
    )


def estimate_within(groups: FloatArray, estimator: str) -> Baseline:
    """Learn centre and within-subgroup sigma from the subgroups of a baseline.

    Parameters
    ----------
    groups : shape (n, largest size), NaN is missing
    estimator : "rbar" (mean of R/d2), "sbar" (mean of s/c4) or "pooled" (pooled s / c4)

    Raises
    ------
    TooFewPointsError
        No subgroup with two values.
    ConstantSeriesError
        No variation within the subgroups.

    Examples
    --------
    >>> baseline = estimate_within(np.array([[1.0, 3.0], [2.0, 4.0]]), "rbar")
    >>> baseline.center, round(baseline.sigma, 4)
    (2.5, 1.7725)

    """
    if estimator not in WITHIN_ESTIMATORS:
        raise ChartError(
            f"there is no within-subgroup estimator '{estimator}'; the estimators are: "
            f"{', '.join(WITHIN_ESTIMATORS)}"
        )
    sizes = group_sizes(groups)
    known = groups[sizes > 1]
    counts = sizes[sizes > 1]
    if counts.size == 0:
        raise TooFewPointsError("no subgroup has two values, so there is no sigma within subgroups")
    refuse_constant(known[~np.isnan(known)])
    sigma, freedom = _within(known, counts, estimator)
    if not sigma > 0:
        raise ConstantSeriesError(
            "no variation within the subgroups; chart their means with imr instead"
        )
    return Baseline(
        center=float(np.nansum(groups) / sizes.sum()),
        sigma=sigma,
        estimator=estimator,
        n=int(np.count_nonzero(sizes)),
        degrees_of_freedom=freedom,
        first=0,
        last=groups.shape[0] - 1,
        method=f"mean and {WITHIN_ESTIMATORS[estimator]}",
    )


def group_sizes(groups: FloatArray) -> FloatArray:
    """Return the number of values present in each subgroup."""
    sizes: FloatArray = np.count_nonzero(~np.isnan(groups), axis=1).astype(np.float64)
    return sizes


def _within(groups: FloatArray, sizes: FloatArray, estimator: str) -> tuple[float, float]:
    """Return sigma within subgroups and its degrees of freedom."""
    if estimator == "pooled":
        freedom = float(np.sum(sizes - 1))
        square = np.sum(np.nanvar(groups, axis=1, ddof=1) * (sizes - 1)) / freedom
        return math.sqrt(square) / c4(freedom + 1), freedom
    if estimator == "rbar":
        scale, error = _per_size(sizes, d2), _per_size(sizes, d3)
        spread = _ranges(groups)
    else:
        scale = _per_size(sizes, c4)
        error = np.sqrt(1 - scale**2)
        spread = np.nanstd(groups, axis=1, ddof=1)
    relative = float(np.sum((error / scale) ** 2)) / sizes.size**2
    return float(np.mean(spread / scale)), _equivalent_freedom(relative)


def _equivalent_freedom(relative_variance: float) -> float:
    """Degrees of freedom of the chi law with the same variance / mean² (Patnaik 1950)."""
    low, high = 1e-3, 1e7
    while high / low > 1 + 1e-9:
        middle = math.sqrt(low * high)
        square = c4(middle + 1) ** 2
        low, high = (middle, high) if (1 - square) / square > relative_variance else (low, middle)
    return high


def _per_size(sizes: FloatArray, constant: Callable[[int], float]) -> FloatArray:
    return np.array([constant(int(size)) for size in sizes.tolist()], dtype=np.float64)


def group_means(groups: FloatArray) -> FloatArray:
    """Return the mean of the values present in each subgroup; NaN where there are none."""
    sizes = group_sizes(groups)
    means: FloatArray = np.nansum(groups, axis=1) / np.where(sizes > 0, sizes, np.nan)
    return means


def _ranges(groups: FloatArray) -> FloatArray:
    ranges: FloatArray = np.nanmax(groups, axis=1) - np.nanmin(groups, axis=1)
    return ranges


def spread_panel(groups: FloatArray, sizes: FloatArray, sigma: float, kind: str) -> Panel:
    """Ranges or standard deviations of the subgroups with two values and more."""
    several = sizes > 1
    value, center, error = (np.full(sizes.size, np.nan) for _ in range(3))
    if kind == "xbar-r":
        value[several] = _ranges(groups[several])
        center[several] = _per_size(sizes[several], d2)
        error[several] = _per_size(sizes[several], d3)
    else:
        value[several] = np.nanstd(groups[several], axis=1, ddof=1)
        center[several] = _per_size(sizes[several], c4)
        error[several] = np.sqrt(1 - center[several] ** 2)
    lcl, ucl = np.maximum(center - 3 * error, 0), center + 3 * error
    name = "range" if kind == "xbar-r" else "standard-deviation"
    return Panel(name, value, sigma * center, sigma * lcl, sigma * ucl)
