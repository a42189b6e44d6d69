"""A changed specification on the chart: each point under the limits of its time, the change named."""

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from dashboard.chart_model import chart_model
from dashboard.figures.inputs import ChartStyle
from dashboard.figures.run_chart import run_chart_figure
from dashboard.period import period
from dashboard.reader import ChartData
from warehouse.journal.specification_changes import SpecificationChange


@pytest.fixture
def draw(characteristic, make_series, clock):
    """Draws 48 parts, one an hour until now, under an upper limit of 20 that was 25 before."""

    def make(hours_ago, **fields):
        series = make_series(np.arange(48) % 7)
        change = SpecificationChange(
            characteristic.characteristic_id, clock.now() - timedelta(hours=hours_ago),
            None, 25.0, None, 20.0, "QE-4 <b>", "drawing C",
        )  # fmt: skip
        data = ChartData(
            characteristic, series, [], [], {}, None, limit_changes=[replace(change, **fields)]
        )
        model = chart_model(data, period("all", clock), clock)
        return run_chart_figure(model.chart, ChartStyle())

    return make


def spec_line(figure):
    lines = [trace for trace in figure.data if trace.line.dash == "longdashdot"]
    return {float(level) for trace in lines for level in trace.y if np.isfinite(level)}


def words(figure):
    return [one for one in figure.layout.annotations if "Spec " in one.text and "→" in one.text]


def test_the_line_steps_before_the_first_part_that_the_change_judges(draw, clock):
    figure = draw(10.5)
    assert sorted({float(level) for level in spec_line(figure) if np.isfinite(level)}) == [
        20.0,
        25.0,
    ]
    (named,) = words(figure)
    assert named.text == "Spec 25 → 20"
    assert "by QE-4 &lt;b&gt;<br>drawing C<br>" in named.hovertext
    # Parts come on the hour: half way between those of 11 and of 10 hours ago.
    moment = np.datetime64((clock.now() - timedelta(hours=10.5)).replace(tzinfo=None), "us")
    assert named.x == clock.local_ms(np.array([moment]))[0]


def test_a_change_for_parts_to_come_is_named_at_the_end(draw):
    figure = draw(-1)
    (named,) = words(figure)
    assert named.text == "Spec 25 → 20, for parts to come"
    assert spec_line(figure) == set()
    (today,) = [one for one in figure.layout.shapes if one.line.dash == "longdashdot"]
    assert (today.y0, today.y1) == (20.0, 20.0)


def test_a_change_before_all_parts_leaves_one_straight_line(draw):
    figure = draw(1000)
    assert words(figure) == []
    assert spec_line(figure) == {20.0}


def test_limits_that_were_taken_off_end_where_they_held(draw):
    figure = draw(10.5, spec_upper=None)
    (named,) = words(figure)
    assert named.text == "Spec 25 → none"
    assert spec_line(figure) == {25.0}
