"""Charts of single values: individuals, counts, EWMA, two-part."""

import math

import numpy as np
import pytest
from scipy import stats

from spc.baseline import Baseline, estimate_baseline
from spc.c_chart import c_chart
from spc.errors import ChartError, ValuesError
from spc.ewma import ewma_chart, exponential_average
from spc.imr import imr_chart
from spc.laws.negative_binomial import NegativeBinomial
from spc.laws.zero_lognormal import ZeroLognormal
from spc.nb_chart import nb_chart
from spc.two_part import share_limits, two_part_chart

UNIT = Baseline(0.0, 1.0, "given", 0, math.inf, 0, 0)


def signalled(result, panel):
    return sorted({s.index for s in result.signals if s.panel == panel})


def test_points_of_phase_two_do_not_move_the_limits():
    noise = np.random.default_rng(0).normal(size=40)
    baseline = estimate_baseline(noise, last=19)
    limits = imr_chart(noise, baseline).panels[0].ucl
    disturbed = np.append(noise[:20], noise[20:] + 50.0)
    assert estimate_baseline(disturbed, last=19) == baseline
    assert imr_chart(disturbed, baseline).panels[0].ucl.tolist() == limits.tolist()


def test_run_rules_apply_to_individuals_and_not_to_moving_ranges():
    rising = np.concatenate([np.zeros(3), np.cumsum(np.linspace(0.1, 0.4, 8))])
    result = imr_chart(rising, UNIT)
    assert {s.rule for s in result.signals if s.panel == "individuals"} >= {"nelson-3"}
    assert signalled(result, "moving-range") == []


def test_a_jump_is_flagged_on_both_panels():
    # D4 = 1 + 3 d3 / d2 = 3.267: the limit of the moving range is 3.686 sigma.
    result = imr_chart([0.0, 0.0, 3.7, 3.7], UNIT, rules="beyond-limits")
    assert signalled(result, "individuals") == [2, 3]
    assert signalled(result, "moving-range") == [2]


def test_the_rule_set_none_gives_limits_without_signals():
    result = imr_chart([0.0, 99.0], UNIT, rules="none")
    assert result.signals == ()
    assert result.panels[0].ucl[0] == 3.0


def test_a_missing_individual_is_null_and_has_no_signal():
    result = imr_chart([0.0, math.nan, 9.0], UNIT).to_dict()
    assert result["panels"][0]["value"] == [0.0, None, 9.0]
    assert result["panels"][1]["value"] == [None, None, None]
    assert {signal["index"] for signal in result["signals"]} == {3}


def test_indexes_of_the_dictionary_count_from_one():
    signal = imr_chart([2.5, 0.0, 2.5], UNIT).to_dict()["signals"][0]
    assert signal == {"index": 3, "panel": "individuals", "rule": "nelson-5", "run": [1, 3]}


def test_a_count_chart_has_no_lower_limit_below_zero():
    panel = c_chart([3, 5, 4], mean=4.0).panels[0]
    # 4 ± 3 · 2.
    assert (panel.lcl[0], panel.center[0], panel.ucl[0]) == (0.0, 4.0, 10.0)


def test_zones_of_a_skewed_count_chart_lie_around_the_median():
    # Mean 1, median 1: nine counts of 1 hover around the median although 5 of them are not below 1.
    assert signalled(c_chart([0, 2] * 6, mean=1.0), "count") == []
    # P(X = 0) = .37: fifteen zeros in a row are no chance, and all on one side of the median.
    assert signalled(c_chart([0] * 9, mean=1.0), "count") == [8]


@pytest.mark.parametrize("mean", [0.0, math.inf])
def test_a_c_chart_needs_a_mean(mean):
    with pytest.raises(ChartError, match="mean of a c chart must be finite and above 0"):
        c_chart([1, 2], mean=mean)


def test_negative_binomial_limits_hold_their_probability():
    law = NegativeBinomial(mean=4.95, dispersion=1 / 3.94)
    panel = nb_chart([1, 2], law).panels[0]
    # scipy's negative binomial with n = k and p = k / (k + mean), by its own code.
    reference = stats.nbinom(3.94, 3.94 / (3.94 + 4.95))
    tail = stats.norm.sf(3)
    assert panel.ucl[0] == reference.isf(tail)
    assert reference.sf(panel.ucl[0]) <= tail < reference.sf(panel.ucl[0] - 1)
    assert reference.cdf(panel.lcl[0] - 1) <= tail


def test_a_count_chart_refuses_measurements():
    with pytest.raises(ValuesError, match=r"values\[1\] is 2.5"):
        nb_chart([1, 2.5], NegativeBinomial(1.0, 0.0))


