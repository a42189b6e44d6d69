"""What two charts cost and how soon they find a shift, in sentences."""

from spc.advising.candidate import Candidate
from spc.advising.costs import ChartCost

_WORDS = {
    "imr": "an individuals chart",
    "np": "an np chart",
    "xbar-r": "an Xbar-R chart",
    "xbar-s": "an Xbar-S chart",
    "three-way": "a three-way chart",
    "nb": "a negative binomial chart",
    "beta-binomial": "a beta-binomial chart",
    "laney-p": "a Laney p′ chart",
    "laney-u": "a Laney u′ chart",
}
_RULES = {"nelson": " with Nelson's rules", "beyond-limits": " with its limits alone"}


def in_words(candidate: Candidate) -> str:
    """Name a chart and its rules.

    Examples
    --------
    >>> from spc.advising.costs import ChartCost
    >>> in_words(Candidate("c", "nelson", ChartCost(1, 1, 0, 0, 0, 2, 9, 1, 400)))
    "a c chart with Nelson's rules"

    """
    chart = _WORDS.get(candidate.chart, f"a {candidate.chart} chart")
    if candidate.chart == "combined":
        return chart
    return f"{chart}{_RULES.get(candidate.rules, f' with the rules {candidate.rules}')}"


def cost_reasons(recommended: Candidate, textbook: Candidate, *, sigma: str) -> tuple[str, ...]:
    """Say what both charts cost and how soon they find a shift; `sigma` names the smaller one."""
    ours, theirs = _the(in_words(recommended)), in_words(textbook)
    cost, other = recommended.cost, textbook.cost
    alarms = (
        f"On such data {theirs} starts {_rate(other)} false alarms per 1000 points, {ours} "
        f"{_rate(cost)}; it flags {cost.flagged_low / 10:.1f} to {cost.flagged_high / 10:.1f} % of "
        f"the points in nine of ten stretches of {cost.horizon}."
    )
    delays = (
        f"{ours[0].upper()}{ours[1:]} finds a doubling within "
        f"{_delay(cost, cost.delay_doubling)} and a shift of {sigma} within "
        f"{_delay(cost, cost.delay_one_sigma)} (medians)."
    )
    compared = (
        f"T{_the(theirs)[1:]} signals within {_delay(other, other.delay_doubling)} and "
        f"{_delay(other, other.delay_one_sigma)}, its false alarms among them."
    )
    return (alarms, delays, compared)


def _the(words: str) -> str:
    """Put the definite article in place of the indefinite one."""
    return f"the {words.partition(' ')[2]}"


def _rate(cost: ChartCost) -> str:
    digits = 0 if cost.episodes_per_1000 >= 10 else 1
    return f"{cost.episodes_per_1000:.{digits}f} ± {max(cost.episodes_error, 0.1):.{digits}f}"


def _delay(cost: ChartCost, delay: float | None) -> str:
    if delay is None:
        return f"more than {cost.horizon} points"
    return "1 point" if delay == 1 else f"{delay:.0f} points"


def budget_reason(budget: float) -> str:
    """Say why the combined chart stands in for simpler ones."""
    return (
        f"No simpler chart of such data flags less than {1000 * budget:.3g} of 1000 points in "
        "control, so the combined chart is advised, whose limits are placed for that."
    )
