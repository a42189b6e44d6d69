"""What is mailed of an episode: once when it fires, once when it is over, not while it is muted."""

import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from warehouse.journal.alert_ledger import alert_ledger
from warehouse.journal.alerts import FiredSignal, episode, episodes, handle_signals
from warehouse.journal.episode_states import acknowledge, note_withdrawn, resolve
from warehouse.journal.outbox import OutboxRow, claim_due, outbox, record_attempt
from warehouse.journal.silence_scope import SilenceScope
from warehouse.journal.silences import end_silence, silence
from warehouse.journal.store import create_journal, open_journal

NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)
STAINS = "L1/S10/T1/HS:stain_count"
FOCUS = "L1/S10/T1/HS:focus"
OTHER = "L1/S20/T1/HS:stain_count"


def at(**step):
    return NOW + timedelta(**step)


def make_signal(name, *, when=NOW, characteristic=STAINS, family="control", kind="process"):
    return FiredSignal(name, characteristic, family, when, f"{characteristic}: {name}", kind=kind)


def camera(name="blur", *, when=NOW):
    return make_signal(name, when=when, characteristic=FOCUS, kind="camera")


def figure(words):
    """Print what the proof asks for: `pytest -s` shows it."""
    sys.stdout.write(f"{words}\n")


class Plant:
    """Alerting steps on one journal; every mail names the episodes it tells of."""

    def __init__(self, journal):
        self.journal = journal
        self.signals = []

    def step(self, now, *signals):
        self.signals += signals
        return handle_signals(self.journal, self.signals, now=now, compose=self.compose)

    def compose(self, plan):
        mails = []
        for kind, rows in (("alert", plan.firing), ("resolved", plan.resolved)):
            if rows:
                ids = tuple(sorted(row.episode_id for row in rows))
                row = OutboxRow(
                    f"{kind}-{'-'.join(ids)}@site", NOW, ("ann@plant",), kind, "text", "", kind=kind
                )
                mails.append(replace(row, episodes=ids))
        return mails

    @property
    def mails(self):
        return [row.kind for row in outbox(self.journal)]


@pytest.fixture
def plant(journal):
    return Plant(journal)


def test_an_episode_fires_with_its_first_mail_and_its_thread_begins_there(plant):
    plant.step(NOW, make_signal("a"))
    (row,) = episodes(plant.journal)
    assert (row.state, row.told, row.told_at) == ("firing", "firing", NOW)
    assert row.thread == f"alert-{row.episode_id}@site"


def test_its_end_is_told_once(plant):
    (row,) = plant.step(NOW, make_signal("a")).opened
    resolve(plant.journal, row.episode_id, who="QE-4", now=at(hours=2), reason="new tongs")
    handled = plant.step(at(hours=2))
    assert [one.closed_reason for one in handled.resolved] == ["new tongs"]
    assert plant.step(at(hours=4)).empty
    assert sorted(plant.mails) == ["alert", "resolved"]


def test_an_end_within_the_hour_waits_for_it(plant):
    (row,) = plant.step(NOW, make_signal("a")).opened
    resolve(plant.journal, row.episode_id, who="QE-4", now=at(minutes=5), reason="false call")
    assert plant.step(at(minutes=59)).resolved == ()
    assert len(plant.step(at(minutes=60)).resolved) == 1


def test_a_story_that_fires_again_within_the_hour_is_pending_and_then_fires(plant):
    (first,) = plant.step(NOW, make_signal("a")).opened
    resolve(plant.journal, first.episode_id, who="QE-4", now=at(minutes=5), reason="fixed")
    (second,) = plant.step(at(minutes=10), make_signal("b")).opened
    assert (second.state, second.told) == ("pending", "nothing")
    handled = plant.step(at(minutes=61))
    assert [row.episode_id for row in handled.firing] == [second.episode_id]
    # That the first was over is no news any more.
    assert plant.mails == ["alert", "alert"]


def test_a_withdrawn_story_is_over_without_a_mail(plant):
    plant.step(NOW, make_signal("a"))
    note_withdrawn(plant.journal, ["a"], now=at(hours=2))
    plant.signals.clear()
    assert plant.step(at(hours=3)).empty
    assert plant.mails == ["alert"]


def test_an_hour_of_a_hundred_flaps_is_one_mail_and_the_next_hour_one_more(plant):
    for number in range(100):
        plant.step(at(seconds=36 * number), make_signal(f"flap {number}"))
        note_withdrawn(plant.journal, [f"flap {number}"], now=at(seconds=36 * number + 18))
        plant.signals.clear()
    figure(f"100 flaps in an hour: {len(plant.mails)} mail, 4 are allowed")
    assert plant.mails == ["alert"]
    plant.step(at(hours=1), make_signal("it stays"))
    assert plant.mails == ["alert", "alert"]


def test_a_hundred_flaps_that_a_person_closes_each_time_are_at_most_four_mails_an_hour(plant):
    for number in range(100):
        plant.step(at(seconds=36 * number), make_signal(f"flap {number}"))
        for row in episodes(plant.journal, open_only=True):
            now = at(seconds=36 * number + 18)
            resolve(plant.journal, row.episode_id, who="QE-4", now=now, reason="again")
        plant.step(at(seconds=36 * number + 20))
    assert len(plant.mails) <= 4
    plant.step(at(hours=3))
    assert sorted(plant.mails) == ["alert", "resolved"]


