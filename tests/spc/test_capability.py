import math

import numpy as np
import pytest
from scipy import stats

from spc.capability.capability import METHODS, capability
from spc.capability.errors import SpecificationError
from spc.capability.interval import bissell_interval, boyles_interval, chi_interval
from spc.capability.specification import Specification
from spc.errors import ChartError, ConstantSeriesError, TooFewPointsError, ValuesError

# luca-scr/qcc, tests/testthat/test-capability.R: three subgroups of four.
QCC = np.array([
    [10.0, 10.02, 9.98, 10.01],
    [10.03, 9.99, 10.01, 10.0],
    [9.97, 10.04, 10.02, 9.99],
])  # fmt: skip
TIGHT = Specification(9.9, 10.1, target=10.0)


def sample_with(mean, s, n=50):
    """Values with exactly this mean and standard deviation."""
    z = np.random.default_rng(0).normal(size=n)
    return mean + s * (z - z.mean()) / z.std(ddof=1)


def test_indices_of_a_given_mean_and_sigma_are_those_of_the_handbook():
    # NIST/SEMATECH e-Handbook 6.1.6: mean 16, s 2 within 8 and 20.
    found = capability(sample_with(16, 2), Specification(8.0, 20.0))
    assert found.pp.value == pytest.approx(1.0)
    assert found.ppk.value == pytest.approx(0.6667, abs=1e-4)
    assert found.ppl.value == pytest.approx(1.3333, abs=1e-4)
    assert found.ppu.value == pytest.approx(0.6667, abs=1e-4)


def test_indices_of_subgroups_are_those_of_qcc():
    found = capability(QCC.ravel(), TIGHT, size=4)
    # qcc's own test file; it rounds d2 to 2.059, worth .00017 of Cp.
    assert found.estimator == "rbar"
    assert found.cp.value == pytest.approx(1.372667, abs=3e-4)
    assert found.cpk.value == pytest.approx(1.304033, abs=3e-4)
    assert found.cpm.value == pytest.approx(1.344463, abs=3e-4)
    assert found.pp.value == pytest.approx(1.612598, abs=1e-6)
    assert found.ppk.value == pytest.approx(1.531968, abs=1e-6)


def test_pooled_sigma_is_that_of_the_analysis_of_variance():
    found = capability(QCC.ravel(), TIGHT, size=4, estimator="pooled")
    # By hand: sums of squares .000875 + .000875 + .0029 over 9, unbiased by c4(10) = .97266.
    assert found.cp.value == pytest.approx(0.2 / 6 / (math.sqrt(0.00465 / 9) / 0.97266), rel=1e-5)
    assert found.freedom_within == 9


def test_degrees_of_freedom_follow_the_estimator():
    # Patnaik's equivalent degrees of freedom of three ranges of four: 8.44.
    found = capability(QCC.ravel(), TIGHT, size=4)
    assert found.freedom_within == pytest.approx(8.44, abs=0.005)
    assert found.freedom_overall == 11
    ratio = math.sqrt(stats.chi2.ppf(0.025, 8.44) / 8.44)
    assert found.cp.low == pytest.approx(found.cp.value * ratio, rel=1e-3)
    # About .62 per moving range.
    single = capability(QCC.ravel(), TIGHT)
    assert single.estimator == "mr"
    assert single.freedom_within == pytest.approx(0.62 * 11)


def test_interval_of_cp_is_that_of_montgomery():
    # Montgomery, Introduction to SQC, 6th ed., example 8.4: 1.57 and 3.01.
    found = chi_interval(2.29, 19, 0.95)
    assert (found.low, found.high) == pytest.approx((1.57, 3.01), abs=0.005)


def test_interval_of_cpk_is_bissells():
    # By hand: 1.33 ± 1.959964 · √(1 / 180 + 1.33² / 38).
    reach = 1.959964 * math.sqrt(1 / 180 + 1.33**2 / 38)
    found = bissell_interval(1.33, 20, 19, 0.95)
    assert (found.low, found.high) == pytest.approx((1.33 - reach, 1.33 + reach))


def test_degrees_of_freedom_of_cpm_are_boyles():
    # n (1 + ξ²)² / (1 + 2ξ²) for n = 40 and ξ = 1: 160 / 3.
    found = boyles_interval(1.0, 1.0, 40, 40, 0.95)
    freedom = 160 / 3
    assert found.low == pytest.approx(math.sqrt(stats.chi2.ppf(0.025, freedom) / freedom))


def test_a_one_sided_specification_has_no_cp_and_no_cpm():
    found = capability(sample_with(5, 1), Specification(upper=8.0))
    assert found.pp.value is found.cp.value is found.cpm.value is None
    assert found.ppk.value == pytest.approx(1.0)
    # Φ(−3) = 1350 ppm, which is what an equivalent Ppk of 1 stands for.
    assert found.ppm.value == pytest.approx(1349.9, abs=0.1)
    assert found.equivalent_ppk.value == pytest.approx(1.0)


def test_without_a_target_there_is_no_cpm():
    assert capability(QCC.ravel(), Specification(9.9, 10.1)).cpm.value is None


def test_scale_and_origin_do_not_matter():
    plain = capability(QCC.ravel(), TIGHT, size=4)
    moved = capability(1000 * QCC.ravel() - 7, Specification(9893, 10093, target=9993), size=4)
    for (name, first), (_, second) in zip(plain.indices(), moved.indices(), strict=True):
        assert first.value == pytest.approx(second.value, rel=1e-9), name


