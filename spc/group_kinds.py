"""Chart kinds whose points are subgroups, counts with opportunities, or parts of several types."""

from dataclasses import replace

import numpy as np

from spc.arrays import FloatArray
from spc.baseline import FEWEST_FOR_FIRM_LIMITS, Baseline
from spc.binomial_charts import check_items, p_chart
from spc.errors import ChartError, ConstantSeriesError, TooFewPointsError
from spc.false_alarms import Draw
from spc.laney import laney_chart, laney_sigma_z
from spc.laws.rate_fit import fit_rates
from spc.laws.rates import RateLaw, Spread
from spc.options import ChartOptions, given_baseline
from spc.rate_law_chart import rate_law_chart
from spc.result import ChartResult, JsonDict
from spc.simulation import GroupModel, ItemModel
from spc.task import Task
from spc.three_way import estimate_three_way, three_way_chart, with_center
from spc.u_chart import u_chart
from spc.xbar import WITHIN_ESTIMATORS, estimate_within, group_sizes, xbar_chart
from spc.z_chart import estimate_parts, z_chart

_ESTIMATORS = {"xbar-r": "rbar", "xbar-s": "sbar"}
_OF_ITEMS = ("p", "np", "laney-p", "beta-binomial")
_BY_LAW = ("nb", "beta-binomial")


def evaluate_xbar(kind: str, task: Task) -> ChartResult:
    """Means of subgroups with their ranges or standard deviations."""
    task.options.refuse_others(kind, "center", "sigma", "estimator")
    baseline = _within_baseline(kind, task.base, task.options)
    result = xbar_chart(task.points, baseline, kind=kind, rules=task.rules)
    return replace(result, phase=baseline.to_dict())


def evaluate_three_way(task: Task) -> ChartResult:
    """Means of subgroups by the sigma between them, and the spread within."""
    task.options.refuse_others("three-way", "center", "estimator")
    baseline = with_center(
        estimate_three_way(task.base, estimator=task.options.estimator), task.options.center
    )
    result = three_way_chart(task.points, baseline, rules=task.rules)
    return replace(result, phase=baseline.to_dict())


def evaluate_z(task: Task) -> ChartResult:
    """Short runs of several part types, standardised."""
    task.options.refuse_others("z", "sigma", "estimator")
    baseline = estimate_parts(
        task.base,
        task.names,
        estimator=task.options.estimator or "mr",
        sigma=task.options.sigma,
    )
    return replace(z_chart(task.points, baseline, rules=task.rules), phase=baseline.to_dict())


def evaluate_items(kind: str, task: Task) -> ChartResult:
    """Shares of items and rates of defects, by chance, Laney's sigma_z or a law of their own."""
    base, points, rules, options = task.base, task.points, task.rules, task.options
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
    elif kind in _BY_LAW:
        law = replace(_own_rates(kind, base), center=center)
        phase |= {"law": law.name, "parameters": dict(law.parameters())}
        result = rate_law_chart(points, law, kind=kind, rules=rules)
    elif kind == "u":
        result = u_chart(points, center, rules=rules)
    else:
        sigma_z = laney_sigma_z(base, center, kind=kind)
        phase["sigma_z"] = sigma_z
        result = laney_chart(points, center, sigma_z, kind=kind, rules=rules)
    return replace(result, phase=phase)


def groups_in_control(base: FloatArray, options: ChartOptions) -> Draw:
    """Draw subgroups like those of the baseline."""
    own = options.estimator is None or options.estimator in WITHIN_ESTIMATORS
    within = options if own else replace(options, estimator=None)
    return GroupModel.fit(base, _within_baseline("xbar-s", base, within)).draw


def items_in_control(kind: str, base: FloatArray, options: ChartOptions) -> Draw:
    """Draw counts like those of the baseline, over its own opportunities."""
    if kind in _BY_LAW:
        return _rates_drawn(
            replace(_own_rates(kind, base), center=_center(kind, base, options)), base
        )
    return ItemModel.fit(base, _center(kind, base, options), binomial=kind in _OF_ITEMS).draw


def _own_rates(kind: str, base: FloatArray) -> RateLaw:
    known = base[~np.isnan(base[:, 0])]
    return fit_rates(known, items=kind in _OF_ITEMS, spread=Spread.OWN)


def _rates_drawn(law: RateLaw, base: FloatArray) -> Draw:
    own = base[~np.isnan(base[:, 0]), 1]

    def draw(random: np.random.Generator, n: int) -> FloatArray:
        chances = random.choice(own, n)
        return np.column_stack([law.quantile(random.random(n), chances), chances])

    return draw


def parts_in_control(base: FloatArray, options: ChartOptions) -> Draw:
    """Draw normal values of the baseline's part types, each around its own centre."""
    known = base[~np.isnan(base[:, 0])]
    types = np.unique(known[:, 1])
    names = tuple(str(int(number)) for number in range(int(types.max()) + 1))
    learnt = estimate_parts(
        base, names, estimator=options.estimator or "overall", sigma=options.sigma
    )

    def draw(random: np.random.Generator, n: int) -> FloatArray:
        # The order of the types is that of the baseline, over and over: short runs stay short runs.
        rows: FloatArray = known[np.arange(n) % known.shape[0]].copy()
        number = rows[:, 1].astype(np.intp)
        middle = np.where(np.isnan(rows[:, 2]), learnt.center[number], rows[:, 2])
        rows[:, 0] = middle + learnt.sigma[number] * random.normal(size=n)
        return rows

    return draw


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
