"""Which slots of the schedule are due: the plant day's night, the times of shifts, the intervals.

A slot is a name for "this one": once it is written down as done it never comes again, whatever the
clocks do. Slots that were missed while the machine was off are not repeated one by one: one run
takes in whatever lies in the inbox, and stands for all of them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from jobs.configuration.serve_sections import ScheduleSettings
from jobs.schedule.plant_calendar import DueRun, due_instant, due_run

NIGHT, SHIFT, INTERVAL = "last plant day", "last shift time", "last interval"
"""What the journal calls the last slot done of each kind."""

SLACK = timedelta(minutes=10)
"""A run that starts later than this after its shift time is marked late."""


@dataclass(frozen=True, slots=True)
class DoneSlots:
    """The last slot done of each kind, None before the first."""

    night: date | None = None
    shift: datetime | None = None
    interval: datetime | None = None


@dataclass(frozen=True, slots=True)
class DueSlots:
    """What is due now: a trigger in words, and by kind the slots that one run fulfils."""

    trigger: str
    slots: dict[str, str] = field(default_factory=dict)
    night: DueRun | None = None


def due_slots(
    now: datetime, schedule: ScheduleSettings, zone: ZoneInfo, done: DoneSlots
) -> DueSlots | None:
    """Return what is due at `now`, None for nothing.

    Examples
    --------
    >>> schedule = ScheduleSettings(nightly_at="02:00", also_at=("06:00", "14:00", "22:00"))
    >>> now = datetime(2024, 5, 10, 14, 1, tzinfo=UTC)
    >>> morning = datetime(2024, 5, 10, 6, tzinfo=UTC)
    >>> due = due_slots(now, schedule, ZoneInfo("UTC"), DoneSlots(date(2024, 5, 10), morning))
    >>> due.trigger, due.slots
    ('schedule, 14:00', {'last shift time': '2024-05-10T14:00:00+00:00'})

    """
    slots: dict[str, str] = {}
    words: list[str] = []
    night = due_run(
        now,
        nightly_at=time.fromisoformat(schedule.nightly_at),
        zone=zone,
        last_done=done.night,
    )
    if night is not None:
        slots[NIGHT] = night.plant_day.isoformat()
        words.append(_night_in_words(night))
    shift = _latest_shift(now, schedule.also_at, zone)
    if shift is not None and (done.shift is None or shift > done.shift):
        slots[SHIFT] = shift.isoformat()
        late = ", late" if now - shift > SLACK else ""
        words.append(f"schedule, {shift.astimezone(zone):%H:%M}{late}")
    interval = _latest_interval(now, schedule.every_minutes)
    if interval is not None and (done.interval is None or interval > done.interval):
        slots[INTERVAL] = interval.isoformat()
        words.append(f"schedule, every {schedule.every_minutes} minutes")
    return DueSlots(words[0], slots, night) if slots else None


def _night_in_words(night: DueRun) -> str:
    if night.missed:
        return f"catch-up for {night.missed + 1} nights"
    return "schedule, late" if night.late else "schedule"


def _latest_shift(now: datetime, times: Iterable[str], zone: ZoneInfo) -> datetime | None:
    """The last of the daily times that has come, in UTC."""
    today = now.astimezone(zone).date()
    instants = [
        due_instant(today - timedelta(days=back), time.fromisoformat(at), zone)
        for back in (0, 1)
        for at in times
    ]
    return max((instant for instant in instants if instant <= now), default=None)


def _latest_interval(now: datetime, minutes: int) -> datetime | None:
    """The last whole interval since the epoch, which no change of clocks shifts."""
    if not minutes:
        return None
    length = minutes * 60
    return datetime.fromtimestamp(int(now.timestamp()) // length * length, UTC)
