"""The chart page by what it says and sends: zoom, follow, causes, advice, capability."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from dashboard.address import ChartView, changed, query_of, read_view
from dashboard.chart_advice import AdviceDesk, advice_on, baseline_and_since
from dashboard.chart_distribution import histogram_of
from dashboard.chart_model import chart_model
from dashboard.chart_view import chart_style, shown_model, shown_stretch
from dashboard.chart_window import read_stretch, stretch_of
from dashboard.clock import PlantClock
from dashboard.context import PageContext
from dashboard.figures.histogram import histogram_figure
from dashboard.figures.inputs import ChartStyle
from dashboard.figures.range_strip import range_strip
from dashboard.figures.run_chart import run_chart_figure
from dashboard.page_settings import PageSettings
from dashboard.pages import chart
from dashboard.pages.chart_advice_card import advice_content
from dashboard.pages.chart_callbacks import follows, published_stamp, zoomed_search
from dashboard.pages.chart_distribution_card import distribution_card
from dashboard.period import Period, period
from dashboard.reader import ChartData
from spc.phase import freeze_phase, phase_to_dict
from spc.point_limits import POINT_LIMITS
from warehouse.journal.causes import CauseRow

ALL = Period(None, None, "all time")


@pytest.fixture
def counts():
    values = np.random.default_rng(5).poisson(4.0, 200).astype(float)
    values[-4:] += 14
    return values


@pytest.fixture
def charted(reader, characteristic, make_series, make_phase, make_signal, counts, make_state):
    """A characteristic with limits in force and a story of four signals; a part an hour."""
    series = make_series(counts)
    signals = [make_signal(series, at) for at in range(196, 200)]
    data = ChartData(
        characteristic, series, [make_phase(series, 0, 149)], signals, {}, make_state("signal")
    )
    reader.charts[characteristic.characteristic_id] = data
    return data


def sizes(n: int, *, zeros: float = 0.4) -> np.ndarray:
    random = np.random.default_rng(11)
    return random.lognormal(0.0, 0.6, n) * (random.random(n) > zeros)


def test_a_zoom_in_the_address_shows_its_parts_and_the_way_back(charted, context, words_of):
    hour = charted.series.captured_at[20].astype("datetime64[s]").item().replace(tzinfo=UTC)
    zoom = f"{hour:%Y%m%dT%H%M%SZ}..{hour + timedelta(hours=9):%Y%m%dT%H%M%SZ}"
    view = ChartView(range="all", zoom=zoom)
    model = shown_model(charted, view, context)
    # Both ends are included: ten parts an hour apart.
    assert model.chart.keys == tuple(f"pass {at}" for at in range(20, 30))
    assert (model.first, model.zoomed, model.period.local_ms.size) == (20, True, 200)
    words = words_of(chart.content(view, context))
    assert "10  of 200 parts" in words
    assert "Whole period" in words


def test_a_zoom_that_the_period_does_not_hold_shows_the_whole_period(charted, context, words_of):
    view = ChartView(range="7d", zoom="20010101T000000Z..20010102T000000Z")
    model = shown_model(charted, view, context)
    assert not model.zoomed
    assert "Whole period" not in words_of(chart.content(view, context))


def test_a_zoom_means_the_same_parts_on_both_axes(charted, context):
    dragged = zoomed_search((21.4, 30.2), "?range=all&axis=order", context)
    by_order = read_view(ChartView, dragged)
    # Parts 22 to 30 by their number, 21 to 29 by their place.
    assert shown_model(charted, by_order, context).chart.keys == tuple(
        f"pass {at}" for at in range(21, 30)
    )
    by_time = changed(by_order, {"axis": "time"})
    assert shown_model(charted, by_time, context).chart.keys[0] == "pass 21"


def test_a_chart_drawn_for_a_zoom_reports_that_zoom_and_nothing_changes(charted, context):
    hour = charted.series.captured_at[20].astype("datetime64[s]").item()
    # Plotly tells plant time without a zone; the plant is two hours ahead in May.
    local = hour + timedelta(hours=2)
    ends = (f"{local:%Y-%m-%d %H:%M:%S}", f"{local + timedelta(hours=5):%Y-%m-%d %H:%M:%S.5}")
    search = zoomed_search(ends, "?range=all", context)
    view = read_view(ChartView, search)
    assert view.zoom.startswith(f"{hour:%Y%m%dT%H%M%SZ}..")
    stretch = shown_stretch(view)
    style = chart_style(view, "light", stretch, context.clock)
    model = shown_model(charted, view, context)
    figure = run_chart_figure(model.chart, style)
    first, last = (datetime.fromtimestamp(edge / 1000, UTC) for edge in figure.layout.xaxis.range)
    again = (f"{first:%Y-%m-%d %H:%M:%S}", f"{last:%Y-%m-%d %H:%M:%S}")
    assert zoomed_search(again, search, context) is None


def test_zooming_out_clears_the_zoom_and_only_that(context):
    search = "?range=7d&zoom=20260519T000000Z..20260520T000000Z&zones=1"
    assert zoomed_search(("", ""), search, context) == "?range=7d&zones=1"
    assert zoomed_search(("", ""), "?range=7d", context) is None


def test_who_zooms_no_longer_follows_the_newest_part(context):
    ends = ("2026-05-19 00:00:00", "2026-05-19 06:00:00")
    view = read_view(ChartView, zoomed_search(ends, "?follow=1", context))
    assert not view.follow
    assert view.zoom
    # Switched on again, following shows the whole period whatever the zoom before.
    assert shown_stretch(changed(view, {"follow": True})) is None


@pytest.mark.parametrize(
    ("search", "expected"),
    [("?follow=1", True), ("", False), ("?follow=1&signal=ab", False)],
    ids=["asked for", "not asked for", "a form is open"],
)
def test_following_waits_while_a_form_is_filled_in(search, expected):
    assert follows(search) is expected


def test_following_asks_for_a_newer_publication_only(reader, context):
    assert published_stamp(context) == published_stamp(context) != ""
    reader.damaged = True
    assert published_stamp(context) is None


def test_an_hour_told_twice_keeps_its_zoom_by_number():
    """On 25 October 2026 at 03:00 clocks in Berlin go back to 02:00."""
    first = np.datetime64("2026-10-25T00:10", "us")
    times = first + np.arange(8) * np.timedelta64(15, "m")
    clock = PlantClock(ZoneInfo("Europe/Berlin"))
    stretch = stretch_of((2.0, 7.0), times, clock)
    assert stretch.places(times) == (1, 7)


@pytest.mark.parametrize("ends", [("soon", "later"), ("", 4.0), (None, None), (float("nan"), 2.0)])
def test_odd_ends_are_no_zoom(ends, clock):
    assert stretch_of(ends, None, clock) is None
    assert stretch_of(ends, np.array(["2026-05-01"], dtype="datetime64[us]"), clock) is None


@pytest.mark.parametrize("text", ["x..y", "20260520T000000Z..20260519T000000Z", "..", "1..2..3"])
def test_an_odd_stretch_in_an_address_is_none(text):
    assert read_stretch(text) is None


def test_a_zoom_into_many_points_draws_every_one(make_series, characteristic, context, reader):
    series = make_series(np.arange(5_000.0) % 7, step=timedelta(minutes=1))
    data = ChartData(characteristic, series, [], [], {}, None)
    reader.charts[characteristic.characteristic_id] = data
    search = zoomed_search((1001.0, 2000.0), "?range=all&axis=order", context)
    view = read_view(ChartView, search)
    model = shown_model(data, view, context)
    figure = run_chart_figure(model.chart, ChartStyle(axis="order"), first_number=model.first + 1)
    line = next(trace for trace in figure.data if trace.name == "Stain count")
    assert np.asarray(line.x).tolist() == list(range(1001, 2001))


def test_the_strip_shows_the_whole_period_with_the_stretch_as_a_box(charted, clock):
    model = chart_model(charted, ALL, clock)
    strip = range_strip(model.period, ChartStyle(axis="order"), (20, 29))
    assert np.asarray(strip.data[0].x).tolist() == list(range(1, 201))
    (box,) = strip.layout.selections
    assert (box.x0, box.x1) == (21, 30)
    assert strip.layout.dragmode == "select"
    assert not range_strip(model.period, ChartStyle()).layout.selections


def test_the_flag_of_a_cause_has_the_number_of_the_list(charted, context, reader, words_of):
    cause = CauseRow(
        "signal 197", "cleaning", "rag <b>with</b> oil", "new rags", "C. Person", date(2026, 5, 1),
        "A. Person", context.clock.now(),
    )  # fmt: skip
    data = replace(charted, causes={"signal 197": cause})
    reader.charts[charted.characteristic.characteristic_id] = data
    model = chart_model(data, ALL, context.clock)
    figure = run_chart_figure(model.chart, ChartStyle())
    flags = [one for one in figure.layout.annotations if one.text == "<b>1</b>"]
    assert len(flags) == 1
    assert flags[0].hovertext == "1. rag &lt;b&gt;with&lt;/b&gt; oil"
    words = words_of(chart.content(ChartView(range="all"), context))
    assert "1 cleaning rag <b>with</b> oil new rags C. Person 1 May 2026   Overdue" in words


def test_phases_tell_who_when_why_how_many_and_which_model_on_hover(charted, make_phase, clock):
    series = charted.series
    border = series.captured_at[160].astype("datetime64[us]").item().replace(tzinfo=UTC)
    old = make_phase(series, 0, 99, status="retired", valid_to=border)
    new = make_phase(series, 100, 149, phase_id=2, valid_from=border, reason="new bath")
    data = replace(charted, phases=[old, new])
    figure = run_chart_figure(chart_model(data, ALL, clock).chart, ChartStyle())
    (label,) = [one for one in figure.layout.annotations if one.text == "#2 limits"]
    for words in ("50 parts", "m1", "by A. Person, 20 May 2026", "new bath"):
        assert words in label.hovertext
    zoomed = chart_model(data, Period(border, None, ""), clock)
    # Where neither border nor baseline is in sight, the limits still say where they come from.
    figure = run_chart_figure(zoomed.chart, ChartStyle())
    (label,) = [one for one in figure.layout.annotations if one.text == "#2 limits"]
    assert "new bath" in label.hovertext


@pytest.mark.parametrize("kind", sorted(POINT_LIMITS))
def test_every_chart_that_a_characteristic_may_have_is_drawn(
    kind, make_series, make_phase, characteristic, clock
):
    values = {
        "two-part": sizes(200),
        "imr": np.random.default_rng(3).normal(50.0, 2.0, 200),
    }.get(kind, np.random.default_rng(3).poisson(4.0, 200).astype(float))
    series = make_series(values)
    phase = phase_to_dict(freeze_phase(values[:150], chart=kind, alpha=0.001))
    data = ChartData(
        characteristic, series, [make_phase(series, 0, 149, phase=phase)], [], {}, None
    )
    model = chart_model(data, ALL, clock)
    titles = [panel.title for panel in model.chart.panels]
    more = ["Parts with a defect"] if kind == "two-part" else []
    assert titles == ["Stain count", "Running average", *more]
    figure = run_chart_figure(model.chart, ChartStyle(zones=True))
    lines = [trace for trace in figure.data if trace.name in titles]
    assert len(lines) == len(titles)
    assert all(np.isfinite(np.asarray(line.y, dtype=float)).any() for line in lines)


def test_the_share_panel_follows_the_parts_with_a_defect(
    make_series, make_phase, characteristic, clock
):
    values = sizes(260)
    # From here on every part has a defect of ordinary size: more of them, none larger.
    values[160:] = 1.0
    series = make_series(values)
    phase = phase_to_dict(freeze_phase(values[:150], chart="two-part", alpha=0.001))
    data = ChartData(
        characteristic, series, [make_phase(series, 0, 149, phase=phase)], [], {}, None
    )
    share = chart_model(data, ALL, clock).chart.panels[2]
    assert (share.value[:150] < share.ucl[0]).all()
    assert share.value[-1] > share.ucl[-1]
    assert share.value[-1] == pytest.approx(100, abs=0.01)


def test_zeros_among_sizes_have_a_bar_of_their_own(
    make_series, characteristic, context, reader, words_of
):
    values = sizes(300)
    data = ChartData(characteristic, make_series(values), [], [], {}, None)
    model = chart_model(data, ALL, context.clock)
    words = words_of(distribution_card(data, model, context))
    assert "The hatched bar at the left holds the parts with exactly 0." in words
    assert "share of zeros, and lognormal sizes above zero" in words


def test_without_a_specification_the_page_says_why_there_is_no_capability(
    charted, context, reader, words_of
):
    bare = replace(charted.characteristic, spec_lower=None, spec_upper=None)
    reader.charts[bare.characteristic_id] = replace(charted, characteristic=bare)
    words = words_of(chart.content(ChartView(range="all"), context))
    assert "No specification limit is set: without one there is nothing to keep." in words


def test_too_few_parts_have_no_capability(make_series, characteristic, context, words_of):
    data = ChartData(characteristic, make_series([3.0, 4.0, 5.0]), [], [], {}, None)
    model = chart_model(data, ALL, context.clock)
    words = words_of(distribution_card(data, model, context))
    assert "3 parts are too few for a statement on capability; 30 are needed." in words


def test_the_histogram_names_specification_and_control_limits(charted, context):
    model = chart_model(charted, ALL, context.clock)
    histogram = histogram_of(charted, model)
    assert histogram.bins.n == 200
    assert histogram.bins.whole
    figure = histogram_figure(histogram, theme="light")
    words = {one.text for one in figure.layout.annotations}
    assert "USL 20" in words
    assert any(one.startswith("UCL") for one in words)
    assert int(np.asarray(figure.data[0].y).sum()) == 200


def test_advice_compares_the_chart_in_use_on_the_same_futures(charted):
    advice = advice_on(charted)
    assert (advice.n, advice.learnt, advice.chart_in_use) == (150, True, "nb")
    # The budget of these limits is one flagged point in 1000, the error of the limits included.
    assert advice.in_use.flagged_points_per_1000 < 3
    assert advice.textbook.chart == "c"
    assert advice.textbook.cost.episodes_per_1000 > 5 * advice.in_use.episodes_per_1000
    assert advice.recommended.cost.delay_doubling is not None


def test_advice_leaves_out_what_the_baseline_left_out(charted, make_phase):
    series = charted.series
    phase = phase_to_dict(
        freeze_phase(series.values[10:60], alpha=0.001, exclusions=[(3, "dropped")])
    )
    row = make_phase(series, 10, 59, phase=phase)
    baseline, since = baseline_and_since(charted, row)
    assert (baseline.size, since.size) == (50, 140)
    assert np.flatnonzero(np.isnan(baseline)).tolist() == [3]


def test_advice_is_worked_out_once_for_each_publication(charted, monkeypatch):
    asked = []
    monkeypatch.setattr(
        "dashboard.chart_advice.advice_on", lambda data: asked.append(data) or object()
    )
    desk = AdviceDesk(most=2)
    first = desk.advice(charted, "one")
    assert desk.advice(charted, "one") is first
    assert desk.advice(charted, "two") is not first
    desk.advice(charted, "three")
    # The oldest was dropped.
    desk.advice(charted, "one")
    assert len(asked) == 4


def test_the_advice_panel_says_why_there_is_none(
    make_series, characteristic, reader, context, words_of
):
    few = ChartData(characteristic, make_series([1.0, 2.0]), [], [], {}, None)
    reader.charts[characteristic.characteristic_id] = few
    words = words_of(advice_content(AdviceDesk(), characteristic.characteristic_id, context))
    assert "No advice 2 values are too few for advice; 20 are needed" in words


def test_the_advice_panel_is_filled_on_request_only(charted, context, words_of):
    assert "Show advice" in words_of(chart.content(ChartView(range="all"), context))
    opened = words_of(chart.content(ChartView(range="all", advice=True), context))
    assert "The charts are being compared" in opened
    name = charted.characteristic.characteristic_id
    words = words_of(advice_content(AdviceDesk(), name, context))
    for expected in ("In use", "Advised", "Textbook", "a c chart with Nelson's rules"):
        assert expected in words


def test_every_filter_of_the_chart_survives_its_address():
    view = ChartView(
        characteristic="a/b/c/d:stain_count", range="7d", axis="order", clip=True, zones=True,
        follow=True, zoom="20260519T000000Z..20260520T000000Z", phase=3, signal="s", advice=True,
    )  # fmt: skip
    assert read_view(ChartView, query_of(view)) == view


def test_a_relative_period_stays_relative_when_zoomed(charted, reader, clock):
    later = PlantClock(clock.zone, lambda: clock.now() + timedelta(days=2))
    search = zoomed_search(
        ("2026-05-19 00:00:00", "2026-05-19 06:00:00"), "?range=7d",
        PageContext(reader, later, settings=PageSettings()),
    )  # fmt: skip
    assert "range=7d" in search
    assert period("7d", later).start - period("7d", clock).start == timedelta(days=2)
