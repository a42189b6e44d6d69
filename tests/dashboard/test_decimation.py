"""Decimation keeps what a person looks for in a chart."""

from dataclasses import replace

import numpy as np
import pytest

from dashboard.chart_cut import cut
from dashboard.figures.decimation import decimate
from dashboard.figures.inputs import ChartStyle, PanelTrace, RunChart, SignalMark, Stage
from dashboard.figures.run_chart import drawn_indices, run_chart_figure
from dashboard.figures.signal_marks import shown_signals


def test_a_short_series_is_drawn_whole():
    assert decimate(np.arange(10.0), 10).tolist() == list(range(10))


def test_the_extremes_of_every_bucket_stay():
    values = np.random.default_rng(1).normal(size=5_000)
    chosen = decimate(values, 100)
    for bucket in range(50):
        part = slice(bucket * 100, (bucket + 1) * 100)
        assert bucket * 100 + values[part].argmax() in chosen
        assert bucket * 100 + values[part].argmin() in chosen


def test_no_more_points_than_about_the_budget_are_drawn():
    assert decimate(np.random.default_rng(1).normal(size=1_000_003), 2_000).size <= 2_002


def test_every_signal_stays_whatever_its_value():
    values = np.zeros(100_000)
    signals = range(1, 100_000, 997)
    assert set(signals) <= set(decimate(values, 50, keep=signals).tolist())


def test_a_gap_stays_a_gap():
    values = np.ones(10_000)
    values[5_000:5_003] = np.nan
    assert np.isnan(values[decimate(values, 100)]).any()


def test_a_series_without_any_value_gives_places_within_it():
    chosen = decimate(np.full(1_001, np.nan), 10)
    assert chosen.min() == 0
    assert chosen.max() == 1_000


def test_indices_ascend_and_differ():
    chosen = decimate(np.random.default_rng(2).normal(size=9_999), 64, keep=(3, 3, 9_998))
    assert (np.diff(chosen) > 0).all()


def test_a_budget_too_small_for_one_bucket_is_refused():
    with pytest.raises(ValueError, match="at least 4, but got 3"):
        decimate(np.arange(10.0), 3)


def million(signals: tuple[int, ...]) -> RunChart:
    """A million parts a minute apart, one of them far out, and signals all along."""
    n = 1_000_000
    value = np.random.default_rng(9).normal(5.0, 1.0, n)
    value[777_777] = 60.0
    level = np.ones(n)
    keys = tuple(f"pass {at}" for at in range(n))
    panel = PanelTrace("Area", "px", value, 5 * level, np.nan * level, 60.5 * level)
    return RunChart(
        local_ms=np.arange(n) * 60_000.0, keys=keys, names=keys, panels=(panel,), zone_name="UTC",
        stages=(Stage(0, n - 1, "#1", "", (0, 999)),),
        signals=tuple(SignalMark(at, 0, no, "beyond", (at, at)) for no, at in enumerate(signals)),
    )  # fmt: skip


def test_a_million_points_keep_the_one_spike_and_every_signal():
    signals = tuple(range(123, 1_000_000, 2_500))
    chart = million(signals)
    figure = run_chart_figure(chart, ChartStyle(axis="order"))
    line = next(trace for trace in figure.data if trace.name == "Area")
    drawn = np.asarray(line.x, dtype=int) - 1
    assert 777_777 in drawn
    assert float(np.asarray(line.y)[drawn == 777_777][0]) == 60.0
    assert set(signals) <= set(drawn.tolist())
    diamonds = next(trace for trace in figure.data if trace.name == "Signals")
    assert (np.asarray(diamonds.x, dtype=int) - 1).tolist() == list(signals)
    # Two points for each pixel or so, however many parts there are.
    assert drawn.size < 2_000 + len(signals) + 10
    print(f"1,000,000 points: {drawn.size:,} drawn, figure of {len(figure.to_json()) / 1e3:.0f} kB")


@pytest.mark.parametrize("stretch", [(0, 5_000), (777_000, 779_000)])
def test_the_extremes_of_every_stretch_of_a_million_points_are_drawn(stretch):
    chart = million(())
    value = chart.panels[0].value
    drawn = drawn_indices(chart, 2_000)
    first, stop = stretch
    inside = drawn[(drawn >= first) & (drawn < stop)]
    # A bucket holds 1,000 points, so the extremes of a longer stretch lie in one of its buckets.
    assert value[inside].max() >= value[first + 1_000 : stop - 1_000].max(initial=-np.inf)


def test_a_shift_that_nobody_ended_is_drawn_by_its_ends_and_extremes():
    """Forty thousand diamonds would keep a browser busy for seconds and look like one bar."""
    chart = million(())
    value = chart.panels[0].value
    shifted = np.arange(600_000, 640_000)
    alone = [1_000, 250_000, 900_001]
    value[630_123] = 59.0
    marks = tuple(SignalMark(at, 0, 1, "beyond", (at, at)) for at in [*alone, *shifted.tolist()])
    chart = replace(chart, signals=marks)
    shown = set(shown_signals(chart, 0).tolist())
    assert {*alone, 600_000, 639_999, 630_123} <= shown
    assert int(shifted[value[shifted].argmin()]) in shown
    assert len(shown) < 2_000
    figure = run_chart_figure(chart, ChartStyle())
    print(f"40,003 signals: {len(shown):,} drawn, figure of {len(figure.to_json()) / 1e3:.0f} kB")
    assert len(figure.to_json()) < 1_500_000
    # Zoomed in, each one is there.
    zoomed = cut(chart, 610_000, 611_000)
    assert shown_signals(zoomed, 0).tolist() == list(range(1_000))
