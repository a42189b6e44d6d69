"""Advice on single values: which chart, why, what it costs and how soon it finds a shift."""

from dataclasses import asdict, dataclass

import numpy as np

from spc.advising.candidate import FEWEST_FOR_ADVICE, Advice, Candidate
from spc.advising.costs import Flags, chart_cost
from spc.advising.design import (
    DEFAULT_BUDGET,
    Futures,
    design_combined,
)
from spc.advising.facts import MEASUREMENT, SeriesFacts, examine
from spc.advising.prediction import Prediction
from spc.advising.reasons import reasons_for
from spc.advising.textbook import TEXTBOOK_RULES, Textbook
from spc.advising.timing import TIME, TimeFacts, relative_gaps, time_facts
from spc.arrays import BoolArray, FloatArray, Values, as_values, present
from spc.baseline import refuse_constant
from spc.combined import CombinedLimits, flagged_points
from spc.errors import TooFewPointsError
from spc.laws.law import Law
from spc.simulation import LONGEST, fit_law
from spc.subgrouping import rising_times


@dataclass(frozen=True, slots=True, eq=False)
class SeriesAdvice(Advice):
    """Advice on single values.

    Attributes
    ----------
    limits : of the recommended chart, ready for `spc.combined.combined_chart`.
    effective_n : how many independent values would tell the mean as well as the baseline.

    """

    limits: CombinedLimits
    effective_n: float


def advise_series(
    values: Values,
    *,
    times: Values | None = None,
    budget: float = DEFAULT_BUDGET,
    seed: int = 20,
) -> SeriesAdvice:
    """Recommend a chart for single values; parameters and errors as `spc.advising.advice.advise`."""
    baseline = as_values(values)
    known = present(baseline)
    if known.size < FEWEST_FOR_ADVICE:
        raise TooFewPointsError(
            f"{known.size} values are too few for advice; {FEWEST_FOR_ADVICE} are needed, "
            "wait for more parts"
        )
    refuse_constant(known)
    when = None if times is None else rising_times(times, baseline.size)[-LONGEST:]
    baseline = baseline[-LONGEST:]
    law = fit_law(baseline)
    prediction, timing = _predicted(baseline, law, when)
    facts = examine(baseline, law.z(baseline), prediction.level)
    futures = Futures.of(prediction, seed=seed)
    both_sides = facts.nature == MEASUREMENT
    limits = design_combined(futures, both_sides=both_sides, budget=budget)
    textbook = Textbook.of(baseline, counts=facts.dispersion is not None)
    recommended = Candidate("combined", "beyond-limits", chart_cost(flags_of(limits), futures))
    compared = Candidate(textbook.chart, TEXTBOOK_RULES, chart_cost(textbook.flags, futures))
    return SeriesAdvice(
        recommended,
        compared,
        reasons_for(facts, timing, recommended, compared),
        _named(facts, timing),
        limits,
        facts.effective_n,
    )


def flags_of(limits: CombinedLimits) -> Flags:
    """Return where a combined chart signals."""

    def flagged(values: FloatArray, z: FloatArray) -> BoolArray:
        return flagged_points(values, z, limits)

    return flagged


def _predicted(
    baseline: FloatArray, law: Law, when: FloatArray | None
) -> tuple[Prediction, TimeFacts | None]:
    """Let memory fade with parts or with time, whichever explains the baseline better."""
    by_part = Prediction.of(baseline, law)
    if when is None:
        return by_part, None
    gaps = relative_gaps(when)
    if np.ptp(gaps) == 0:
        return by_part, time_facts(when, by_part.level, by_part.level)
    by_time = Prediction.of(baseline, law, gaps=gaps)
    facts = time_facts(when, by_part.level, by_time.level)
    return (by_time if facts.memory == TIME else by_part), facts


def _named(facts: SeriesFacts, timing: TimeFacts | None) -> dict[str, object]:
    named: dict[str, object] = asdict(facts)
    return named if timing is None else named | {"times": asdict(timing)}
