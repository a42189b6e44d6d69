"""What a designed chart is, and what is asked of it."""

from dataclasses import dataclass

from spc.options import ChartOptions
from spc.result import JsonDict
from spc.run_lengths.estimation import Estimates, drawn_estimates, known
from spc.simulation import SeriesModel


@dataclass(frozen=True, slots=True)
class Design:
    """Limits of a chart and what they cost.

    Attributes
    ----------
    kind : of the chart
    option : name of the chart option that was solved for: "width" (in sigma), "decision" (h, or the
        limit of T² and MEWMA), or "probability" (above a limit of the fitted law).
    value : of that option
    lcl, ucl : the limits it gives on the process designed for, in the unit of the values; None where
        a limit depends on the points before or there is none.
    points_per_episode : expected points per false alarm start, the error of estimating the limits
        included: 1 / mean rate over baselines.
    baseline : points of the baseline that this error is for, None where it is endless.

    """

    kind: str
    option: str
    value: float
    lcl: float | None
    ucl: float | None
    points_per_episode: float
    baseline: int | None

    def to_dict(self) -> JsonDict:
        """Return a JSON-safe dictionary."""
        return {
            "kind": self.kind,
            "option": self.option,
            "value": self.value,
            "lcl": self.lcl,
            "ucl": self.ucl,
            "points_per_episode": self.points_per_episode,
            "baseline": self.baseline,
        }


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be designed: as the parameters of `design`."""

    model: SeriesModel
    points: float
    baseline: int | None
    options: ChartOptions
    dimensions: int

    @property
    def estimator(self) -> str:
        """Of sigma."""
        return self.options.estimator or "mr"

    def estimates(self, model: SeriesModel) -> Estimates:
        """Return what baselines of that length say."""
        if self.baseline is None:
            return known(model, self.estimator)
        return drawn_estimates(model, self.baseline, estimator=self.estimator)
