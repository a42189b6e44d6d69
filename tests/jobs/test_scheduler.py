"""The scheduler starts what is due in a process of its own, looks after it, and writes down how it ended."""

import sys
import time
from datetime import UTC, date, datetime, timedelta

import pytest

from jobs.schedule.tasks import RETRY_AFTER
from jobs.scheduler import LAST_OUTCOME, Scheduler
from jobs.settings import Settings
from warehouse.journal.outbox import OutboxRow, enqueue, outbox
from warehouse.journal.scheduler import (
    last_plant_day,
    latest_requests,
    recall,
    record_plant_day,
    request_run,
    take_request,
)
from warehouse.journal.store import create_journal, open_journal
from warehouse.lock import run_lock
from warehouse.site import Site


class FakeClock:
    """A clock that stands still until the test moves it."""

    def __init__(self, now):
        self.now = now

    def __call__(self):
        return self.now

    def forward(self, **step):
        self.now += timedelta(**step)


@pytest.fixture
def bare_site(tmp_path):
    """A site folder with a journal and nothing to run."""
    site = Site(tmp_path)
    site.create_folders()
    create_journal(site.journal)
    return site


@pytest.fixture
def clock():
    return FakeClock(datetime(2024, 6, 12, 3, 0, tzinfo=UTC))  # an hour after the nightly run


@pytest.fixture
def journal(bare_site):
    with open_journal(bare_site.journal) as opened:
        yield opened


def make_scheduler(site, clock, code, **options):
    """A scheduler whose run is a few lines of Python; the trigger is its last argument."""
    return Scheduler(
        site,
        options.pop("settings", Settings()),
        clock=clock,
        stopwatch=lambda: clock().timestamp(),
        command=lambda _site, trigger: [sys.executable, "-c", code, trigger],
        **options,
    )


PATIENCE = 120.0
"""Seconds for a process of a few lines, however busy the machine is."""


