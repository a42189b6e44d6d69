"""From series, phases and signals to the chart."""

from datetime import timedelta

import numpy as np
import pytest

from dashboard.chart_model import chart_model
from dashboard.figures.signal_marks import flagged
from dashboard.period import Period
from dashboard.reader import ChartData
from dashboard.stages import evaluate_stages, phases_to_draw
from spc.phase import evaluate_phase, phase_from_dict
from warehouse.journal.causes import CauseRow

ALL = Period(None, None, "all time")


@pytest.fixture
def counts():
    values = np.random.default_rng(5).poisson(4.0, 200).astype(float)
    values[-5:] += 14
    return values


@pytest.fixture
def make_data(characteristic):
    def make(series, *, phases=(), signals=(), causes=None) -> ChartData:
        return ChartData(characteristic, series, list(phases), list(signals), causes or {}, None)

    return make


def test_a_series_without_a_phase_is_drawn_without_limits(make_series, make_data, counts, clock):
    model = chart_model(make_data(make_series(counts)), ALL, clock)
    assert len(model.chart.panels) == 1
    assert model.chart.panels[0].value.tolist() == counts.tolist()
    assert np.isnan(model.chart.panels[0].ucl).all()


def test_the_judged_points_are_evaluated_as_the_monitor_does(make_series, make_phase, counts):
    series = make_series(counts)
    row = make_phase(series, 0, 99)
    evaluated = evaluate_stages(series, [row])
    # The monitor starts the running average behind the baseline.
    expected = evaluate_phase(phase_from_dict(row.phase), counts[100:]).panels[1]
    assert evaluated.lines[1]["value"][100:].tolist() == expected.value.tolist()
    assert evaluated.lines[1]["ucl"][-1] == expected.ucl[-1]
    assert evaluated.stages[0].baseline == (0, 99)


def test_each_part_is_judged_by_the_limits_of_its_time(make_series, make_phase, counts):
    series = make_series(counts)
    first = make_phase(series, 0, 59)
    border = first.valid_from + timedelta(hours=120)
    old = make_phase(series, 0, 59, status="retired", valid_to=border)
    new = make_phase(series, 80, 149, phase_id=2, valid_from=border)
    evaluated = evaluate_stages(series, [old, new])
    ucl = evaluated.lines[0]["ucl"]
    assert set(ucl[:120]) == {phase_from_dict(old.phase).ucl}
    assert set(ucl[120:]) == {phase_from_dict(new.phase).ucl}
    assert [(stage.first, stage.last) for stage in evaluated.stages] == [(0, 119), (120, 199)]


def test_another_model_gets_no_limits_of_the_old_one(make_series, make_phase, counts):
    series = make_series(counts)
    row = make_phase(series, 0, 99)
    series.model_ids[150:] = ["m2"] * 50
    ucl = evaluate_stages(series, [row]).lines[0]["ucl"]
    assert np.isfinite(ucl[:150]).all()
    assert np.isnan(ucl[150:]).all()


def test_a_proposal_is_drawn_only_while_nothing_is_in_force(make_series, make_phase, counts):
    series = make_series(counts)
    proposed = make_phase(series, 0, 99, phase_id=2, status="proposed")
    active = make_phase(series, 0, 99)
    assert phases_to_draw([proposed]) == [proposed]
    assert phases_to_draw([active, proposed]) == [active]
    assert phases_to_draw([active, proposed], preview=2) == [proposed]


def test_a_proposal_that_was_turned_down_is_never_drawn(make_series, make_phase, counts):
    series = make_series(counts)
    row = make_phase(series, 0, 99)
    refused = make_phase(series, 0, 99, status="retired", valid_to=row.valid_from)
    assert phases_to_draw([refused]) == []


def test_the_window_does_not_change_the_running_average(
    make_series, make_phase, make_data, counts, clock
):
    series = make_series(counts)
    data = make_data(series, phases=[make_phase(series, 0, 99)])
    whole = chart_model(data, ALL, clock).chart
    start = clock.now() - timedelta(hours=30)
    window = chart_model(data, Period(start, None, ""), clock).chart
    assert window.keys == whole.keys[170:]
    assert window.panels[1].value.tolist() == whole.panels[1].value[170:].tolist()


def test_a_window_keeps_the_part_of_the_baseline_that_it_shows(
    make_series, make_phase, make_data, counts, clock
):
    series = make_series(counts)
    data = make_data(series, phases=[make_phase(series, 0, 99)])
    start = clock.now() - timedelta(hours=120)
    (stage,) = chart_model(data, Period(start, None, ""), clock).chart.stages
    assert (stage.first, stage.last, stage.baseline) == (0, 119, (0, 19))


def test_signals_are_numbered_by_story_and_drawn_at_their_points(
    make_series, make_data, make_signal, counts, clock
):
    series = make_series(counts)
    signals = [make_signal(series, at) for at in (10, 196, 197, 198)]
    cause = CauseRow("signal 197", "cleaning", "rag", "", "", None, "A. Person", clock.now())
    model = chart_model(
        make_data(series, signals=signals, causes={"signal 197": cause}), ALL, clock
    )
    assert [len(group.signals) for group in model.groups] == [1, 3]
    assert [(mark.index, mark.number) for mark in model.chart.signals] == [
        (10, 1), (196, 2), (197, 2), (198, 2),
    ]  # fmt: skip
    # Each point of the story tells its cause; the flag with the number stands once, at the first.
    assert [mark.cause for mark in model.chart.signals] == [None, "rag", "rag", "rag"]
    assert [mark.index for mark in flagged(model.chart.signals)] == [196]


def test_a_withdrawn_signal_leaves_the_chart_but_not_the_table(
    make_series, make_data, make_signal, counts, clock
):
    series = make_series(counts)
    gone = make_signal(series, 50, withdrawn_at=clock.now(), withdrawn_reason="late data")
    model = chart_model(make_data(series, signals=[gone]), ALL, clock)
    assert model.chart.signals == ()
    assert model.groups[0].withdrawn


def test_signals_outside_the_period_are_not_listed(
    make_series, make_data, make_signal, counts, clock
):
    series = make_series(counts)
    start = clock.now() - timedelta(hours=30)
    data = make_data(series, signals=[make_signal(series, 10), make_signal(series, 190)])
    model = chart_model(data, Period(start, None, ""), clock)
    assert [group.signals[0].signal_id for group in model.groups] == ["signal 190"]
    # The number is that of the whole story, whatever the window.
    assert model.groups[0].number == 2


def test_zones_are_quantiles_of_the_law(make_series, make_phase, make_data, clock):
    values = np.random.default_rng(3).normal(50.0, 2.0, 300)
    series = make_series(values)
    phase = make_phase(series, 0, 299)
    model = chart_model(make_data(series, phases=[phase]), ALL, clock)
    # About 2.3 % of the baseline below −2 sigma, 84 % below +1 sigma.
    low, high = model.chart.zones[0][0], model.chart.zones[2][0]
    assert (values < low).mean() == pytest.approx(0.023, abs=0.02)
    assert (values < high).mean() == pytest.approx(0.84, abs=0.04)


def test_a_period_without_parts_gives_an_empty_chart(
    make_series, make_phase, make_data, counts, clock
):
    series = make_series(counts)
    data = make_data(series, phases=[make_phase(series, 0, 99)])
    model = chart_model(data, Period(clock.now(), None, ""), clock)
    assert model.chart.local_ms.size == 0
    assert model.groups == ()
