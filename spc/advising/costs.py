"""What a chart costs and what it finds, on simulated futures of the baseline."""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from spc.advising.design import Futures
from spc.arrays import BoolArray, FloatArray
from spc.combined import predicted_values

Flags = Callable[[FloatArray, FloatArray], BoolArray]
"""Values and z values, shape (replays, points), to where the chart has a signal."""


@dataclass(frozen=True, slots=True)
class ChartCost:
    """Expected false alarms in control, and how long a shift stays unseen.

    Attributes
    ----------
    flagged_points_per_1000, episodes_per_1000 : never to be mixed: points with a signal, and alarm
        starts (1000 / ARL).
    flagged_error, episodes_error : their standard errors.
    flagged_low, flagged_high : nine of ten futures of `horizon` points have a share between these.
    delay_one_sigma, delay_doubling : median number of points from the shift up to and including the
        first signal; None where more than half of the shifts are not seen in `horizon` points. A
        shift of one sigma moves z by 1; doubling doubles every value.
    horizon : points watched after a shift.

    """

    flagged_points_per_1000: float
    episodes_per_1000: float
    flagged_error: float
    episodes_error: float
    flagged_low: float
    flagged_high: float
    delay_one_sigma: float | None
    delay_doubling: float | None
    horizon: int


def chart_cost(flags: Flags, futures: Futures) -> ChartCost:
    """Measure a chart with frozen limits on the futures of their baseline.

    Parameters
    ----------
    flags : the chart; it sees the burn-in, too, so that averages and runs are under way.
    futures : drawn with the error of the baseline's estimates

    """
    burn_in = futures.burn_in
    law = futures.prediction.law

    def after(shifted: FloatArray) -> BoolArray:
        values = futures.values.copy()
        values[:, burn_in:] = shifted[:, burn_in:]
        z = law.z(values.ravel()).reshape(values.shape)
        return flags(values, z)[:, burn_in:]

    return cost_of(
        flags(futures.values, futures.z)[:, burn_in:],
        one_sigma=after(predicted_values(law, futures.z + 1)),
        doubling=after(2 * futures.values),
    )


def cost_of(quiet: BoolArray, *, one_sigma: BoolArray, doubling: BoolArray) -> ChartCost:
    """Count what a chart flags.

    Parameters
    ----------
    quiet, one_sigma, doubling : shape (replays, points)
        Where it has a signal in control, and after each change, which comes before the first point.

    """
    replays, points = quiet.shape
    shares = quiet.mean(axis=1)
    low, high = np.quantile(shares, (0.05, 0.95))
    lengths = _run_lengths(quiet)
    alarms = int(np.isfinite(lengths).sum())
    rate = alarms / float(np.minimum(lengths, points).sum())
    return ChartCost(
        flagged_points_per_1000=1000 * float(shares.mean()),
        episodes_per_1000=1000 * rate,
        flagged_error=1000 * float(shares.std() / np.sqrt(replays)),
        episodes_error=1000 * rate / math.sqrt(max(alarms, 1)),
        flagged_low=1000 * float(low),
        flagged_high=1000 * float(high),
        delay_one_sigma=_median(_run_lengths(one_sigma)),
        delay_doubling=_median(_run_lengths(doubling)),
        horizon=points,
    )


def _median(lengths: FloatArray) -> float | None:
    median = float(np.quantile(lengths, 0.5, method="inverted_cdf"))
    return median if np.isfinite(median) else None


def _run_lengths(outside: BoolArray) -> FloatArray:
    """Points up to and including the first signal of each row; infinite without one."""
    first = outside.argmax(axis=1).astype(np.float64) + 1.0
    return np.where(outside.any(axis=1), first, np.inf)
