"""What every advice holds: a recommended chart beside the textbook's, and the reasons."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass

from spc.advising.costs import ChartCost
from spc.result import JsonDict

FEWEST_FOR_ADVICE = 20
"""Fewer points than this do not show what they are."""

LIMITS_ALONE = "beyond-limits"
"""Rules of a recommended chart: run rules cost more false alarms than they save points."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A chart with its rules and what it costs on data like the baseline."""

    chart: str
    rules: str
    cost: ChartCost


def first_choice(simple: Iterable[Candidate], *, budget: float) -> Candidate | None:
    """Choose the simple chart that finds a shift of one sigma first, of those that keep the budget.

    None where none keeps it: then the combined chart is advised, whose limits are placed for it.
    """
    kept = [chart for chart in simple if chart.cost.flagged_points_per_1000 <= 1000 * budget]
    return min(kept, key=_delay, default=None)


def _delay(candidate: Candidate) -> float:
    found = candidate.cost.delay_one_sigma
    return math.inf if found is None else found


@dataclass(frozen=True, slots=True, eq=False)
class Advice:
    """A recommended chart beside the textbook one.

    Attributes
    ----------
    recommended, textbook : with false alarms and delays from the same simulated futures.
    reasons : sentences for an engineer, the most telling first.
    facts : what the reasons rest on, JSON-safe.

    """

    recommended: Candidate
    textbook: Candidate
    reasons: tuple[str, ...]
    facts: Mapping[str, object]

    def to_dict(self) -> JsonDict:
        """Return JSON-safe fields."""
        return {
            "recommended": asdict(self.recommended),
            "textbook": asdict(self.textbook),
            "reasons": list(self.reasons),
            "facts": dict(self.facts),
        }
