"""The search for a limit that gives a run length, and the width that a probability asks for."""

import math
from collections.abc import Callable
from functools import cache

from scipy.optimize import brentq
from scipy.special import ndtri

from spc.errors import ChartError

MOST = 1e9
"""Longer run lengths are not told apart."""

_PRECISE = 1e-7
_GROWTH, _FARTHEST = 1.3, 200.0


def solve(
    points: Callable[[float], float], target: float, start: float, *, smooth: bool = True
) -> float:
    """Return the smallest value whose points per episode reach `target`, looked for around `start`.

    Raises
    ------
    ChartError
        No value within reach does.

    """
    low = high = start
    while _points_at(points, high) < target:
        low, high = high, high * _GROWTH
        if high > start * _FARTHEST:
            raise ChartError(
                f"no limits give one episode in {target:g} points with so short a baseline; take a "
                "longer one, or accept more false alarms"
            )
    while low == high or _points_at(points, low) >= target:
        low, high = low / _GROWTH, low
        if low < start / _FARTHEST:
            return low
    # The logarithm of a run length is nearly linear in the limit.
    surplus = cache(lambda value: math.log(_points_at(points, value) / target))
    if smooth:
        return float(brentq(surplus, low, high, xtol=_PRECISE * high, rtol=_PRECISE))
    while high / low > 1 + _PRECISE:
        middle = math.sqrt(low * high)
        low, high = (low, middle) if surplus(middle) >= 0 else (middle, high)
    return high


def _points_at(points: Callable[[float], float], value: float) -> float:
    """Points per episode; the most where limits are so wide that no signal can be told."""
    try:
        return min(points(value), MOST)
    except ChartError:
        return MOST


def width_of_probability(probability: float) -> float:
    """Return the distance in sigma at which a normal value lies beyond on either side so often.

    Examples
    --------
    >>> round(width_of_probability(0.0027), 2)
    3.0

    """
    if not 0 < probability < 1:
        raise ChartError(f"a probability must be in (0, 1), but got {probability}")
    return -float(ndtri(probability / 2))
