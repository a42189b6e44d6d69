"""The combined chart as a chart kind: designed on the baseline, evaluated on every point."""

from dataclasses import replace

from spc.advising.advice import Advice, advise
from spc.advising.design import DEFAULT_BUDGET
from spc.arrays import FloatArray, as_amounts, as_counts
from spc.baseline import FEWEST_FOR_FIRM_LIMITS
from spc.combined import combined_chart
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
    return advised_chart(task, advise(task.base, budget=budget))


def advised_chart(task: Task, advice: Advice) -> ChartResult:
    """Evaluate the points with the limits of an advice."""
    result = combined_chart(_checked(task.points, advice.limits.law), advice.limits)
    cost, facts = advice.recommended.cost, advice.facts
    learnt = {
        "points": facts.n,
        "effective_points": facts.effective_n,
        "method": "fitted law and autocorrelation, limits from simulated futures",
        "provisional": facts.effective_n < FEWEST_FOR_FIRM_LIMITS,
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
