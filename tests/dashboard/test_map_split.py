"""Small maps: what each shows, and in which scale."""

from base64 import b64decode
from dataclasses import replace
from datetime import timedelta

import cv2
import numpy as np
import pytest

from dashboard.address import MapView
from dashboard.map_split import MOST, map_parts
from dashboard.map_thumbnail import thumbnail
from dashboard.page_settings import PageSettings
from dashboard.pages import defect_map
from dashboard.period import period
from warehouse.location import LocationMap
from warehouse.records import Stream
from warehouse.series import StreamSummary


def streams(*places):
    return [(Stream("A", station, tool, "HS-40"), count) for station, tool, count in places]


PLANT = streams(("wash", "t1", 50), ("wash", "t2", 70), ("pack", "t3", 10))


def test_stations_join_their_tools_and_tools_stand_alone(clock):
    shown = period("7d", clock)
    by_station, left_out = map_parts(MapView(split="station"), PLANT, None, shown, clock)
    assert [one.name for one in by_station] == ["A / pack", "A / wash"]
    assert len(by_station[1].streams) == 2
    assert left_out == 0
    by_tool, _ = map_parts(MapView(split="tool"), PLANT, None, shown, clock)
    assert [one.name for one in by_tool] == ["A / pack / t3", "A / wash / t1", "A / wash / t2"]
    assert by_tool[0].view == MapView(stream=PLANT[2][0].key)


def test_of_too_many_the_busiest_are_shown(clock):
    many = streams(*[(f"s{n:02}", "t", n) for n in range(MOST + 3)])
    found, left_out = map_parts(MapView(split="station"), many, None, period("7d", clock), clock)
    assert left_out == 3
    assert [one.name for one in found] == [f"A / s{n:02}" for n in range(3, MOST + 3)]


def test_the_chosen_stream_limits_the_small_maps(clock):
    shown = period("7d", clock)
    found, _ = map_parts(MapView(split="tool"), PLANT, PLANT[0][0], shown, clock)
    assert [one.name for one in found] == ["A / wash / t1"]
    weeks, _ = map_parts(MapView(split="week"), PLANT, PLANT[0][0], shown, clock)
    assert {one.streams for one in weeks} == {(PLANT[0][0],)}


def test_weeks_begin_on_monday_at_the_plants_midnight_and_stay_within_the_period(clock):
    # Now is Wednesday 20 May 2026, 06:00 in Berlin; seven days reach back to Wednesday the 13th.
    shown = period("7d", clock)
    found, _ = map_parts(MapView(split="week", range="7d"), PLANT, None, shown, clock)
    assert [one.name for one in found] == ["week of 11 May 2026", "week of 18 May 2026"]
    first, second = (one.period for one in found)
    assert (first.start, first.end) == (shown.start, second.start)
    assert second.start.isoformat() == "2026-05-17T22:00:00+00:00"
    assert second.end == second.start + timedelta(weeks=1)
    assert found[0].view.range == "2026-05-13..2026-05-17"
    assert found[1].view.range == "2026-05-18..2026-05-24"


def test_all_time_shows_the_newest_weeks(clock):
    view = MapView(split="week", range="all")
    found, _ = map_parts(view, PLANT, None, period("all", clock), clock)
    assert len(found) == MOST
    assert found[-1].name == "week of 18 May 2026"


def test_a_thumbnail_has_one_pixel_a_cell_from_pale_to_the_top():
    values = np.zeros((32, 32))
    values[0, 31] = 4.0
    data = b64decode(thumbnail(values, top=4.0, theme="light").partition(",")[2])
    pixels = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
    assert pixels.shape == (32, 32, 3)
    # The palette's ends, blue first: #f3f5f9 and #1b2460.
    assert pixels[5, 5].tolist() == [0xF9, 0xF5, 0xF3]
    assert pixels[0, 31].tolist() == [0x60, 0x24, 0x1B]


def test_nothing_anywhere_is_pale_everywhere():
    shown = thumbnail(np.zeros((32, 32)), top=0.0, theme="dark")
    assert shown.startswith("data:image/png;base64,")


@pytest.fixture
def counted(reader, clock):
    counts = np.zeros((32, 32), dtype=np.int64)
    counts[3, 30] = 20
    reader.map = LocationMap(counts, counts.astype(float), 100)
    reader.stream_rows = [
        StreamSummary(stream, count, clock.now(), clock.now()) for stream, count in PLANT
    ]
    return reader


def test_the_page_shows_a_small_map_for_each_tool_with_its_parts(counted, context, words_of):
    content = defect_map.content(MapView(split="tool"), context)
    said = words_of(content)
    # Cell 30 of 32 across is centred at 30.5 / 32 = .953, cell 3 down at 3.5 / 32 = .109.
    assert "A / wash / t1 100 parts, most, 200 per 1,000, 0.95 across and 0.11 down" in said
    assert (tuple(PLANT[0][:1]), "stain") in [asked[:2] for asked in counted.asked]


def test_cells_that_surely_changed_are_hatched_and_counted(counted, context, words_of):
    quiet = LocationMap(np.zeros((32, 32), dtype=np.int64), np.zeros((32, 32)), 400)
    maps = iter([counted.map, quiet])
    counted.locations = lambda *_: next(maps)
    content = defect_map.content(MapView(measure="difference"), context)
    assert "surely changed, 1 up and 0 down (5% risk over all cells)" in words_of(content)


def test_the_drawing_of_the_part_lies_over_the_map(counted, context):
    line = ((0.1, 0.1), (0.9, 0.1))
    content = defect_map.content(
        MapView(), replace(context, settings=PageSettings(outline=(line,)))
    )
    figure = content[1].children[0].children[1].children.figure
    drawn = [each for each in figure.data if each.type == "scatter" and each.mode == "lines"]
    assert [list(drawn[0].x), list(drawn[0].y)] == [[0.1, 0.9], [0.1, 0.1]]
