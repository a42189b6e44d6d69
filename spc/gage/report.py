"""What a gage study reports: each share of the variation as a standard deviation."""

import math
from dataclasses import dataclass

from spc.capability.interval import NOTHING, Estimate
from spc.result import JsonDict

# A gage tells apart 1.41 · PV / GRR groups of parts (AIAG, Measurement Systems Analysis, 4th ed.).
_CATEGORIES = 1.41
_STUDY_WIDTH = 6.0


@dataclass(frozen=True, slots=True)
class AnovaRow:
    """A line of the analysis of variance; F and p are None where nothing is tested."""

    source: str
    freedom: int
    sum_of_squares: float
    mean_square: float
    f: float | None = None
    p: float | None = None

    def to_dict(self) -> JsonDict:
        """Return the line, JSON-safe."""
        return {
            "source": self.source,
            "degrees_of_freedom": self.freedom,
            "sum_of_squares": self.sum_of_squares,
            "mean_square": self.mean_square,
            "f": self.f,
            "p": self.p,
        }


@dataclass(frozen=True, slots=True)
class GageReport:
    """Standard deviations of a measurement study, in the unit of the values.

    Attributes
    ----------
    method : "anova" or "range".
    parts, operators, trials : how many.
    ev : equipment variation, repeatability.
    av : appraiser variation, reproducibility, without the interaction.
    interaction : of operators with parts, 0 where it is pooled or not estimated.
    pv : part variation.
    interaction_p : p-value of the interaction, None where it is not tested.
    pooled : whether the interaction was added to the error.
    grr_interval : of `grr_percent_tv`.
    tolerance : width of the specification, None without.
    anova : lines of the analysis of variance, empty for the range method.

    """

    method: str
    parts: int
    operators: int
    trials: int
    ev: float
    av: float
    interaction: float
    pv: float
    interaction_p: float | None = None
    pooled: bool = False
    grr_interval: Estimate = NOTHING
    tolerance: float | None = None
    anova: tuple[AnovaRow, ...] = ()

    @property
    def grr(self) -> float:
        """Gage repeatability and reproducibility together."""
        return math.hypot(self.ev, self.av, self.interaction)

    @property
    def tv(self) -> float:
        """Total variation."""
        return math.hypot(self.grr, self.pv)

    @property
    def grr_percent_tv(self) -> float:
        """GRR in percent of the total variation."""
        return 100 * self.grr / self.tv

    @property
    def grr_percent_tolerance(self) -> float | None:
        """Six GRR in percent of the specification's width."""
        return None if self.tolerance is None else 100 * _STUDY_WIDTH * self.grr / self.tolerance

    @property
    def ndc(self) -> int | None:
        """Number of distinct categories; None for a gage without any variation."""
        return math.floor(_CATEGORIES * self.pv / self.grr) if self.grr > 0 else None

    @property
    def verdict(self) -> str:
        """What AIAG says of the share: below 10 % good, above 30 % not acceptable."""
        if self.grr_percent_tv < 10:
            return "good"
        return "conditional" if self.grr_percent_tv <= 30 else "not acceptable"

    def to_dict(self) -> JsonDict:
        """Return what `blemish gage --json` prints."""
        return {
            "ev": self.ev,
            "av": self.av,
            "grr": self.grr,
            "pv": self.pv,
            "tv": self.tv,
            "grr_percent_tv": self.grr_percent_tv,
            "ndc": self.ndc,
            "interaction_p": self.interaction_p,
            "pooled": self.pooled,
            "interaction": self.interaction,
            "grr_percent_tv_interval": {
                "low": self.grr_interval.low,
                "high": self.grr_interval.high,
            },
            "grr_percent_tolerance": self.grr_percent_tolerance,
            "verdict": self.verdict,
            "method": self.method,
            "parts": self.parts,
            "operators": self.operators,
            "trials": self.trials,
            "anova": [row.to_dict() for row in self.anova],
        }
