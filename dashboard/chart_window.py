"""The stretch of a chart that a person zoomed into, as the address keeps it.

The address holds moments in UTC: they mean the same parts on an axis of time and on one that
counts parts, and still do when new parts arrive.
"""

import math
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import numpy.typing as npt

from dashboard.clock import PlantClock
from dashboard.stages import naive_utc

Times = npt.NDArray[np.datetime64]
FORMAT = "%Y%m%dT%H%M%SZ"
SEPARATOR = ".."


@dataclass(frozen=True, slots=True)
class Stretch:
    """Moments from `start` to `end`, both included."""

    start: datetime
    end: datetime

    @property
    def text(self) -> str:
        """As the address writes it, to the second, never narrower than it is."""
        start = self.start - timedelta(microseconds=self.start.microsecond)
        end = self.end + timedelta(microseconds=-self.end.microsecond % 1_000_000)
        ends = (start.astimezone(UTC), end.astimezone(UTC))
        return SEPARATOR.join(one.strftime(FORMAT) for one in ends)

    def places(self, captured_at: Times) -> tuple[int, int]:
        """Return first place and one past the last of the points inside, oldest first."""
        first = int(np.searchsorted(captured_at, naive_utc(self.start), side="left"))
        stop = int(np.searchsorted(captured_at, naive_utc(self.end), side="right"))
        return first, max(first, stop)


def read_stretch(text: str) -> Stretch | None:
    """Read a stretch from an address; None for an empty or odd one.

    Examples
    --------
    >>> read_stretch("20260501T120000Z..20260501T130000Z").text
    '20260501T120000Z..20260501T130000Z'
    >>> read_stretch("yesterday") is None
    True

    """
    try:
        start, end = (
            datetime.strptime(one, FORMAT).replace(tzinfo=UTC) for one in text.split(SEPARATOR)
        )
    except ValueError:
        return None
    # The years at either end of the calendar have no neighbours to compute with.
    sound = start < end and start.year >= 1900 and end.year < 9999
    return Stretch(start, end) if sound else None


def zoom_range(relayout: dict[str, Any] | None) -> tuple[Any, Any] | None:
    """Return the range of a zoom along the first axis, ("", "") for a zoom out, None for neither.

    Examples
    --------
    >>> zoom_range({"xaxis.range[0]": 3.2, "xaxis.range[1]": 9.0})
    (3.2, 9.0)
    >>> zoom_range({"xaxis2.autorange": True})
    ('', '')
    >>> zoom_range({"autosize": True}) is None
    True

    """
    found = relayout or {}
    for axis in ("xaxis", "xaxis2", "xaxis3"):
        if f"{axis}.range[0]" in found and f"{axis}.range[1]" in found:
            return found[f"{axis}.range[0]"], found[f"{axis}.range[1]"]
        if found.get(f"{axis}.autorange"):
            return "", ""
    return None


def selected_range(selected: dict[str, Any] | None) -> tuple[Any, Any] | None:
    """Return the range drawn in the range selector; None where none is.

    Examples
    --------
    >>> selected_range({"range": {"x": [4.0, 2.0], "y": [0, 1]}})
    (4.0, 2.0)
    >>> selected_range({"points": []}) is None
    True

    """
    given = (selected or {}).get("range")
    ends = given.get("x") if isinstance(given, dict) else None
    return (ends[0], ends[1]) if isinstance(ends, list) and len(ends) == 2 else None


def stretch_of(ends: tuple[Any, Any], counted: Times | None, clock: PlantClock) -> Stretch | None:
    """Return the moments between two ends as an axis counts them; None where they are none.

    Parameters
    ----------
    ends
        In any order: plant time without a zone, as Plotly writes it, or the number of a part in
        the period, from 1.
    counted
        On an axis that counts parts, when those of the period were captured, in UTC, oldest
        first; None on an axis of time.

    """
    if counted is not None:
        places = _between(ends, counted.size)
        if places is None:
            return None
        stamps = [counted[at].astype("datetime64[us]").item() for at in places]
        moments = [one.replace(tzinfo=UTC) for one in stamps]
    else:
        found = [PlantClock.axis_ms(end) if isinstance(end, str) else None for end in ends]
        if any(one is None for one in found):
            return None
        moments = [_moment(float(one or 0.0), clock) for one in found]
    start, end = min(moments), max(moments)
    return Stretch(start, max(end, start + timedelta(seconds=1)))


def _between(ends: tuple[Any, Any], n: int) -> tuple[int, int] | None:
    """Return first and last place of the parts whose numbers lie between `ends`."""
    if not all(isinstance(end, int | float) and math.isfinite(end) for end in ends) or not n:
        return None
    low, high = min(ends), max(ends)
    first, last = math.ceil(low) - 1, math.floor(high) - 1
    first, last = min(max(first, 0), n - 1), min(max(last, 0), n - 1)
    return (first, last) if first <= last else None


def _moment(local_ms: float, clock: PlantClock) -> datetime:
    """Return the moment of a place on an axis of plant time; the earlier one of an hour told twice."""
    naive = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=local_ms)
    return naive.replace(tzinfo=clock.zone).astimezone(UTC)
