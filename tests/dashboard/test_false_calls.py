"""The false-call rate: counted right, with its interval, by day and by stream."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from dashboard.address import HealthView
from dashboard.figures.false_calls import false_call_chart
from dashboard.pages import health
from dashboard.review_rate import review_total, reviews_by_day, reviews_by_stream
from dashboard.review_share import Reviewed, wilson_interval
from warehouse.journal.reviews import ReviewRow

START = datetime(2026, 5, 18, 22, 0, tzinfo=UTC)


def row(verdict, hours=0, station="wash"):
    return ReviewRow(
        review_id=1, image_id="ab", revision=1, model_id="m", pass_id="p", line="A",
        station=station, tool="tool-1", family="HS-40", captured_at=START + timedelta(hours=hours),
        defect_no=1, missed_no=None, defect_class="stain", verdict=verdict, box_x=None, box_y=None,
        box_width=None, box_height=None, remark="", created_by="QE-4", created_at=START,
    )  # fmt: skip


ROWS = [
    row("agree"), row("false call"), row("agree", hours=3), row("missed", hours=3),
    row("false call", hours=30, station="coat <b>2</b>"),
]  # fmt: skip


# R. G. Newcombe, Statistics in Medicine 17 (1998) 857, table I, method 3 (Wilson's score).
@pytest.mark.parametrize(
    ("hits", "n", "low", "high"),
    [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_the_interval_is_wilsons(hits, n, low, high):
    assert wilson_interval(hits, n) == pytest.approx((low, high), abs=5e-5)
    # Of the complement it is the mirror image.
    mirrored = tuple(1 - end for end in reversed(wilson_interval(n - hits, n)))
    assert mirrored == pytest.approx((low, high), abs=5e-5)


def test_without_a_review_nothing_is_known():
    assert wilson_interval(0, 0) == (0.0, 1.0)
    assert (Reviewed(missed=2).rate, Reviewed(missed=2).interval) == (None, (0.0, 1.0))


def test_missed_defects_are_none_of_the_models():
    assert review_total(ROWS) == Reviewed(reviewed=4, false_calls=2, missed=1)
    assert review_total(ROWS).rate == 0.5


def test_days_are_those_of_capture_in_utc():
    assert dict(reviews_by_day(ROWS)) == {
        date(2026, 5, 18): Reviewed(2, 1, 0),
        date(2026, 5, 19): Reviewed(1, 0, 1),
        date(2026, 5, 20): Reviewed(1, 1, 0),
    }


def test_streams_with_most_reviews_come_first():
    found = [(stream.station, one) for stream, one in reviews_by_stream(ROWS).items()]
    assert found == [("wash", Reviewed(3, 1, 1)), ("coat <b>2</b>", Reviewed(1, 1, 0))]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_chart_has_a_point_and_an_interval_for_each_day(theme):
    days = reviews_by_day([*ROWS, row("missed", hours=60)])
    figure = false_call_chart(days, review_total(ROWS), theme)
    (points,) = figure.data
    # The day on which only a missed defect was drawn has no rate.
    assert list(points.x) == ["2026-05-18", "2026-05-19", "2026-05-20"]
    assert list(points.y) == [50.0, 0.0, 100.0]
    # 1 of 2: 9.45 % to 90.55 % by Wilson's formula, worked by hand with z² = 3.8415:
    # (0.5 + 0.9604) / 2.9207 = 0.5, half width 1.96 √(0.125 + 0.2401) / 2.9207 = 0.4055.
    assert points.error_y.array[0] == pytest.approx(40.55, abs=0.01)
    assert points.error_y.arrayminus[0] == pytest.approx(40.55, abs=0.01)
    assert points.text[2].startswith("1 of 1: 100 % (20.7 to 100 %)")
    assert "all 50 %" in figure.layout.annotations[0].text


def test_the_health_page_says_the_rate_and_how_many_it_is_from(reader, context, words_of):
    reader.review_rows = ROWS
    words = words_of(health.content(HealthView(range="all"), context))
    assert "2 of 4 reviewed defects were false calls: 50 % (95 % interval 15 to 85 %)" in words
    assert "1 missed defect drawn" in words
    one = words_of(health.content(HealthView(range="all", station="wash"), context))
    assert "1 of 3 reviewed defects were false calls: 33.3 %" in one


def test_the_health_page_asks_for_reviews_where_there_are_none(reader, context, words_of):
    words = words_of(health.content(HealthView(), context))
    assert "Nobody has reviewed a defect in this period" in words
    reader.review_rows = [replace(ROWS[3])]
    words = words_of(health.content(HealthView(), context))
    assert "No defect of the model was reviewed; 1 missed defect drawn." in words
