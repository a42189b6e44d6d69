"""Baselines: estimators, exclusions, refusals, provenance."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spc.baseline import Baseline, estimate_baseline, moving_ranges
from spc.errors import (
    BaselineError,
    ConstantSeriesError,
    SpcError,
    TiesError,
    TooFewPointsError,
)


def test_mean_moving_range_by_hand():
    # Moving ranges 2, 1, 2: mean 5/3; d2 = 2 / √π.
    baseline = estimate_baseline([10.0, 12.0, 11.0, 13.0])
    assert baseline.center == 11.5
    assert baseline.sigma == pytest.approx(5 / 3 * math.sqrt(math.pi) / 2)


def test_median_moving_range_by_hand():
    # Moving ranges 1, 3, 2: median 2; Wheeler's constant .9539.
    baseline = estimate_baseline([0.0, 1.0, 4.0, 2.0], estimator="median-mr")
    assert baseline.sigma == pytest.approx(2 / 0.9539, abs=1e-4)


def test_overall_sigma_by_hand():
    # s of 1, 2, 3 is 1; c4(3) = .8862.
    assert estimate_baseline([1.0, 2.0, 3.0], estimator="overall").sigma == pytest.approx(
        1 / 0.886227, abs=1e-6
    )


@pytest.mark.parametrize("estimator", ["mr", "median-mr", "overall"])
def test_every_estimator_is_unbiased_on_normal_noise(estimator):
    random = np.random.default_rng(2)
    sigmas = [
        estimate_baseline(random.normal(scale=3.0, size=400), estimator=estimator).sigma
        for _ in range(200)
    ]
    assert abs(np.mean(sigmas) - 3.0) < 0.02


@pytest.mark.parametrize("estimator", ["mr", "median-mr", "overall"])
def test_degrees_of_freedom_say_how_much_sigma_varies(estimator):
    random = np.random.default_rng(3)
    baselines = [
        estimate_baseline(random.normal(size=60), estimator=estimator) for _ in range(2500)
    ]
    sigmas = np.array([baseline.sigma for baseline in baselines])
    # The variance of s is about sigma² / (2 · degrees of freedom).
    found = sigmas.mean() ** 2 / (2 * sigmas.var())
    assert found == pytest.approx(baselines[0].degrees_of_freedom, rel=0.12)


def test_a_missing_value_cuts_moving_ranges_and_is_never_bridged():
    assert np.isnan(moving_ranges(np.array([1.0, 9.0, np.nan, 2.0, 3.0]))).tolist() == [
        True,
        False,
        True,
        True,
        False,
    ]
    with_gap = estimate_baseline([1.0, 2.0, np.nan, 50.0, 51.0])
    # Moving ranges 1 and 1 only: the jump of 48 lies across the gap.
    assert with_gap.sigma == pytest.approx(math.sqrt(math.pi) / 2)
    assert with_gap.n == 4


def test_an_excluded_point_cuts_moving_ranges_like_a_missing_one():
    excluded = estimate_baseline([1.0, 2.0, 99.0, 4.0, 5.0], exclusions=[(2, "dropped part")])
    missing = estimate_baseline([1.0, 2.0, math.nan, 4.0, 5.0])
    assert (excluded.center, excluded.sigma) == (missing.center, missing.sigma)
    assert excluded.to_dict()["exclusions"] == [{"index": 3, "reason": "dropped part"}]


@pytest.mark.parametrize("estimator", ["mr", "median-mr", "overall"])
def test_a_constant_series_has_no_limits(estimator):
    with pytest.raises(ConstantSeriesError, match="no variation: all 4 values are 7"):
        estimate_baseline([7.0] * 4, estimator=estimator)


def test_steps_between_gaps_have_no_moving_range_variation():
    with pytest.raises(ConstantSeriesError, match="every moving range is 0"):
        estimate_baseline([1.0, 1.0, math.nan, 2.0, 2.0])


def test_the_median_moving_range_refuses_more_than_half_ties():
    with pytest.raises(TiesError, match="67% of the moving ranges are 0"):
        estimate_baseline([1.0, 1.0, 1.0, 2.0], estimator="median-mr")
    # Exactly half is accepted.
    assert estimate_baseline([1.0, 1.0, 2.0], estimator="median-mr").sigma > 0


def test_one_value_is_too_few():
    with pytest.raises(TooFewPointsError, match="1 values are too few"):
        estimate_baseline([1.0, math.nan])


def test_values_without_neighbours_have_no_moving_range():
    with pytest.raises(TooFewPointsError, match="no two neighbouring values"):
        estimate_baseline([1.0, math.nan, 2.0])


def test_an_unknown_estimator_is_answered_with_the_known_ones():
    with pytest.raises(SpcError, match="no sigma estimator 'range'; the estimators are: mr,"):
        estimate_baseline([1.0, 2.0], estimator="range")


def test_a_baseline_outside_the_values_is_refused():
    with pytest.raises(BaselineError, match="baseline 3:9 does not lie within the points 1:4"):
        estimate_baseline([1.0, 2.0, 3.0, 4.0], first=2, last=8)


def test_an_exclusion_needs_a_place_and_a_reason():
    with pytest.raises(BaselineError, match="point 5 cannot be excluded: it is outside 1:2"):
        estimate_baseline([1.0, 2.0, 3.0, 4.0, 5.0], last=1, exclusions=[(4, "late")])
    with pytest.raises(BaselineError, match="point 1 is excluded without a reason"):
        estimate_baseline([1.0, 2.0, 3.0], exclusions=[(0, " ")])


@pytest.mark.parametrize("sigma", [0.0, -1.0, math.nan, math.inf])
def test_a_given_sigma_is_finite_and_above_zero(sigma):
    with pytest.raises(BaselineError, match="sigma must be finite and above 0"):
        Baseline(0.0, sigma, "given", 0, math.inf, 0, 0)


def test_a_given_centre_is_finite():
    with pytest.raises(BaselineError, match="the centre must be finite"):
        Baseline(math.nan, 1.0, "given", 0, math.inf, 0, 0)


def test_limits_from_fewer_than_twenty_points_are_provisional():
    noise = np.random.default_rng(0).normal(size=20)
    assert estimate_baseline(noise[:19]).provisional
    assert not estimate_baseline(noise).provisional


@settings(max_examples=50, deadline=None)
@given(
    st.lists(st.integers(-50, 50), min_size=3, max_size=30).filter(lambda v: len(set(v)) > 1),
    st.integers(-1000, 1000),
    st.integers(1, 50),
    st.sampled_from(["mr", "overall"]),
)
def test_a_shift_moves_the_centre_and_a_scale_multiplies_both(values, shift, scale, estimator):
    try:
        plain = estimate_baseline(values, estimator=estimator)
    except SpcError:
        return
    moved = estimate_baseline(np.array(values) * scale + shift, estimator=estimator)
    assert moved.center == pytest.approx(plain.center * scale + shift)
    assert moved.sigma == pytest.approx(plain.sigma * scale)
