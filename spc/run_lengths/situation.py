"""What a run length depends on: the chart with its limits, the process, and its change."""

from dataclasses import dataclass, field

import numpy as np

from spc.errors import ChartError
from spc.laws.law import Law
from spc.options import ChartOptions
from spc.rule import Rule
from spc.run_lengths.changes import NO_CHANGE, Change, changed, mean_of
from spc.run_lengths.moving_range import moving_range_sigma
from spc.simulation import Paths, SeriesModel


@dataclass(frozen=True, slots=True)
class Situation:
    """A chart with the limits of an endless baseline, on a process that may change.

    Attributes
    ----------
    kind : of the chart
    model : of single values in control
    rules : of the chart
    change : of the process
    steady : the change comes after a time in control without a signal; else it is there from the
        first point on.
    options : as the chart takes them
    size : values per subgroup
    chances : opportunities per point, for p, np and u
    dimensions : values per point, for t2 and mewma

    """

    kind: str
    model: SeriesModel
    rules: tuple[Rule, ...]
    change: Change = NO_CHANGE
    steady: bool = False
    options: ChartOptions = field(default_factory=ChartOptions)
    size: int = 1
    chances: float = 1.0
    dimensions: int = 1

    @property
    def before(self) -> Law:
        """Law of the values that the limits are made for."""
        return self.model.law

    @property
    def after(self) -> Law:
        """Law of the values whose run length is asked for."""
        return changed(self.model.law, self.change)

    @property
    def independent(self) -> bool:
        """Whether values do not depend on those before."""
        return self.model.share == 0 or self.model.decay == 0

    @property
    def calm(self) -> Law | None:
        """Law of a long time without a signal before; None where the chart has just started."""
        return self.before if self.steady else None

    @property
    def center(self) -> float:
        """Centre line of a chart of measurements."""
        return mean_of(self.before) if self.options.center is None else self.options.center

    @property
    def sigma(self) -> float:
        """Sigma of single values, as the chart's estimator finds it in an endless baseline."""
        if self.options.sigma is not None:
            return self.options.sigma
        if self.options.estimator in (None, "mr"):
            return moving_range_sigma(self.model)
        if self.options.estimator == "overall":
            return self.before.sigma
        raise ChartError(
            f"run lengths know the estimators mr and overall, but got '{self.options.estimator}'"
        )

    def paths(self, random_seed: int, runs: int) -> Paths:
        """Return simulated series: in control where a change follows, changed already else."""
        first = self.before if self.steady else self.after
        model = SeriesModel(first, self.model.share, self.model.decay)
        return model.paths(np.random.default_rng(random_seed), runs)
