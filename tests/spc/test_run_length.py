"""Run lengths against published tables, and replayed false alarms against them."""

import json
import math

import numpy as np
import pytest

from spc.baseline import Baseline, estimate_baseline
from spc.errors import ChartError, ConstantSeriesError
from spc.ewma import ewma_chart
from spc.false_alarms import replay_false_alarms
from spc.imr import imr_chart
from spc.laws.negative_binomial import NegativeBinomial
from spc.laws.normal import Normal
from spc.laws.zero_lognormal import ZeroLognormal
from spc.run_length import ewma_arl, shewhart_arl
from spc.simulation import SeriesModel

UNIT = Baseline(0.0, 1.0, "given", 0, math.inf, 0, 0)


@pytest.fixture(scope="module")
def tables(shared_data):
    return json.loads((shared_data / "spc_cases" / "arl_tables.json").read_text())["expected"]


@pytest.mark.real_data
def test_ewma_run_lengths_are_those_of_lucas_and_saccucci(tables):
    table = tables["lucas_saccucci_T3"]
    for smoothing, width, printed in zip(
        table["lambda"], table["L"], table["published"], strict=True
    ):
        for shift, arl in zip(table["mu"], printed, strict=True):
            # Three printed digits.
            assert ewma_arl(smoothing, width, shift) == pytest.approx(arl, rel=2.5e-3)


@pytest.mark.real_data
def test_ewma_run_length_of_the_sas_manual(tables):
    assert ewma_arl(0.25, 3.0, 1.0) == pytest.approx(11.154267016, abs=1e-8)


@pytest.mark.real_data
def test_shewhart_run_lengths_are_those_of_champ_and_woodall(tables):
    table = tables["champ_woodall_T1"]
    found = [round(shewhart_arl(3.0, shift), 2) for shift in table["mu"]]
    assert found == table["published"]["1"]


def test_ewma_with_weight_one_is_the_shewhart_chart():
    assert ewma_arl(1.0, 3.0) == shewhart_arl(3.0)


def test_simulated_run_length_of_the_ewma_chart_agrees():
    random, lengths = np.random.default_rng(1), []
    for _ in range(1500):
        result = ewma_chart(random.normal(size=1500), UNIT, width=2.5, asymptotic=True)
        lengths.append(result.signals[0].index + 1 if result.signals else 1500)
    expected = ewma_arl(0.2, 2.5)
    assert abs(np.mean(lengths) - expected) < 3 * np.std(lengths) / math.sqrt(len(lengths))


@pytest.mark.parametrize(("smoothing", "width"), [(0.0, 3.0), (0.2, -1.0)])
def test_impossible_charts_have_no_run_length(smoothing, width):
    with pytest.raises(ChartError, match="must be"):
        ewma_arl(smoothing, width)
    with pytest.raises(ChartError, match="width must be above 0"):
        shewhart_arl(-abs(width))


def individuals(rules):
    def chart(base, points):
        return imr_chart(points, estimate_baseline(base), rules=rules)

    return chart


@pytest.mark.parametrize(
    ("model", "rule_1", "all_rules"),
    # SPC.md, limits from 500 points: flagged points per 1000 by rule 1, and by all eight rules.
    [
        (SeriesModel(Normal(0.0, 1.0)), 2.9, 24),
        (SeriesModel(Normal(0.0, 1.0), 1.0, 0.6), 56, 262),
        (SeriesModel(NegativeBinomial(0.2, 0.0)), 45, 254),
    ],
    ids=["normal", "autocorrelated", "poisson"],
)
def test_false_alarms_of_the_textbook_chart_are_those_published(model, rule_1, all_rules):
    panels = frozenset({"individuals"})
    for rules, expected in (("beyond-limits", rule_1), ("nelson", all_rules)):
        found = replay_false_alarms(individuals(rules), model.draw, n=500, panels=panels)
        published_rounding = 0.5 if expected > 10 else 0.05
        tolerance = 3 * found.flagged_error + published_rounding
        assert abs(found.flagged_points_per_1000 - expected) < tolerance


def test_sizes_and_zeros_cost_the_textbook_chart_ten_times_the_alarms():
    for law in (ZeroLognormal(0.0, 0.0, 0.8), ZeroLognormal(0.7, 0.0, 0.8)):
        found = replay_false_alarms(
            individuals("beyond-limits"),
            SeriesModel(law).draw,
            n=500,
            panels=frozenset({"individuals"}),
        )
        assert found.flagged_points_per_1000 > 10 * 2.7


def test_episodes_are_the_reciprocal_of_the_run_length():
    # Known limits: 1000 / 370.4 = 2.70 episodes per 1000.
    def chart(_base, points):
        return imr_chart(points, UNIT, rules="beyond-limits")

    found = replay_false_alarms(
        chart, SeriesModel(Normal(0.0, 1.0)).draw, n=20, panels=frozenset({"individuals"})
    )
    assert abs(found.episodes_per_1000 - 2.70) < 3 * found.episodes_error


def test_short_baselines_cost_more_false_alarms():
    draw = SeriesModel(Normal(0.0, 1.0)).draw
    short, long = (
        replay_false_alarms(individuals("beyond-limits"), draw, n=n).flagged_points_per_1000
        for n in (10, 500)
    )
    assert short > 2 * long


def test_where_no_baseline_gives_limits_there_are_no_figures():
    def chart(_base, _points):
        raise ConstantSeriesError("no variation")

    assert replay_false_alarms(chart, SeriesModel(Normal(0.0, 1.0)).draw, n=20) is None
