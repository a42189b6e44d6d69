"""Whether the level of a characteristic drifts towards its specification, in words."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from jobs.mail.style import number
from spc.capability.specification import Specification
from spc.drift.drifting import Crossing, judge_drift
from spc.drift.trend import FEWEST
from spc.errors import SpcError
from warehouse.journal.characteristics import CharacteristicRow

LOOKS_BACK = timedelta(days=60)
"""Days whose means a trend is fitted to."""


@dataclass(frozen=True, slots=True)
class DailyMeans:
    """Mean of a metric on each UTC day with parts, oldest first."""

    days: tuple[date, ...]
    means: tuple[float, ...]


def drift_in_words(row: CharacteristicRow, daily: DailyMeans | None) -> str:
    """Return where the level is going and when it would cross; empty where it is not drifting."""
    if (
        daily is None
        or len(daily.days) < FEWEST
        or (row.spec_lower, row.spec_upper) == (None, None)
    ):
        return ""
    times = np.array([day.toordinal() for day in daily.days], dtype=float)
    values = np.array(daily.means)
    try:
        specification = Specification(lower=row.spec_lower, upper=row.spec_upper)
        if not _may_cross(times, values, specification):
            return ""
        found = judge_drift(times, values, specification)
    except SpcError:
        # No variation, or values on a line exactly: no trend can be told from them.
        return ""
    level, slope = found.level.value, found.slope.value
    if not found.drifting or found.crossing is None or level is None or slope is None:
        return ""
    way = "rises" if slope > 0 else "falls"
    return (
        f"the level {number(level)} {way} by {number(abs(slope))} a day; "
        f"{_crossing(found.crossing)}"
    )


def _may_cross(times: np.ndarray, values: np.ndarray, specification: Specification) -> bool:
    """Whether a plain line leads towards a limit: without it, no careful one is worth its time."""
    slope = float(np.polynomial.polynomial.polyfit(times - times[-1], values, 1)[1])
    return (slope > 0 and specification.upper is not None) or (
        slope < 0 and specification.lower is not None
    )


def _crossing(found: Crossing) -> str:
    """When the level would cross, with its 80 % interval."""
    limit = f"the specification {number(found.limit)}"
    if not math.isfinite(found.time):
        return f"it may cross {limit} from {_day(found.low)} on"
    if not math.isfinite(found.high):
        return (
            f"it would cross {limit} about {_day(found.time)} ({_day(found.low)} at the earliest)"
        )
    return (
        f"it would cross {limit} about {_day(found.time)} "
        f"(80 %: {_day(found.low)} to {_day(found.high)})"
    )


def _day(ordinal: float) -> str:
    return f"{date.fromordinal(int(ordinal)):%-d %B %Y}"
