"""What the night's mail says, by meaning: where, what, since when, and nothing a name could break."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from jobs.mail.content import (
    LateLine,
    MailAlarm,
    MailPicture,
    MailStream,
    NightMail,
    html_body,
    subject,
    text_body,
)
from jobs.mail.preview import standalone_html
from warehouse.journal.outbox import Attachment, OutboxRow

SINCE = datetime(2024, 5, 14, 3, 10, tzinfo=UTC)
CHART = MailPicture("chart-1@blemish", b"png", "Run chart of stain count, 9 marked")

ALARM = MailAlarm(
    metric="Stain count",
    rules=("running average beyond its limit", "1 point beyond the control limit"),
    since=SINCE,
    latest=SINCE + timedelta(hours=30),
    signals=9,
    value="latest part 7",
    center="2.2",
    limit="9.2",
    link="http://pages/chart?characteristic=a",
    chart=CHART,
)
STREAM = MailStream(
    place="line L1 · station S20-packing · tool cell-1 · family HS-40",
    short_place="S20-packing / cell-1",
    alarms=(ALARM,),
    gathered="Stains gather at the upper right: 240 per 100 parts there, 18 before",
    map_link="http://pages/map?stream=a",
)
MAIL = NightMail(
    site_name="North plant",
    zone_name="Europe/Berlin",
    created_at=SINCE + timedelta(days=1),
    streams=(STREAM,),
    ingest="240 files seen = 238 measured + 2 quarantined",
    base_url="http://pages",
)


def test_the_subject_says_where_what_and_since_when_in_plant_time():
    # 03:10 UTC is 05:10 in Berlin in May.
    assert (
        subject(MAIL) == "North plant: stain count at S20-packing / cell-1, since Tue 14 May 05:10"
    )


def test_the_subject_counts_what_it_does_not_name():
    more = replace(MAIL, streams=(replace(STREAM, alarms=(ALARM, ALARM, ALARM)),))
    assert " and 2 more, since " in subject(more)


def test_the_subject_stays_one_short_line_whatever_a_name_holds():
    evil = replace(STREAM, short_place="lot\r\nBcc: all@example.org " + 200 * "x")
    line = subject(replace(MAIL, streams=(evil,)))
    assert "\n" not in line
    assert "\r" not in line
    assert len(line) <= 120


@pytest.mark.parametrize("body", [text_body, html_body])
def test_both_bodies_say_rule_since_place_limits_and_link(body):
    text = body(MAIL).lower()
    for needed in (
        "S20-packing",
        "Stain count",
        "running average beyond its limit",
        "1 point beyond the control limit",
        "Tue 14 May 05:10",
        "latest part 7",
        "9.2",
        "2.2",
        "http://pages/chart?characteristic=a",
        "Stains gather at the upper right",
        "http://pages/map?stream=a",
        "238 measured",
        "Europe/Berlin",
    ):
        assert needed.lower() in text


def test_names_from_files_are_text_in_the_html():
    evil = replace(STREAM, place="<script>alert(1)</script>", short_place='"><img src=x>')
    html = html_body(replace(MAIL, streams=(evil,), site_name="<b>plant"))
    assert "<script>" not in html
    assert "<img src=x>" not in html
    assert "<b>plant" not in html
    assert "&lt;script&gt;" in html


def test_a_link_cannot_leave_its_attribute():
    html = html_body(
        replace(MAIL, streams=(replace(STREAM, alarms=(replace(ALARM, link='" onclick="x'),)),))
    )
    assert 'onclick="x' not in html


def test_the_html_shows_each_picture_with_words_for_it():
    html = html_body(MAIL)
    assert 'src="cid:chart-1@blemish"' in html
    assert 'alt="Run chart of stain count, 9 marked"' in html


def test_the_html_reads_on_a_phone_and_in_the_dark():
    html = html_body(MAIL)
    assert 'name="viewport"' in html
    assert "prefers-color-scheme: dark" in html


def test_late_data_are_told_apart_from_alarms():
    late = LateLine(
        metric="Scratch count",
        place="S10-plating / bath-1",
        rule="1 point beyond the control limit",
        signals=2,
        latest=SINCE,
        link="http://pages/chart?characteristic=b",
    )
    mail = replace(MAIL, late=(late,))
    for text in (text_body(mail), html_body(mail)):
        assert "Late data, no alarm" in text
        assert "Scratch count" in text
    assert "Late data" not in text_body(MAIL)


def test_a_preview_holds_its_pictures_itself():
    attachment = Attachment("chart.png", "image/png", b"\x00\x01", "chart-1@blemish")
    row = OutboxRow("m@x", SINCE, (), "s", "t", html_body(MAIL), (attachment,))
    html = standalone_html(row)
    # AAE= is base64 of the two bytes.
    assert 'src="data:image/png;base64,AAE="' in html
    assert "cid:" not in html
