"""What counts most: defects, failed inspections and alarms by what they have in common."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from warehouse.connection import Connection
from warehouse.intervals import Interval
from warehouse.records import Stream
from warehouse.sql import query
from warehouse.stream_choice import stream_choice

Grouping = Literal["criterion", "class", "cause", "station", "tool", "lot"]
Counted = Literal["defects", "failed"]


@dataclass(frozen=True, slots=True)
class ParetoCount:
    """One group: its name, and how many; `of` inspections, where a rate means something."""

    label: str
    count: int
    of: int | None = None


def pareto_counts(
    connection: Connection,
    by: Grouping,
    counted: Counted,
    *,
    streams: Collection[Stream] | None = None,
    start: datetime | None = None,
    end: datetime | None = None,
) -> list[ParetoCount]:
    """Count in [start, end), greatest first; groups without any are left out.

    Parameters
    ----------
    by
        "criterion" counts failed inspections by the limit they broke, "cause" alarm episodes by
        the cause recorded for them; the others count what `counted` says.
    counted
        Defects, or inspections that failed their specification.
    streams
        None is all of them.

    """
    interval = Interval.between(start, end)
    values = stream_choice(streams) | {"start": interval.start, "end": interval.end}
    if by == "criterion":
        rows = connection.execute(query("pareto_criteria"), values).fetchall()
        found = [ParetoCount(label, count) for label, count in rows]
    elif by == "cause":
        rows = connection.execute(query("pareto_causes"), values).fetchall()
        found = [ParetoCount(label, count) for label, count in rows]
    else:
        if by == "class":
            rows = connection.execute(query("pareto_classes"), values).fetchall()
        else:
            rows = connection.execute(query("pareto_places"), values | {"by": by}).fetchall()
        found = [
            ParetoCount(label, int((defects if counted == "defects" else failed) or 0), inspections)
            for label, defects, failed, inspections in rows
        ]
    return sorted((one for one in found if one.count), key=lambda one: (-one.count, one.label))
