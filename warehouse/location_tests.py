"""The nightly tests of defect locations: frozen baselines, the newest days, what was found."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

import numpy as np
import numpy.typing as npt
import pandas as pd

from warehouse.connection import Connection
from warehouse.metric_points import MetricSeries
from warehouse.records import ClassName, Stream
from warehouse.sql import query
from warehouse.staging import fetch, insert

DayCounts = dict[date, npt.NDArray[np.int64]]
"""Parts with the class in each cell of the 32 × 32 grid, by UTC day."""
LocationKey = tuple[Stream, str, str]
"""Stream, model and class."""


@dataclass(frozen=True, slots=True)
class LocationBaseline:
    """The frozen days (ISO dates) that a test compares with; `counts` holds 64 cells a day."""

    line: str
    station: str
    tool: str
    family: str
    model_id: str
    defect_class: str
    first_day: str
    last_day: str
    days: int
    counts: tuple[int, ...]
    level: float

    @property
    def key(self) -> LocationKey:
        """Stream, model and class."""
        stream = Stream(self.line, self.station, self.tool, self.family)
        return (stream, self.model_id, self.defect_class)


@dataclass(frozen=True, slots=True)
class LocationTestRow:
    """One nightly test; days are ISO dates, the region is in cells of an 8 × 8 grid, ends included."""

    characteristic_id: str
    day: str
    pass_id: str
    part_id: str
    captured_at: datetime
    model_id: str
    p_value: float
    level: float
    statistic: float
    ratio: float
    first_row: int
    last_row: int
    first_column: int
    last_column: int
    since: str
    words: str


def location_baselines(connection: Connection) -> dict[LocationKey, LocationBaseline]:
    """Return the frozen baselines."""
    found = fetch(LocationBaseline, connection.execute(query("location_baselines")))
    return {row.key: row for row in found}


def day_counts(
    connection: Connection, streams: Collection[Stream], *, first: date
) -> dict[LocationKey, DayCounts]:
    """Return where the defects of `streams` lay on each day from `first` on."""
    if not streams:
        return {}
    frame = pd.DataFrame(
        [(one.line, one.station, one.tool, one.family) for one in streams],
        columns=["line", "station", "tool", "family"],
        dtype="str",
    )
    connection.register("wanted", frame)
    try:
        found = connection.execute(query("cells_of_days"), {"first": first}).fetchall()
    finally:
        connection.unregister("wanted")
    counts: dict[LocationKey, DayCounts] = {}
    for *stream, model_id, defect_class, day, cells, parts in found:
        grid = np.zeros(32 * 32, dtype=np.int64)
        grid[cells] = parts
        counts.setdefault((Stream(*stream), model_id, defect_class), {})[day] = grid.reshape(32, 32)
    return counts


def location_tests(
    connection: Connection, characteristic_id: str, *, limit: int | None = None
) -> list[LocationTestRow]:
    """Return the newest `limit` tests of a characteristic, all for None, oldest first."""
    values = {"characteristic_id": characteristic_id, "limit": limit}
    return fetch(LocationTestRow, connection.execute(query("location_tests"), values))


def location_series(connection: Connection, stream: Stream, metric: str) -> MetricSeries:
    """Return -log10 of the p values of the tests as a series, one point a night."""
    rows = location_tests(connection, f"{stream.key}:{metric}")
    return MetricSeries(
        metric=metric,
        pass_ids=[row.pass_id for row in rows],
        part_ids=[row.part_id for row in rows],
        captured_at=np.array(
            [row.captured_at.replace(tzinfo=None) for row in rows], dtype="datetime64[us]"
        ),
        values=-np.log10(np.array([row.p_value for row in rows], dtype=float)),
        model_ids=[row.model_id for row in rows],
        passed=[None] * len(rows),
    )


def write_location(
    connection: Connection,
    baselines: Collection[LocationBaseline],
    tests: Collection[LocationTestRow],
) -> None:
    """Store baselines and tests; a test of a day made again replaces the one before.

    Within the transaction of the caller.
    """
    insert(connection, "insert_location_baselines", list(baselines))
    if tests:
        frame = pd.DataFrame(
            [(row.characteristic_id, row.day) for row in tests],
            columns=["characteristic_id", "day"],
            dtype="str",
        )
        connection.register("replaced", frame)
        try:
            connection.execute(query("delete_location_tests"))
        finally:
            connection.unregister("replaced")
        insert(connection, "insert_location_tests", list(tests))


def class_of_location(metric: str) -> ClassName:
    """Return the class whose locations a metric tests.

    Examples
    --------
    >>> class_of_location("stain_location")
    'stain'

    """
    return "scratch" if metric.startswith("scratch") else "stain"