def test_ten_restarts_while_firing_are_one_firing_and_one_resolved_mail(tmp_path):
    create_journal(tmp_path / "journal.sqlite")
    for restart in range(10):
        with open_journal(tmp_path / "journal.sqlite") as journal:
            plant = Plant(journal)
            plant.step(at(hours=restart), make_signal("a"), make_signal(f"b{restart}"))
    with open_journal(tmp_path / "journal.sqlite") as journal:
        plant = Plant(journal)
        (row,) = episodes(journal, open_only=True)
        resolve(journal, row.episode_id, who="QE-4", now=at(hours=11), reason="fixed")
        plant.step(at(hours=11))
        figure(f"10 restarts while firing: {', '.join(sorted(plant.mails))}")
        assert sorted(plant.mails) == ["alert", "resolved"]


def test_a_camera_alert_mutes_what_it_explains_on_its_stream_and_says_so(plant):
    plant.step(
        NOW, camera(), make_signal("a"), make_signal("b", characteristic=OTHER, when=at(minutes=1))
    )
    rows = {row.characteristic_id: row for row in episodes(plant.journal)}
    assert rows[STAINS].muted_by == rows[FOCUS].episode_id
    assert rows[STAINS].muted_reason == f"explained by the camera: {FOCUS}: blur"
    assert rows[STAINS].told == "nothing"
    assert (rows[FOCUS].told, rows[OTHER].told) == ("firing", "firing")


def test_what_began_long_before_the_camera_fault_is_not_explained_by_it(plant):
    handled = plant.step(NOW, camera(), make_signal("a", when=at(hours=-25)))
    assert {row.kind for row in handled.firing} == {"process", "camera"}


def test_after_the_camera_is_put_right_a_process_that_still_signals_is_mailed(plant):
    opened = plant.step(NOW, camera(), make_signal("a")).opened
    eye = next(row for row in opened if row.kind == "camera")
    resolve(plant.journal, eye.episode_id, who="QE-4", now=at(hours=3), reason="lens cleaned")
    plant.step(at(hours=4))
    (row,) = episodes(plant.journal, open_only=True)
    assert row.muted_by == eye.episode_id, "no signal since: still the camera's doing"
    handled = plant.step(at(hours=6), make_signal("c", when=at(hours=5)))
    assert [one.characteristic_id for one in handled.firing] == [STAINS]
    assert handled.members[row.episode_id] == ("a", "c")


def test_a_silence_holds_a_mail_back_for_its_scope_only_and_ends_by_itself(plant):
    scope = SilenceScope(station="S10")
    silence(plant.journal, scope, until=at(hours=8), who="QE-4", now=NOW, reason="bath change")
    handled = plant.step(NOW, make_signal("a"), make_signal("b", characteristic=OTHER))
    assert [row.characteristic_id for row in handled.firing] == [OTHER]
    muted = next(row for row in episodes(plant.journal) if row.characteristic_id == STAINS)
    assert (muted.muted_by, muted.state) == ("silence 1", "firing")
    assert muted.muted_reason == "silenced by QE-4 until 2026-03-02 16:00 UTC: bath change"
    assert plant.step(at(hours=7, minutes=59)).firing == ()
    assert [row.characteristic_id for row in plant.step(at(hours=8)).firing] == [STAINS]


def test_a_silence_that_somebody_ends_tells_at_once(plant):
    row = silence(
        plant.journal,
        SilenceScope(metric="stain_count"),
        until=at(hours=8),
        who="QE-4",
        now=NOW,
        reason="trial",
    )
    assert plant.step(NOW, make_signal("a")).firing == ()
    end_silence(plant.journal, row.silence_id, who="QE-7", now=at(hours=1), reason="trial over")
    assert len(plant.step(at(hours=1)).firing) == 1


def test_what_somebody_took_on_before_its_mail_is_not_mailed(plant):
    silence(
        plant.journal,
        SilenceScope(line="L1"),
        until=at(hours=1),
        who="QE-4",
        now=NOW,
        reason="start-up",
    )
    (row,) = plant.step(NOW, make_signal("a")).opened
    acknowledge(plant.journal, row.episode_id, who="QE-7", now=at(minutes=5))
    assert plant.step(at(hours=2)).firing == ()
    assert episode(plant.journal, row.episode_id).state == "acknowledged"


def test_the_ledger_of_alerts_adds_up(plant):
    silence(
        plant.journal,
        SilenceScope(station="S20"),
        until=at(hours=9),
        who="QE-4",
        now=NOW,
        reason="trial",
    )
    plant.step(NOW, camera(), make_signal("a"), make_signal("b", characteristic=OTHER))
    (first,) = claim_due(plant.journal, now=NOW)
    record_attempt(plant.journal, first.message_id, delivered=["ann@plant"], now=NOW)
    far = make_signal("c", characteristic="L2/S1/T1/HS:stain_count", when=at(minutes=1))
    plant.step(at(minutes=1), far)
    ledger = alert_ledger(plant.journal)
    assert str(ledger) == (
        "alerts: 4 fired = 1 delivered + 1 pending + 0 dead + 2 suppressed + 0 held + 0 settled"
    )
