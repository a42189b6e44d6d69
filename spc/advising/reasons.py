"""The reasons of an advice as sentences that an engineer reads."""

from spc.advising.candidate import Candidate
from spc.advising.cost_words import cost_reasons
from spc.advising.facts import COUNT, MEASUREMENT, SeriesFacts
from spc.advising.timing import PARTS, TIME, TimeFacts, duration_in_words

# A difference in AIC from which one law is clearly better than another (Burnham and Anderson).
_CLEARLY_BETTER = 10.0


def reasons_for(
    facts: SeriesFacts, timing: TimeFacts | None, recommended: Candidate, textbook: Candidate
) -> tuple[str, ...]:
    """Say what single values are, how they hang together, and what both charts cost."""
    return (
        _kind(facts),
        *law_reason(facts.laws, "them"),
        *_dependence(facts),
        *([] if timing is None else _times(timing)),
        *cost_reasons(recommended, textbook, sigma="one sigma"),
    )


def law_reason(laws: tuple[tuple[str, float], ...], what: str) -> tuple[str, ...]:
    """Say which law explains `what` best, and by how much; nothing where there is no other."""
    if len(laws) < 2:
        return ()
    (best, first), (second, next_best) = laws[:2]
    strength = "clearly better" if next_best - first > _CLEARLY_BETTER else "a little better"
    compared = f"(AIC {first:.0f} and {next_best:.0f})"
    return (f"The {best} law explains {what} {strength} than the {second} law {compared}.",)


def _kind(facts: SeriesFacts) -> str:
    if facts.nature == COUNT:
        assert facts.dispersion is not None
        assert facts.poisson_chance is not None
        words = f"{facts.n} counts whose variance is {facts.dispersion:.1f} times their mean"
        if facts.poisson_chance < 0.05:
            return f"{words}: parts differ more than chance (Poisson) allows."
        return f"{words}, as chance (Poisson) lets them."
    if facts.nature == MEASUREMENT:
        return f"{facts.n} measurements, nearly symmetric around {facts.mean:.4g}."
    zeros = f"{facts.zeros} of them 0: " if facts.zeros else "with a long upper tail: "
    return f"{facts.n} sizes, {zeros}limits of one normal law would lie in the wrong place."


def _dependence(facts: SeriesFacts) -> tuple[str, ...]:
    if facts.independent:
        return ()
    sentence = (
        f"Neighbours resemble each other (correlation {facts.correlation:.2f}): the "
        f"{facts.n} values tell the mean no better than {facts.effective_n:.0f} independent ones, "
        "and charts that take sigma from moving ranges, run rules and plain EWMA alarm far more "
        "often than their names say."
    )
    return (sentence,)


def _times(timing: TimeFacts) -> list[str]:
    usual, longest = (duration_in_words(gap) for gap in (timing.typical_gap, timing.longest_gap))
    if not timing.uneven:
        words = [f"Values come evenly, one every {usual}."]
    else:
        pauses = f", {timing.pauses} of them pauses" if timing.pauses else ""
        words = [f"Values come unevenly: every {usual} as a rule, {longest} at most{pauses}."]
    if timing.memory == TIME:
        words.append(
            "The likeness of neighbours fades with time rather than from part to part, so after a "
            "pause the level is a fresh one; the figures allow for that."
        )
    elif timing.memory == PARTS and timing.uneven:
        words.append(
            "The likeness of neighbours fades from part to part, whatever time lies between them: "
            "a pause does not renew the level."
        )
    return words
