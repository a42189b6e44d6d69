"""What the times of a baseline say: how even they are, and whether memory fades with parts or with time."""

from dataclasses import dataclass

import numpy as np

from spc.arrays import FloatArray
from spc.level_model import LevelFit

PARTS, TIME = "parts", "time"

# Coefficient of variation of the gaps from which a series is called uneven; a strict cycle has 0,
# parts that come at random have 1.
_UNEVEN = 0.5
# A gap of so many usual ones is a pause: a night, a change of tool.
_PAUSE = 10.0


@dataclass(frozen=True, slots=True)
class TimeFacts:
    """Facts of the times of a baseline.

    Attributes
    ----------
    typical_gap, longest_gap : in seconds, between neighbours.
    variation : standard deviation of the gaps / their mean.
    pauses : gaps of more than ten usual ones.
    memory : "parts" or "time": what the correlation of neighbours fades with; "none" without any.

    """

    typical_gap: float
    longest_gap: float
    variation: float
    pauses: int
    memory: str

    @property
    def uneven(self) -> bool:
        """Whether values come at uneven times."""
        return self.variation > _UNEVEN


def relative_gaps(times: FloatArray) -> FloatArray:
    """Return the gaps between rising times in units of the usual (median) one."""
    gaps = np.diff(times)
    relative: FloatArray = gaps / np.median(gaps)
    return relative


def time_facts(times: FloatArray, by_part: LevelFit, by_time: LevelFit) -> TimeFacts:
    """Collect the facts of rising times in seconds, with the level fits per part and per gap."""
    gaps = np.diff(times)
    return TimeFacts(
        typical_gap=float(np.median(gaps)),
        longest_gap=float(gaps.max()),
        variation=float(gaps.std() / gaps.mean()),
        pauses=int(np.count_nonzero(gaps > _PAUSE * np.median(gaps))),
        memory=_memory(by_part, by_time),
    )


def _memory(by_part: LevelFit, by_time: LevelFit) -> str:
    if by_part.independence > 0.5 and by_time.independence > 0.5:
        return "none"
    return TIME if by_time.evidence > by_part.evidence else PARTS


def duration_in_words(seconds: float) -> str:
    """Name a length of time with two digits.

    Examples
    --------
    >>> duration_in_words(42.0), duration_in_words(150.0), duration_in_words(30 * 3600)
    ('42 s', '2.5 min', '30 h')

    """
    for unit, length in (("d", 86400.0), ("h", 3600.0), ("min", 60.0)):
        if seconds >= 2 * length:
            return f"{seconds / length:.2g} {unit}"
    return f"{seconds:.2g} s"
