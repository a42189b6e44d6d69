"""Run length of the combined chart: three panels over the same points, by simulation."""

import numpy as np
from scipy.signal import lfilter

from spc.advising.design import DEFAULT_BUDGET
from spc.advising.series import advise_series
from spc.arrays import BoolArray, FloatArray
from spc.combined import CombinedLimits
from spc.run_lengths.result import RunLength
from spc.run_lengths.simulated import simulated_average
from spc.run_lengths.situation import Situation

_RUNS = 2000
# Limits of an endless baseline are not to be had; two thousand points are the most that teach any.
_BASELINE = 2000


def combined_run_length(case: Situation, seed: int) -> RunLength:
    """Run length of a combined chart that learnt its limits from 2000 points of the process."""
    random = np.random.default_rng([seed, 1])
    budget = DEFAULT_BUDGET if case.options.budget is None else case.options.budget
    limits = advise_series(case.model.draw(random, _BASELINE), budget=budget).limits
    after = case.after if case.steady else None
    return simulated_average(case.paths(seed, _RUNS), _Combined(limits), runs=_RUNS, after=after)


class _Combined:
    """Combined charts side by side."""

    def __init__(self, limits: CombinedLimits) -> None:
        self._limits = limits
        self._level, self._average = np.zeros(_RUNS), np.zeros(_RUNS)

    def signals(self, values: FloatArray) -> BoolArray:
        """Carry both averages on and tell where any panel has a point outside."""
        limits = self._limits
        z = limits.law.z(values.ravel()).reshape(values.shape) - limits.center
        level = _carried(z, limits.level_smoothing, self._level)
        average = _carried(z, limits.average_smoothing, self._average)
        residual = z - np.column_stack([self._level, level[:, :-1]])
        self._level, self._average = level[:, -1].copy(), average[:, -1].copy()
        outside = (
            (values > limits.ucl)
            | (residual > limits.residual)
            | (np.abs(average) > limits.average)
        )
        if limits.lcl is not None:
            outside |= (values < limits.lcl) | (residual < -limits.residual)
        return np.asarray(outside)

    def keep(self, chosen: BoolArray) -> None:
        """Go on with these charts only."""
        self._level, self._average = self._level[chosen], self._average[chosen]


def _carried(z: FloatArray, smoothing: float, before: FloatArray) -> FloatArray:
    kept = 1 - smoothing
    average, _ = lfilter([smoothing], [1.0, -kept], z, axis=1, zi=kept * before[:, None])
    return np.asarray(average)
