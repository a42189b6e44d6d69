"""Metric series of a stream: what the charts are computed from."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import numpy as np
import numpy.typing as npt

from warehouse.connection import Connection
from warehouse.errors import WarehouseError
from warehouse.intervals import Interval
from warehouse.records import METRICS, Stream
from warehouse.sql import query


@dataclass(frozen=True, slots=True)
class MetricSeries:
    """One metric of one stream, oldest first; all columns have n entries.

    `captured_at` is UTC without a zone; `values` has NaN where the metric is missing; `passed`
    holds None where no specification was set.
    """

    metric: str
    pass_ids: list[str]
    part_ids: list[str]
    captured_at: npt.NDArray[np.datetime64]
    values: npt.NDArray[np.float64]
    model_ids: list[str]
    passed: list[bool | None]

    def __len__(self) -> int:
        """Return the number of points."""
        return len(self.pass_ids)


@dataclass(frozen=True, slots=True)
class StreamSummary:
    """A stream that has data: its inspections (latest revisions) and when they were captured."""

    stream: Stream
    inspections: int
    first_at: datetime
    last_at: datetime


def metric_series(
    connection: Connection,
    stream: Stream,
    metric: str,
    *,
    start: datetime | None = None,
    end: datetime | None = None,
    model_id: str | None = None,
    limit: int | None = None,
) -> MetricSeries:
    """Return `metric` of the inspections of `stream` captured in [start, end), oldest first.

    Parameters
    ----------
    metric
        One of `records.METRICS`.
    model_id
        Only what this model measured, in the latest revision it made of each pass. Without it,
        the latest revision of each pass, whatever model made it.
    limit
        The newest `limit` points only.

    Raises
    ------
    WarehouseError
        `metric` is not one of `records.METRICS`.

    """
    if metric not in METRICS:
        raise WarehouseError(f"no metric '{metric}'; the metrics are {', '.join(METRICS)}")
    models = [found for (found,) in connection.execute(query("models_used")).fetchall()]
    if model_id is not None and model_id not in models:
        models.append(model_id)
    interval = Interval.between(start, end)
    values: dict[str, object] = {
        "metric": metric,
        "models": models,
        "line": stream.line,
        "station": stream.station,
        "tool": stream.tool,
        "family": stream.family,
        "start": interval.start,
        "end": interval.end,
        "limit": limit,
    }
    if model_id is None:
        found = connection.execute(query("metric_series"), values)
    else:
        found = connection.execute(query("metric_series_of_model"), values | {"model_id": model_id})
    return _series(metric, models, found.fetchnumpy())


def streams(connection: Connection) -> list[StreamSummary]:
    """Return every stream with data, by key."""
    found = connection.execute(query("streams")).fetchall()
    return [
        StreamSummary(
            Stream(line, station, tool, family),
            inspections,
            first_at.astimezone(UTC),
            last_at.astimezone(UTC),
        )
        for line, station, tool, family, inspections, first_at, last_at in found
    ]


def _series(metric: str, models: list[str], columns: dict[str, Any]) -> MetricSeries:
    passed = columns["passed"]
    known = ~np.ma.getmaskarray(passed)
    return MetricSeries(
        metric=metric,
        pass_ids=columns["pass_id"].tolist(),
        part_ids=columns["part_id"].tolist(),
        captured_at=np.asarray(columns["captured_us"], dtype=np.int64).view("datetime64[us]"),
        values=np.ma.filled(np.ma.asarray(columns["value"], dtype=np.float64), np.nan),
        model_ids=[models[number - 1] for number in columns["model_no"].tolist()],
        passed=[
            bool(value) if is_known else None
            for value, is_known in zip(np.ma.getdata(passed).tolist(), known.tolist(), strict=True)
        ],
    )
