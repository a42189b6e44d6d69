"""Alerts: every signal handled once, one mail a night, none for the past and none lost."""

import sys
from datetime import timedelta
from email import message_from_bytes
from email.policy import default

import pytest

import jobs.alerts
from jobs.mail.digest import write_digest
from jobs.mail.message import build_message
from jobs.monitoring.quiet_episodes import QUIET_POINTS
from warehouse.journal.alerts import episodes
from warehouse.journal.episode_states import set_episode_state
from warehouse.journal.outbox import OutboxRow, claim_due, outbox
from warehouse.records import Stream
from warehouse.states import states

SIGNALS = 30
CORNER = ((0.80, 0.10), (0.85, 0.15))


@pytest.fixture
def armed(approved):
    """The plant with approved limits, and somebody to tell."""
    approved.configure(
        alerts={"recipients": ["shift-lead@example.org"], "base_url": "http://pages:8050"},
        site={"name": "North plant", "time_zone": "Europe/Berlin"},
    )
    return approved


def test_a_new_signal_opens_one_episode_and_writes_one_mail(armed, characteristic):
    armed.make([SIGNALS])
    _, report = armed.night()
    (episode,) = report.opened
    assert (episode.characteristic_id, episode.rule_family) == (characteristic, "control")
    assert episode.headline == (
        "Stain count at S20-packing / cell-1: 1 point beyond the control limit"
    )
    (mail,) = outbox(armed.journal)
    assert mail.recipients == ("shift-lead@example.org",)
    assert mail.state == "pending"
    assert mail.subject.startswith("North plant: stain count at S20-packing / cell-1, since ")
    assert "latest part 30" in mail.body_text
    assert (
        "http://pages:8050/chart?characteristic=L1%2FS20-packing%2Fcell-1%2FHS-40%3Astain_count"
        in mail.body_text
    )


def test_the_mail_is_plain_text_and_html_with_the_chart_inside(armed):
    armed.make([SIGNALS])
    _, report = armed.night()
    (row,) = report.messages
    message = message_from_bytes(
        build_message(row, sender="blemish@example.org").as_bytes(), policy=default
    )
    assert message.get_content_type() == "multipart/alternative"
    html = message.get_body(("html",)).get_content()
    pictures = [part for part in message.walk() if part.get_content_type() == "image/png"]
    assert len(pictures) == 1
    assert f"cid:{pictures[0]['Content-ID'].strip('<>')}" in html
    assert pictures[0].get_content().startswith(b"\x89PNG")


def test_the_same_signals_are_never_mailed_twice(armed):
    armed.make([SIGNALS])
    armed.night()
    _, again = armed.night()
    assert (again.fired, again.messages) == (0, ())
    assert len(outbox(armed.journal)) == 1


def test_a_story_that_goes_on_sends_no_second_mail(armed, in_control):
    armed.make([SIGNALS])
    armed.night()
    armed.make([*in_control(10, seed=3), SIGNALS, SIGNALS])
    _, report = armed.night()
    assert report.fired >= 2
    assert report.messages == ()
    (episode,) = episodes(armed.journal)
    assert episode.signals >= 3


def test_fifty_quiet_parts_end_a_story_and_the_next_trouble_is_a_new_one(armed, in_control):
    armed.make([SIGNALS])
    armed.night()
    # The running average comes down over some parts: they still belong to the story.
    armed.make(in_control(QUIET_POINTS + 30, seed=4))
    assert armed.night()[1].resolved == ()
    armed.make([SIGNALS])
    _, report = armed.night()
    assert len(report.resolved) == 1
    assert len(report.opened) == 1
    # The new alert stands for the end of the old one, too.
    assert [row.kind for row in outbox(armed.journal)] == ["alert", "alert"]


