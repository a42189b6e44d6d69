"""Every characteristic with a few figures: the list that is sorted by what worries one."""

from dataclasses import dataclass
from datetime import datetime

from warehouse.connection import Connection
from warehouse.intervals import Interval
from warehouse.sql import query


@dataclass(frozen=True, slots=True)
class ScreenedCharacteristic:
    """One characteristic over a period; None where a figure cannot be had.

    Attributes
    ----------
    state : str
        At the last evaluation.
    n : int
        Inspections of the period.
    mean, zeros, autocorrelation : float or None
        Mean, share of values that are 0, correlation of each value with the one before it.
    outside : int or None
        Values beyond a specification limit; None without limits.
    signals : int
        Parts that completed a signal which still holds.
    days : int
        UTC days with data.
    slope, explained : float or None
        Least-squares line through the daily means: change a day, and its share of their variance.
    cause : str or None
        Code of the cause that was recorded last, of any time.

    """

    characteristic_id: str
    state: str
    n: int
    mean: float | None
    zeros: float | None
    autocorrelation: float | None
    outside: int | None
    signals: int
    days: int
    slope: float | None
    explained: float | None
    cause: str | None


def screening(
    connection: Connection, *, start: datetime | None = None, end: datetime | None = None
) -> list[ScreenedCharacteristic]:
    """Return every enabled characteristic with figures of the inspections in [start, end), by id.

    `connection` reads a published snapshot, which has the journal's tables.
    """
    interval = Interval.between(start, end)
    found = connection.execute(
        query("screening"), {"start": interval.start, "end": interval.end}
    ).fetchall()
    return [ScreenedCharacteristic(*row) for row in found]
