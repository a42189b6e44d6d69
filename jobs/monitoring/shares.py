"""Groups of consecutive parts or pictures: how many of each group do not conform or were refused.

A group closes with the instant at which it has `GROUP` members, and keeps its borders for ever: a
part that comes late joins the group of its time of capture and shifts no other.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Final

import numpy as np

from jobs.arrival.naming import FIELD, parse_name
from jobs.configuration.inbox_sections import InboxSettings
from jobs.errors import FileRefusedError
from jobs.monitoring.judging import as_series_time, aware
from jobs.monitoring.stream_view import StreamView, Touched
from warehouse.new_arrivals import Arrived
from warehouse.part_groups import GroupedSeries, GroupRow
from warehouse.records import Stream
from warehouse.series import MetricSeries
from warehouse.windows import BEGINNING

GROUP: Final = 20
"""Parts or pictures in a group."""

NONCONFORMING: Final = "nonconforming_share"
REFUSED: Final = "refused_share"

SITE: Final = Stream("whole site", "all stations", "all tools", "all families")
"""Where the refused pictures are counted whose stream nobody knows."""


def nonconforming_groups(
    view: StreamView, grouped: GroupedSeries
) -> tuple[list[GroupRow], dict[str, Touched]]:
    """Return the groups that a round closes or changes, and when they end, by model."""
    changed: list[GroupRow] = []
    touched: dict[str, Touched] = {}
    for model_id, new in view.touched.items():
        rows = _of_model(view, grouped, model_id, new)
        if rows:
            changed += rows
            times = np.array(sorted(as_series_time(row.last_at) for row in rows))
            touched[model_id] = Touched(times, everything=new.everything)
            merge_groups(grouped, model_id, rows)
    return changed, touched


def _of_model(
    view: StreamView, grouped: GroupedSeries, model_id: str, new: Touched
) -> list[GroupRow]:
    """The changed and the new groups of one model."""
    known = grouped.rows.get(model_id, [])
    if known and not new.everything and new.any_until(known[0].after_at):
        grouped.of_model(model_id)
        known = grouped.rows[model_id]
    border = known[-1].last_at if known else BEGINNING
    rows = [] if new.everything else [
        _counted(row, view.covering(row.after_at).series(NONCONFORMING_SOURCE, model_id))
        for row in known
        if new.first_from(row.after_at, row.last_at + timedelta(microseconds=1)) is not None
    ]  # fmt: skip
    number = known[-1].number if known else 0
    series = view.covering(border).series(NONCONFORMING_SOURCE, model_id)
    stream = view.stream
    blank = GroupRow(
        stream.line, stream.station, stream.tool, stream.family,
        NONCONFORMING, model_id, number, border, border, "", 0, None,
    )  # fmt: skip
    return rows + _closed(blank, series)


NONCONFORMING_SOURCE: Final = "stain_count"
"""Any metric: what is read of its series is whether the parts passed."""


def _closed(last: GroupRow, series: MetricSeries) -> list[GroupRow]:
    """The groups that close after `last`."""
    times = series.captured_at
    first = int(np.searchsorted(times, as_series_time(last.last_at), side="right"))
    rows: list[GroupRow] = []
    while first + GROUP <= len(series):
        moment = times[first + GROUP - 1]
        stop = int(np.searchsorted(times, moment, side="right"))
        last = replace(
            last,
            number=last.number + 1,
            after_at=last.last_at,
            last_at=aware(moment),
            last_id=series.pass_ids[stop - 1],
            n=stop - first,
            hits=_hits(series.passed[first:stop]),
        )
        rows.append(last)
        first = stop
    return rows


def _counted(row: GroupRow, series: MetricSeries) -> GroupRow:
    """A closed group counted again."""
    first = int(np.searchsorted(series.captured_at, as_series_time(row.after_at), side="right"))
    stop = int(np.searchsorted(series.captured_at, as_series_time(row.last_at), side="right"))
    return replace(row, n=stop - first, hits=_hits(series.passed[first:stop]))


def _hits(passed: Sequence[bool | None]) -> int | None:
    """How many did not pass; None where no part was judged."""
    judged = [one for one in passed if one is not None]
    return judged.count(False) if judged else None


def refused_groups(
    arrived: Iterable[Arrived], inbox: InboxSettings, grouped: dict[Stream, GroupedSeries]
) -> dict[Stream, list[GroupRow]]:
    """Return the groups of pictures that arrivals close or continue, by stream.

    Pictures are counted in the order of arrival, as nobody knows when a refused one was captured;
    those of the last, open group wait under number 0.
    """
    changed: dict[Stream, list[GroupRow]] = {}
    for one in arrived:
        stream = stream_in_name(one.path, inbox)
        known = grouped[stream]
        waiting = known.waiting.get("") or _open_group(stream, known)
        # The next instant, so that no two groups end at one.
        moment = max(one.first_seen_at, waiting.after_at + timedelta(microseconds=1))
        waiting = replace(
            waiting,
            last_at=moment,
            last_id=one.path,
            n=waiting.n + 1,
            hits=(waiting.hits or 0) + one.refused,
        )
        if waiting.n == GROUP:
            closed = replace(waiting, number=known.count("") + 1)
            changed.setdefault(stream, []).append(closed)
            merge_groups(known, "", [closed])
            waiting = _open_group(stream, known)
        known.waiting[""] = waiting
    return {
        stream: [*changed.get(stream, []), known.waiting[""]]
        for stream, known in grouped.items()
        if "" in known.waiting
    }


def _open_group(stream: Stream, known: GroupedSeries) -> GroupRow:
    rows = known.rows.get("", [])
    border = rows[-1].last_at if rows else BEGINNING
    return GroupRow(
        stream.line, stream.station, stream.tool, stream.family,
        REFUSED, "", 0, border, border, "", 0, 0,
    )  # fmt: skip


def merge_groups(grouped: GroupedSeries, model_id: str, rows: list[GroupRow]) -> None:
    """Put changed and new groups among the known ones."""
    by_number = {row.number: row for row in [*grouped.rows.get(model_id, []), *rows]}
    grouped.rows[model_id] = [by_number[number] for number in sorted(by_number)]


def stream_in_name(path: str, inbox: InboxSettings) -> Stream:
    """Return the stream that a picture's name tells, or the whole site.

    Examples
    --------
    >>> inbox = InboxSettings.model_validate({"file_pattern": ["{station}_{part_id}", "{part_id}"]})
    >>> stream_in_name("day/S10_A17.png", inbox).station, stream_in_name("A17.png", inbox).line
    ('S10', 'whole site')

    """
    stem = path.rpartition("/")[2].rpartition(".")[0]
    for pattern in inbox.file_pattern:
        named = set(FIELD.findall(pattern)) & {"line", "station", "tool", "family"}
        try:
            part = parse_name(stem, [pattern])
        except FileRefusedError:
            continue
        if not named:
            return SITE
        return Stream(
            line=part.line or inbox.line,
            station=part.station or inbox.station,
            tool=part.tool or inbox.tool,
            family=part.family or inbox.family,
        )
    return SITE
