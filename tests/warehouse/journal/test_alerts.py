from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from warehouse.errors import JournalError, TransitionError, UnknownRowError
from warehouse.journal.alerts import (
    FiredSignal,
    Handled,
    episode,
    episodes,
    handle_signals,
    signals_of_episode,
)
from warehouse.journal.audit import audit_trail
from warehouse.journal.episode_states import note_withdrawn, set_episode_state
from warehouse.journal.outbox import OutboxRow, outbox

NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)


def make_signal(name, *, minutes=0, family="limit", characteristic="c1", late=False):
    return FiredSignal(
        signal_id=name,
        characteristic_id=characteristic,
        rule_family=family,
        completing_at=NOW + timedelta(minutes=minutes),
        headline=f"signal {name}",
        late=late,
    )


def mail(number=1):
    return OutboxRow(f"<{number}@site>", NOW, ("qe4@plant",), "subject", "text", "<p>html</p>")


def outcomes(handled):
    return {one.signal.signal_id: one.outcome for one in handled.signals}


def test_signals_of_one_story_open_one_episode(journal):
    signals = [make_signal("s2", minutes=9), make_signal("s1"), make_signal("s3", family="runs")]
    handled = handle_signals(journal, signals, now=NOW)
    assert outcomes(handled) == {"s1": "opened", "s2": "joined", "s3": "opened"}
    limit, runs = handled.opened
    assert (limit.signals, limit.first_signal_at, limit.last_signal_at) == (
        2,
        NOW,
        NOW + timedelta(minutes=9),
    )
    assert (limit.state, limit.headline, runs.rule_family) == ("firing", "signal s1", "runs")
    assert signals_of_episode(journal, limit.episode_id) == ["s1", "s2"]
    assert sorted(episodes(journal), key=lambda row: row.rule_family) == [limit, runs]


def test_a_repeat_finds_nothing_new_and_writes_no_second_mail(journal):
    signals = [make_signal("s1"), make_signal("s2")]
    first = handle_signals(journal, signals, now=NOW, compose=lambda _: [mail()])
    assert [one.message_id for one in first.messages] == ["<1@site>"]

    def never(_):
        raise AssertionError("composed for nothing")

    again = handle_signals(journal, signals, now=NOW + timedelta(days=1), compose=never)
    assert again == Handled()
    assert [row.message_id for row in outbox(journal)] == ["<1@site>"]
    assert [row.episode_id for row in episodes(journal)] == [first.opened[0].episode_id]


def test_a_later_signal_joins_the_open_episode(journal):
    opened = handle_signals(journal, [make_signal("s1")], now=NOW).opened[0]
    handled = handle_signals(journal, [make_signal("s1"), make_signal("s2", minutes=60)], now=NOW)
    assert outcomes(handled) == {"s2": "joined"}
    assert handled.opened == ()
    updated = replace(opened, signals=2, last_signal_at=NOW + timedelta(minutes=60))
    assert handled.updated == (updated,)
    assert episode(journal, opened.episode_id) == updated


def test_after_a_resolved_episode_a_new_signal_opens_another(journal):
    first = handle_signals(journal, [make_signal("s1")], now=NOW).opened[0]
    set_episode_state(journal, first.episode_id, "resolved", who="QE-4", now=NOW, reason="fixed")
    second = handle_signals(journal, [make_signal("s2")], now=NOW).opened[0]
    assert second.episode_id != first.episode_id
    assert episodes(journal, open_only=True) == [second]


def test_a_late_signal_opens_no_episode_but_joins_an_open_one(journal):
    handled = handle_signals(journal, [make_signal("old", late=True)], now=NOW)
    assert (outcomes(handled), handled.opened) == ({"old": "late"}, ())
    opened = handle_signals(journal, [make_signal("s1", minutes=5)], now=NOW).opened[0]
    handled = handle_signals(journal, [make_signal("older", minutes=-5, late=True)], now=NOW)
    assert outcomes(handled) == {"older": "late"}
    assert handled.updated[0].first_signal_at == NOW - timedelta(minutes=5)
    assert signals_of_episode(journal, opened.episode_id) == ["older", "s1"]


