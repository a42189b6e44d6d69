"""The alerts page: what it lists, what it says, and what people may do."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from dashboard.address import AlertsView
from dashboard.alert_board import PAGE_SIZE, AlertBoard, chosen_episodes, silence_scope
from dashboard.pages import alerts
from dashboard.pages.alerts_callbacks import settle_alert, without_alert
from warehouse.journal.alert_plan import EpisodeRow
from warehouse.journal.outbox import OutboxRow
from warehouse.journal.silence_scope import SilenceRow, SilenceScope
from warehouse.records import Stream

NOW = datetime(2026, 5, 20, 4, 0, tzinfo=UTC)
STREAM = Stream("A", "wash/2", "tool-1", "HS-40")
EPISODE = EpisodeRow(
    episode_id="e1", characteristic_id=f"{STREAM.key}:stain_count", rule_family="control",
    kind="process", state="firing", opened_at=NOW - timedelta(hours=3),
    first_signal_at=NOW - timedelta(hours=5), last_signal_at=NOW - timedelta(hours=1), signals=12,
    closed_at=None, closed_reason="", headline="Stain count above its limits",
)  # fmt: skip
MAIL = OutboxRow(
    message_id="<m1>", created_at=NOW - timedelta(hours=2), recipients=("a@x", "b@x"),
    subject="Stain count", body_text="", body_html="", delivered_to=("a@x",),
    last_error="550 no such user",
)  # fmt: skip


def episode(name, **values):
    return replace(EPISODE, episode_id=name, **values)


def test_what_waits_for_somebody_comes_first_then_the_newest():
    board = AlertBoard(
        [
            episode("known", state="acknowledged"),
            episode("old", last_signal_at=NOW - timedelta(days=1)),
            episode("new", last_signal_at=NOW),
            episode("over", state="resolved"),
        ]
    )
    named = [row.episode_id for row in chosen_episodes(board, AlertsView())]
    assert named == ["new", "old", "known"]
    assert chosen_episodes(board, AlertsView(state="all"))[-1].episode_id == "over"


def test_process_and_camera_are_told_apart(reader, context, words_of):
    reader.board = AlertBoard([episode("p"), episode("c", kind="camera", headline="darker")])
    view = AlertsView(kind="camera")
    assert [row.episode_id for row in chosen_episodes(reader.board, view)] == ["c"]
    said = words_of(alerts.content(view, context))
    assert "darker Camera / model · Stain count · A / wash/2 / tool-1 / HS-40" in " ".join(
        said.split()
    )


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"told": "firing", "told_at": NOW - timedelta(hours=2)}, "mail of 04:00"),
        ({"told": "resolved", "told_at": NOW, "state": "resolved"}, "mail of its end, 06:00"),
        ({"muted_by": "silence 3", "muted_reason": "cleaning"}, "kept back: cleaning"),
        ({"muted_by": "e9"}, "kept back: e9"),
        ({}, "none"),
        ({"state": "resolved", "closed_reason": "50 quiet parts"}, "50 quiet parts"),
    ],
)
def test_each_alert_says_what_became_of_its_mail(reader, context, words_of, values, words):
    reader.board = AlertBoard([episode("e", **values)])
    assert words in words_of(alerts.content(AlertsView(state="all"), context))


def test_no_alert_is_said_calmly(reader, context, words_of):
    assert "No open alert" in words_of(alerts.content(AlertsView(), context))
    assert "No alert yet" in words_of(alerts.content(AlertsView(state="all"), context))


def test_many_alerts_are_cut_into_pages(reader, context, words_of):
    reader.board = AlertBoard([episode(f"e{n}") for n in range(PAGE_SIZE + 1)])
    said = words_of(alerts.content(AlertsView(page=2), context))
    assert "Page 2 of 2" in said
    assert said.count("Firing") == 1


def test_mails_that_did_not_go_out_are_shown_with_who_has_them(reader, context, words_of):
    waiting = replace(MAIL, message_id="<m2>", last_error="421 busy")
    reader.board = AlertBoard(waiting=[waiting], dead=[MAIL])
    said = words_of(alerts.content(AlertsView(), context))
    assert "1 mails wait to be sent The oldest since 20 May 2026, 04:00 CEST." in said
    assert "The server said last: 421 busy" in said
    assert "a@x b@x: 550 no such user Try again" in said


def test_silences_in_force_say_what_until_when_why_and_by_whom(reader, context, words_of):
    row = SilenceRow(
        3, SilenceScope(line="A", station="wash"), NOW, NOW + timedelta(hours=8), "cleaning",
        "QE-2", NOW,
    )  # fmt: skip
    reader.board = AlertBoard(silences=[row])
    said = words_of(alerts.content(AlertsView(), context))
    assert "line A, station wash 20 May 2026, 14:00 CEST cleaning QE-2 End it" in said
    calm = words_of(alerts.content(AlertsView(), replace(context, may_decide=False)))
    assert "End it" not in calm


def test_the_form_opens_for_the_alert_of_the_address_and_for_open_ones_only(
    reader, context, words_of
):
    reader.board = AlertBoard([EPISODE, episode("e2", state="resolved")])
    asked = alerts.content(AlertsView(alert="e1"), context)
    assert "Investigate" in words_of(asked)
    for view in (AlertsView(), AlertsView(alert="e2"), AlertsView(alert="unknown")):
        assert "Investigate" not in words_of(alerts.content(view, context))
    locked = replace(context, may_decide=False)
    said = words_of(alerts.content(AlertsView(alert="e1"), locked))
    assert "Investigate" not in said
    assert "Decide" not in said


def form(**fields):
    return {"alert": "e1", "who": "QE-4", "reason": "", "scope": "alert", "time": "8h"} | fields


def test_a_decision_needs_a_name_and_all_but_a_nod_a_note(reader, context):
    reader.board = AlertBoard([EPISODE])
    assert "your name" in settle_alert(context, "acknowledged", form(who=""))
    assert "add a note" in settle_alert(context, "resolved", form())
    assert settle_alert(context, "acknowledged", form()) is None
    assert settle_alert(context, "resolved", form(reason="bath changed")) is None
    assert reader.asked == [
        ("acknowledged", "e1", "QE-4", "seen"),
        ("resolved", "e1", "QE-4", "bath changed"),
    ]


def test_an_act_nobody_offered_is_refused(reader, context):
    assert "no such step" in settle_alert(context, "deleted", form(reason="x"))
    assert reader.asked == []


def test_a_silence_ends_after_the_time_chosen(reader, context):
    reader.board = AlertBoard([EPISODE])
    said = settle_alert(context, "silence", form(reason="cleaning", scope="station", time="1d"))
    assert said is None
    until = context.clock.now() + timedelta(days=1)
    scope = SilenceScope(line="A", station="wash/2")
    assert reader.asked == [("silence", scope, until, "QE-4")]
    for fields in ({"time": "9y"}, {"alert": "gone"}):
        words = settle_alert(context, "silence", form(reason="x", **fields))
        assert words == "This alert is not there any more."


@pytest.mark.parametrize(
    ("choice", "scope"),
    [
        ("alert", SilenceScope("A", "wash/2", "tool-1", "HS-40", "stain_count", "control")),
        ("characteristic", SilenceScope("A", "wash/2", "tool-1", "HS-40", "stain_count")),
        ("stream", SilenceScope("A", "wash/2", "tool-1", "HS-40")),
        ("station", SilenceScope("A", "wash/2")),
        ("anything", SilenceScope("A", "wash/2", "tool-1", "HS-40", "stain_count", "control")),
    ],
)
def test_what_a_silence_covers_follows_the_choice(choice, scope):
    found = silence_scope(EPISODE, choice)
    assert found == scope
    assert found.covers(EPISODE.characteristic_id, EPISODE.rule_family)


def test_closing_the_form_keeps_the_filters():
    assert without_alert("?kind=camera&alert=e1&page=2") == "?kind=camera&page=2"