def test_the_end_of_a_story_is_an_answer_to_the_mail_that_told_of_it(armed, in_control):
    armed.make([SIGNALS])
    _, fired = armed.night()
    # The running average comes down over some parts first; then fifty must follow.
    armed.make(in_control(QUIET_POINTS + 30, seed=4))
    armed.night()
    armed.make(in_control(QUIET_POINTS + 30, seed=5))
    _, report = armed.night()
    (row,) = report.messages
    assert row.kind == "resolved"
    assert row.subject == "North plant: resolved: stain count at S20-packing / cell-1"
    assert "50 parts in a row without a signal" in row.body_text
    message = build_message(row, sender="blemish@example.org")
    assert message["In-Reply-To"] == f"<{fired.messages[0].message_id}>"


def test_a_story_that_somebody_investigates_is_not_ended_for_them(armed, in_control):
    armed.make([SIGNALS])
    _, report = armed.night()
    set_episode_state(
        armed.journal,
        report.opened[0].episode_id,
        "investigating",
        who="engineer",
        now=armed.now,
        reason="looking",
    )
    for seed in (4, 5):
        armed.make(in_control(QUIET_POINTS + 30, seed=seed))
        assert armed.night()[1].resolved == ()


def test_a_resolved_story_no_longer_colours_the_tile(armed, in_control, characteristic):
    armed.make([SIGNALS])
    _, report = armed.night()
    armed.make(in_control(10, seed=5))
    assert armed.night()[0].states["signal"] == 1
    set_episode_state(
        armed.journal,
        report.opened[0].episode_id,
        "resolved",
        who="engineer",
        now=armed.now,
        reason="tongs replaced",
    )
    assert "signal" not in armed.monitor().states


def test_signals_of_limits_nobody_approved_stay_on_the_pages(plant, in_control):
    plant.configure(alerts={"recipients": ["shift-lead@example.org"]})
    plant.make([*in_control(150), SIGNALS])
    monitored, report = plant.night()
    assert monitored.new_signals
    assert report.fired == 0
    plant.approve()
    _, report = plant.night()
    assert len(report.messages) == 1


def test_old_parts_are_told_as_late_data_and_alarm_nobody(armed, in_control):
    armed.make([SIGNALS])
    armed.now += timedelta(hours=80)
    _, report = armed.night()
    assert report.fired == report.late
    assert report.late >= 1
    assert report.messages == ()


def test_the_next_alarm_tells_what_came_late(armed, in_control):
    other = Stream("L1", "S10-plating", "bath-1", "HS-40")
    first = armed.now
    armed.make(in_control(150, seed=6), stream=other, first=first)
    armed.monitor()
    armed.approve()
    late_at = armed.now
    armed.now += timedelta(hours=80)
    armed.make([SIGNALS], stream=other, first=late_at)
    armed.make([SIGNALS])
    _, report = armed.night()
    (mail,) = report.messages
    assert "Late data, no alarm" in mail.body_text
    assert "S10-plating / bath-1" in mail.body_text


def test_two_years_of_history_send_no_mail(plant, in_control):
    plant.configure(alerts={"recipients": ["shift-lead@example.org"]})
    plant.make([*in_control(150), *([SIGNALS] * 5), *in_control(400, seed=9)])
    plant.now += timedelta(days=30)
    plant.monitor()
    plant.approve()
    _, report = plant.night()
    assert report.late == report.fired > 0
    assert outbox(plant.journal) == []
    assert "signal" not in plant.monitor().states


def test_without_recipients_the_mail_is_kept_and_visibly_suppressed(plant, in_control):
    plant.make(in_control(150))
    plant.monitor()
    plant.approve()
    plant.make([SIGNALS])
    plant.night()
    (mail,) = outbox(plant.journal)
    assert mail.state == "dead"
    assert mail.last_error == "suppressed: no recipients are configured ([alerts] recipients)"


def test_a_storm_is_one_mail(armed):
    armed.make([SIGNALS] * 500, step=timedelta(minutes=1))
    _, report = armed.night()
    sys.stdout.write(f"500 bad parts at once: {len(report.messages)} mail, 2 are allowed\n")
    assert report.fired >= 500
    assert len(report.messages) == 1
    assert len(report.opened) == 1


