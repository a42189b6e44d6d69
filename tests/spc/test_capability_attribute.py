import numpy as np
import pytest
from scipy import stats

from spc.capability.attribute import attribute
from spc.capability.attribute_report import attribute_capability
from spc.errors import ChartError, ValuesError


def test_a_share_has_the_interval_of_clopper_and_pearson():
    found = attribute([3, 4], "binomial", opportunities=[50, 60])
    # scipy.stats.binomtest is the other program.
    low, high = stats.binomtest(7, 110).proportion_ci(0.95, method="exact")
    assert (found.share.low, found.share.high) == pytest.approx((low, high))


def test_a_rate_has_the_exact_poisson_interval():
    found = attribute([2, 0, 1], "poisson")
    # χ² quantiles by scipy: three defects on three units.
    expected = stats.chi2.ppf(0.025, 6) / 6, stats.chi2.ppf(0.975, 8) / 6
    assert (found.rate.low, found.rate.high) == pytest.approx(expected)
    # 1 − e^−1 of the units have one at least.
    assert found.share.value == pytest.approx(0.6321, abs=1e-4)


def test_no_defect_at_all_still_has_an_upper_bound():
    found = attribute_capability([0, 0], "binomial", opportunities=[100, 200])
    # 1 − .025^(1/300).
    assert found.ppm.high == pytest.approx(1e6 * (1 - 0.025 ** (1 / 300)))
    assert found.ppm.low == 0
    # Φ⁻¹ of 1.2 % over 3 is .75: so good is the process at least.
    assert found.equivalent_ppk.low == pytest.approx(0.75, abs=0.01)


def test_only_defects_is_a_share_of_one():
    found = attribute([1, 1], "binomial")
    assert (found.share.value, found.share.high) == (1, 1)


def test_counts_that_vary_more_than_chance_widen_the_interval():
    random = np.random.default_rng(0)
    counts = random.negative_binomial(2, 0.1, size=100)
    found = attribute_capability(counts, "poisson")
    # Variance / mean of this law is 1 / .1.
    assert 6 < dict(found.parameters)["dispersion"] < 16
    assert "Rao and Scott" in found.notes[0]
    chance = attribute(random.poisson(18, size=100), "poisson")
    assert chance.dispersion == 1


def test_missing_counts_are_left_out():
    assert attribute([1, np.nan, 2], "poisson").points == 2


@pytest.mark.parametrize(
    ("counts", "method", "opportunities", "error", "message"),
    [
        ([1], "normal", None, ChartError, "no attribute method 'normal'"),
        ([3], "binomial", None, ValuesError, "3 nonconforming of 1 items inspected"),
        ([3], "binomial", [0], ValuesError, "a point needs more than 0"),
        ([-1], "poisson", None, ValuesError, "a count is a whole number"),
        ([np.nan], "poisson", None, ValuesError, "every count is missing"),
    ],
)
def test_counts_that_cannot_be_are_refused(counts, method, opportunities, error, message):
    with pytest.raises(error, match=message):
        attribute(counts, method, opportunities=opportunities)
