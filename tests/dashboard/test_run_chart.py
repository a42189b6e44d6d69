"""The run chart by its content: what stands in the figure, not how it looks."""

from dataclasses import replace

import numpy as np
import pytest

from dashboard.figures.inputs import ChartStyle, PanelTrace, RunChart, SignalMark, Stage
from dashboard.figures.palette import DARK, LIGHT
from dashboard.figures.run_chart import drawn_indices, run_chart_figure

HOUR = 3_600_000.0


def make_chart(n: int = 60, **changes) -> RunChart:
    value = 5.0 + np.arange(n) % 3
    value[-1] = 30.0
    level = np.ones(n)
    chart = RunChart(
        local_ms=np.arange(n) * HOUR,
        keys=tuple(f"pass {at}" for at in range(n)),
        names=tuple(f"P-{at}" for at in range(n)),
        panels=(
            PanelTrace(
                "Stain count", "stains per part", value, 6 * level, np.nan * level, 12 * level
            ),
            PanelTrace("Running average", "z", 0.1 * level, 0 * level, -level, level),
        ),
        zone_name="Europe/Berlin",
        stages=(Stage(0, n - 1, "#1 limits", "Baseline: 30 parts", (0, 29)),),
        signals=(SignalMark(n - 1, 0, 1, "1 point beyond the control limit", (n - 1, n - 1)),),
        spec_upper=20.0,
    )
    return replace(chart, **changes)


def traces(figure, symbol: str):
    return [
        trace
        for trace in figure.data
        if trace.marker and trace.marker.symbol is not None and symbol in list(trace.marker.symbol)
    ]


def annotations(figure) -> list[str]:
    return [one.text for one in figure.layout.annotations]


def test_limits_are_named_at_the_right_edge():
    words = annotations(run_chart_figure(make_chart(), ChartStyle()))
    assert {"UCL 12", "Centre 6", "Spec 20", "UCL 1", "LCL −1", "Centre 0"} <= set(words)


def test_a_signal_is_an_open_diamond_with_the_rule_in_words():
    (diamonds,) = traces(run_chart_figure(make_chart(), ChartStyle()), "diamond-open")
    assert list(diamonds.y) == [30.0]
    assert [list(row) for row in diamonds.customdata] == [["pass 59"]]
    assert "1 point beyond the control limit" in diamonds.hovertext[0]


def test_two_rules_broken_at_one_point_are_one_diamond_that_names_both():
    signals = (
        SignalMark(59, 0, 1, "1 point beyond the control limit", (59, 59)),
        SignalMark(59, 0, 2, "6 points in a row rising or falling", (54, 59)),
    )
    (diamonds,) = traces(
        run_chart_figure(make_chart(signals=signals), ChartStyle()), "diamond-open"
    )
    assert len(diamonds.x) == 1
    assert "beyond the control limit" in diamonds.hovertext[0]
    assert "rising or falling" in diamonds.hovertext[0]


def test_the_run_that_led_to_a_signal_is_drawn():
    run = (SignalMark(20, 0, 1, "6 points in a row rising or falling", (15, 20)),)
    figure = run_chart_figure(make_chart(signals=run), ChartStyle())
    (thick,) = [trace for trace in figure.data if trace.mode == "lines" and trace.line.width == 6]
    drawn = np.flatnonzero(np.isfinite(np.asarray(thick.y, dtype=float)))
    assert drawn.tolist() == list(range(15, 21))


def test_a_signal_with_a_cause_carries_the_number_of_the_table():
    mark = SignalMark(59, 0, 7, "1 point beyond the control limit", (59, 59), cause="tool <wear>")
    figure = run_chart_figure(make_chart(signals=(mark,)), ChartStyle())
    assert "<b>7</b>" in annotations(figure)
    (diamonds,) = traces(figure, "diamond-open")
    assert "Cause: tool &lt;wear&gt;" in diamonds.hovertext[0]


def test_names_from_files_are_escaped_in_every_text():
    evil = "<img src=x onerror=alert(1)>"
    n = 60
    chart = make_chart(
        names=(evil,) * n,
        zone_name=evil,
        stages=(Stage(0, n - 1, evil, evil, (0, 9)), Stage(10, n - 1, evil, evil)),
        signals=(SignalMark(5, 0, 1, evil, (5, 5), cause=evil),),
    )
    chart = replace(
        chart, panels=(replace(chart.panels[0], title=evil, unit=evil), chart.panels[1])
    )
    assert "<img" not in run_chart_figure(chart, ChartStyle()).to_json()


def test_the_baseline_is_shaded_and_tells_its_provenance():
    figure = run_chart_figure(make_chart(), ChartStyle())
    shaded = [one for one in figure.layout.shapes if one.type == "rect"]
    assert {(one.x0, one.x1) for one in shaded} == {(0.0, 29 * HOUR)}
    (word,) = [trace for trace in figure.data if trace.mode == "text"]
    assert "Baseline, 30 parts" in word.text[0]
    assert "Baseline: 30 parts" in word.hovertext[0]


def test_panels_share_one_axis():
    figure = run_chart_figure(make_chart(), ChartStyle())
    assert figure.layout.xaxis.matches == "x2"
    assert figure.layout.xaxis2.title.text == "Captured at (Europe/Berlin)"


def test_clipping_keeps_the_bulk_readable_and_tells_what_is_off_the_scale():
    figure = run_chart_figure(make_chart(spec_upper=None), ChartStyle(clip=True))
    assert figure.layout.yaxis.range[1] < 15
    (arrows,) = [trace for trace in traces(figure, "triangle-up") if trace.name == "Signals"]
    assert arrows.text[0] == "30"
    assert figure.layout.yaxis.range[1] == pytest.approx(arrows.y[0])


