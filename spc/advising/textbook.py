"""The chart a textbook names for such data: what the recommended one is compared with."""

from dataclasses import dataclass

import numpy as np

from spc.advising.costs import Flags
from spc.arrays import BoolArray, FloatArray, present
from spc.baseline import moving_ranges
from spc.constants import d2, d3
from spc.patterns import completing_points
from spc.rules import rule_set

TEXTBOOK_RULES = "nelson"


@dataclass(frozen=True, slots=True)
class Textbook:
    """A chart with limits at three sigma and Nelson's eight rules, frozen from the baseline."""

    chart: str
    center: float
    sigma: float
    rules: str = TEXTBOOK_RULES

    @classmethod
    def of(cls, baseline: FloatArray, *, counts: bool) -> "Textbook":
        """Take centre and sigma from the baseline: √c̄ for counts, mean moving range / d2 else."""
        center = float(present(baseline).mean())
        if counts:
            return cls("c", center, float(np.sqrt(center)))
        return cls("imr", center, float(present(moving_ranges(baseline)).mean() / d2(2)))

    @property
    def flags(self) -> Flags:
        """Where it signals: individuals under all rules, moving ranges beyond their limit."""

        def flagged(values: FloatArray, _z: FloatArray) -> BoolArray:
            # One long series, cut by missing values: rules do not reach from one future to the next.
            cut = np.full((values.shape[0], 1), np.nan)
            z = (np.hstack([values, cut]).ravel() - self.center) / self.sigma
            found = np.zeros(z.size, dtype=np.bool_)
            for rule in rule_set(self.rules):
                found |= completing_points(z, rule)
            if self.chart == "imr":
                found |= np.nan_to_num(moving_ranges(z)) > d2(2) + 3 * d3(2)
            return np.asarray(found.reshape(values.shape[0], -1)[:, :-1])

        return flagged
