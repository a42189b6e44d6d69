"""What the schedule does when things go wrong: nothing skipped, nothing forgotten, somebody told."""

import sys
import time
from datetime import UTC, date, datetime, timedelta

import pytest

import jobs.scheduler
from jobs.schedule.dead_man import heartbeat, last_success, record_success, watch
from jobs.schedule.tasks import RETRY_AFTER
from jobs.scheduler import LAST_OUTCOME, PROBLEM, Scheduler
from jobs.settings import Settings
from warehouse.errors import JournalError
from warehouse.journal.outbox import outbox
from warehouse.journal.scheduler import last_plant_day, recall, record_plant_day
from warehouse.journal.store import create_journal, open_journal
from warehouse.site import Site

GOOD = "pass"
BAD = "import sys; sys.exit('blemish: the inbox is not there')"
NOW = datetime(2024, 6, 12, 3, 0, tzinfo=UTC)  # an hour after the nightly run
TOLD = Settings.model_validate({"alerts": {"failure_recipients": ["it@plant.example"]}})


class FakeClock:
    """A clock that stands still until the test moves it."""

    def __init__(self, now=NOW):
        self.now = now

    def __call__(self):
        return self.now

    def forward(self, **step):
        self.now += timedelta(**step)


@pytest.fixture
def bare_site(tmp_path):
    site = Site(tmp_path)
    site.create_folders()
    create_journal(site.journal)
    return site


@pytest.fixture
def clock():
    return FakeClock()


@pytest.fixture
def journal(bare_site):
    with open_journal(bare_site.journal) as opened:
        yield opened


def make_scheduler(site, clock, code=GOOD, settings=TOLD):
    return Scheduler(
        site,
        settings,
        clock=clock,
        command=lambda _site, trigger: [sys.executable, "-c", code, trigger],
        stopwatch=lambda: clock().timestamp(),
    )


PATIENCE = 120.0
"""Seconds for a process of a few lines, however busy the machine is."""


def tick_until_idle(scheduler):
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        scheduler.tick()
        if scheduler.idle:
            return
        time.sleep(0.02)
    raise AssertionError("the run did not end")


@pytest.mark.parametrize("missed", [1, 3, 10])
def test_a_server_that_stood_still_catches_up_with_one_run(bare_site, clock, journal, missed):
    record_plant_day(journal, date(2024, 6, 12) - timedelta(days=missed), now=clock())
    scheduler = make_scheduler(bare_site, clock, "import sys; print(sys.argv[1])")
    tick_until_idle(scheduler)
    outcome = recall(journal, LAST_OUTCOME)
    sys.stdout.write(f"{missed} due times missed: one run, {outcome}\n")
    words = "schedule, late" if missed == 1 else f"catch-up for {missed} nights"
    assert outcome == f"done: {words}"
    assert last_plant_day(journal) == date(2024, 6, 12)
    clock.forward(hours=20)
    scheduler.tick()
    assert scheduler.idle


def test_a_run_that_is_given_up_is_mailed_and_stays_on_the_banner(bare_site, clock, journal):
    record_plant_day(journal, date(2024, 6, 11), now=clock())
    scheduler = make_scheduler(bare_site, clock, BAD)
    for attempt in range(1, TOLD.schedule.attempts + 1):
        assert outbox(journal) == [], attempt
        tick_until_idle(scheduler)
        clock.forward(seconds=RETRY_AFTER.total_seconds() + 1)
    (mail,) = outbox(journal)
    assert (mail.kind, mail.recipients) == ("failure", ("it@plant.example",))
    assert mail.subject == "blemish: the run of 2024-06-12 failed 3 times and is given up"
    assert "It said last: exit status 1: blemish: the inbox is not there" in mail.body_text
    assert recall(journal, PROBLEM).startswith("the last run failed: exit status 1")
    clock.forward(days=1)
    tick_until_idle(make_scheduler_after(scheduler, bare_site, clock))
    assert recall(journal, PROBLEM) == ""


