"""Chart kinds whose points are subgroups, or counts with opportunities."""

from dataclasses import replace

import numpy as np

from spc.arrays import FloatArray
from spc.baseline import FEWEST_FOR_FIRM_LIMITS, Baseline
from spc.binomial_charts import check_items, p_chart
from spc.errors import ChartError, ConstantSeriesError, TooFewPointsError
from spc.false_alarms import Draw
from spc.laney import laney_chart, laney_sigma_z
from spc.options import ChartOptions, given_baseline
from spc.result import ChartResult, JsonDict
from spc.simulation import GroupModel, ItemModel
from spc.u_chart import u_chart
from spc.xbar import estimate_within, group_sizes, xbar_chart

_ESTIMATORS = {"xbar-r": "rbar", "xbar-s": "sbar"}
_OF_ITEMS = ("p", "np", "laney-p")


def evaluate_xbar(
    kind: str, base: FloatArray, points: FloatArray, rules: str, options: ChartOptions
) -> ChartResult:
    """Means of subgroups with their ranges or standard deviations."""
    options.refuse_others(kind, "center", "sigma", "estimator")
    baseline = _within_baseline(kind, base, options)
    result = xbar_chart(points, baseline, kind=kind, rules=rules)
    return replace(result, phase=baseline.to_dict())


def evaluate_items(
    kind: str, base: FloatArray, points: FloatArray, rules: str, options: ChartOptions
) -> ChartResult:
    """Shares of items and rates of defects, by chance or by Laney's sigma_z."""
    options.refuse_others(kind, "center")
    for part in (base, points) if kind in _OF_ITEMS else ():
        check_items(part)
    center = _center(kind, base, options)
    n = int(np.count_nonzero(~np.isnan(base[:, 0])))
    phase: JsonDict = {
        "points": n,
        "center": center,
        "method": "given" if options.center is not None else "total count / total opportunities",
        "provisional": n < FEWEST_FOR_FIRM_LIMITS,
    }
    if kind in ("p", "np"):
        result = p_chart(points, center, rules=rules, counts=kind == "np")
    elif kind == "u":
        result = u_chart(points, center, rules=rules)
    else:
        sigma_z = laney_sigma_z(base, center, kind=kind)
        phase["sigma_z"] = sigma_z
        result = laney_chart(points, center, sigma_z, kind=kind, rules=rules)
    return replace(result, phase=phase)


def groups_in_control(base: FloatArray, options: ChartOptions) -> Draw:
    """Draw subgroups like those of the baseline."""
    return GroupModel.fit(base, _within_baseline("xbar-s", base, options)).draw


def items_in_control(kind: str, base: FloatArray, options: ChartOptions) -> Draw:
    """Draw counts like those of the baseline, over its own opportunities."""
    return ItemModel.fit(base, _center(kind, base, options), binomial=kind in _OF_ITEMS).draw


def _center(kind: str, base: FloatArray, options: ChartOptions) -> float:
    if options.center is not None:
        return options.center
    known = base[~np.isnan(base[:, 0])]
    if known.size == 0:
        raise TooFewPointsError("every point of the baseline is missing, so there is no centre")
    total, chances = known.sum(axis=0)
    if total == 0 or (kind in _OF_ITEMS and total == chances):
        word = "no" if total == 0 else "only"
        raise ConstantSeriesError(
            f"no variation: the baseline has {word} counted items; choose a longer baseline"
        )
    return float(total / chances)


def _within_baseline(kind: str, base: FloatArray, options: ChartOptions) -> Baseline:
    if options.given:
        return given_baseline(int(np.count_nonzero(group_sizes(base))), base.shape[0], options)
    if options.sigma is not None:
        raise ChartError("sigma is given without a centre; give both or neither")
    estimated = estimate_within(base, options.estimator or _ESTIMATORS[kind])
    return estimated if options.center is None else replace(estimated, center=options.center)
