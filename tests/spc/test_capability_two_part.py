"""The case of areas with zeros on which other programs report 4.2, 0.83 and infinity."""

import math

import numpy as np
import pytest
from scipy import stats

from spc.capability.capability import capability
from spc.capability.sample import Sample
from spc.capability.specification import Specification
from spc.capability.two_part import two_part

ZEROS, SIGMA, BEYOND = 0.3, 0.8, 305e-6
# The limit that a share of 305 ppm of all parts exceeds: Φ⁻¹ by scipy.stats.
LIMIT = math.exp(SIGMA * stats.norm.isf(BEYOND / (1 - ZEROS)))
# 305 ppm beyond one limit are a Ppk of 1.14.
TRUE_PPK = stats.norm.isf(BEYOND) / 3


def areas(seed, n):
    random = np.random.default_rng(seed)
    sizes = np.exp(SIGMA * random.normal(size=n))
    return np.where(random.random(n) < ZEROS, 0.0, sizes)


def test_three_hundred_ppm_are_found_as_such():
    assert pytest.approx(1.14, abs=0.005) == TRUE_PPK
    # The standard error of Ppk at n = 20,000 is about .008.
    found = capability(areas(1, 20_000), Specification(upper=LIMIT), method="two-part")
    assert found.equivalent_ppk.value == pytest.approx(1.14, abs=0.03)
    assert found.ppm.value == pytest.approx(305, rel=0.25)
    assert found.ppm.low < 305 < found.ppm.high
    assert found.ppk == found.equivalent_ppk


def test_the_normal_method_is_far_off_on_the_same_areas():
    found = capability(areas(1, 20_000), Specification(upper=LIMIT), method="normal")
    assert found.ppk.value > 3
    assert any("two-part" in note for note in found.notes)


@pytest.mark.parametrize("n", [60, 400])
def test_the_interval_of_ppk_holds_the_truth_as_often_as_it_says(n):
    runs, specification = 150, Specification(upper=LIMIT)
    missed_low = missed_high = 0
    for seed in range(runs):
        found = two_part(Sample(areas(seed, n), specification)).overall.worse
        missed_low += found.low > TRUE_PPK
        missed_high += found.high < TRUE_PPK
    # Standard error of a share of .95 of 150: .018, of .025: .013.
    assert 1 - (missed_low + missed_high) / runs >= 0.95 - 3 * 0.018
    assert max(missed_low, missed_high) / runs <= 0.025 + 3 * 0.013


def test_a_sample_without_zeros_is_a_lognormal_one():
    values = np.exp(np.random.default_rng(5).normal(size=300))
    limit = Specification(upper=30.0)
    plain = capability(values, limit, method="lognormal")
    found = capability(values, limit, method="two-part")
    # Jeffreys' half a zero in 300 parts is all that differs.
    assert found.ppm.value == pytest.approx(plain.ppm.value * (1 - 0.5 / 301))


def test_sizes_that_are_not_lognormal_are_named():
    random = np.random.default_rng(2)
    values = np.where(random.random(500) < 0.3, 0.0, random.gamma(0.4, size=500))
    found = capability(values, Specification(upper=10.0), method="two-part")
    assert any("logarithms are not normal" in note for note in found.notes)


@pytest.mark.real_data
def test_real_stain_areas_get_a_finite_answer_with_their_correlation(shared_data):
    table = np.genfromtxt(shared_data / "heat_sink" / "spc_series.csv", delimiter=",", names=True)
    found = capability(table["scratch_area_pct"], Specification(upper=25.0), method="two-part")
    # SPC.md: 300 of 1000 parts have no scratch, autocorrelation .61 at lag 1.
    assert dict(found.parameters)["zero_share"] == pytest.approx(0.3, abs=0.001)
    assert found.effective_n < 400
    assert found.ppm.low < found.ppm.value < found.ppm.high
