"""The least that control charts have to compute, in plain vectorised numpy, for `benchmarks.bench_spc`.

No missing values, no checks, no runs that led to a signal: each floor counts the points that signal.
"""

import math

import numpy as np
from scipy.signal import lfilter

from spc.arrays import BoolArray, FloatArray
from spc.baseline import Baseline

# Mean and standard deviation of the range of two standard normal values.
_D2, _D3 = 2 / math.sqrt(math.pi), math.sqrt(2 - 4 / math.pi)
# After so many points the exact limits of an EWMA are those of a long-started one.
_YOUNG = 1000


def individuals_floor(values: FloatArray) -> int:
    """Limits, moving ranges and Nelson's eight rules."""
    ranges = np.abs(np.diff(values))
    center, sigma = values.mean(), ranges.mean() / _D2
    z = (values - center) / sigma
    size = np.abs(z)
    above, below = z > 1, z < -1
    up, down = z[1:] > z[:-1], z[1:] < z[:-1]
    turns = (up[1:] & down[:-1]) | (down[1:] & up[:-1])
    signals = (
        size > 3,
        last(z > 0, 9),
        last(z < 0, 9),
        last(up, 5),
        last(down, 5),
        last(turns, 12),
        last(z > 2, 3, 2),
        last(z < -2, 3, 2),
        last(above, 5, 4),
        last(below, 5, 4),
        last(size < 1, 15),
        last(size > 1, 8) & ~last(above, 8) & ~last(below, 8),
        ranges > (_D2 + 3 * _D3) * sigma,
    )
    return sum(int(np.count_nonzero(flags)) for flags in signals)


def last(mask: BoolArray, m: int, n: int | None = None) -> BoolArray:
    """Whether a point and n in all of the last m are true, as a difference of the running count."""
    counted = np.cumsum(mask, dtype=np.int32)
    within = counted[m - 1 :].copy()
    within[1:] -= counted[:-m]
    result: BoolArray = mask[m - 1 :] & (within >= (n or m))
    return result


def ewma_floor(values: FloatArray, given: Baseline, *, smoothing: float, width: float) -> int:
    """The recursion as scipy's filter, exact limits, points beyond."""
    kept = 1 - smoothing
    distance = lfilter([smoothing], [1.0, -kept], values - given.center)
    variance = np.full(values.size, smoothing / (2 - smoothing))
    variance[:_YOUNG] *= 1 - kept ** (2.0 * np.arange(1, _YOUNG + 1))
    return int(np.count_nonzero(np.abs(distance) > width * given.sigma * np.sqrt(variance)))


def cusum_floor(values: FloatArray, given: Baseline, *, slack: float, decision: float) -> int:
    """Both sums as the running sum less its running minimum, points beyond."""
    z = (values - given.center) / given.sigma
    found = 0
    for step in (z - slack, -z - slack):
        plain = np.cumsum(step)
        total = plain - np.minimum(np.minimum.accumulate(plain), 0.0)
        found += int(np.count_nonzero(total > decision))
    return found
