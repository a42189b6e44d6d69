"""What happens to alerts when the journal, the clock or a person gets in the way."""

import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from sqlalchemy import event

import jobs.monitoring.site_walk
import warehouse.journal.store
from jobs.mail.digest import write_digest
from jobs.monitoring.quiet_episodes import QUIET_POINTS
from jobs.schedule.slots import DoneSlots, due_slots
from jobs.settings import Settings
from warehouse.errors import JournalError
from warehouse.journal.alerts import FiredSignal, episodes, handle_signals
from warehouse.journal.characteristics import characteristic as journal_characteristic
from warehouse.journal.characteristics import save_characteristic
from warehouse.journal.outbox import OutboxRow, claim_due, enqueue, outbox, record_attempt
from warehouse.journal.store import open_journal
from warehouse.records import Stream
from warehouse.states import states

SIGNALS = 30
ALERTS = {"recipients": ["lead@plant.example"]}
TEN_THOUSAND = 10_000


@pytest.fixture
def armed(approved):
    """The plant with approved limits, and somebody to tell."""
    approved.configure(alerts=ALERTS)
    return approved


def told(plant):
    return [row for row in outbox(plant.journal) if row.kind == "alert"]


def test_a_journal_that_is_locked_while_a_mail_is_written_loses_and_repeats_nothing(
    armed, monkeypatch
):
    # The patience of a writer is fifteen seconds; who holds the journal longer is the same here.
    monkeypatch.setattr(warehouse.journal.store, "BUSY_TIMEOUT_S", 0.05)
    armed.make([SIGNALS])
    armed.monitor()
    with open_journal(armed.site.journal) as holder, open_journal(armed.site.journal) as own:
        patient, armed.journal = armed.journal, own
        with holder.writing(), pytest.raises(JournalError, match=r"locked|busy"):
            armed.alert()
        assert (episodes(own), told(armed)) == ([], [])
        assert len(armed.alert().opened) == 1
        assert len(told(armed)) == 1
        assert armed.alert().fired == 0
        armed.journal = patient


def test_a_disk_that_is_full_while_a_mail_is_written_loses_and_repeats_nothing(armed):
    armed.make([SIGNALS])
    armed.monitor()

    def full(connection, _record):
        (pages,) = connection.execute("PRAGMA page_count").fetchone()
        connection.execute(f"PRAGMA max_page_count = {pages}")

    with open_journal(armed.site.journal) as own:
        patient, armed.journal = armed.journal, own
        event.listen(own.engine, "connect", full)
        own.engine.dispose()
        with pytest.raises(JournalError, match="full"):
            armed.alert()
        armed.journal = patient
    assert (episodes(armed.journal), told(armed)) == ([], [])
    assert len(armed.alert().opened) == 1
    assert len(told(armed)) == 1


def test_a_clock_that_jumps_back_two_hours_repeats_no_mail_and_holds_none_up(armed, in_control):
    armed.make([SIGNALS])
    armed.night()
    (mail,) = told(armed)
    right = armed.now
    armed.now = right - timedelta(hours=2)
    assert [row.message_id for row in claim_due(armed.journal, now=armed.now)] == [mail.message_id]
    # Failed under the wrong clock, and due again under it as under the right one.
    record_attempt(armed.journal, mail.message_id, error="451 later", now=armed.now)
    assert claim_due(armed.journal, now=armed.now) == []
    armed.make([SIGNALS, SIGNALS], first=right)
    armed.now = right - timedelta(hours=2)
    armed.night()
    assert len(told(armed)) == 1
    (episode,) = episodes(armed.journal)
    assert episode.signals >= 3
    armed.now = right + timedelta(hours=2)
    for seed in (4, 5):
        armed.make(in_control(QUIET_POINTS + 30, seed=seed))
        armed.night()
    assert [row.kind for row in outbox(armed.journal)] == ["alert", "resolved"]


def test_a_mail_that_was_tried_before_the_clock_was_set_back_does_not_wait_for_it(armed):
    now = datetime(2024, 5, 14, 2, 0, tzinfo=UTC)
    enqueue(armed.journal, OutboxRow("m1@x", now, ("a@x.example",), "night", "text", ""))
    claim_due(armed.journal, now=now)
    record_attempt(armed.journal, "m1@x", error="451 later", now=now)
    before = now - timedelta(hours=2)
    assert [row.message_id for row in claim_due(armed.journal, now=before)] == ["m1@x"]
    # Claimed by somebody: that is respected.
    assert claim_due(armed.journal, now=before + timedelta(minutes=1)) == []


