"""Groups of consecutive parts or pictures, whose share of hits is charted: one point a group."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

import numpy as np
import pandas as pd

from warehouse.connection import Connection
from warehouse.metric_points import MetricSeries
from warehouse.records import Stream
from warehouse.sql import query
from warehouse.staging import fetch, insert

RECENT: Final = 80
"""Groups that are read without asking: more than a tile draws."""


@dataclass(frozen=True, slots=True)
class GroupRow:
    """One closed group: what was captured after `after_at` up to `last_at`, `hits` of `n`."""

    line: str
    station: str
    tool: str
    family: str
    metric: str
    model_id: str
    number: int
    after_at: datetime
    last_at: datetime
    last_id: str
    n: int
    hits: int | None

    @property
    def stream(self) -> Stream:
        """The stream."""
        return Stream(self.line, self.station, self.tool, self.family)


@dataclass(slots=True)
class GroupedSeries:
    """The closed groups of one stream and metric, by model; older ones are read when asked for."""

    connection: Connection
    stream: Stream
    metric: str
    rows: dict[str, list[GroupRow]] = field(default_factory=dict)
    waiting: dict[str, GroupRow] = field(default_factory=dict)
    """The open group of pictures that arrived, number 0: it is no point yet."""

    def of_model(self, model_id: str, since: datetime | None = None) -> MetricSeries:
        """Return the groups of one model that end at or after `since`, None for all of them."""
        rows = self.rows.get(model_id, [])
        if rows and rows[0].number > 1 and (since is None or since <= rows[0].last_at):
            known = {row.number: row for row in rows}
            stored = groups_of(self.connection, self.stream, self.metric, model_id)
            rows = self.rows[model_id] = [known.get(row.number, row) for row in stored] + [
                row for row in rows if not stored or row.number > stored[-1].number
            ]
        series = series_of_groups(self.metric, rows)
        return series if since is None else series.from_time(since)

    def count(self, model_id: str) -> int:
        """Return how many groups of a model are closed."""
        rows = self.rows.get(model_id, [])
        return rows[-1].number if rows else 0


def series_of_groups(metric: str, rows: Iterable[GroupRow]) -> MetricSeries:
    """Return groups as a series: each is a point at its last member."""
    listed = list(rows)
    return MetricSeries(
        metric=metric,
        pass_ids=[row.last_id for row in listed],
        part_ids=[f"group {row.number}" for row in listed],
        captured_at=np.array(
            [row.last_at.replace(tzinfo=None) for row in listed], dtype="datetime64[us]"
        ),
        values=np.array([np.nan if row.hits is None else row.hits for row in listed], dtype=float),
        model_ids=[row.model_id for row in listed],
        passed=[None] * len(listed),
    )


def groups_of(
    connection: Connection, stream: Stream, metric: str, model_id: str | None = None
) -> list[GroupRow]:
    """Return the groups of a stream, of one model unless None, oldest first."""
    values = {
        "line": stream.line,
        "station": stream.station,
        "tool": stream.tool,
        "family": stream.family,
        "metric": metric,
        "model_id": model_id,
    }
    return fetch(GroupRow, connection.execute(query("groups_of_stream"), values))


def recent_groups(connection: Connection) -> dict[tuple[Stream, str], GroupedSeries]:
    """Return every stream's newest groups, by stream and metric."""
    found: dict[tuple[Stream, str], GroupedSeries] = {}
    for row in fetch(GroupRow, connection.execute(query("recent_groups"), {"recent": RECENT})):
        key = (row.stream, row.metric)
        grouped = found.setdefault(key, GroupedSeries(connection, *key))
        if row.number == 0:
            grouped.waiting[row.model_id] = row
        else:
            grouped.rows.setdefault(row.model_id, []).append(row)
    return found


def replace_groups(connection: Connection, rows: Collection[GroupRow]) -> None:
    """Store groups, in place of those with their numbers, within the caller's transaction."""
    if not rows:
        return
    keys = [
        (row.line, row.station, row.tool, row.family, row.metric, row.model_id, row.number)
        for row in rows
    ]
    names = ["line", "station", "tool", "family", "metric", "model_id", "number"]
    frame = pd.DataFrame(keys, columns=names).astype(dict.fromkeys(names[:-1], "str"))
    connection.register("replaced", frame)
    try:
        connection.execute(query("delete_groups"))
    finally:
        connection.unregister("replaced")
    insert(connection, "insert_groups", list(rows))
