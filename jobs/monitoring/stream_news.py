"""What a round finds new in the streams, and the windows of points that it will look at."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import numpy as np

from jobs.monitoring.carried import Carried
from jobs.monitoring.judging import as_series_time, aware
from jobs.monitoring.states import SPARKLINE_POINTS
from jobs.monitoring.stream_view import NO_TIMES, StreamView, Touched
from warehouse.connection import Connection
from warehouse.journal.characteristics import CharacteristicRow
from warehouse.monitored_streams import News, StreamModel, StreamRow, Times
from warehouse.part_groups import GroupedSeries
from warehouse.records import Stream
from warehouse.windows import BEGINNING, StreamWindow, stream_windows

MOST_ROWS = 300_000
"""Points read at a time: what a first evaluation of a long history holds in memory."""

BEFORE_LATE = timedelta(hours=36)
"""Read before the first late point, where the checkpoint that it needs probably lies."""


@dataclass(frozen=True, slots=True)
class StreamNews:
    """How much there is of every stream and model with the new rows, and what is touched.

    `late` counts, by stream, the new points captured before points that were evaluated already.
    """

    rows: Mapping[Stream, Mapping[str, StreamRow]]
    touched: Mapping[Stream, Mapping[str, Touched]]
    late: Mapping[Stream, int]


def stream_news(
    stored: Iterable[StreamRow], new: Iterable[News], times: Mapping[StreamModel, Times]
) -> StreamNews:
    """Add what is new to what is known."""
    rows: dict[Stream, dict[str, StreamRow]] = defaultdict(dict)
    touched: dict[Stream, dict[str, Touched]] = defaultdict(dict)
    late: dict[Stream, int] = {}
    for row in stored:
        rows[row.stream][row.model_id] = row
    newest = {stream: max(one.last_at for one in own.values()) for stream, own in rows.items()}
    for one in new:
        known = rows[one.stream].get(one.model_id)
        rows[one.stream][one.model_id] = _grown(known, one)
        found = times.get((one.stream, one.model_id), NO_TIMES)
        touched[one.stream][one.model_id] = Touched(found, everything=known is None)
        if one.stream in newest:
            before = int((found < as_series_time(newest[one.stream])).sum())
            # What was measured again is not late.
            before = min(before, one.passes)
            late[one.stream] = late.get(one.stream, 0) + before
    for (stream, model_id), found in times.items():
        # A pass measured again by another model: the point of the old one stands as it was.
        touched[stream].setdefault(model_id, Touched(found))
    return StreamNews(rows, touched, late)


def _grown(known: StreamRow | None, new: News) -> StreamRow:
    stream = new.stream
    if known is None:
        return StreamRow(
            stream.line, stream.station, stream.tool, stream.family, new.model_id,
            new.points, new.passes, new.first_at, new.last_at, new.first_at, in_use=False,
        )  # fmt: skip
    return replace(
        known,
        points=known.points + new.points,
        passes=known.passes + new.passes,
        first_at=min(known.first_at, new.first_at),
        last_at=max(known.last_at, new.last_at),
    )


def stream_views(
    connection: Connection,
    news: StreamNews,
    characteristics: Mapping[Stream, list[CharacteristicRow]],
    carried: Carried,
    groups: Mapping[tuple[Stream, str], GroupedSeries],
) -> Iterator[StreamView]:
    """Yield every stream with its new points in sight, a few streams' points in memory at a time."""
    wanted: dict[Stream, datetime] = {}
    rows = 0
    for stream, own in news.rows.items():
        if not news.touched.get(stream):
            in_use = next((row.model_id for row in own.values() if row.in_use), "")
            yield StreamView(connection, stream, dict(own), in_use, {})
            continue
        since = _since(stream, news, characteristics.get(stream, []), carried, groups)
        wanted[stream] = since
        whole = any(one.everything for one in news.touched[stream].values())
        rows += sum(row.points for row in own.values()) if whole else 0
        if rows >= MOST_ROWS:
            yield from _loaded(connection, news, wanted)
            wanted, rows = {}, 0
    yield from _loaded(connection, news, wanted)


def _since(
    stream: Stream,
    news: StreamNews,
    characteristics: list[CharacteristicRow],
    carried: Carried,
    groups: Mapping[tuple[Stream, str], GroupedSeries],
) -> datetime:
    """From when on the charts of a stream will want its points, as far as one can tell before."""
    touched = news.touched[stream]
    if any(one.everything for one in touched.values()):
        return BEGINNING
    moments = [row.tail_at for row in news.rows[stream].values() if row.in_use]
    for row in characteristics:
        for one in carried.phases.get(row.characteristic_id, ()):
            found = carried.checkpoints.get((row.characteristic_id, one.phase_id))
            if one.valid_to is None and found is not None:
                moments.append(found.reached_at)
        grouped = groups.get((stream, row.metric))
        if grouped is not None:
            moments += [known[-1].last_at for known in grouped.rows.values() if known]
    first = min((one.times[0] for one in touched.values() if one.times.size), default=None)
    if first is not None:
        moments.append(first.item().replace(tzinfo=UTC) - BEFORE_LATE)
    return min(moments, default=BEGINNING)


def _loaded(
    connection: Connection, news: StreamNews, wanted: Mapping[Stream, datetime]
) -> Iterator[StreamView]:
    """The views of some streams, their windows read in one query."""
    for stream, window in stream_windows(connection, wanted).items():
        latest = window.columns["model_id"][window.columns["latest"]]
        rows = dict(news.rows[stream])
        in_use = str(latest[-1]) if latest.size else next(iter(rows))
        view = StreamView(
            connection,
            stream,
            rows,
            in_use,
            news.touched[stream],
            late=news.late.get(stream, 0),
            window=window,
        )
        for model_id, row in rows.items():
            rows[model_id] = replace(row, in_use=model_id == in_use)
        rows[in_use] = replace(rows[in_use], tail_at=_tail_at(view, rows[in_use]))
        yield view


def _tail_at(view: StreamView, row: StreamRow) -> datetime:
    """When the first point of the small line was captured."""
    wanted = min(SPARKLINE_POINTS, row.points)
    assert view.window is not None
    if len(_times(view.window, row)) < wanted:
        view.covering(BEGINNING)
    times = _times(view.window, row)
    return aware(times[-wanted]) if 0 < wanted <= len(times) else row.first_at


def _times(window: StreamWindow, row: StreamRow) -> np.ndarray:
    times: np.ndarray = window.columns["captured_at"][window.chosen(row.model_id)]
    return times
