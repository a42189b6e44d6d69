"""Windows of streams: every metric of every point since some time, read once for all charts."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from warehouse.connection import Connection
from warehouse.metric_points import MetricSeries
from warehouse.records import Stream
from warehouse.sql import query

BEGINNING: Final = datetime(1, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, eq=False)
class StreamWindow:
    """The points of one stream captured at or after `since`, oldest first, of every model.

    `columns` holds arrays of one length: pass_id, part_id, captured_at (UTC without a zone),
    model_id, passed (NaN where no specification was set), `latest` (the newest revision of its
    pass), `latest_of_model` (the newest that its model made) and every metric.
    """

    stream: Stream
    since: datetime
    columns: Mapping[str, npt.NDArray[Any]]
    _bases: dict[str | None, MetricSeries] = field(default_factory=dict)

    def series(self, metric: str, model_id: str | None = None) -> MetricSeries:
        """Return a metric as `warehouse.series.metric_series` does, from `since` on."""
        base = self._bases.get(model_id)
        if base is None:
            base = self._bases[model_id] = self._base(model_id)
        return MetricSeries(
            metric=metric,
            pass_ids=base.pass_ids,
            part_ids=base.part_ids,
            captured_at=base.captured_at,
            values=self.columns[metric][self.chosen(model_id)],
            model_ids=base.model_ids,
            passed=base.passed,
        )

    def chosen(self, model_id: str | None) -> npt.NDArray[np.bool_]:
        """Return which rows are points of a model, or the latest of every pass for None."""
        if model_id is None:
            latest: npt.NDArray[np.bool_] = self.columns["latest"]
            return latest
        own: npt.NDArray[np.bool_] = self.columns["latest_of_model"] & (
            self.columns["model_id"] == model_id
        )
        return own

    def _base(self, model_id: str | None) -> MetricSeries:
        chosen = self.chosen(model_id)
        return MetricSeries(
            metric="",
            pass_ids=self.columns["pass_id"][chosen].tolist(),
            part_ids=self.columns["part_id"][chosen].tolist(),
            captured_at=self.columns["captured_at"][chosen],
            values=np.empty(0),
            model_ids=self.columns["model_id"][chosen].tolist(),
            passed=[
                None if np.isnan(value) else bool(value)
                for value in self.columns["passed"][chosen].tolist()
            ],
        )


def stream_windows(
    connection: Connection, wanted: Mapping[Stream, datetime]
) -> dict[Stream, StreamWindow]:
    """Return one window for each stream of `wanted`, since the time it names, in one query."""
    if not wanted:
        return {}
    streams = list(wanted)
    connection.register("wanted", _frame(streams, wanted))
    try:
        found = connection.execute(query("stream_windows"), {"oldest": min(wanted.values())})
        table = {name: _plain(column) for name, column in found.fetchnumpy().items()}
    finally:
        connection.unregister("wanted")
    table["captured_at"] = table.pop("captured_us").astype(np.int64).view("datetime64[us]")
    bounds = np.searchsorted(table.pop("place"), np.arange(len(streams) + 1))
    return {
        stream: StreamWindow(
            stream,
            wanted[stream],
            {name: column[bounds[place] : bounds[place + 1]] for name, column in table.items()},
        )
        for place, stream in enumerate(streams)
    }


def _frame(streams: list[Stream], wanted: Mapping[Stream, datetime]) -> pd.DataFrame:
    frame = pd.DataFrame(
        [(one.line, one.station, one.tool, one.family) for one in streams],
        columns=["line", "station", "tool", "family"],
        dtype="str",
    )
    frame["place"] = np.arange(len(streams))
    # As microseconds: the year 1 does not fit a timestamp of nanoseconds.
    frame["since_us"] = [_microseconds(wanted[one]) for one in streams]
    return frame


def _microseconds(moment: datetime) -> int:
    return int(np.datetime64(moment.astimezone(UTC).replace(tzinfo=None), "us").astype(np.int64))


def _plain(column: Any) -> npt.NDArray[Any]:
    """A column without a mask; missing numbers are NaN."""
    if not isinstance(column, np.ma.MaskedArray):
        return np.asarray(column)
    if column.dtype == object:
        return np.asarray(column.filled(None))
    return np.asarray(np.ma.filled(column.astype(np.float64), np.nan))
