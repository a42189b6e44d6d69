"""The statistics of EWMA, CUSUM and moving average charts over many simulated series at once."""

import math

import numpy as np
from scipy.signal import lfilter

from spc.arrays import BoolArray, FloatArray


class EwmaCopies:
    """EWMA charts side by side, with exact or asymptotic limits.

    Parameters
    ----------
    runs : number of charts
    center, sigma : of the charts, in the unit of the values
    smoothing, width : λ and L

    """

    def __init__(
        self,
        runs: int,
        *,
        center: float,
        sigma: float,
        smoothing: float,
        width: float,
        asymptotic: bool,
    ) -> None:
        self._average = np.zeros(runs)
        self._age = 0
        self._center, self._sigma = center, sigma
        self._smoothing, self._asymptotic = smoothing, asymptotic
        self._limit = width * math.sqrt(smoothing / (2 - smoothing))

    def signals(self, values: FloatArray) -> BoolArray:
        """Where the average is outside its limits."""
        kept = 1 - self._smoothing
        z = (values - self._center) / self._sigma
        before = kept * self._average[:, None]
        average, _ = lfilter([self._smoothing], [1.0, -kept], z, axis=1, zi=before)
        self._average = average[:, -1].copy()
        age = self._age + np.arange(1, values.shape[1] + 1)
        self._age = int(age[-1])
        opened = 1.0 if self._asymptotic else np.sqrt(1 - kept ** (2.0 * age))
        return np.asarray(np.abs(average) > self._limit * opened)

    def keep(self, chosen: BoolArray) -> None:
        """Go on with these charts only."""
        self._average = self._average[chosen]


class CusumCopies:
    """Two-sided CUSUM charts side by side.

    Parameters
    ----------
    runs : number of charts
    center, sigma : of the charts, in the unit of the values
    slack, decision, head_start : k, h and the first value of both sums, in sigma

    """

    def __init__(
        self,
        runs: int,
        *,
        center: float,
        sigma: float,
        slack: float,
        decision: float,
        head_start: float,
    ) -> None:
        self._sums = np.full((2, runs), head_start)
        self._center, self._sigma = center, sigma
        self._slack, self._decision = slack, decision

    def signals(self, values: FloatArray) -> BoolArray:
        """Where one of the sums is beyond the decision interval."""
        z = (values - self._center) / self._sigma
        found = np.zeros(values.shape, dtype=np.bool_)
        for row, sign in enumerate((1.0, -1.0)):
            plain = self._sums[row][:, None] + np.cumsum(sign * z - self._slack, axis=1)
            sums = plain - np.minimum(np.minimum.accumulate(plain, axis=1), 0)
            self._sums[row] = sums[:, -1]
            found |= sums > self._decision
        return found

    def keep(self, chosen: BoolArray) -> None:
        """Go on with these charts only."""
        self._sums = self._sums[:, chosen]


class MovingAverageCopies:
    """Moving average charts side by side.

    Parameters
    ----------
    runs : number of charts
    center, sigma : of the charts, in the unit of the values
    span, width : values in the window, and L

    """

    def __init__(self, runs: int, *, center: float, sigma: float, span: int, width: float) -> None:
        self._window = np.zeros((runs, 0))
        self._center, self._sigma = center, sigma
        self._span, self._width = span, width

    def signals(self, values: FloatArray) -> BoolArray:
        """Where the average of the last values is outside its limits."""
        z = (values - self._center) / self._sigma
        known = self._window.shape[1]
        both = np.concatenate([self._window, z], axis=1)
        total = np.cumsum(both, axis=1)
        window = total.copy()
        window[:, self._span :] -= total[:, : -self._span]
        held = np.minimum(np.arange(1, both.shape[1] + 1), self._span)
        self._window = both[:, max(both.shape[1] - self._span, 0) :]
        return np.asarray(np.abs(window / np.sqrt(held))[:, known:] > self._width)

    def keep(self, chosen: BoolArray) -> None:
        """Go on with these charts only."""
        self._window = self._window[chosen]
