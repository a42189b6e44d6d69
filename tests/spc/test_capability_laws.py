import math

import numpy as np
import pytest
from scipy import stats

from spc.capability.boxcox import likeliest_power
from spc.capability.capability import capability
from spc.capability.fitted import likeliest_law
from spc.capability.laws import LAWS
from spc.capability.normality import normality_p
from spc.capability.specification import Specification

RANDOM = np.random.default_rng(11)
GAMMA = RANDOM.gamma(3.0, 2.0, size=400)
WEIBULL = 5 * RANDOM.weibull(1.7, size=400)
LOGNORMAL = np.exp(1 + 0.5 * RANDOM.normal(size=400))


def test_box_cox_power_agrees_with_scipy():
    # scipy.stats.boxcox is the other program.
    for values in (GAMMA, WEIBULL, LOGNORMAL):
        assert likeliest_power(values) == pytest.approx(stats.boxcox(values)[1], abs=1e-5)


def test_box_cox_indices_are_those_of_the_transformed_values():
    found = capability(GAMMA, Specification(0.5, 30.0), method="boxcox")
    transformed, power = stats.boxcox(GAMMA)
    low, high = ((limit**power - 1) / power for limit in (0.5, 30.0))
    s = transformed.std(ddof=1)
    assert found.pp.value == pytest.approx((high - low) / (6 * s), rel=1e-4)
    assert found.ppu.value == pytest.approx((high - transformed.mean()) / (3 * s), rel=1e-4)


def test_fitted_laws_agree_with_scipy():
    shape, _, scale = stats.gamma.fit(GAMMA, floc=0)
    assert LAWS["gamma"].fit(GAMMA) == pytest.approx((shape, scale), rel=1e-3)
    shape, _, scale = stats.weibull_min.fit(WEIBULL, floc=0)
    assert LAWS["weibull"].fit(WEIBULL) == pytest.approx((shape, scale), rel=1e-3)
    shape, _, scale = stats.lognorm.fit(LOGNORMAL, floc=0)
    found = LAWS["lognormal"].fit(LOGNORMAL)
    # scipy divides by n, the sample standard deviation by n − 1.
    assert found == pytest.approx((math.log(scale), shape * math.sqrt(400 / 399)), rel=1e-3)


@pytest.mark.parametrize(
    ("name", "values", "frozen"),
    [
        ("gamma", GAMMA, stats.gamma),
        ("weibull", WEIBULL, stats.weibull_min),
        ("lognormal", LOGNORMAL, stats.lognorm),
    ],
)
def test_log_likelihood_tails_and_quantiles_agree_with_scipy(name, values, frozen):
    law = LAWS[name]
    first, second = law.fit(values)
    other = frozen(first, scale=second)
    if name == "lognormal":
        other = frozen(float(np.log(values).std()), scale=math.exp(first))
    assert law.log_likelihood(values, (first, second)) == pytest.approx(other.logpdf(values).sum())
    if name == "lognormal":
        other = frozen(second, scale=math.exp(first))
    parameters = (np.array([first]), np.array([second]))
    assert law.above(20.0, parameters)[0] == pytest.approx(other.sf(20.0))
    assert law.below(1.0, parameters)[0] == pytest.approx(other.cdf(1.0))
    assert law.quantile(0.99865, parameters)[0] == pytest.approx(other.ppf(0.99865))
    assert law.below(-1.0, parameters)[0] == 0


def test_the_likeliest_law_is_the_one_the_values_come_from():
    assert likeliest_law(LOGNORMAL).name == "lognormal"
    assert likeliest_law(5 * np.random.default_rng(0).weibull(4.0, size=800)).name == "weibull"
    found = capability(GAMMA, Specification(upper=40.0), method="law")
    assert found.estimator == "gamma"


def test_indices_of_a_law_are_those_of_its_percentiles():
    found = capability(WEIBULL, Specification(upper=20.0), method="weibull")
    # ISO 22514-2: (U − X50) / (X99.865 − X50), percentiles from scipy.
    shape, _, scale = stats.weibull_min.fit(WEIBULL, floc=0)
    middle, high = stats.weibull_min.ppf([0.5, 0.99865], shape, scale=scale)
    assert found.ppk.value == pytest.approx((20 - middle) / (high - middle), rel=1e-3)
    assert found.ppm.value == pytest.approx(
        1e6 * stats.weibull_min.sf(20, shape, scale=scale), rel=0.02
    )


def test_percentile_indices_take_the_sample_as_it_is():
    values = np.arange(1001.0)
    found = capability(values, Specification(-500.0, 1200.0), method="percentile")
    # By hand: the percentiles are 1.35, 500 and 998.65.
    assert found.pp.value == pytest.approx(1700 / 997.3)
    assert found.ppk.value == pytest.approx(700 / 498.65)
    assert found.ppm.value == 0
    # Nothing was found beyond: only how bad it may be at worst is stated.
    assert found.equivalent_ppk.value is None
    assert 0.8 < found.equivalent_ppk.low < 1.1


def test_percentiles_of_few_values_come_with_a_warning():
    values = np.random.default_rng(0).normal(size=100)
    found = capability(values, Specification(upper=5.0), method="percentile")
    assert "lie beyond what 100 values can show" in found.notes[0]


@pytest.mark.parametrize("seed", range(3))
def test_anderson_darling_statistic_agrees_with_scipy(seed):
    values = np.random.default_rng(seed).normal(size=60)
    # scipy.stats.anderson is the other program: its statistic, D'Agostino and Stephens' p-value.
    square = stats.anderson(values, dist="norm", method="interpolate").statistic
    a = square * (1 + 0.75 / 60 + 2.25 / 3600)
    bands = (
        (0.6, lambda a: math.exp(1.2937 - 5.709 * a + 0.0186 * a**2)),
        (0.34, lambda a: math.exp(0.9177 - 4.279 * a - 1.38 * a**2)),
        (0.2, lambda a: 1 - math.exp(-8.318 + 42.796 * a - 59.938 * a**2)),
        (0.0, lambda a: 1 - math.exp(-13.436 + 101.14 * a - 223.73 * a**2)),
    )
    expected = next(p(a) for least, p in bands if a >= least)
    assert normality_p(values) == pytest.approx(expected)


def test_normal_values_are_called_otherwise_about_as_often_as_said():
    below = [normality_p(np.random.default_rng(s).normal(size=50)) < 0.05 for s in range(600)]
    # Standard error of a share of .05 of 600: .009.
    assert np.mean(below) == pytest.approx(0.05, abs=0.027)
