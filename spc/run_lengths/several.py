"""Run length of a MEWMA chart that has run for long when the mean shifts, by simulation."""

import math

import numpy as np

from spc.arrays import BoolArray, FloatArray
from spc.errors import ChartError
from spc.run_lengths.result import RunLength
from spc.run_lengths.simulated import Copies, simulated_run_length
from spc.run_lengths.situation import Situation

_RUNS = 10_000


def late_mewma_run_length(case: Situation, seed: int) -> RunLength:
    """Points from a late shift to the signal; the limit is `decision`, λ `smoothing`.

    By symmetry only the distance of the shift counts, so it is put on the first variable.
    """
    limit, smoothing = case.options.decision, case.options.smoothing or 0.1
    if limit is None:
        raise ChartError("give the limit of the MEWMA statistic as the option decision (h)")
    charts = _Mewmas(case.dimensions, smoothing, limit, np.random.default_rng(seed))
    copies = Copies(charts.signals, charts.take, charts.keep)
    shift = abs(case.change.sigmas)
    return simulated_run_length(copies, runs=_RUNS, change=lambda: charts.move(shift))


class _Mewmas:
    """MEWMA charts side by side, long started; values are drawn as the chart takes them."""

    def __init__(
        self, dimensions: int, smoothing: float, limit: float, random: np.random.Generator
    ) -> None:
        self._random = random
        self._smoothing = smoothing
        self._mean = np.zeros(dimensions)
        self._limit = limit * smoothing / (2 - smoothing)
        spread = math.sqrt(smoothing / (2 - smoothing))
        self._average = spread * random.normal(size=(_RUNS, dimensions))

    def take(self, n: int) -> FloatArray:
        """Nothing but the number of points: the vectors are drawn one point at a time."""
        return np.empty((self._average.shape[0], n))

    def signals(self, values: FloatArray) -> BoolArray:
        found = np.zeros(values.shape, dtype=np.bool_)
        for point in range(values.shape[1]):
            drawn = self._mean + self._random.normal(size=self._average.shape)
            self._average += self._smoothing * (drawn - self._average)
            found[:, point] = np.einsum("ij,ij->i", self._average, self._average) > self._limit
        return found

    def keep(self, chosen: BoolArray) -> None:
        self._average = self._average[chosen]

    def move(self, shift: float) -> None:
        self._mean[0] = shift
