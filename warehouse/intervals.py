"""Half-open time intervals whose ends may be left out."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

BEGINNING: Final = datetime(1, 1, 1, tzinfo=UTC)
END: Final = datetime(9999, 12, 31, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Interval:
    """[start, end), aware; a query always gets both, so that DuckDB can skip by them."""

    start: datetime
    end: datetime

    @classmethod
    def between(cls, start: datetime | None, end: datetime | None) -> "Interval":
        """Return [start, end), from the beginning or to the end of time where it is None."""
        return cls(BEGINNING if start is None else start, END if end is None else end)

    @property
    def empty(self) -> bool:
        """Whether nothing lies in it."""
        return self.start >= self.end


def split_days(interval: Interval) -> tuple[tuple[date, date] | None, tuple[Interval, ...]]:
    """Split into whole UTC days, as [first, after), and the pieces of days at either end.

    Examples
    --------
    >>> noon = datetime(2026, 3, 1, 12, tzinfo=UTC)
    >>> days, pieces = split_days(Interval(noon, noon + timedelta(days=2)))
    >>> [day.isoformat() for day in days]
    ['2026-03-02', '2026-03-03']
    >>> [piece.start.isoformat() for piece in pieces]
    ['2026-03-01T12:00:00+00:00', '2026-03-03T00:00:00+00:00']

    """
    if interval.empty:
        return None, ()
    start, end = interval.start.astimezone(UTC), interval.end.astimezone(UTC)
    first = start.date() if start.time() == time() else start.date() + timedelta(days=1)
    after = end.date()
    if first >= after:
        return None, (interval,)
    pieces = (Interval(start, _midnight(first)), Interval(_midnight(after), end))
    return (first, after), tuple(piece for piece in pieces if not piece.empty)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=UTC)
