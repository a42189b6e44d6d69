"""Verdicts of reviewers, summed up by day and by stream."""

from collections.abc import Iterable, Mapping
from datetime import UTC, date

from dashboard.review_share import Reviewed
from warehouse.journal.reviews import ReviewRow
from warehouse.records import Stream


def review_total(rows: Iterable[ReviewRow]) -> Reviewed:
    """Return the sum over verdicts that count."""
    verdicts = [row.verdict for row in rows]
    missed, false_calls = verdicts.count("missed"), verdicts.count("false call")
    return Reviewed(false_calls + verdicts.count("agree"), false_calls, missed)


def reviews_by_day(rows: Iterable[ReviewRow]) -> Mapping[date, Reviewed]:
    """Return the sums by UTC day of capture, oldest first; days without a verdict are left out."""
    days: dict[date, list[ReviewRow]] = {}
    for row in rows:
        days.setdefault(row.captured_at.astimezone(UTC).date(), []).append(row)
    return {day: review_total(days[day]) for day in sorted(days)}


def reviews_by_stream(rows: Iterable[ReviewRow]) -> Mapping[Stream, Reviewed]:
    """Return the sums by stream, most reviewed first."""
    streams: dict[Stream, list[ReviewRow]] = {}
    for row in rows:
        stream = Stream(row.line, row.station, row.tool, row.family)
        streams.setdefault(stream, []).append(row)
    totals = {stream: review_total(found) for stream, found in streams.items()}
    return dict(sorted(totals.items(), key=lambda item: (-item[1].reviewed, item[0].key)))
