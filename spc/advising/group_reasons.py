"""The reasons of an advice on subgroups, as sentences."""

from spc.advising.candidate import Candidate
from spc.advising.cost_words import budget_reason, cost_reasons
from spc.advising.group_facts import GroupFacts

SKEWED = 1.0
"""Above this skewness ranges and standard deviations within subgroups alarm too often."""


_CHOICES = {
    "combined": "The combined chart of the means learns their own law and likeness.",
    "three-way": "The three-way chart takes the limits of the means from the differences between "
    "subgroups, and keeps a panel for the spread within.",
    "imr": "An individuals chart of the means takes its limits from the differences between "
    "subgroups.",
    "xbar-r": "Limits from the ranges within subgroups suit these means.",
    "xbar-s": "Limits from the standard deviations within subgroups suit these means.",
}


def group_reasons(
    facts: GroupFacts, recommended: Candidate, textbook: Candidate, *, budget: float
) -> tuple[str, ...]:
    """Say what subgroups are, where the variance lies, and what both charts cost."""
    return (
        _kind(facts),
        _variance(facts),
        *_shape(facts),
        *_dependence(facts),
        _choice(facts, recommended.chart, budget),
        *cost_reasons(recommended, textbook, sigma="one sigma of the means"),
    )


def _kind(facts: GroupFacts) -> str:
    if facts.smallest == facts.largest:
        return f"{facts.n} subgroups of {facts.largest} values."
    return (
        f"{facts.n} subgroups of {facts.smallest} to {facts.largest} values; figures are for "
        f"subgroups of {facts.typical:.3g}."
    )


def _variance(facts: GroupFacts) -> str:
    if facts.sigma_within is None or facts.variance_ratio is None or facts.chance is None:
        return "No subgroup has values that differ, so only the means can be charted."
    test = f"(F = {facts.variance_ratio:.2f}, {_chance(facts.chance)})"
    if facts.differ:
        return (
            f"Subgroups differ more than the values within them let them {test}: "
            f"{100 * facts.share_between:.0f} % of the variance lies between them (sigma "
            f"{facts.sigma_between:.3g} between, {facts.sigma_within:.3g} within), which limits from "
            "within would call out of control."
        )
    return (
        f"Subgroups differ no more than the values within them let them {test}; sigma within is "
        f"{facts.sigma_within:.3g}."
    )


def _chance(chance: float) -> str:
    return "p < 0.001" if chance < 0.001 else f"p = {chance:.2g}"


def _shape(facts: GroupFacts) -> tuple[str, ...]:
    if abs(facts.skewness_within) <= SKEWED:
        return ()
    sentence = (
        f"Values within subgroups are skewed ({facts.skewness_within:.1f}), so limits of ranges and "
        "standard deviations mean little."
    )
    return (sentence,)


def _dependence(facts: GroupFacts) -> tuple[str, ...]:
    if facts.independent:
        return ()
    sentence = (
        f"Neighbouring means resemble each other (correlation {facts.correlation:.2f}): the "
        f"{facts.n} subgroups tell the mean no better than {facts.effective_n:.0f} independent ones."
    )
    return (sentence,)


def _choice(facts: GroupFacts, chart: str, budget: float) -> str:
    if chart == "combined" and facts.independent:
        return budget_reason(budget)
    return _CHOICES[chart]
