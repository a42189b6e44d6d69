"""Fewer points to draw without losing what matters: extremes, gaps and signals stay."""

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
IndexArray = npt.NDArray[np.intp]


def decimate(values: FloatArray, budget: int, keep: Iterable[int] = ()) -> IndexArray:
    """Choose which points of a series to draw: the lowest and highest of each bucket.

    Parameters
    ----------
    values : shape (n,)
        The plotted statistic in order; NaN is a missing point.
    budget : at least 4
        About how many points to return. A series within the budget is returned whole.
    keep
        Indices returned whatever their value: signals, phase borders.

    Returns
    -------
    Ascending indices without repeats: the first and last point, the minimum and maximum
    of each of `budget // 2` buckets, the first missing point of a bucket (so that a gap
    stays a gap) and everything in `keep`.

    Raises
    ------
    ValueError
        `budget` is below 4.

    Examples
    --------
    >>> spike = np.zeros(1_000_000)
    >>> spike[123_456] = 9.0
    >>> bool(np.isin(123_456, decimate(spike, 2000)))
    True

    """
    if budget < 4:
        raise ValueError(f"budget must be at least 4, but got {budget}")
    n = values.size
    if n <= budget:
        return np.arange(n, dtype=np.intp)
    width = -(-n // (budget // 2))
    buckets = -(-n // width)
    padded = np.full(buckets * width, np.nan)
    padded[:n] = values
    grid = padded.reshape(buckets, width)
    missing = np.isnan(grid)
    starts = np.arange(buckets) * width
    chosen = [
        starts + np.where(missing, np.inf, grid).argmin(axis=1),
        starts + np.where(missing, -np.inf, grid).argmax(axis=1),
        (starts + missing.argmax(axis=1))[missing.any(axis=1)],
        np.array([0, n - 1]),
        np.fromiter(keep, dtype=np.intp),
    ]
    indices = np.unique(np.concatenate(chosen)).astype(np.intp)
    # The padding of the last bucket counts as missing and must not be drawn.
    return indices[(indices >= 0) & (indices < n)]


def thinned(points: IndexArray, values: FloatArray, most: int) -> IndexArray:
    """Choose which of very many signals to draw, so that none of their stories is lost.

    Parameters
    ----------
    points : shape (m,), ascending
        Indices of the signals.
    values : shape (n,)
        The plotted statistic of all points.
    most
        Up to this many signals are returned whole.

    Returns
    -------
    Of more, the first and the last of every unbroken stretch, so every signal that stands alone,
    and the extremes of each of `most // 2` buckets.

    Examples
    --------
    >>> shift, peak = np.append(np.arange(100, 200), 500), np.zeros(600)
    >>> peak[140] = 9.0
    >>> shown = thinned(shift, peak, 8)
    >>> shown.size < 20, np.isin([100, 140, 199, 500], shown).all()
    (True, np.True_)

    """
    if points.size <= most:
        return points
    breaks = np.diff(points) > 1
    first = points[np.append(True, breaks)]
    last = points[np.append(breaks, True)]
    extremes = points[decimate(values[points], max(4, most))]
    return np.unique(np.concatenate((first, last, extremes))).astype(np.intp)
