"""Half-open time intervals whose ends may be left out."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

BEGINNING: Final = datetime(1, 1, 1, tzinfo=UTC)
END: Final = datetime(9999, 12, 31, tzinfo=UTC)
HALF_A_DAY: Final = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class Interval:
    """[start, end), aware; a query always gets both, so that DuckDB can skip by them."""

    start: datetime
    end: datetime

    @classmethod
    def between(cls, start: datetime | None, end: datetime | None) -> "Interval":
        """Return [start, end), from the beginning or to the end of time where it is None."""
        return cls(
            BEGINNING if start is None else max(start, BEGINNING),
            END if end is None else min(end, END),
        )

    @property
    def empty(self) -> bool:
        """Whether nothing lies in it."""
        return self.start >= self.end


@dataclass(frozen=True, slots=True)
class DaySplit:
    """An interval as what the rollups know and what must be looked at row by row.

    Attributes
    ----------
    days : tuple of date or None
        Whole UTC days, [first, after).
    added : tuple of Interval
        Pieces of the interval that lie outside those days.
    removed : tuple of Interval
        Pieces of those days that lie outside the interval.

    """

    days: tuple[date, date] | None = None
    added: tuple[Interval, ...] = ()
    removed: tuple[Interval, ...] = ()

    @property
    def signed(self) -> tuple[tuple[int, Interval], ...]:
        """The pieces, with 1 for those that are added and -1 for those that are taken away."""
        return tuple((1, piece) for piece in self.added) + tuple(
            (-1, piece) for piece in self.removed
        )


def split_days(interval: Interval) -> DaySplit:
    """Split into whole UTC days and pieces of at most half a day at either end.

    Every pass has one instant, so what the days hold, with `added` and without `removed`, is what
    the interval holds. An end is moved to the nearest midnight: up to now, the rest of today is
    taken away, and nothing lies there.

    Examples
    --------
    >>> morning = datetime(2026, 3, 1, 9, tzinfo=UTC)
    >>> split = split_days(Interval(morning, morning + timedelta(days=2)))
    >>> [day.isoformat() for day in split.days]
    ['2026-03-01', '2026-03-03']
    >>> [(sign, piece.start.isoformat(), piece.end.isoformat()) for sign, piece in split.signed]
    [(1, '2026-03-03T00:00:00+00:00', '2026-03-03T09:00:00+00:00'),
     (-1, '2026-03-01T00:00:00+00:00', '2026-03-01T09:00:00+00:00')]

    """
    if interval.empty:
        return DaySplit()
    start, end = interval.start.astimezone(UTC), interval.end.astimezone(UTC)
    first, after = _nearest_midnight(start), _nearest_midnight(end)
    if first >= after:
        return DaySplit(added=(interval,))
    return DaySplit(
        (first.date(), after.date()),
        added=_pieces(Interval(start, first), Interval(after, end)),
        removed=_pieces(Interval(first, start), Interval(end, after)),
    )


def _pieces(*found: Interval) -> tuple[Interval, ...]:
    return tuple(piece for piece in found if not piece.empty)


def _nearest_midnight(moment: datetime) -> datetime:
    midnight = datetime.combine(moment.date(), time(), tzinfo=UTC)
    return midnight if moment - midnight < HALF_A_DAY else midnight + timedelta(days=1)
