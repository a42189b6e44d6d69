"""The combined chart as a chart kind: designed on the baseline, evaluated on every point."""

from dataclasses import replace

import numpy as np

from spc.advising.candidate import Advice
from spc.advising.design import DEFAULT_BUDGET
from spc.advising.present import present_level
from spc.advising.rate_facts import looks_like_items
from spc.advising.rates import advise_rates
from spc.advising.series import SeriesAdvice, advise_series
from spc.arrays import FloatArray, as_amounts, as_counts
from spc.baseline import FEWEST_FOR_FIRM_LIMITS
from spc.combined import combined_chart
from spc.combined_rates import combined_rate_chart
from spc.laws.law import Law
from spc.laws.negative_binomial import NegativeBinomial
from spc.laws.zero_lognormal import ZeroLognormal
from spc.result import ChartResult
from spc.task import Task


def evaluate_combined(task: Task) -> ChartResult:
    """Learn a combined chart from the baseline and evaluate the points.

    Raises
    ------
    SpcError
        As `spc.advising.advice.advise`, or a value that the law of the baseline cannot produce.

    """
    task.options.refuse_others("combined", "budget")
    budget = DEFAULT_BUDGET if task.options.budget is None else task.options.budget
    return advised_chart(task, advise_series(task.base, times=task.times, budget=budget))


def evaluate_combined_rates(task: Task) -> ChartResult:
    """Learn a combined chart of counts over opportunities, points of shape (n, 2), and evaluate.

    Raises
    ------
    SpcError
        As `spc.advising.rates.advise_rates`.

    """
    task.options.refuse_others("combined", "budget")
    budget = DEFAULT_BUDGET if task.options.budget is None else task.options.budget
    both = np.concatenate([task.base, task.points])
    advice = advise_rates(
        task.base, items=looks_like_items(both), simple_charts=False, budget=budget
    )
    return _with_costs(combined_rate_chart(task.points, advice.limits), advice, advice.effective_n)


def advised_chart(task: Task, advice: SeriesAdvice) -> ChartResult:
    """Evaluate the points with the limits of an advice."""
    result = combined_chart(_checked(task.points, advice.limits.law), advice.limits)
    result = _with_costs(result, advice, advice.effective_n)
    now = None if task.taught is None else present_level(advice.limits, task.base, _since(task))
    if now is None:
        return result
    return replace(
        result,
        phase=result.phase | {"since": now.to_dict()},
        advice=f"{result.advice} {now.in_words}",
    )


def _since(task: Task) -> FloatArray:
    """The points after the last one that taught."""
    assert task.taught is not None
    return task.points[int(np.flatnonzero(task.taught)[-1]) + 1 :]


def _with_costs(result: ChartResult, advice: Advice, effective_n: float) -> ChartResult:
    cost = advice.recommended.cost
    learnt = {
        "points": advice.facts["n"],
        "effective_points": effective_n,
        "method": "fitted law and autocorrelation, limits from simulated futures",
        "provisional": effective_n < FEWEST_FOR_FIRM_LIMITS,
    }
    return replace(
        result,
        flagged_points_per_1000=cost.flagged_points_per_1000,
        episodes_per_1000=cost.episodes_per_1000,
        phase=result.phase | learnt,
        advice=" ".join(advice.reasons),
    )


def _checked(points: FloatArray, law: Law) -> FloatArray:
    """Refuse points that the law cannot produce, such as half a stain."""
    if isinstance(law, NegativeBinomial):
        return as_counts(points)
    return as_amounts(points) if isinstance(law, ZeroLognormal) else points