@pytest.mark.parametrize(
    "zones",
    [
        ("Europe/Berlin", "Pacific/Auckland", "America/Los_Angeles", "Europe/Berlin"),
        ("Pacific/Kiritimati", "Pacific/Pago_Pago", "Pacific/Kiritimati", "UTC"),
    ],
)
def test_a_zone_that_is_changed_between_nights_neither_stops_the_nights_nor_doubles_a_day(zones):
    schedule = Settings().schedule
    now = datetime(2024, 6, 10, tzinfo=UTC)
    last = None
    runs = []
    for number in range(40 * 24 * 4):
        zone = Settings.model_validate({"site": {"time_zone": zones[number // 960]}}).zone
        due = due_slots(now, schedule, zone, DoneSlots(night=last))
        if due is not None and due.night is not None:
            runs.append((due.night.plant_day, now))
            last = due.night.plant_day
        now += timedelta(minutes=15)
    days = [day for day, _ in runs]
    longest = max(after - before for (_, before), (_, after) in pairwise(runs))
    sys.stdout.write(f"{' -> '.join(zones)}: {len(runs)} runs in 40 days, longest gap {longest}\n")
    assert days == sorted(set(days))
    # A change to the west has the night of a day twice on the clock, and it is run once.
    assert longest <= timedelta(hours=24 + 25)


def test_the_digest_of_a_day_is_one_mail_whatever_becomes_of_the_zone(armed):
    armed.make([SIGNALS])
    armed.night()
    for zone in ("Europe/Berlin", "Europe/Rome"):
        armed.configure(alerts=ALERTS, site={"time_zone": zone})
        write_digest(armed.journal, states(armed.connection), armed.settings, now=armed.now)
    assert [row.kind for row in outbox(armed.journal)].count("digest") == 1


def test_an_episode_of_ten_thousand_signals_is_one_story_and_one_mail(armed, characteristic):
    first = armed.now
    fired = [
        FiredSignal(
            signal_id=f"s{number:05d}",
            characteristic_id=characteristic,
            rule_family="control",
            completing_at=first + timedelta(seconds=number),
            headline="Stain count: beyond the control limit",
            late=False,
            kind="process",
        )
        for number in range(TEN_THOUSAND)
    ]
    mail = OutboxRow("m1@x", first, ("a@x.example",), "night", "text", "")
    handled = handle_signals(armed.journal, fired, now=first, compose=lambda _plan: [mail])
    assert len(handled.signals) == TEN_THOUSAND
    (episode,) = episodes(armed.journal)
    assert episode.signals == TEN_THOUSAND
    again = handle_signals(armed.journal, fired, now=first, compose=lambda _plan: [mail])
    assert again.signals == ()
    assert len(told(armed)) == 1


def test_a_characteristic_that_is_switched_off_while_its_alert_fires_does_not_end_it(
    armed, in_control, characteristic
):
    armed.make([SIGNALS])
    armed.night()
    row = journal_characteristic(armed.journal, characteristic)
    save_characteristic(
        armed.journal, replace(row, enabled=False), who="ann", now=armed.now, reason="test"
    )
    for seed in (4, 5):
        armed.make(in_control(QUIET_POINTS + 30, seed=seed))
        _, report = armed.night()
        # Nobody looks at it: that no signal comes says nothing.
        assert (report.resolved, report.messages) == ((), ())
    (episode,) = episodes(armed.journal)
    assert episode.state == "firing"
    save_characteristic(
        armed.journal, replace(row, enabled=True), who="ann", now=armed.now, reason="test"
    )
    armed.make(in_control(3, seed=6))
    armed.night()
    armed.make(in_control(3, seed=7))
    armed.night()
    assert len(told(armed)) == 1
    (episode,) = episodes(armed.journal)
    assert episode.state == "resolved"


def test_a_characteristic_that_cannot_be_evaluated_does_not_end_its_alert(
    armed, in_control, characteristic, monkeypatch
):
    armed.make([SIGNALS])
    armed.night()
    real = jobs.monitoring.site_walk.evaluate_characteristic

    def broken(this_round, row, source, carried):
        if row.characteristic_id == characteristic:
            raise ZeroDivisionError("a rule that throws")
        return real(this_round, row, source, carried)

    monkeypatch.setattr(jobs.monitoring.site_walk, "evaluate_characteristic", broken)
    for seed in (4, 5):
        armed.make(in_control(QUIET_POINTS + 30, seed=seed))
        monitored, report = armed.night()
        assert list(monitored.errors) == [characteristic]
        assert report.resolved == ()
    assert [one.state for one in episodes(armed.journal)] == ["firing"]


def test_a_stream_that_is_renamed_leaves_its_alert_open_and_begins_anew(armed, in_control):
    armed.make([SIGNALS])
    armed.night()
    renamed = Stream("L1", "S21-packing", "cell-1", "HS-40")
    armed.make(in_control(60, seed=4), stream=renamed)
    monitored, report = armed.night()
    assert (report.messages, report.resolved) == ((), ())
    (episode,) = episodes(armed.journal)
    assert episode.state == "firing"
    assert monitored.errors == {}
    armed.now += timedelta(hours=72)
    armed.make(in_control(100, seed=5), stream=renamed)
    armed.night()
    words = {
        row.characteristic_id: row.state
        for row in states(armed.connection)
        if row.characteristic_id.endswith(":stain_count")
    }
    assert words[f"{renamed.key}:stain_count"] != "no data"
    assert len(words) == 2
    assert len(told(armed)) == 1


def test_a_mail_that_is_pending_goes_to_whom_it_was_written_for(armed):
    armed.make([SIGNALS])
    armed.night()
    armed.configure(alerts={"recipients": []})
    armed.make([SIGNALS])
    armed.night()
    (row,) = claim_due(armed.journal, now=armed.now)
    assert row.remaining == ("lead@plant.example",)


@pytest.mark.parametrize(("metric", "muted"), [("focus", True), ("mean_confidence", False)])
def test_what_the_model_doubts_mutes_no_alert_of_the_process(armed, characteristic, metric, muted):
    stream = characteristic.rpartition(":")[0]
    fired = [
        FiredSignal(
            signal_id=name,
            characteristic_id=f"{stream}:{name}",
            rule_family="control",
            completing_at=armed.now,
            headline=name,
            kind=kind,
        )
        for name, kind in ((metric, "camera"), ("stain_count", "process"))
    ]
    handle_signals(armed.journal, fired, now=armed.now, compose=lambda _plan: [])
    (process,) = [one for one in episodes(armed.journal) if one.kind == "process"]
    assert (process.muted_by is not None) is muted
