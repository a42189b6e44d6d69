"""The reasons of an advice as sentences that an engineer reads."""

from spc.advising.costs import ChartCost
from spc.advising.facts import COUNT, MEASUREMENT, SeriesFacts

_CHART_WORDS = {"c": "a c chart", "imr": "an individuals chart"}
# A difference in AIC from which one law is clearly better than another (Burnham and Anderson).
_CLEARLY_BETTER = 10.0


def reasons_for(
    facts: SeriesFacts, cost: ChartCost, textbook: str, textbook_cost: ChartCost
) -> tuple[str, ...]:
    """Say what the values are, how they hang together, and what both charts cost."""
    alarms = (
        f"On such data {_CHART_WORDS[textbook]} with Nelson's rules starts "
        f"{_rate(textbook_cost)} false alarms per 1000 points, the combined chart {_rate(cost)}."
    )
    delays = (
        f"The combined chart finds a doubling within {_delay(cost, cost.delay_doubling)} and a "
        f"shift of one sigma within {_delay(cost, cost.delay_one_sigma)} (medians)."
    )
    return (_kind(facts), *_law(facts), *_dependence(facts), alarms, delays)


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


def _law(facts: SeriesFacts) -> tuple[str, ...]:
    if len(facts.laws) < 2:
        return ()
    (best, first), (second, next_best) = facts.laws[:2]
    strength = "clearly better" if next_best - first > _CLEARLY_BETTER else "a little better"
    compared = f"(AIC {first:.0f} and {next_best:.0f})"
    return (f"The {best} law explains them {strength} than the {second} law {compared}.",)


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


def _rate(cost: ChartCost) -> str:
    digits = 0 if cost.episodes_per_1000 >= 10 else 1
    return f"{cost.episodes_per_1000:.{digits}f} ± {max(cost.episodes_error, 0.1):.{digits}f}"


def _delay(cost: ChartCost, delay: float | None) -> str:
    return f"more than {cost.horizon} points" if delay is None else f"{delay:.0f} points"
