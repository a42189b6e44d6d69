"""Advice on single values: which chart, why, what it costs and how soon it finds a shift."""

from dataclasses import asdict, dataclass

from spc.advising.costs import ChartCost, Flags, chart_cost
from spc.advising.design import (
    DEFAULT_BUDGET,
    Futures,
    design_combined,
)
from spc.advising.facts import MEASUREMENT, SeriesFacts, examine
from spc.advising.prediction import Prediction
from spc.advising.reasons import reasons_for
from spc.advising.textbook import TEXTBOOK_RULES, Textbook
from spc.arrays import BoolArray, FloatArray, Values, as_values, present
from spc.baseline import refuse_constant
from spc.combined import CombinedLimits, flagged_points
from spc.errors import TooFewPointsError
from spc.result import JsonDict
from spc.simulation import LONGEST, fit_law

FEWEST_FOR_ADVICE = 20


@dataclass(frozen=True, slots=True)
class Candidate:
    """A chart with its rules and what it costs on data like the baseline."""

    chart: str
    rules: str
    cost: ChartCost


@dataclass(frozen=True, slots=True, eq=False)
class Advice:
    """A recommended chart beside the textbook one.

    Attributes
    ----------
    recommended, textbook : with false alarms and delays from the same simulated futures.
    limits : of the recommended chart, ready for `spc.combined.combined_chart`.
    reasons : sentences for an engineer, the most telling first.
    facts : what the reasons rest on.

    """

    recommended: Candidate
    textbook: Candidate
    limits: CombinedLimits
    reasons: tuple[str, ...]
    facts: SeriesFacts

    def to_dict(self) -> JsonDict:
        """Return JSON-safe fields; `limits` are in the phase of the chart."""
        return {
            "recommended": asdict(self.recommended),
            "textbook": asdict(self.textbook),
            "reasons": list(self.reasons),
            "facts": asdict(self.facts),
        }


def advise(
    values: Values,
    *,
    budget: float = DEFAULT_BUDGET,
    seed: int = 20,
) -> Advice:
    """Recommend a chart for single values and compare it with the textbook's.

    The values are taken as in control: what they do is what the chart must live with.

    Parameters
    ----------
    values : shape (n,), oldest first
        The baseline; NaN is missing. At least 20 values.
    budget : in [1e-4, 0.1], share of points in control that the recommended chart may flag.
    seed : of the simulated futures; the same seed gives the same advice.

    Raises
    ------
    TooFewPointsError, ConstantSeriesError, ValuesError, ChartError
        No chart can be learnt from the values, or an option is out of range.

    Examples
    --------
    >>> import numpy as np
    >>> counts = np.random.default_rng(1).negative_binomial(2, 0.3, size=200)
    >>> advice = advise(counts)
    >>> advice.recommended.chart, advice.textbook.chart
    ('combined', 'c')
    >>> advice.textbook.cost.episodes_per_1000 > 10 * advice.recommended.cost.episodes_per_1000
    True

    """
    baseline = as_values(values)
    known = present(baseline)
    if known.size < FEWEST_FOR_ADVICE:
        raise TooFewPointsError(
            f"{known.size} values are too few for advice; {FEWEST_FOR_ADVICE} are needed, "
            "wait for more parts"
        )
    refuse_constant(known)
    baseline = baseline[-LONGEST:]
    law = fit_law(baseline)
    prediction = Prediction.of(baseline, law)
    facts = examine(baseline, law.z(baseline), prediction.level)
    futures = Futures.of(prediction, seed=seed)
    both_sides = facts.nature == MEASUREMENT
    limits = design_combined(futures, both_sides=both_sides, budget=budget)
    textbook = Textbook.of(baseline, counts=facts.dispersion is not None)
    recommended = Candidate("combined", "beyond-limits", chart_cost(_flags(limits), futures))
    compared = Candidate(textbook.chart, TEXTBOOK_RULES, chart_cost(textbook.flags, futures))
    reasons = reasons_for(facts, recommended.cost, compared.chart, compared.cost)
    return Advice(recommended, compared, limits, reasons, facts)


def _flags(limits: CombinedLimits) -> Flags:
    def flagged(values: FloatArray, z: FloatArray) -> BoolArray:
        return flagged_points(values, z, limits)

    return flagged