def test_missing_values_are_left_out():
    with_gap = np.insert(sample_with(16, 2), 7, np.nan)
    found = capability(with_gap, Specification(8.0, 20.0))
    assert found.n == 50
    assert found.pp.value == pytest.approx(1.0)


def test_correlated_values_are_worth_fewer_and_the_report_says_so():
    noise = np.random.default_rng(3).normal(size=500)
    slow = np.convolve(noise, 0.8 ** np.arange(40))[:500]
    found = capability(slow, Specification(upper=6.0))
    # AR(1) with φ = .8: (1 − φ) / (1 + φ) = 1/9 of 500 values for the mean.
    assert 25 < found.effective_n < 120
    assert found.ppk_correlated.low < found.ppk.low < found.ppk.high < found.ppk_correlated.high
    assert "worth" in found.notes[-1]


def test_independent_values_are_worth_their_number():
    found = capability(sample_with(0, 1, 200), Specification(upper=4.0))
    assert found.effective_n == 200
    assert found.ppk_correlated.value is None
    assert found.notes == ()


def test_values_with_zeros_are_sent_to_the_two_part_method():
    random = np.random.default_rng(1)
    areas = np.where(random.random(300) < 0.4, 0.0, np.exp(random.normal(size=300)))
    found = capability(areas, Specification(upper=20.0))
    assert any("two-part" in note for note in found.notes)


def test_a_series_whose_neighbours_never_differ_has_no_cp_but_a_pp():
    found = capability([1.0, np.nan, 2.0, np.nan, 3.0], Specification(upper=9.0))
    assert found.cpk.value is None
    assert found.ppk.value is not None
    assert "Cp, Cpk and Cpm are not stated" in found.notes[0]


def test_every_method_gives_json_without_nan():
    values = np.exp(np.random.default_rng(0).normal(size=60) / 4)
    for method in METHODS:
        document = capability(values, Specification(upper=4.0), method=method).to_dict()
        assert list(document)[:5] == ["cp", "cpk", "pp", "ppk", "cpm"]
        ppk = document["ppk"]
        assert ppk["low"] <= ppk["value"] <= ppk["high"], method


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"lower": 2.0, "upper": 1.0}, SpecificationError, "lower limit 2 is not below"),
        ({"upper": math.inf}, SpecificationError, "upper must be finite"),
        ({"lower": 0.0, "upper": 1.0, "target": 3.0}, SpecificationError, "target 3 lies outside"),
    ],
)
def test_a_specification_that_cannot_be_is_refused(arguments, error, message):
    with pytest.raises(error, match=message):
        Specification(**arguments)


@pytest.mark.parametrize(
    ("values", "options", "error", "message"),
    [
        ([1.0, 2.0], {"method": "cpk"}, ChartError, "no capability method 'cpk'; the methods are"),
        ([1.0, 2.0], {"confidence": 1.0}, ChartError, "confidence must be between 0 and 1"),
        ([1.0, 2.0], {"estimator": "rbar"}, ChartError, "no estimator 'rbar' without subgroups"),
        ([1.0, 2.0], {"estimator": "mr", "method": "law"}, ChartError, "takes no estimator"),
        ([1.0], {}, TooFewPointsError, "1 values are too few"),
        ([2.0, 2.0], {}, ConstantSeriesError, "no variation"),
        ([1.0, np.inf], {}, ValuesError, r"values\[1\] is infinite"),
        ([0.0, 2.0], {"method": "boxcox"}, ValuesError, "Box-Cox method takes values above 0"),
        ([0.0, 2.0], {"method": "gamma"}, ValuesError, "gamma method takes values above 0"),
        ([-1.0, 2.0], {"method": "two-part"}, ValuesError, "at least 0, but got -1"),
        ([0.0, 2.0], {"method": "two-part"}, TooFewPointsError, "two different sizes above 0"),
    ],
)
def test_what_cannot_be_judged_is_refused(values, options, error, message):
    with pytest.raises(error, match=message):
        capability(values, Specification(upper=9.0), **options)


def test_a_specification_without_limits_is_refused():
    with pytest.raises(SpecificationError, match="needs a specification limit"):
        capability([1.0, 2.0, 3.0], Specification(target=2.0))


def test_two_part_limits_that_make_no_sense_are_refused():
    values = [0.0, 1.0, 2.0, 0.5]
    with pytest.raises(SpecificationError, match="needs an upper limit above 0"):
        capability(values, Specification(lower=0.5), method="two-part")
    with pytest.raises(SpecificationError, match="takes no lower limit above 0"):
        capability(values, Specification(0.5, 3.0), method="two-part")


def test_box_cox_limits_that_never_bind_are_left_out_or_refused():
    values = np.exp(sample_with(0, 0.3))
    found = capability(values, Specification(0.0, 5.0), method="boxcox")
    assert found.pp.value is None
    assert any("lower limit 0 was left out" in note for note in found.notes)
    with pytest.raises(SpecificationError, match="limit above 0"):
        capability(values, Specification(lower=0.0), method="boxcox")
    with pytest.raises(SpecificationError, match="upper limit -1 is not above 0"):
        capability(values, Specification(upper=-1.0), method="boxcox")
