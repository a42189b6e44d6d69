"""Times of the stages of one image: where an image's milliseconds go."""

import time
from collections.abc import Mapping
from typing import Final

# In the order in which an image meets them.
STAGES: Final = (
    "read",
    "picture",
    "normalise",
    "network",
    "decide",
    "measure",
    "statistics",
    "encode",
)


class Stopwatch:
    """Takes the time of one stage after the other.

    Examples
    --------
    >>> stopwatch = Stopwatch()
    >>> stopwatch.lap("read")
    >>> list(stopwatch.laps())
    ['read']

    """

    def __init__(self) -> None:
        self._laps: dict[str, float] = {}
        self._since = time.perf_counter()

    def lap(self, stage: str) -> None:
        """End a stage; the next one begins now."""
        now = time.perf_counter()
        self._laps[stage] = (now - self._since) * 1000.0
        self._since = now

    def include(self, laps: Mapping[str, float]) -> None:
        """Take in stages that somebody else has timed; the next one begins now."""
        self._laps.update(laps)
        self._since = time.perf_counter()

    def laps(self) -> Mapping[str, float]:
        """Milliseconds of each stage so far, in their order."""
        return dict(self._laps)