def test_a_limit_far_from_all_values_is_named_off_the_scale():
    chart = make_chart(spec_upper=None, signals=())
    far = replace(chart.panels[0], ucl=np.full(60, 400.0))
    figure = run_chart_figure(replace(chart, panels=(far, chart.panels[1])), ChartStyle())
    assert figure.layout.yaxis.range[1] < 40
    assert "UCL 400 ↑" in annotations(figure)


def test_without_clipping_every_value_is_on_the_scale():
    figure = run_chart_figure(make_chart(), ChartStyle())
    assert figure.layout.yaxis.range[1] > 30


def test_zones_are_drawn_only_when_asked_for():
    zones = tuple(np.full(60, level) for level in (3.0, 9.0))
    plain = run_chart_figure(make_chart(zones=zones), ChartStyle())
    zoned = run_chart_figure(make_chart(zones=zones), ChartStyle(zones=True))
    assert len(zoned.data) == len(plain.data) + 2


def test_limits_step_between_phases_and_never_slope():
    ucl = np.where(np.arange(60) < 30, 10.0, 14.0)
    chart = make_chart()
    chart = replace(chart, panels=(replace(chart.panels[0], ucl=ucl), chart.panels[1]))
    figure = run_chart_figure(chart, ChartStyle())
    (line,) = [trace for trace in figure.data if trace.y is not None and 14.0 in list(trace.y)]
    heights = np.asarray(line.y, dtype=float)
    jumps = np.abs(np.diff(heights))
    assert (jumps[np.isfinite(jumps)] == 0).all()


def test_a_phase_border_is_named():
    stages = (Stage(0, 29, "#1 limits", ""), Stage(30, 59, "#2 limits", ""))
    assert "#2 limits" in annotations(run_chart_figure(make_chart(stages=stages), ChartStyle()))


def test_the_order_axis_counts_parts_and_names_days():
    figure = run_chart_figure(make_chart(), ChartStyle(axis="order"))
    assert list(figure.layout.xaxis2.ticktext) == ["1 Jan", "2 Jan", "3 Jan"]
    assert list(figure.layout.xaxis2.tickvals) == [1.0, 25.0, 49.0]


def test_a_zoomed_order_axis_goes_on_counting():
    figure = run_chart_figure(make_chart(), ChartStyle(axis="order"), first_number=101)
    assert figure.layout.xaxis2.tickvals[0] == 101.0
    assert figure.layout.xaxis2.range[0] < 101 < figure.layout.xaxis2.range[1] < 161


def test_many_points_are_thinned_but_no_signal_is_lost():
    n = 100_000
    signals = tuple(SignalMark(at, 0, 1, "rule", (at, at)) for at in range(0, n, 4_999))
    chart = make_chart(n, signals=signals)
    assert drawn_indices(chart, 2_000).size < 2_200
    figure = run_chart_figure(chart, ChartStyle())
    (diamonds,) = traces(figure, "diamond-open")
    assert len(diamonds.x) == len(signals)
    assert len(figure.to_json()) < 400_000


def test_both_themes_use_their_own_colours():
    for theme, colours in (("light", LIGHT), ("dark", DARK)):
        (diamonds,) = traces(
            run_chart_figure(make_chart(), ChartStyle(theme=theme)), "diamond-open"
        )
        assert diamonds.marker.color == colours.limit


def test_a_chart_without_points_says_so():
    empty = make_chart()
    empty = replace(empty, local_ms=np.array([]))
    assert annotations(run_chart_figure(empty, ChartStyle())) == [
        "No parts captured in this period"
    ]


def test_a_point_that_is_missing_leaves_a_gap():
    chart = make_chart(signals=())
    value = chart.panels[0].value.copy()
    value[10] = np.nan
    chart = replace(chart, panels=(replace(chart.panels[0], value=value), chart.panels[1]))
    figure = run_chart_figure(chart, ChartStyle())
    line = next(trace for trace in figure.data if trace.name == "Stain count")
    assert np.isnan(np.asarray(line.y, dtype=float)[10])


def contrast(first: str, second: str) -> float:
    """WCAG 2.2, relative luminance and contrast ratio."""

    def luminance(colour: str) -> float:
        parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    low, high = sorted((luminance(first), luminance(second)))
    return (high + 0.05) / (low + 0.05)


def test_text_and_lines_have_the_contrast_of_wcag_aa():
    for colours in (LIGHT, DARK):
        for colour in (colours.ink, colours.muted, colours.center, colours.limit, colours.spec):
            assert contrast(colour, colours.surface) >= 4.5
        # Graphical objects need 3 : 1.
        assert contrast(colours.line, colours.surface) >= 3


def test_of_many_points_only_those_that_the_line_does_not_show_are_dots():
    """Each dot is an element of the page: two thousand of them would take seconds to draw."""
    n = 900
    value = 5.0 + np.arange(n) % 3
    value[[300, 302]] = np.nan
    value[700] = 90.0
    chart = make_chart(n)
    panels = (replace(chart.panels[0], value=value), chart.panels[1])
    chart = replace(chart, panels=panels, signals=())
    figure = run_chart_figure(chart, ChartStyle(clip=True))
    line, dots = [trace for trace in figure.data if trace.name == "Stain count"]
    assert (line.mode, dots.mode) == ("lines", "markers")
    assert [row[0] for row in dots.customdata] == ["pass 301", "pass 700"]
    assert list(dots.marker.symbol) == ["circle", "triangle-up"]
