"""Tick words for an axis that counts parts: the day a part was captured, where it changes."""

import numpy as np

from dashboard.figures.inputs import FloatArray

MS_PER_DAY = 86_400_000


def order_ticks(local_ms: FloatArray, most: int = 9) -> tuple[list[float], list[str]]:
    """Return positions (the first part is 1) and words of at most `most` ticks.

    Ticks stand at the first part of a day; on a single day they stand at even distances and
    tell the hour.

    Examples
    --------
    >>> day = 86_400_000.0
    >>> order_ticks(np.array([0.0, 1.0, day, day + 1, 2 * day]))
    ([1.0, 3.0, 5.0], ['1 Jan', '2 Jan', '3 Jan'])

    """
    if not local_ms.size:
        return [], []
    days = np.floor(local_ms / MS_PER_DAY)
    starts = np.flatnonzero(np.diff(days, prepend=days[0] - 1) != 0)
    if starts.size < 2:
        starts = np.unique(np.linspace(0, local_ms.size - 1, min(most, local_ms.size)).astype(int))
        return [float(at) + 1 for at in starts], [_clock(local_ms[at]) for at in starts]
    apart = local_ms.size / most
    kept = [int(starts[-1])]
    # From the newest day back: the oldest is often cut by the period and stands close to the next.
    for at in starts[-2::-1].tolist():
        if kept[-1] - at >= apart:
            kept.append(at)
    starts = np.array(kept[::-1])
    return [float(at) + 1 for at in starts], [_day(local_ms[at]) for at in starts]


def _day(local_ms: float) -> str:
    moment = np.datetime64(int(local_ms), "ms").item()
    return f"{moment.day} {moment:%b}"


def _clock(local_ms: float) -> str:
    return f"{np.datetime64(int(local_ms), 'ms').item():%H:%M}"