def make_scheduler_after(ended, site, clock):
    """Another server that takes over when the first has ended."""
    ended.stop()
    return make_scheduler(site, clock, GOOD)


def test_failed_attempts_are_not_forgotten_by_a_restart(bare_site, clock, journal):
    record_plant_day(journal, date(2024, 6, 11), now=clock())
    for _ in range(TOLD.schedule.attempts):
        scheduler = make_scheduler(bare_site, clock, BAD)
        tick_until_idle(scheduler)
        scheduler.stop()
        clock.forward(seconds=RETRY_AFTER.total_seconds() + 1)
    assert last_plant_day(journal) == date(2024, 6, 12)
    assert len(outbox(journal)) == 1


def test_an_outcome_outlives_a_journal_that_refuses_it(bare_site, clock, journal, monkeypatch):
    record_plant_day(journal, date(2024, 6, 11), now=clock())
    scheduler = make_scheduler(bare_site, clock)

    def locked(*_args, **_options):
        raise JournalError("database is locked")

    scheduler.tick()
    monkeypatch.setattr(jobs.scheduler, "conclude_run", locked)
    deadline = time.monotonic() + PATIENCE
    while not scheduler.idle and time.monotonic() < deadline:
        scheduler.safe_tick()
        time.sleep(0.02)
    assert recall(journal, LAST_OUTCOME) is None
    monkeypatch.undo()
    scheduler.tick()
    assert recall(journal, LAST_OUTCOME) == "done: done"
    assert last_plant_day(journal) == date(2024, 6, 12)
    assert scheduler.idle, "the night is not run again"


def test_a_run_that_outlived_its_server_counts(bare_site, clock, journal):
    record_plant_day(journal, date(2024, 6, 11), now=clock())
    record_success(
        journal,
        started_at=NOW - timedelta(minutes=50),
        finished_at=NOW - timedelta(minutes=20),
        trigger="schedule",
    )
    scheduler = make_scheduler(bare_site, clock)
    scheduler.tick()
    assert scheduler.idle
    assert last_plant_day(journal) == date(2024, 6, 12)


def test_another_server_takes_the_lead_when_the_first_ends(bare_site, clock, journal):
    record_plant_day(journal, date(2024, 6, 12), now=clock())
    first, second = make_scheduler(bare_site, clock), make_scheduler(bare_site, clock)
    first.tick()
    second.tick()
    assert (first.leads, second.leads) == (True, False)
    first.stop()
    second.tick()
    assert second.leads
    second.stop()


def test_the_heartbeat_fails_after_its_hours_and_tells_once(bare_site, clock, journal):
    record_success(journal, started_at=NOW, finished_at=NOW, trigger="schedule")
    assert last_success(journal).scheduled
    assert watch(journal, TOLD, now=NOW + timedelta(hours=26)).alive
    for hours in (27, 28, 40):
        beat = watch(journal, TOLD, now=NOW + timedelta(hours=hours))
        assert not beat.alive
    assert beat.words == "no successful run for 40 h, since Wed 12 Jun 2024 03:00"
    (mail,) = outbox(journal)
    assert (mail.kind, mail.recipients) == ("silence", ("it@plant.example",))
    assert "says nothing of the parts" in mail.body_text


def test_a_new_site_has_its_hours_before_it_is_called_silent(journal):
    assert heartbeat(journal, TOLD, now=NOW).words == "no run yet"
    assert heartbeat(journal, TOLD, now=NOW + timedelta(hours=25)).alive
    assert not heartbeat(journal, TOLD, now=NOW + timedelta(hours=27)).alive


def test_a_success_that_lies_ahead_is_a_wrong_clock_and_no_health(journal):
    far = NOW + timedelta(days=400)
    record_success(journal, started_at=far, finished_at=far, trigger="schedule")
    beat = heartbeat(journal, TOLD, now=NOW)
    assert not beat.alive
    assert "was the clock of this machine wrong?" in beat.words
