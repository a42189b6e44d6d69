"""730 nights in six zones at six start times: each night runs exactly once."""

import sys
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
import pytz

from jobs.configuration.serve_sections import ScheduleSettings
from jobs.schedule.slots import DoneSlots, due_slots

# Clocks that change at 02:00, at 01:00 UTC, at midnight on either side of the equator, by half an
# hour, and not at all.
ZONES = (
    "America/New_York",
    "Europe/Berlin",
    "Africa/Cairo",
    "America/Santiago",
    "Australia/Lord_Howe",
    "Asia/Kolkata",
)
TIMES = ("00:00", "00:30", "01:30", "02:30", "03:30", "23:59")
NIGHTS = 730
FIRST = date(2024, 1, 10)


def run_nights(zone, nightly_at, tick):
    """The plant day, the instant and the trigger of every run that a ticker starts."""
    schedule = ScheduleSettings(nightly_at=nightly_at)
    at = time.fromisoformat(nightly_at)
    # From just before the first night to just before the one after the last.
    now = datetime.combine(FIRST, at, tzinfo=zone).astimezone(UTC) - timedelta(hours=1)
    end = now + timedelta(days=NIGHTS)
    last = FIRST - timedelta(days=1)
    runs = []
    while now < end:
        due = due_slots(now, schedule, zone, DoneSlots(night=last))
        if due is not None:
            runs.append((due.night.plant_day, now, due.trigger))
            last = due.night.plant_day
        now += tick
    return runs


def due_by_pytz(zone_name, day, nightly_at):
    """When a night is due by another library: the first of two, the old offset where it is none."""
    zone = pytz.timezone(zone_name)
    wall = datetime.combine(day, time.fromisoformat(nightly_at))
    try:
        local = zone.localize(wall, is_dst=None)
    except pytz.AmbiguousTimeError:
        local = zone.localize(wall, is_dst=True)
    except pytz.NonExistentTimeError:
        local = zone.localize(wall, is_dst=False)
    return local.astimezone(UTC)


def proves(zone_name, tick):
    """Check every night of a zone at every start time; return how many there were."""
    zone = ZoneInfo(zone_name)
    nights = 0
    for nightly_at in TIMES:
        runs = run_nights(zone, nightly_at, tick)
        days = [day for day, _, _ in runs]
        assert days == [FIRST + timedelta(days=k) for k in range(NIGHTS)], nightly_at
        assert {trigger for _, _, trigger in runs} <= {"schedule", "schedule, late"}
        for day, now, _ in runs:
            assert timedelta(0) <= now - due_by_pytz(zone_name, day, nightly_at) <= tick
        nights += len(runs)
    return nights


@pytest.mark.parametrize("zone", ZONES)
def test_each_night_runs_exactly_once(zone):
    nights = proves(zone, tick=timedelta(minutes=187))
    sys.stdout.write(f"{zone}: {nights} nights of {len(TIMES)} start times, each once\n")
    assert nights == NIGHTS * len(TIMES)


@pytest.mark.soak
@pytest.mark.parametrize("zone", ZONES)
def test_each_night_runs_exactly_once_at_every_minute_of_the_ticker(zone):
    assert proves(zone, tick=timedelta(minutes=5)) == NIGHTS * len(TIMES)


SHIFTS = ScheduleSettings(nightly_at="02:00", also_at=("06:00", "14:00", "22:00"))
BERLIN = ZoneInfo("Europe/Berlin")


def test_every_shift_of_a_week_with_a_clock_change_runs_once():
    now = datetime(2024, 3, 28, 1, 30, tzinfo=UTC)
    done, found = DoneSlots(date(2024, 3, 28), now), []
    while now < datetime(2024, 4, 4, 0, 0, tzinfo=UTC):
        due = due_slots(now, SHIFTS, BERLIN, done)
        if due is not None:
            found.append(due.trigger)
            night = due.night.plant_day if due.night else done.night
            shift = due.slots.get("last shift time")
            done = DoneSlots(night, datetime.fromisoformat(shift) if shift else done.shift)
        now += timedelta(minutes=7)
    assert found.count("schedule") == 6
    assert [found.count(f"schedule, {at}") for at in SHIFTS.also_at] == [7, 7, 7]


def test_slots_that_are_due_together_are_one_run():
    schedule = ScheduleSettings(nightly_at="02:00", also_at=("02:00",), every_minutes=60)
    now = datetime(2024, 5, 10, 0, 0, 5, tzinfo=UTC)  # 02:00 in Berlin
    due = due_slots(now, schedule, BERLIN, DoneSlots(date(2024, 5, 9)))
    assert due.trigger == "schedule"
    assert set(due.slots) == {"last plant day", "last shift time", "last interval"}


def test_intervals_that_were_slept_through_are_one_run():
    schedule = ScheduleSettings(every_minutes=15)
    done = DoneSlots(date(2024, 5, 10), None, datetime(2024, 5, 10, 3, 0, tzinfo=UTC))
    now = datetime(2024, 5, 10, 11, 7, tzinfo=UTC)
    due = due_slots(now, schedule, BERLIN, done)
    assert due.slots == {"last interval": "2024-05-10T11:00:00+00:00"}
    again = DoneSlots(done.night, None, datetime(2024, 5, 10, 11, 0, tzinfo=UTC))
    assert due_slots(now, schedule, BERLIN, again) is None
