"""Moving average, three-way, short-run and run charts."""

import json
import math

import numpy as np
import pytest
from scipy import stats

from spc.baseline import Baseline
from spc.chart import chart
from spc.errors import ChartError, ConstantSeriesError, TooFewPointsError, ValuesError
from spc.moving_average import moving_average_chart
from spc.options import ChartOptions
from spc.run_chart import fewest_crossings, longest_run_limit, run_chart

UNIT = Baseline(0.0, 1.0, "given", 0, math.inf, 0, 0)
# Montgomery, table 9.1: the first five values.
SHIFTED = [9.45, 7.99, 9.29, 11.66, 12.16]


def test_moving_average_of_montgomery_section_9_3():
    options = ChartOptions(center=10.0, sigma=1.0)
    panel = chart(SHIFTED, kind="ma", options=options, figures=False).panels[0]
    # By hand: (9.45 + 7.99) / 2 and the mean of all five; limits 10 ± 3 / √i.
    assert panel.value[[0, 1, 4]] == pytest.approx([9.45, 8.72, 10.11])
    assert panel.ucl == pytest.approx([10 + 3 / math.sqrt(i) for i in range(1, 6)])


def test_a_moving_average_does_not_bridge_what_is_missing():
    panel = moving_average_chart([1.0, math.nan, 3.0, 5.0], UNIT, span=3).panels[0]
    assert panel.value.tolist()[::2] == [1.0, 2.0]
    assert math.isnan(panel.value[1])
    # Two values lie in the windows of the third and the fourth point.
    assert panel.ucl[2:] == pytest.approx([3 / math.sqrt(2)] * 2)


def test_a_moving_average_signal_names_its_window():
    signals = moving_average_chart([0.0, 0.0, 4.0, 4.0], UNIT, span=2).signals
    assert [(s.index, s.run) for s in signals] == [(3, (2, 3))]


@pytest.mark.parametrize(
    ("options", "message"),
    [({"span": 1}, "span must be at least 2"), ({"width": 0.0}, r"width \(L\) must be")],
)
def test_moving_average_options_out_of_range_are_refused(options, message):
    with pytest.raises(ChartError, match=message):
        moving_average_chart([1.0, 2.0], UNIT, **options)


GROUPS = [[1.0, 3.0], [4.0, 6.0], [2.0, 4.0], [9.0, 11.0]]


def test_three_way_limits_by_hand():
    result = chart(np.ravel(GROUPS), kind="three-way", size=2, figures=False)
    means, ranges, within = result.panels
    # Means 2, 5, 3, 10: moving ranges 3, 2, 7, mean 4, d2 = 2 / √π; ranges within are all 2.
    sigma = 4 * math.sqrt(math.pi) / 2
    assert means.value.tolist() == [2.0, 5.0, 3.0, 10.0]
    assert (means.center[0], means.ucl[0]) == (5.0, pytest.approx(5 + 3 * sigma))
    assert ranges.value.tolist()[1:] == [3.0, 2.0, 7.0]
    assert within.center[0] == pytest.approx(2.0)
    # Between: what is left of the variance of the means without sigma within² / 2.
    sigma_within = 2 * math.sqrt(math.pi) / 2
    assert result.phase["sigma_between"] == pytest.approx(math.sqrt(sigma**2 - sigma_within**2 / 2))
    assert result.phase["subgrouping"]["members"] == [[1, 2], [3, 4], [5, 6], [7, 8]]


def test_batches_that_differ_alarm_on_xbar_and_not_on_three_way():
    random = np.random.default_rng(1)
    groups = random.normal(size=(120, 1)) * 2 + random.normal(size=(120, 5))
    xbar, three = (
        chart(groups.ravel(), kind=kind, size=5, rules="beyond-limits", figures=False)
        for kind in ("xbar-r", "three-way")
    )
    assert len(xbar.signals) > 30 > 6 > sum(s.panel == "means" for s in three.signals)


def test_large_subgroups_have_a_standard_deviation_within():
    values = np.random.default_rng(2).normal(size=90)
    panels = chart(values, kind="three-way", size=9, figures=False).panels
    assert panels[2].name == "standard-deviation"


def test_three_way_takes_estimators_of_means_and_of_the_spread():
    values = np.random.default_rng(3).normal(size=100)
    found = {
        name: chart(
            values, kind="three-way", size=4, options=ChartOptions(estimator=name), figures=False
        ).phase["method"]
        for name in ("overall", "sbar")
    }
    assert found["overall"].startswith("means: mean and overall standard deviation")
    assert found["sbar"].endswith("mean of standard deviation / c4")
    given = chart(values, kind="three-way", size=4, options=ChartOptions(center=1.0), figures=False)
    assert given.center == 1.0
    with pytest.raises(ConstantSeriesError):
        chart([1.0, 2.0] * 6, kind="three-way", size=2)


PARTS = ["a", "a", "b", "b", "b", "a"]
LENGTHS = [10.0, 12.0, 50.0, 53.0, 50.0, 11.0]


def test_a_short_run_chart_standardises_each_part_by_its_own_centre_and_sigma():
    result = chart(LENGTHS, kind="z", part=PARTS, figures=False)
    # a: mean 11, moving ranges 2 and 1; b: mean 51, moving ranges 3 and 3.
    scale = math.sqrt(math.pi) / 2
    a, b = 1.5 * scale, 3.0 * scale
    expected = [-1 / a, 1 / a, -1 / b, 2 / b, -1 / b, 0.0]
    assert result.panels[0].value == pytest.approx(expected)
    assert result.phase["parts"]["b"] == {
        "center": 51.0,
        "sigma": pytest.approx(b),
        "points": 3,
    }
    assert result.panels[1].value[2] == pytest.approx(abs(expected[2] - expected[1]))
    assert json.dumps(result.to_dict(), allow_nan=False)


