"""The wall screen and the word that data are old."""

from dataclasses import replace
from datetime import timedelta

import pytest

from dashboard.address import MapView, OverviewView, ScreeningView, read_view
from dashboard.freshness import freshness_notice
from dashboard.kiosk import CHARTS, SLIDES, TILES
from dashboard.kiosk_chart import kiosk_chart
from dashboard.pages import overview
from dashboard.period_steps import period_steps
from dashboard.reader import Footing
from dashboard.shell import status_line
from warehouse.records import Stream

KIOSK = OverviewView(kiosk=True)


def stream(number: int) -> Stream:
    return Stream("A", f"S{number:02d}", "tool", "HS")


def slides_of(content) -> list:
    (_, wall) = content
    return wall.children[1].children


def test_the_address_of_a_wall_screen_is_that_of_the_issue():
    view = read_view(OverviewView, "?kiosk=1&rotate=30")
    assert (view.kiosk, view.rotate) == (True, 30)


@pytest.mark.parametrize(("asked", "seconds"), [("0", "5"), ("30", "30"), ("99999", "3600")])
def test_slides_turn_neither_too_fast_nor_hardly_ever(reader, context, make_state, asked, seconds):
    reader.states = [make_state()]
    view = read_view(OverviewView, f"?kiosk=1&rotate={asked}")
    wall = overview.content(view, context)[1]
    assert getattr(wall, "data-rotate") == seconds


def test_a_plant_of_many_stations_is_counted_whole_and_shown_in_few_slides(
    reader, context, make_state, words_of
):
    metrics = ("stain_count", "scratch_count", "total_stain_pct")
    reader.states = [
        make_state("signal" if at == 40 else "in control", stream=stream(at), metric=metric)
        for at in range(60)
        for metric in metrics
    ]
    slides = slides_of(overview.content(KIOSK, context))
    # 60 stations by six, twelve stations by themselves, the three characteristics that signal.
    assert len(slides) == 10 + SLIDES + 3
    assert "S40" in words_of(slides[0])
    counted = " ".join(words_of(slide) for slide in slides[:10])
    assert all(f"S{at:02d}" in counted for at in range(60))
    assert len(slides) - 10 - SLIDES <= CHARTS


def test_a_station_with_many_characteristics_counts_those_it_does_not_show(
    reader, context, make_state, words_of
):
    metrics = (
        "stain_count", "scratch_count", "total_stain_pct", "longest_scratch_px",
        "total_scratch_pct", "largest_stain_area_px", "nonconforming_share", "stain_location",
    )  # fmt: skip
    reader.states = [make_state(metric=metric) for metric in metrics]
    station = slides_of(overview.content(KIOSK, context))[1]
    assert f"and {len(metrics) - TILES} more" in words_of(station)


def test_a_wall_screen_of_nothing_says_so(reader, context, words_of):
    assert "No characteristic matches" in words_of(overview.content(KIOSK, context))


def test_the_large_chart_marks_what_is_beyond_and_keeps_labels_apart(make_state):
    svg = kiosk_chart(make_state(sparkline=(1.0, 20.0, 2.0), center=4.0, ucl=4.1), theme="light")
    assert svg.count("l16 16l-16 16l-16 -16z") == 1
    heights = sorted(float(one.split('y="')[1].split('"')[0]) for one in svg.split("<text ")[1:])
    assert heights[1] - heights[0] >= 40
    assert "<path" in kiosk_chart(make_state(sparkline=(), ucl=None), theme="dark")


def test_old_data_and_a_failed_run_are_said_before_anything_else(context, make_run, words_of):
    now = context.clock.now()
    run = make_run(started_at=now - timedelta(hours=28), finished_at=now - timedelta(hours=27))
    assert freshness_notice(make_run(), now, context) is None
    assert "no run for 27 h" in words_of(freshness_notice(run, now, context))
    failed = words_of(freshness_notice(replace(run, error="disk full"), now, context))
    assert "did not finish" in failed
    assert "disk full" in failed
    assert freshness_notice(None, None, context) is None


def test_the_foot_of_every_page_marks_old_data(context, make_run, words_of):
    now, run = context.clock.now(), make_run()
    fresh, old = (
        words_of(status_line(Footing(now, run), context.clock, patience))
        for patience in (timedelta(hours=26), timedelta(minutes=10))
    )
    assert "Old data" not in fresh
    assert "Old data: 50 min ago" in old


def test_tiles_are_grouped_by_station_or_by_line(reader, context, make_state, words_of):
    reader.states = [make_state(stream=stream(at)) for at in range(2)]
    by_station = words_of(overview.content(OverviewView(), context))
    assert "Station S00" in by_station
    by_line = words_of(overview.content(OverviewView(group="line"), context))
    assert "Station S00" not in by_line
    assert by_line.count("Line A") == 1
    assert "S01 · HS · tool" in by_line


def test_pages_with_a_period_lead_to_the_ones_beside_it(clock):
    def links(view):
        found = period_steps(view, clock)
        return found and [getattr(one, "href", None) for one in found.children]

    # The clock of the tests stands at 20 May 2026.
    assert links(MapView(range="7d")) == ["/map?range=2026-05-07..2026-05-13", None]
    assert links(MapView(range="all")) is None
    assert links(OverviewView()) is None
    assert links(ScreeningView(range="2026-05-14..2026-05-15", page=3)) == [
        "/screening?range=2026-05-12..2026-05-13",
        "/screening?range=2026-05-16..2026-05-17",
    ]
