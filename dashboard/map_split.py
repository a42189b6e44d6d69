"""Small maps side by side: one a station, a tool or a week, all in one scale."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

import numpy as np

from dashboard.address import MapView, changed
from dashboard.clock import PlantClock
from dashboard.location_measures import CellCounts, FloatArray, per_thousand
from dashboard.period import Period
from dashboard.reader import Reader
from warehouse.records import ClassName, Stream

MOST = 12
"""Small maps at once; of more, those of the busiest streams or the newest weeks are shown."""


@dataclass(frozen=True, slots=True)
class MapPart:
    """What one small map shows: its name, streams and period, and the view that shows it large."""

    name: str
    streams: tuple[Stream, ...] | None
    period: Period
    view: MapView


@dataclass(frozen=True, slots=True, eq=False)
class SmallMap:
    """A small map; `rates[row, column]` are parts with a defect per 1,000."""

    part: MapPart
    rates: FloatArray
    parts: int


def map_parts(
    view: MapView,
    streams: Sequence[tuple[Stream, int]],
    chosen: Stream | None,
    shown: Period,
    clock: PlantClock,
) -> tuple[list[MapPart], int]:
    """Return what the small maps show, and how many are left out.

    Parameters
    ----------
    streams
        Every stream with its number of inspections.
    chosen
        The stream of the view; None is all of them.

    """
    whole = changed(view, {"split": "none"})
    if view.split == "week":
        weeks = _weeks(shown, clock)
        found = [
            MapPart(
                week.words,
                None if chosen is None else (chosen,),
                week,
                changed(whole, {"range": _days(week, clock)}),
            )
            for week in weeks
        ]
        return found, 0
    groups: dict[str, list[tuple[Stream, int]]] = {}
    for stream, count in streams:
        if chosen is None or stream == chosen:
            place = [stream.line, stream.station, *([stream.tool] if view.split == "tool" else [])]
            groups.setdefault(" / ".join(place), []).append((stream, count))
    busiest = sorted(groups.items(), key=lambda group: -sum(count for _, count in group[1]))
    found = [
        MapPart(
            name,
            tuple(stream for stream, _ in members),
            shown,
            # One stream has a large map of its own; a station of several has none.
            changed(whole, {"stream": members[0][0].key}) if len(members) == 1 else whole,
        )
        for name, members in sorted(busiest[:MOST])
    ]
    return found, max(len(busiest) - MOST, 0)


def small_maps(reader: Reader, parts: Sequence[MapPart], defect: ClassName) -> list[SmallMap]:
    """Count each small map."""
    found = []
    for part in parts:
        counted = reader.locations(part.streams, defect, part.period.start, part.period.end)
        cells = CellCounts(counted.counts.astype(np.float64), counted.parts_inspected)
        found.append(SmallMap(part, per_thousand(cells), counted.parts_inspected))
    return found


def _weeks(shown: Period, clock: PlantClock) -> list[Period]:
    """The newest weeks of a period, oldest first; weeks begin on Monday at the plant's midnight."""
    last = clock.today()
    if shown.end is not None:
        last = shown.end.astimezone(clock.zone).date() - timedelta(days=1)
    monday = last - timedelta(days=last.weekday())
    weeks = []
    for back in range(MOST):
        first = monday - timedelta(weeks=back)
        week = Period(
            clock.midnight(first),
            clock.midnight(first + timedelta(weeks=1)),
            f"week of {first.day} {first:%b %Y}",
        )
        if shown.start is not None and week.end is not None and week.end <= shown.start:
            break
        weeks.append(_within(week, shown))
    return weeks[::-1]


def _within(week: Period, shown: Period) -> Period:
    start = max((at for at in (week.start, shown.start) if at is not None), default=None)
    end = min((at for at in (week.end, shown.end) if at is not None), default=None)
    return replace(week, start=start, end=end)


def _days(week: Period, clock: PlantClock) -> str:
    assert week.start is not None
    assert week.end is not None
    first = week.start.astimezone(clock.zone).date()
    last = (week.end - timedelta(microseconds=1)).astimezone(clock.zone).date()
    return f"{first.isoformat()}..{last.isoformat()}"