def test_targets_take_the_place_of_means():
    options = ChartOptions(sigma=2.0)
    targets = [10.0, 10.0, 50.0, 50.0, 50.0, 10.0]
    result = chart(LENGTHS, kind="z", targets=targets, options=options, figures=False)
    assert result.panels[0].value.tolist() == [0.0, 1.0, 0.0, 1.5, 0.0, 0.5]
    assert result.phase["method"] == "z by part type, sigma: given"


def test_sigma_may_be_pooled_over_part_types():
    options = ChartOptions(estimator="pooled")
    result = chart(LENGTHS, kind="z", part=PARTS, options=options, figures=False)
    # Squares around the means: a 1 + 1 + 0, b 1 + 4 + 1; two degrees of freedom each; c4(5) = .939986.
    sigma = math.sqrt(8 / 4) / 0.939986
    assert result.phase["parts"]["a"]["sigma"] == pytest.approx(sigma, rel=1e-5)


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        (
            {"part": PARTS, "baseline": (1, 2)},
            ValuesError,
            r"part type 'b' of values\[2\] has no v",
        ),
        ({"part": [*PARTS[:5], "c"]}, TooFewPointsError, "part type 'c': 1 values are too few"),
        ({"part": ["a"]}, ValuesError, "6 values, but 1 part types; one each"),
        ({"targets": [1.0] * 5}, ValuesError, "6 values, but 5 targets; one each"),
        ({"targets": [1.0] * 5 + [math.nan]}, ValuesError, r"targets\[5\] is missing"),
        (
            {"part": PARTS, "options": ChartOptions(estimator="sbar")},
            ChartError,
            "no sigma estimator 'sbar' for a z chart; the estimators are: mr, overall, pooled",
        ),
    ],
)
def test_unusable_short_runs_are_refused(arguments, error, message):
    with pytest.raises(error, match=message):
        chart(LENGTHS, kind="z", **arguments)


def test_pooling_needs_variation_somewhere():
    pooled = ChartOptions(estimator="pooled")
    with pytest.raises(TooFewPointsError, match="no part type has two values"):
        chart([1.0, 2.0], kind="z", part=["a", "b"], options=pooled)
    with pytest.raises(ConstantSeriesError, match="of each part type are all the same"):
        chart([1.0, 1.0, 2.0, 2.0], kind="z", part=list("aabb"), options=pooled)


def test_short_runs_have_false_alarm_figures():
    random = np.random.default_rng(5)
    part = np.repeat(np.tile(["a", "b"], 10), 5)
    values = random.normal(size=100) + np.where(part == "a", 10, 40)
    result = chart(values, kind="z", part=part, rules="beyond-limits")
    assert 1 < result.flagged_points_per_1000 < 12


def test_the_limits_of_run_tests_are_those_of_anhoej():
    # Anhøj and Olesen (2014): longest run round(log2 n) + 3; crossings by qbinom(.05, n − 1, .5).
    for n in range(10, 101):
        assert fewest_crossings(n) == stats.binom.ppf(0.05, n - 1, 0.5)
    # round(log2 10) = 3, round(log2 24) = 5, round(log2 100) = 7.
    assert [longest_run_limit(n) for n in (10, 24, 100)] == [6, 8, 10]


def test_a_run_that_is_too_long_signals_where_it_gets_too_long():
    values = [1.0, -1.0] * 8 + [2.0] * 8
    signals = run_chart(values, 0.0).signals
    # Twenty-four points allow a run of eight; the last value above 0 before the run makes it no longer.
    assert signals == ()
    signals = run_chart([*values, 2.0], 0.0).signals
    assert [(s.index, s.rule, s.run) for s in signals] == [(24, "anhoej-1", (16, 24))]


def test_too_few_crossings_signal_at_the_last_point():
    values = [1.0] * 6 + [-1.0] * 6 + [1.0] * 6 + [-1.0] * 6
    # Three crossings, and 24 points should have 8 at least; no run is longer than 8.
    assert [(s.index, s.rule) for s in run_chart(values, 0.0).signals] == [(23, "anhoej-2")]


def test_points_on_the_median_neither_count_nor_cut():
    assert run_chart([1.0, 0.0] * 9, 0.0).signals == ()
    signals = run_chart([1.0, 0.0] * 12 + [-1.0], 0.0).signals
    assert {s.rule for s in signals} == {"anhoej-1", "anhoej-2"}


def test_a_missing_value_cuts_a_run():
    values = [1.0, -1.0] * 8 + [2.0] * 5 + [math.nan] + [2.0] * 5
    assert run_chart(values, 0.0).signals == ()


def test_the_run_chart_uses_the_median_and_takes_no_other_rules():
    result = chart([1.0, 9.0, 3.0, 2.0], kind="run")
    assert (result.center, result.rules, result.flagged_points_per_1000) == (2.5, "anhoej", None)
    assert chart([5.0] * 20 + [1.0], kind="run", rules="none").signals == ()
    with pytest.raises(ChartError, match="the median must be finite"):
        run_chart([1.0], math.inf)


def test_about_one_random_series_in_twenty_fails_the_run_tests():
    random, failed, series = np.random.default_rng(6), 0, 1500
    for _ in range(series):
        values = random.normal(size=24)
        failed += bool(run_chart(values, float(np.median(values))).signals)
    # Anhøj and Olesen (2014): a false positive rate near 5 % for all lengths.
    assert abs(failed / series - 0.05) < 0.02 + 3 * math.sqrt(0.05 / series)