def tick_until_idle(scheduler):
    """Tick as the ticker does until the run in progress has ended."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        scheduler.tick()
        if scheduler.idle:
            return
        time.sleep(0.02)
    raise AssertionError("the run did not end")


ATTEMPTS = Settings().schedule.attempts
NOTE = "import sys; sys.stderr.write('12 files seen, trigger ' + sys.argv[1])"
FAIL = "import sys; sys.exit('blemish: the inbox is not there')"
HANG = "import time; time.sleep(60)"


def test_a_due_night_runs_once_and_is_written_down(bare_site, clock, journal):
    record_plant_day(journal, date(2024, 6, 11), now=clock())
    scheduler = make_scheduler(bare_site, clock, NOTE)
    tick_until_idle(scheduler)
    assert last_plant_day(journal) == date(2024, 6, 12)
    assert recall(journal, LAST_OUTCOME) == "done: 12 files seen, trigger schedule, late"
    clock.forward(hours=20)
    scheduler.tick()
    assert scheduler.idle


def test_missed_nights_are_caught_up_by_one_run(bare_site, clock, journal):
    record_plant_day(journal, date(2024, 6, 8), now=clock())
    tick_until_idle(make_scheduler(bare_site, clock, NOTE))
    assert last_plant_day(journal) == date(2024, 6, 12)
    assert recall(journal, LAST_OUTCOME).endswith("catch-up for 4 nights")


def test_a_failed_night_is_tried_again_later_and_then_given_up_visibly(bare_site, clock, journal):
    record_plant_day(journal, date(2024, 6, 11), now=clock())
    scheduler = make_scheduler(bare_site, clock, FAIL)
    for attempt in range(1, ATTEMPTS + 1):
        assert last_plant_day(journal) == date(2024, 6, 11), attempt
        tick_until_idle(scheduler)
        assert (
            recall(journal, LAST_OUTCOME)
            == "failed: exit status 1: blemish: the inbox is not there"
        )
        scheduler.tick()
        assert scheduler.idle, "not at once again"
        clock.forward(seconds=RETRY_AFTER.total_seconds() + 1)
    assert last_plant_day(journal) == date(2024, 6, 12)
    clock.forward(days=1)
    scheduler.tick()
    assert not scheduler.idle, "the next night runs as usual"
    tick_until_idle(scheduler)


def test_a_run_that_hangs_is_killed_at_its_limit(bare_site, clock, journal):
    record_plant_day(journal, date(2024, 6, 11), now=clock())
    scheduler = make_scheduler(
        bare_site,
        clock,
        HANG,
        settings=Settings.model_validate({"schedule": {"time_limit_hours": 2}}),
    )
    scheduler.tick()
    clock.forward(hours=1)
    scheduler.tick()
    assert not scheduler.idle
    clock.forward(hours=1, seconds=1)
    scheduler.tick()
    assert scheduler.idle
    assert recall(journal, LAST_OUTCOME) == "failed: killed: it ran longer than 2:00:00"


def test_a_request_runs_at_once_and_says_how_it_ended(bare_site, clock, journal):
    record_plant_day(journal, date(2024, 6, 12), now=clock())
    request_run(journal, who="shift lead", now=clock())
    tick_until_idle(make_scheduler(bare_site, clock, NOTE))
    (request,) = latest_requests(journal)
    assert (request.state, request.outcome) == (
        "done",
        "12 files seen, trigger request of shift lead",
    )
    assert last_plant_day(journal) == date(2024, 6, 12)


def test_runs_never_overlap(bare_site, clock, journal):
    record_plant_day(journal, date(2024, 6, 11), now=clock())
    scheduler = make_scheduler(bare_site, clock, HANG)
    scheduler.tick()
    request_run(journal, who="shift lead", now=clock())
    scheduler.tick()
    assert latest_requests(journal)[0].state == "waiting"
    scheduler.stop()
    assert recall(journal, LAST_OUTCOME) == "failed: stopped with the server"


def test_a_run_by_hand_is_waited_for(bare_site, clock, journal):
    record_plant_day(journal, date(2024, 6, 11), now=clock())
    scheduler = make_scheduler(bare_site, clock, NOTE)
    with run_lock(bare_site.lock_file, "run"):
        scheduler.tick()
        assert scheduler.idle
    tick_until_idle(scheduler)
    assert last_plant_day(journal) == date(2024, 6, 12)


def test_two_servers_have_one_scheduler(bare_site, clock):
    one = make_scheduler(bare_site, clock, NOTE)
    other = make_scheduler(bare_site, clock, NOTE)
    assert one.start()
    assert not other.start()
    one.stop()
    assert other.start()
    other.stop()


def test_the_ticker_itself_starts_what_is_due(bare_site, clock, journal):
    record_plant_day(journal, date(2024, 6, 11), now=clock())
    scheduler = make_scheduler(bare_site, clock, HANG)
    scheduler.start()
    try:
        deadline = time.monotonic() + PATIENCE
        while scheduler.idle and time.monotonic() < deadline:
            time.sleep(0.02)
        assert not scheduler.idle
    finally:
        scheduler.stop()
    assert recall(journal, LAST_OUTCOME) == "failed: stopped with the server"


def test_a_request_that_a_killed_server_left_running_is_closed(bare_site, clock, journal):
    record_plant_day(journal, date(2024, 6, 12), now=clock())
    request_run(journal, who="shift lead", now=clock())
    take_request(journal, now=clock())
    scheduler = make_scheduler(bare_site, clock, NOTE)
    scheduler.start()
    scheduler.stop()
    (request,) = latest_requests(journal)
    assert (request.state, request.outcome) == ("failed", "interrupted: the server was restarted")


def test_without_a_mail_server_mails_stay_pending(bare_site, clock, journal):
    record_plant_day(journal, date(2024, 6, 12), now=clock())
    enqueue(
        journal,
        OutboxRow("m1@x", clock(), ("a@example.org",), "subject", "text", "<p>text</p>"),
    )
    scheduler = make_scheduler(bare_site, clock, NOTE)
    scheduler.tick()
    scheduler.post()
    (row,) = outbox(journal)
    assert (row.state, row.attempts) == ("pending", 0)


def test_a_run_that_cannot_start_is_a_failed_one(bare_site, clock, journal):
    record_plant_day(journal, date(2024, 6, 12), now=clock())
    request_run(journal, who="engineer", now=clock())
    scheduler = Scheduler(
        bare_site, Settings(), clock=clock, command=lambda *_: [str(bare_site.root / "absent")]
    )
    scheduler.tick()
    assert scheduler.idle
    assert recall(journal, LAST_OUTCOME).startswith("failed: it could not start: ")
    scheduler.tick()
    assert scheduler.idle
