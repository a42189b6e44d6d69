import numpy as np
import pytest
from scipy import stats

from inference.agreement import COMPARED_METRICS, agreement, metric_values, spearman


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
