"""Advice on subgroups: which chart, why, and at what cost."""

import math
from dataclasses import asdict, dataclass

from spc.advising.candidate import (
    FEWEST_FOR_ADVICE,
    LIMITS_ALONE,
    Advice,
    Candidate,
    first_choice,
)
from spc.advising.costs import chart_cost
from spc.advising.design import DEFAULT_BUDGET, Futures, design_combined, refuse_budget
from spc.advising.facts import MEASUREMENT, nature_of
from spc.advising.group_facts import GroupFacts, group_facts
from spc.advising.group_reasons import SKEWED, group_reasons
from spc.advising.prediction import Prediction
from spc.advising.series import flags_of
from spc.advising.textbook import TEXTBOOK_RULES, Textbook
from spc.arrays import FloatArray, present
from spc.baseline import estimate_baseline, refuse_constant
from spc.combined import CombinedLimits
from spc.errors import SpcError, TooFewPointsError
from spc.laws.normal import Normal
from spc.simulation import LONGEST, fit_law
from spc.three_way import LARGEST_FOR_RANGES
from spc.xbar import estimate_within, group_means, group_sizes


@dataclass(frozen=True, slots=True, eq=False)
class GroupAdvice(Advice):
    """Advice on subgroups.

    Attributes
    ----------
    limits : of the combined chart of the means.
    effective_n : how many independent means would tell their mean as well.

    """

    limits: CombinedLimits
    effective_n: float


def advise_groups(
    groups: FloatArray, *, budget: float = DEFAULT_BUDGET, seed: int = 20
) -> GroupAdvice:
    """Recommend a chart for subgroups.

    Parameters
    ----------
    groups : shape (n, largest size), oldest first; NaN is missing, at least 20 subgroups have values.
    budget, seed : as `spc.advising.advice.advise`

    Raises
    ------
    TooFewPointsError, ConstantSeriesError, ChartError
        No chart can be learnt from the subgroups.

    """
    refuse_budget(budget)
    groups = groups[-LONGEST:]
    means = group_means(groups)
    known = present(means)
    if known.size < FEWEST_FOR_ADVICE:
        raise TooFewPointsError(
            f"{known.size} subgroups are too few for advice; {FEWEST_FOR_ADVICE} are needed, wait "
            "for more or make them smaller"
        )
    refuse_constant(known)
    # A law with a tail only where the means have one: averages of many values are nearly normal.
    nature = nature_of(known)
    law = Normal.fit(known) if nature == MEASUREMENT else fit_law(known)
    prediction = Prediction.of(means, law)
    facts = group_facts(groups, law.z(means), prediction.level)
    futures = Futures.of(prediction, seed=seed)
    limits = design_combined(futures, both_sides=nature == MEASUREMENT, budget=budget)
    book = _textbook(groups, facts)
    textbook = Candidate(book.chart, TEXTBOOK_RULES, chart_cost(book.flags, futures))
    simple = [
        Candidate(kind, LIMITS_ALONE, chart_cost(_limits_only(kind, book, means).flags, futures))
        for kind in _simple_kinds(facts, book.chart, normal=nature == MEASUREMENT)
    ]
    recommended = first_choice(simple, budget=budget) or Candidate(
        "combined", LIMITS_ALONE, chart_cost(flags_of(limits), futures)
    )
    reasons = group_reasons(facts, recommended, textbook, budget=budget)
    return GroupAdvice(recommended, textbook, reasons, asdict(facts), limits, facts.effective_n)


def _simple_kinds(facts: GroupFacts, book: str, *, normal: bool) -> tuple[str, ...]:
    """Charts without memory that suit what the tests say; none where means hang together."""
    if not facts.independent or not normal:
        return ()
    by_means = "imr" if facts.smallest < 2 or abs(facts.skewness_within) > SKEWED else "three-way"
    return (by_means,) if facts.differ else (book, by_means)


def _textbook(groups: FloatArray, facts: GroupFacts) -> Textbook:
    """Means with limits from the spread within, or of individuals where there is none."""
    kind, estimator = (
        ("xbar-r", "rbar") if facts.largest <= LARGEST_FOR_RANGES else ("xbar-s", "sbar")
    )
    if not (group_sizes(groups) > 1).any():
        return Textbook.of(group_means(groups), counts=False)
    try:
        within = estimate_within(groups, estimator)
    except SpcError:
        return Textbook.of(group_means(groups), counts=False)
    return Textbook(kind, within.center, within.sigma / math.sqrt(facts.typical))


def _limits_only(kind: str, book: Textbook, means: FloatArray) -> Textbook:
    """The recommended chart of the means; three-way and individuals charts share their limits."""
    if kind == book.chart:
        return Textbook(kind, book.center, book.sigma, LIMITS_ALONE)
    learnt = estimate_baseline(means, estimator="mr")
    return Textbook("three-way", learnt.center, learnt.sigma, LIMITS_ALONE)
