"""Every plant day runs once, whatever the clocks of the zone do."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from jobs.schedule.plant_calendar import due_instant, due_run, latest_due_day

BERLIN = ZoneInfo("Europe/Berlin")


def run_through(zone, nightly_at, first, days, step=timedelta(minutes=7)):
    """The plant days that a ticker would run over `days` days from `first`, in order."""
    now = datetime.combine(first, time(12), tzinfo=zone).astimezone(UTC)
    end = now + timedelta(days=days)
    last_done = latest_due_day(now, nightly_at, zone)
    done = []
    while now < end:
        due = due_run(now, nightly_at=nightly_at, zone=zone, last_done=last_done)
        if due is not None:
            done.append((due.plant_day, now, due))
            last_done = due.plant_day
        now += step
    return done


# The nights that a daily trigger of APScheduler 3.11 loses or repeats (FAULTS H01 to H03), and two
# zones whose clocks change at midnight itself.
@pytest.mark.parametrize(
    ("zone", "nightly_at", "first"),
    [
        ("America/New_York", time(0, 30), date(2024, 3, 8)),
        ("America/New_York", time(1, 30), date(2024, 11, 1)),
        ("Europe/Berlin", time(0, 15), date(2024, 3, 29)),
        ("Europe/Berlin", time(2, 30), date(2024, 3, 29)),
        ("Europe/Berlin", time(2, 30), date(2024, 10, 25)),
        ("Africa/Cairo", time(0, 15), date(2024, 4, 23)),
        ("America/Santiago", time(23, 45), date(2024, 4, 4)),
        ("Asia/Kolkata", time(2, 0), date(2024, 3, 1)),
    ],
)
def test_every_plant_day_runs_exactly_once_over_a_clock_change(zone, nightly_at, first):
    done = run_through(ZoneInfo(zone), nightly_at, first, days=6)
    days = [day for day, _, _ in done]
    assert days == [days[0] + timedelta(days=k) for k in range(len(days))]
    assert len(days) == 6
    assert not any(due.late or due.missed for _, _, due in done)


def test_a_time_in_the_spring_gap_runs_an_hour_later_on_the_wall():
    due = due_instant(date(2024, 3, 31), time(2, 30), BERLIN)
    # 02:30 does not exist that night; 01:30 UTC reads 03:30 on the wall.
    assert due.astimezone(BERLIN).strftime("%H:%M") == "03:30"


def test_a_machine_that_slept_two_nights_catches_up_once_and_says_so():
    now = datetime(2024, 6, 12, 9, 0, tzinfo=UTC)
    due = due_run(now, nightly_at=time(2), zone=BERLIN, last_done=date(2024, 6, 9))
    assert due is not None
    assert (due.plant_day, due.late, due.missed) == (date(2024, 6, 12), True, 2)
    again = due_run(now, nightly_at=time(2), zone=BERLIN, last_done=due.plant_day)
    assert again is None


def test_before_the_hour_the_day_before_counts():
    now = datetime(2024, 6, 11, 23, 59, tzinfo=UTC)  # 01:59 in Berlin on the 12th
    assert latest_due_day(now, time(2), BERLIN) == date(2024, 6, 11)
    assert latest_due_day(now + timedelta(minutes=1), time(2), BERLIN) == date(2024, 6, 12)


def test_a_new_site_is_due_at_once_and_is_not_late():
    now = datetime(2024, 6, 12, 9, 0, tzinfo=UTC)
    due = due_run(now, nightly_at=time(2), zone=BERLIN, last_done=None)
    assert due is not None
    assert (due.late, due.missed) == (False, 0)


def test_a_clock_set_back_repeats_no_day():
    now = datetime(2024, 6, 12, 9, 0, tzinfo=UTC)
    assert due_run(now, nightly_at=time(2), zone=BERLIN, last_done=date(2024, 6, 20)) is None
