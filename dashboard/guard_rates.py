"""Token buckets: how often one address or person may do a thing."""

import math
import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import Final

MOST_KEYS: Final = 10_000
"""Buckets kept; the one unused for longest is forgotten first."""


class RateLimit:
    """So many a minute for each key, all of them at once if need be; safe for threads.

    Examples
    --------
    >>> now = [0.0]
    >>> limit = RateLimit(2, lambda: now[0])
    >>> [limit.wait("ann") for _ in range(3)]
    [0, 0, 30]
    >>> now[0] = 30.0
    >>> limit.wait("ann"), limit.wait("ann"), limit.wait("bob")
    (0, 30, 0)

    """

    def __init__(self, a_minute: int, clock: Callable[[], float]) -> None:
        self._size = float(a_minute)
        self._clock = clock
        self._lock = threading.Lock()
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def wait(self, key: str) -> int:
        """Take one; return 0, or for how many seconds there is none."""
        now = self._clock()
        a_second = self._size / 60
        with self._lock:
            left, at = self._buckets.pop(key, (self._size, now))
            left = min(self._size, left + (now - at) * a_second)
            taken = left >= 1
            self._buckets[key] = (left - 1 if taken else left, now)
            while len(self._buckets) > MOST_KEYS:
                self._buckets.popitem(last=False)
        return 0 if taken else max(1, math.ceil((1 - left) / a_second))