def test_stains_that_gather_are_shown_on_a_map(armed, in_control):
    armed.make([6] * 25, stains=CORNER)
    armed.make([SIGNALS] * 10, stains=CORNER)
    _, report = armed.night()
    (mail,) = report.messages
    assert "Stains gather at the upper right" in mail.body_text
    assert "http://pages:8050/map?stream=" in mail.body_text
    kinds = sorted(one.name.partition("-")[0] for one in mail.attachments)
    assert kinds == ["chart", "map"]


def test_a_part_out_of_specification_is_mailed_even_without_limits(plant):
    plant.configure(
        specification={"stain_count": 5}, alerts={"recipients": ["quality@example.org"]}
    )
    plant.make([3, 7])
    _, report = plant.night()
    (mail,) = report.messages
    assert "part out of specification: 7 above 5" in mail.body_text


def test_names_from_files_cannot_break_the_mail(plant, in_control):
    stream = Stream("L1", "<script>alert(1)</script>", "t\r\nBcc: x@example.org", "HS")
    plant.configure(
        specification={"stain_count": 5}, alerts={"recipients": ["quality@example.org"]}
    )
    plant.make([7], stream=stream)
    _, report = plant.night()
    (row,) = report.messages
    message = build_message(row, sender="blemish@example.org")
    assert message["Bcc"] is None
    assert "\n" not in message["Subject"]
    assert "<script>" not in row.body_html


def test_a_kill_before_the_commit_loses_nothing_and_after_it_repeats_nothing(armed, monkeypatch):
    armed.make([SIGNALS])
    armed.monitor()

    def killed(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(jobs.alerts, "compose", killed)
    with pytest.raises(KeyboardInterrupt):
        armed.alert()
    assert episodes(armed.journal) == []
    monkeypatch.undo()
    assert len(armed.alert().messages) == 1
    assert armed.alert().messages == ()


def test_a_withdrawn_story_is_resolved_without_a_mail(armed):
    gap = armed.now
    armed.now += timedelta(hours=12)
    while not armed.night()[1].opened:
        armed.make([9])
    assert len(episodes(armed.journal, open_only=True)) == 1
    # Five parts from before the shift arrive late: with them the average is not there yet.
    armed.make([1] * 5, first=gap)
    _, report = armed.night()
    assert len(report.resolved) == 1
    assert episodes(armed.journal, open_only=True) == []
    assert len(outbox(armed.journal)) == 1


def test_a_mail_is_the_same_mail_after_a_restart(armed):
    armed.make([SIGNALS])
    _, report = armed.night()
    (sent,) = report.messages
    (claimed,) = claim_due(armed.journal, now=armed.now)
    assert isinstance(claimed, OutboxRow)
    # Killed between claim and record: the claim ends, the next mailer takes the same mail.
    (again,) = claim_due(armed.journal, now=armed.now + timedelta(minutes=5))
    assert sent.message_id == claimed.message_id == again.message_id
    assert again.attachments == sent.attachments


def test_the_mail_says_when_the_level_probably_changed(armed):
    armed.make([9] * 12)
    _, report = armed.night()
    (mail,) = report.messages
    assert "the level probably changed at " in mail.body_text


def test_the_digest_comes_once_a_plant_day_and_tells_what_is_open(armed):
    armed.make([SIGNALS])
    armed.night()
    words = "5 files seen = 5 measured"
    made = [
        write_digest(
            armed.journal, states(armed.connection), armed.settings, now=armed.now, ingest=words
        )
        for _ in range(2)
    ]
    assert made == [True, False]
    (digest,) = [row for row in outbox(armed.journal) if row.kind == "digest"]
    assert digest.subject.endswith(": 1 open alert, 1 new")
    for needed in (
        words,
        "Stain count at S20-packing / cell-1: 1 point beyond the control limit",
        "Alerts: 1 fired = 0 delivered + 1 pending",
        "Audit trail: ",
    ):
        assert needed in digest.body_text
    armed.now += timedelta(days=1)
    assert write_digest(
        armed.journal, states(armed.connection), armed.settings, now=armed.now, ingest=words
    )


def test_a_digest_that_nobody_wants_is_not_written(armed):
    armed.configure(alerts={"recipients": ["a@example.org"], "digest": False})
    assert not write_digest(armed.journal, [], armed.settings, now=armed.now)
