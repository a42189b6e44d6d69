"""The reasons of an advice on counts over opportunities, as sentences."""

from spc.advising.candidate import Candidate
from spc.advising.cost_words import budget_reason, cost_reasons
from spc.advising.rate_facts import RateFacts
from spc.advising.reasons import law_reason
from spc.laws.rates import Spread

_CHOICES = {
    "laney-p": "Laney's p′ chart sets every limit by the variance that is there.",
    "laney-u": "Laney's u′ chart sets every limit by the variance that is there.",
    "nb": "the negative binomial law gives each point its limits, from its own opportunities.",
    "beta-binomial": "the beta-binomial law gives each point its limits, from its own number "
    "inspected.",
}


def rate_reasons(
    facts: RateFacts, recommended: Candidate, textbook: Candidate, *, budget: float
) -> tuple[str, ...]:
    """Say what the counts are, how they vary and hang together, and what both charts cost."""
    return (
        _kind(facts),
        *law_reason(facts.laws, "them"),
        _dispersion(facts, recommended.chart),
        *_dependence(facts),
        *_fallback(facts, recommended.chart, budget),
        *cost_reasons(recommended, textbook, sigma="one sigma of the points"),
    )


def _kind(facts: RateFacts) -> str:
    if facts.fewest_chances == facts.most_chances:
        over = f"each over {facts.typical_chances:.4g}"
    else:
        over = f"over {facts.fewest_chances:.4g} to {facts.most_chances:.4g}"
    if facts.items:
        return f"{facts.n} counts of items {over} inspected, a share of {100 * facts.center:.3g} %."
    return f"{facts.n} counts of defects {over} opportunities, {facts.center:.3g} each."


def _dispersion(facts: RateFacts, chart: str) -> str:
    law = "binomial" if facts.items else "Poisson"
    ratio = f"the variance is {facts.dispersion:.1f} times that of chance ({law})"
    chosen = f" Here {_CHOICES[chart]}" if chart in _CHOICES else ""
    if facts.overdispersed:
        how = (
            "by the same factor at few and at many opportunities"
            if facts.spread == Spread.FACTOR
            else "the more, the more opportunities a point has"
        )
        return f"Points differ more than chance allows: {ratio}, {how}.{chosen}"
    if facts.underdispersed:
        return (
            f"Points differ less than chance would have them: {ratio}. Look how items are chosen and "
            f"counted.{chosen}"
        )
    small = (
        f" Three-sigma limits of counts of some {facts.typical_count:.2g} are not what their name says."
        if chosen
        else ""
    )
    return f"Points vary as chance lets them: {ratio}.{small}{chosen}"


def _fallback(facts: RateFacts, chart: str, budget: float) -> tuple[str, ...]:
    return (budget_reason(budget),) if chart == "combined" and facts.independent else ()


def _dependence(facts: RateFacts) -> tuple[str, ...]:
    if facts.independent:
        return ()
    sentence = (
        f"Neighbours resemble each other (correlation {facts.correlation:.2f}): the {facts.n} points "
        f"tell the mean no better than {facts.effective_n:.0f} independent ones, so the combined "
        "chart judges each point against the level of those before it, too."
    )
    return (sentence,)