def test_the_same_signal_twice_in_one_call_counts_once(journal):
    handled = handle_signals(journal, [make_signal("s1"), make_signal("s1")], now=NOW)
    assert handled.opened[0].signals == 1


def test_a_failed_mail_leaves_the_signals_unhandled(journal):
    def failing(_):
        raise RuntimeError("no font")

    with pytest.raises(RuntimeError, match="no font"):
        handle_signals(journal, [make_signal("s1")], now=NOW, compose=failing)
    assert episodes(journal) == []
    assert outcomes(handle_signals(journal, [make_signal("s1")], now=NOW)) == {"s1": "opened"}


def test_a_message_id_in_use_writes_nothing(journal):
    handle_signals(journal, [make_signal("s1")], now=NOW, compose=lambda _: [mail()])
    with pytest.raises(JournalError, match="UNIQUE constraint failed"):
        handle_signals(
            journal, [make_signal("s2", family="b")], now=NOW, compose=lambda _: [mail()]
        )
    assert len(episodes(journal)) == 1


def test_a_plan_that_another_process_overtook_is_made_again(journal):
    plans = []

    def compose(plan):
        plans.append(outcomes(plan))
        if len(plans) == 1:
            handle_signals(journal, [make_signal("s1")], now=NOW)
        return [mail()]

    handled = handle_signals(
        journal, [make_signal("s1"), make_signal("s2", family="runs")], now=NOW, compose=compose
    )
    assert plans == [{"s1": "opened", "s2": "opened"}, {"s2": "opened"}]
    assert outcomes(handled) == {"s2": "opened"}
    assert len(outbox(journal)) == 1


def test_it_gives_up_when_others_never_stop(journal):
    signals = [make_signal(f"s{number}", family=f"family {number}") for number in range(9)]
    others = iter(signals)

    def compose(_):
        handle_signals(journal, [next(others)], now=NOW)
        return [mail()]

    with pytest.raises(JournalError, match="keep changing the episodes"):
        handle_signals(journal, signals, now=NOW, compose=compose)
    assert outbox(journal) == []


def test_states_go_forward_and_are_audited(journal):
    row = handle_signals(journal, [make_signal("s1")], now=NOW).opened[0]
    for state in ("acknowledged", "acknowledged", "investigating", "resolved"):
        set_episode_state(journal, row.episode_id, state, who="QE-4", now=NOW, reason="seen")
    trail = audit_trail(journal, subject=row.episode_id)
    assert [one.after["state"] for one in trail] == ["resolved", "investigating", "acknowledged"]
    assert episode(journal, row.episode_id).closed_at == NOW
    with pytest.raises(TransitionError, match="is resolved; a new signal opens another"):
        set_episode_state(journal, row.episode_id, "firing", who="QE-4", now=NOW, reason="x")


def test_an_episode_does_not_go_back_to_firing(journal):
    row = handle_signals(journal, [make_signal("s1")], now=NOW).opened[0]
    set_episode_state(journal, row.episode_id, "acknowledged", who="QE-4", now=NOW, reason="seen")
    with pytest.raises(TransitionError, match="cannot go back from acknowledged to firing"):
        set_episode_state(journal, row.episode_id, "firing", who="QE-4", now=NOW, reason="x")


def test_an_unknown_episode_is_an_error(journal):
    with pytest.raises(UnknownRowError, match="there is no episode x"):
        episode(journal, "x")


def test_an_episode_ends_when_all_its_signals_are_withdrawn(journal):
    handled = handle_signals(journal, [make_signal("s1"), make_signal("s2")], now=NOW)
    row = handled.opened[0]
    assert note_withdrawn(journal, ["s1", "unknown"], now=NOW) == []
    assert episode(journal, row.episode_id).state == "firing"
    assert note_withdrawn(journal, ["s2"], now=NOW) == [row.episode_id]
    assert episode(journal, row.episode_id).state == "resolved"
    assert note_withdrawn(journal, ["s1", "s2"], now=NOW) == []
    assert (
        audit_trail(journal, subject=row.episode_id)[0].reason == "every signal of it was withdrawn"
    )


def test_a_late_signal_without_an_episode_can_be_withdrawn(journal):
    handle_signals(journal, [make_signal("old", late=True)], now=NOW)
    assert note_withdrawn(journal, ["old"], now=NOW) == []
