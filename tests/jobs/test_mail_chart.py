"""The mail's pictures: the right size, every level named, nothing that a name can break."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import cv2
import numpy as np
import pytest

from jobs.mail.chart import ChartPicture, draw_chart
from jobs.mail.chart_labels import PanelPicture, day_ticks
from jobs.mail.map import draw_map
from spc.gathering import CellCounts, find_gathering

BERLIN = ZoneInfo("Europe/Berlin")
START = datetime(2024, 5, 1, 6, 0, tzinfo=UTC)


def make_panel(values, **changes):
    n = len(values)
    levels = {
        "center": np.full(n, 2.0),
        "lcl": np.full(n, np.nan),
        "ucl": np.full(n, 6.0),
    }
    return PanelPicture(name="stains per part", values=np.array(values), **(levels | changes))


def make_picture(*panels, title="Stain count"):
    n = len(panels[0].values)
    times = tuple(START + timedelta(hours=k) for k in range(n))
    return ChartPicture(title=title, times=times, panels=panels)


def pixels_of(png):
    return cv2.imdecode(np.frombuffer(png, np.uint8), cv2.IMREAD_COLOR)


def colour_count(png, colour):
    """Pixels of one colour, given as in a style sheet."""
    red, green, blue = (int(colour[k : k + 2], 16) for k in (1, 3, 5))
    return int((pixels_of(png) == (blue, green, red)).all(axis=2).sum())


def test_a_chart_is_wide_enough_for_a_sharp_phone_and_light_on_any_ground():
    png = draw_chart(make_picture(make_panel([1.0, 2.0, 3.0])), BERLIN)
    pixels = pixels_of(png)
    assert pixels.shape[1] == 1104
    assert pixels[2, 2].tolist() == [255, 255, 255]


def test_a_signal_adds_a_mark_in_the_signal_colour():
    values = [1.0, 2.0, 3.0, 9.0, 2.0]
    plain = draw_chart(make_picture(make_panel(values)), BERLIN)
    marked = draw_chart(make_picture(make_panel(values, signals=(3,))), BERLIN)
    assert colour_count(marked, "#b02a37") > colour_count(plain, "#b02a37") + 100


def test_a_second_panel_makes_the_picture_taller():
    one, two = make_panel([1.0, 2.0]), make_panel([0.1, 0.2])
    assert (
        pixels_of(draw_chart(make_picture(one, two), BERLIN)).shape[0]
        > pixels_of(draw_chart(make_picture(one), BERLIN)).shape[0] + 400
    )


@pytest.mark.parametrize("values", [[np.nan, np.nan], [0.0, 0.0], [5.0], [1.0, np.nan, 3.0]])
def test_missing_and_constant_values_are_drawn_without_complaint(values):
    n = len(values)
    panel = make_panel(values, center=np.full(n, np.nan), ucl=np.full(n, np.nan))
    assert draw_chart(make_picture(panel), BERLIN).startswith(b"\x89PNG")


def test_a_name_is_never_read_as_a_formula():
    assert draw_chart(make_picture(make_panel([1.0]), title="$\\frac{1}{ lot $ <b>"), BERLIN)


def test_days_are_plant_days():
    # 22:30 UTC on the 1st is 00:30 on the 2nd in Berlin.
    times = [datetime(2024, 5, 1, 21, 30, tzinfo=UTC), datetime(2024, 5, 1, 22, 30, tzinfo=UTC)]
    assert day_ticks(times, BERLIN) == [(0, "1 May"), (1, "2 May")]


def test_a_month_of_days_gets_four_ticks_at_most():
    times = [START + timedelta(hours=6 * k) for k in range(4 * 31)]
    assert len(day_ticks(times, BERLIN)) <= 4


def test_a_map_shows_both_periods():
    before = CellCounts(np.full((32, 32), 1), 400)
    now = np.zeros((32, 32), np.int64)
    now[3:8, 24:29] = 4
    since = CellCounts(now, 60)
    found = find_gathering(before, since)
    png = draw_map(before, since, found, noun="stains", began="Tue 14 May")
    assert pixels_of(png).shape[1] == 1104
    # The darkest colour of the scale stands where the stains gathered.
    assert colour_count(png, "#5a0f1c") > 1000
