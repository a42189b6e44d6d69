"""What is new in the streams since the last evaluation, and how much of each is evaluated."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
import numpy.typing as npt

from warehouse.connection import Connection
from warehouse.records import Stream
from warehouse.sql import query
from warehouse.staging import fetch, insert

StreamModel = tuple[Stream, str]
Times = npt.NDArray[np.datetime64]


@dataclass(frozen=True, slots=True)
class StreamRow:
    """How much of one stream and model is evaluated.

    `points` counts the passes that the model measured, `passes` those it was the first to measure;
    `tail_at` is where the points of the tile's small line begin; `in_use` says that it measured
    the newest pass of the stream.
    """

    line: str
    station: str
    tool: str
    family: str
    model_id: str
    points: int
    passes: int
    first_at: datetime
    last_at: datetime
    tail_at: datetime
    in_use: bool

    @property
    def stream(self) -> Stream:
        """The stream."""
        return Stream(self.line, self.station, self.tool, self.family)


@dataclass(frozen=True, slots=True)
class News:
    """New rows of one stream and model.

    `points`, `passes` as in `StreamRow`, to be added; `first_at`, `last_at` of the new rows;
    `revised` of them measure a pass again.
    """

    stream: Stream
    model_id: str
    rows: int
    points: int
    passes: int
    revised: int
    first_at: datetime
    last_at: datetime


def news(connection: Connection, after: int) -> list[News]:
    """Return what the rows of `inspection` after row number `after` bring, by stream and model."""
    found = connection.execute(query("new_by_stream"), {"after": after}).fetchall()
    return [
        News(
            stream=Stream(*key),
            model_id=model_id,
            rows=rows,
            # A pass measured again by the same model is a point that was there.
            points=rows - again,
            passes=passes,
            revised=rows - passes,
            first_at=first_at.astimezone(UTC),
            last_at=last_at.astimezone(UTC),
        )
        for *key, model_id, rows, again, passes, first_at, last_at in found
    ]


def touched_times(connection: Connection, after: int) -> dict[StreamModel, Times]:
    """Return when the points that the rows after `after` add or replace were captured, ascending.

    A pass that is measured again may have another time than before: both are touched.
    """
    found = connection.execute(query("touched_points"), {"after": after}).fetchall()
    return {
        (Stream(*key), model_id): np.array(times, dtype="datetime64[us]")
        for *key, model_id, times in found
    }


def stored_streams(connection: Connection) -> list[StreamRow]:
    """Return what is evaluated of every stream and model."""
    return fetch(StreamRow, connection.execute(query("monitored_streams")))


def replace_streams(connection: Connection, rows: Iterable[StreamRow]) -> None:
    """Make `rows` the only ones, within the transaction of the caller."""
    connection.execute("DELETE FROM monitored_stream")
    insert(connection, "insert_monitored_streams", list(rows))
