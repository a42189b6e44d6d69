"""Which plant day is due for its nightly run: calendar arithmetic, no timer.

A cron trigger asks "when do I fire next?" and loses a whole night where a local time does not
exist, or fires twice where it exists twice. Here the question is "which day is the last one whose
time has come?", asked every few seconds and compared with the day that was done: a skipped, a
repeated or a slept-through hour changes nothing but the minute of the run.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

LATE_AFTER = timedelta(minutes=10)
"""A run that starts later than this after its due time is marked as a catch-up."""


@dataclass(frozen=True, slots=True)
class DueRun:
    """The one run that is due now.

    `missed` counts the plant days before `plant_day` that nobody ran; one catch-up run stands for
    all of them, since every run takes in whatever lies in the inbox.
    """

    plant_day: date
    due_at: datetime
    late: bool
    missed: int


def due_instant(plant_day: date, nightly_at: time, zone: ZoneInfo) -> datetime:
    """When the run of `plant_day` is due, in UTC.

    A local time that the spring change leaves out means the same distance after midnight on the
    clock before the change; one that the autumn change repeats means its first occurrence.

    Examples
    --------
    >>> berlin = ZoneInfo("Europe/Berlin")
    >>> due_instant(date(2024, 3, 31), time(2, 30), berlin).isoformat()
    '2024-03-31T01:30:00+00:00'
    >>> due_instant(date(2024, 10, 27), time(2, 30), berlin).isoformat()
    '2024-10-27T00:30:00+00:00'

    """
    local = datetime.combine(plant_day, nightly_at.replace(tzinfo=None, fold=0), tzinfo=zone)
    return local.astimezone(UTC)


def latest_due_day(now: datetime, nightly_at: time, zone: ZoneInfo) -> date:
    """Return the last plant day whose run was due at or before `now`."""
    day = now.astimezone(zone).date()
    while due_instant(day, nightly_at, zone) > now:
        day -= timedelta(days=1)
    return day


def due_run(
    now: datetime, *, nightly_at: time, zone: ZoneInfo, last_done: date | None
) -> DueRun | None:
    """Return the run that is due at `now`, or None when the latest plant day was done.

    Parameters
    ----------
    now
        An aware instant.
    last_done
        The plant day of the last finished run; None for a site that never ran, whose first run is
        due at once. A day in the future (the clock was set back) is taken as done.

    Examples
    --------
    A machine that was off for two nights catches up once:

    >>> run = due_run(
    ...     datetime(2024, 5, 10, 6, 0, tzinfo=UTC),
    ...     nightly_at=time(2, 0),
    ...     zone=ZoneInfo("Europe/Berlin"),
    ...     last_done=date(2024, 5, 7),
    ... )
    >>> run.plant_day.isoformat(), run.late, run.missed
    ('2024-05-10', True, 2)

    """
    plant_day = latest_due_day(now, nightly_at, zone)
    if last_done is not None and last_done >= plant_day:
        return None
    due_at = due_instant(plant_day, nightly_at, zone)
    missed = 0 if last_done is None else (plant_day - last_done).days - 1
    late = last_done is not None and now - due_at > LATE_AFTER
    return DueRun(plant_day=plant_day, due_at=due_at, late=late, missed=missed)