def test_ewma_limits_have_the_exact_variance():
    result = ewma_chart([0.0, 0.0, 0.0], UNIT, smoothing=0.2, width=3.0)
    # λ / (2 − λ) · (1 − (1 − λ)^(2i)) is .04, .0656, … for λ = .2.
    assert result.panels[0].ucl[:2] == pytest.approx([0.6, 3 * math.sqrt(0.0656)])


def test_asymptotic_ewma_limits_are_the_same_from_the_start():
    result = ewma_chart([0.0, 0.0], UNIT, smoothing=0.2, width=3.0, asymptotic=True)
    assert result.panels[0].ucl == pytest.approx([1.0, 1.0])


def test_ewma_with_weight_one_is_the_individuals_chart():
    values = [0.0, 3.1, 2.9]
    assert signalled(ewma_chart(values, UNIT, smoothing=1.0, width=3.0), "ewma") == [1]


def test_a_missing_value_holds_the_ewma_without_a_point():
    assert exponential_average(np.array([4.0, np.nan, 4.0]), 0.5, start=0.0).tolist()[::2] == [
        2.0,
        3.0,
    ]
    panel = ewma_chart([1.0, math.nan, 1.0], UNIT).panels[0]
    assert np.isnan(panel.value).tolist() == [False, True, False]


def test_a_long_ewma_equals_the_recursion():
    values = np.random.default_rng(0).normal(size=1000)
    expected, last = [], 0.3
    for value in values.tolist():
        last = 0.93 * last + 0.07 * value
        expected.append(last)
    assert exponential_average(values, 0.07, start=0.3) == pytest.approx(expected, abs=1e-12)


def test_zone_rules_do_not_apply_to_an_ewma():
    result = ewma_chart(np.linspace(0, 0.2, 30), UNIT, rules="nelson")
    assert result.signals == ()


def test_the_run_of_an_ewma_signal_starts_where_it_left_the_other_side():
    result = ewma_chart([-0.1, 1.0, 1.0, 4.0], UNIT, smoothing=0.5, width=3.0)
    assert [(s.index, s.run) for s in result.signals] == [(3, (1, 3))]


@pytest.mark.parametrize(("smoothing", "width"), [(0.0, 3.0), (1.1, 3.0), (0.2, 0.0)])
def test_ewma_options_out_of_range_are_refused(smoothing, width):
    with pytest.raises(ChartError, match="must be"):
        ewma_chart([1.0], UNIT, smoothing=smoothing, width=width)


TWO_PART = ZeroLognormal(zero_share=0.3, log_mean=0.0, log_sigma=0.5)


def test_a_zero_neither_counts_in_nor_cuts_the_runs_of_sizes():
    # Nine sizes above the median, with zeros in between.
    values = [1.2, 0.0, 1.2, 1.2, 0.0, 0.0, 1.2, 1.2, 1.2, 1.2, 0.0, 1.2, 1.2]
    signal = two_part_chart(values, TWO_PART).signals[0]
    assert (signal.index, signal.panel, signal.rule, signal.run) == (
        12,
        "size",
        "nelson-2",
        (0, 12),
    )


def test_a_missing_value_cuts_the_runs_of_sizes():
    values = [1.2] * 5 + [math.nan] + [1.2] * 4
    assert signalled(two_part_chart(values, TWO_PART), "size") == []


def test_a_lasting_change_of_the_share_of_zeros_is_signalled():
    assert signalled(two_part_chart([0.0] * 12, TWO_PART), "share-above-zero")[0] > 4


def test_both_panels_together_flag_27_of_10000_points():
    random = np.random.default_rng(4)
    n = 400_000
    values = np.exp(0.5 * random.normal(size=n)) * (random.random(n) >= 0.3)
    result = two_part_chart(values, TWO_PART, rules="beyond-limits")
    size, share = (len(signalled(result, name)) / n for name in ("size", "share-above-zero"))
    # Sizes are tested only where there is one: 70 % of the points.
    assert size == pytest.approx(0.7 * 0.00135, rel=0.15)
    assert 0.0004 < share <= 0.0016


def test_share_limits_agree_with_simulation():
    random = np.random.default_rng(5)
    yes = (random.random(600_000) < 0.05).astype(float)
    average = exponential_average(yes, 0.1, start=0.05)[200:]
    low, high = share_limits(0.05, 0.1, 0.01)
    assert np.mean(average > high) == pytest.approx(0.01, rel=0.1)
    # Near zero the average crowds together: the limit is as low as the grid resolves.
    assert np.mean(average < low) <= 0.011


@pytest.mark.parametrize("zero_share", [0.0, 1.0])
def test_a_two_part_chart_expects_zeros_and_sizes(zero_share):
    with pytest.raises(ChartError, match=r"share of zeros must be in \(0, 1\)"):
        two_part_chart([1.0], ZeroLognormal(zero_share, 0.0, 1.0))
