"""Metric series of a stream: what the charts are computed from."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any

import numpy as np

from warehouse.connection import Connection
from warehouse.errors import WarehouseError
from warehouse.figure_fits import DEFECTS, corrected, figure_fits
from warehouse.intervals import Interval
from warehouse.location_tests import location_series
from warehouse.metric_points import MetricSeries
from warehouse.part_groups import GroupedSeries, groups_of
from warehouse.records import (
    HEALTH_METRICS,
    LOCATION_METRICS,
    METRICS,
    MODEL_METRICS,
    SHARE_METRICS,
    Stream,
)
from warehouse.sql import query
from warehouse.windows import BEGINNING, StreamWindow, stream_windows

__all__ = ["MetricSeries", "StreamSummary", "daily_means", "metric_series", "streams"]


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
        One of `records.METRICS`, `HEALTH_METRICS`, `SHARE_METRICS` or `LOCATION_METRICS`; the
        points of the last two are groups of parts and nightly tests.
    model_id
        Only what this model measured, in the latest revision it made of each pass. Without it,
        the latest revision of each pass, whatever model made it.
    limit
        The newest `limit` points only.

    Raises
    ------
    WarehouseError
        `metric` is none of these.

    """
    if metric not in METRICS:
        other = _other_series(connection, stream, metric, start, model_id)
        return _between(other, end, limit)
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


def _other_series(
    connection: Connection,
    stream: Stream,
    metric: str,
    start: datetime | None,
    model_id: str | None,
) -> MetricSeries:
    """A metric that no column of `inspection` holds, from `start` on."""
    if metric in HEALTH_METRICS:
        since = BEGINNING if start is None else start
        window = stream_windows(connection, {stream: since})[stream]
        return _health_series(connection, window, metric, model_id)
    if metric in SHARE_METRICS:
        grouped = GroupedSeries(connection, stream, metric)
        rows = groups_of(connection, stream, metric)
        in_use = rows[-1].model_id if rows and model_id is None else model_id or ""
        grouped.rows[in_use] = [row for row in rows if row.model_id == in_use]
        return grouped.of_model(in_use, start)
    if metric in LOCATION_METRICS:
        whole = location_series(connection, stream, metric)
        return whole if start is None else whole.from_time(start)
    known = METRICS + HEALTH_METRICS + SHARE_METRICS + LOCATION_METRICS
    raise WarehouseError(f"no metric '{metric}'; the metrics are {', '.join(known)}")


def _health_series(
    connection: Connection, window: StreamWindow, metric: str, model_id: str | None
) -> MetricSeries:
    """A figure of the inspector; those of the model corrected for the defects of the part."""
    series = window.series(metric, model_id)
    if metric not in MODEL_METRICS or not len(series):
        return series
    used = model_id or series.model_ids[-1]
    fit = figure_fits(connection).get((window.stream, used, metric))
    defects = np.stack([window.series(name, model_id).values for name in DEFECTS], axis=-1)
    return replace(series, values=corrected(series.values, defects, fit))


def _between(series: MetricSeries, end: datetime | None, limit: int | None) -> MetricSeries:
    """The points before `end`, the newest `limit` of them."""
    stop = len(series)
    if end is not None:
        moment = np.datetime64(end.astimezone(UTC).replace(tzinfo=None), "us")
        stop = int(np.searchsorted(series.captured_at, moment, side="left"))
    return series.slice(0 if limit is None else max(0, stop - limit), stop)


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


def daily_means(
    connection: Connection, metrics: Collection[str], *, first: date
) -> dict[tuple[Stream, str, str], tuple[tuple[date, ...], tuple[float, ...]]]:
    """Return (days, means) of each stream, model and metric, from the UTC day `first` on."""
    if not metrics:
        return {}
    values = {"first": first, "metrics": sorted(metrics)}
    return {
        (Stream(*key), model_id, metric): (tuple(days), tuple(means))
        for *key, model_id, metric, days, means in connection.execute(
            query("daily_means"), values
        ).fetchall()
    }


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
