import numpy as np
import pytest
from scipy import stats

from inference.agreement import (
    COMPARED_METRICS,
    agreement,
    agreement_intervals,
    metric_values,
    spearman,
)
from inference.bootstrap import times_drawn


def test_spearman_is_that_of_scipy_with_and_without_ties():
    rng = np.random.default_rng(23)
    for values in (rng.normal(size=40), rng.integers(0, 5, 40).astype(float)):
        other = values + rng.normal(size=40)
        expected = stats.spearmanr(values, other).statistic
        assert spearman(values, other) == pytest.approx(expected)


def test_order_is_all_that_counts():
    assert spearman(np.array([1.0, 2.0, 3.0]), np.array([10.0, 1e6, 1e9])) == pytest.approx(1.0)
    assert spearman(np.array([1.0, 2.0, 3.0]), np.array([3.0, 2.0, 1.0])) == pytest.approx(-1.0)


@pytest.mark.parametrize("values", [[5.0], [2.0, 2.0, 2.0]])
def test_one_image_or_a_constant_metric_has_no_correlation(values):
    assert spearman(np.array(values), np.arange(float(len(values)))) is None


def test_bias_is_predicted_minus_true():
    assert agreement(np.array([1.0, 2.0]), np.array([3.0, 5.0])).bias == -2.5


def test_scatter_is_the_standard_deviation_of_the_differences():
    # Differences 1, 2, 6: mean 3, squares of the deviations 4 + 1 + 9 over n - 1 = 2.
    found = agreement(np.array([2.0, 4.0, 9.0]), np.array([1.0, 2.0, 3.0]))
    assert (found.bias, found.scatter) == (3.0, pytest.approx(7**0.5))
    assert agreement(np.array([2.0]), np.array([1.0])).scatter is None


def test_the_interval_of_the_bias_is_that_of_a_mean():
    rng = np.random.default_rng(31)
    true = rng.normal(size=400)
    predicted = true + rng.normal(0.5, 1.0, 400)
    found, of_sample = agreement_intervals(predicted, true), agreement(predicted, true)
    low, high = found.bias
    # 90 % of a mean of 400 values with sd 1: ± 1.645 / 20 about the mean of this sample, which is
    # within 3 standard errors of .5; 1000 resamples give the width to some 5 %.
    assert high - low == pytest.approx(2 * 1.645 / 20, rel=0.12)
    assert abs((low + high) / 2 - 0.5) < 3 / 20
    assert found.spearman[0] < of_sample.spearman < found.spearman[1]
    assert found.scatter[0] < of_sample.scatter < found.scatter[1]


def test_an_interval_is_that_of_scipys_correlation_of_each_resampled_set():
    rng = np.random.default_rng(47)
    true = rng.integers(0, 4, 12).astype(float)
    predicted = true + rng.integers(0, 4, 12)
    sets = [np.repeat(np.arange(12), times) for times in times_drawn(12)]
    resampled = [
        stats.spearmanr(predicted[images], true[images]).statistic
        for images in sets
        if np.ptp(predicted[images]) > 0 and np.ptp(true[images]) > 0
    ]
    scatter = [np.std(predicted[images] - true[images], ddof=1) for images in sets]
    found = agreement_intervals(predicted, true)
    assert found.spearman == pytest.approx(tuple(np.quantile(resampled, [0.05, 0.95])))
    assert found.scatter == pytest.approx(tuple(np.quantile(scatter, [0.05, 0.95])))


def test_metric_values_leave_out_what_nobody_judged():
    truth = np.zeros((10, 10), dtype=np.uint8)
    truth[:5] = 255
    predicted = np.zeros((10, 10), dtype=np.uint8)
    predicted[:3, :3] = 2  # unjudged
    predicted[6:9, 2:6] = 2
    predicted[9, :8] = 1
    # 12 stain pixels of 100, outline 2 x 3, and a scratch of 8 pixels; the last row touches the
    # stain, but classes do not join.
    expected = {
        "stain_count": 1,
        "total_stain_pct": 12,
        "largest_stain_area_px": 6,
        "scratch_count": 1,
        "longest_scratch_px": 7,
    }
    assert metric_values(predicted, truth).tolist() == [expected[name] for name in COMPARED_METRICS]
    assert metric_values(truth, truth).tolist() == [0, 0, 0, 0, 0]
