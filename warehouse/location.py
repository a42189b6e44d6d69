"""Where on the part the defects lie: counts of parts in a 32 x 32 grid."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import numpy as np
import numpy.typing as npt

from warehouse.connection import Connection
from warehouse.intervals import Interval, split_days
from warehouse.records import ClassName, Stream
from warehouse.sql import query
from warehouse.stream_choice import stream_choice

GRID: Final = 32
"""Cells along each side of a part."""


@dataclass(frozen=True, slots=True)
class LocationMap:
    """`counts[row, column]`: parts with a defect centre in the cell, row from the top.

    `area_px` is the pixel count of those defects; `parts_inspected` the inspections looked at,
    with and without a defect.
    """

    counts: npt.NDArray[np.int64]
    area_px: npt.NDArray[np.float64]
    parts_inspected: int


def location_counts(
    connection: Connection,
    *,
    defect_class: ClassName,
    streams: Collection[Stream] | None = None,
    start: datetime | None = None,
    end: datetime | None = None,
) -> LocationMap:
    """Count the parts with a `defect_class` defect in each cell, captured in [start, end).

    Whole UTC days come from the rollup, the pieces of days at either end from the defects: what a
    piece holds is added, or taken away where less of the day lies outside the interval than inside.
    `streams` None is all of them. A part counts once in a cell, however many defects it has there.
    """
    chosen = stream_choice(streams)
    counts = np.zeros((GRID, GRID), dtype=np.int64)
    area = np.zeros((GRID, GRID), dtype=np.float64)
    inspected = 0
    split = split_days(Interval.between(start, end))
    if split.days is not None:
        values = chosen | {"first": split.days[0], "after": split.days[1]}
        inspected += _number(connection, "inspected_by_day", values)
        values["defect_class"] = defect_class
        _add(counts, area, connection.execute(query("cells_by_day"), values).fetchall())
    for sign, piece in split.signed:
        values = chosen | {"start": piece.start, "end": piece.end}
        parts = _number(connection, "parts_inspected", values)
        if not parts:
            # Such as the rest of today.
            continue
        inspected += sign * parts
        values["defect_class"] = defect_class
        found = connection.execute(query("cells_from_defects"), values).fetchall()
        _add(counts, area, found, sign=sign)
    return LocationMap(counts, area, inspected)


def _number(connection: Connection, name: str, values: dict[str, object]) -> int:
    row = connection.execute(query(name), values).fetchone()
    assert row is not None
    return int(row[0])


def _add(
    counts: npt.NDArray[np.int64],
    area: npt.NDArray[np.float64],
    cells: list[tuple[int, int, int, float]],
    *,
    sign: int = 1,
) -> None:
    for row, column, parts, area_px in cells:
        counts[row, column] += sign * parts
        # Whole pixels: their sum is exact, and so is a difference.
        area[row, column] += sign * area_px
