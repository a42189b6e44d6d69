"""Laws: fits, z values, and limits that keep their probability although the law is estimated."""

import math

import numpy as np
import pytest
from scipy import stats

from spc.errors import ConstantSeriesError, TooFewPointsError
from spc.laws.count_prediction import predictive_count_limit
from spc.laws.lognormal import Lognormal
from spc.laws.negative_binomial import NegativeBinomial
from spc.laws.normal import Normal
from spc.laws.zero_lognormal import ZeroLognormal
from spc.point_limits import POINT_LIMITS


def nbinom(mean, dispersion):
    """The same law as another program has it."""
    if dispersion == 0:
        return stats.poisson(mean)
    size = 1 / dispersion
    return stats.nbinom(size, size / (size + mean))


LAWS = [(4.95, 1 / 3.94), (2.17, 1 / 1.08), (0.3, 2.0), (5.0, 0.0)]


@pytest.mark.parametrize(("mean", "dispersion"), LAWS)
def test_probabilities_of_counts_agree_with_scipy(mean, dispersion):
    law, reference = NegativeBinomial(mean, dispersion), nbinom(mean, dispersion)
    counts = np.arange(30.0)
    assert law.mass(counts) == pytest.approx(reference.pmf(counts), rel=1e-10)
    assert law.above(counts) == pytest.approx(reference.sf(counts), rel=1e-9)
    shares = np.array([0.001, 0.3, 0.5, 0.99, 1 - 1e-6])
    assert law.quantile(shares).tolist() == reference.ppf(shares).tolist()
    assert law.sigma == pytest.approx(reference.std())


def test_a_small_dispersion_goes_over_into_poisson():
    counts = np.arange(20.0)
    assert NegativeBinomial(5.0, 1e-6).above(counts) == pytest.approx(
        NegativeBinomial(5.0, 0.0).above(counts), rel=1e-3
    )


def test_the_fit_is_the_likeliest_law():
    values = nbinom(4.95, 1 / 3.94).rvs(400, random_state=1).astype(float)
    law = NegativeBinomial.fit(values)

    def likelihood(mean, dispersion):
        return nbinom(mean, dispersion).logpmf(values).sum()

    best = likelihood(law.mean, law.dispersion)
    for mean, dispersion in ((1.01, 1.0), (0.99, 1.0), (1.0, 1.03), (1.0, 0.97)):
        assert likelihood(law.mean * mean, law.dispersion * dispersion) < best


def test_counts_that_vary_less_than_chance_are_poisson():
    assert NegativeBinomial.fit(np.array([4.0, 5.0, 5.0, 6.0])).dispersion == 0.0


def test_z_of_counts_is_the_normal_score_of_the_mid_p():
    law = NegativeBinomial(1.0, 0.0)
    # P(X < 1) = .3679, P(X = 1) = .3679: mid-p .5518, normal score .1303.
    assert law.z(np.array([1.0, np.nan]))[0] == pytest.approx(0.1303, abs=1e-4)
    assert np.isnan(law.z(np.array([1.0, np.nan]))[1])


def test_z_keeps_its_digits_far_out():
    # P(X > 60) + P(X = 60) / 2 for mean 5 is about 1e-43; 1 minus the distribution function is 0.
    assert 13.5 < NegativeBinomial(5.0, 0.0).z(np.array([60.0]))[0] < 15
    assert ZeroLognormal(0.5, 0.0, 1.0).z(np.array([math.exp(20.0)]))[0] > 19


def test_two_part_z_of_a_zero_is_the_middle_of_the_zeros():
    law = ZeroLognormal(0.3, 0.0, 1.0)
    z = law.z(np.array([0.0, 1.0, np.nan]))
    assert z[0] == pytest.approx(stats.norm.ppf(0.15))
    assert z[1] == pytest.approx(stats.norm.ppf(0.3 + 0.7 / 2))
    assert np.isnan(z[2])


def test_two_part_sigma_and_median_agree_with_simulation():
    law = ZeroLognormal(0.3, 0.2, 0.6)
    values = law.quantile(np.random.default_rng(0).random(300_000))
    assert law.sigma == pytest.approx(values.std(), rel=0.01)
    assert law.center == pytest.approx(np.median(values), rel=0.01)


def test_most_parts_without_defect_put_the_median_at_zero():
    assert ZeroLognormal(0.7, 0.0, 1.0).center == 0.0


def test_after_a_baseline_without_zeros_a_zero_is_unusual_and_not_impossible():
    law = ZeroLognormal.fit(np.exp(np.random.default_rng(0).normal(size=100)))
    assert -4 < law.z(np.array([0.0]))[0] < -2


def share_outside(draw, tail_above, chart, probability, n, replays=100):
    """True probability beyond each fitted upper limit, over the promised one."""
    ratios = []
    for seed in range(replays):
        limits = POINT_LIMITS[chart](draw(n, np.random.default_rng(seed)), probability)
        ratios.append(tail_above(limits.ucl) / probability)
    return np.mean(ratios), np.std(ratios) / math.sqrt(replays)


@pytest.mark.parametrize("n", [100, 300])
@pytest.mark.parametrize(("mean", "dispersion"), [(4.95, 1 / 3.94), (2.17, 1 / 1.08), (5.0, 0.0)])
def test_count_limits_at_1e_5_keep_their_probability_with_estimation_error(mean, dispersion, n):
    law, ratios = nbinom(mean, dispersion), []
    for seed in range(100):
        values = law.rvs(n, random_state=seed).astype(float)
        ratios.append(law.sf(predictive_count_limit(values, 1e-5)[0]) / 1e-5)
    assert np.mean(ratios) <= 1.2 + 2 * np.std(ratios) / math.sqrt(len(ratios))


@pytest.mark.parametrize("n", [100, 300])
@pytest.mark.parametrize("zeros", [0.0, 0.3])
def test_size_limits_at_1e_5_keep_their_probability_with_estimation_error(zeros, n):
    def draw(n, random):
        return np.exp(random.normal(size=n)) * (random.random(n) >= zeros)

    ratio, error = share_outside(
        draw, lambda u: (1 - zeros) * stats.norm.sf(math.log(u)), "two-part", 1e-5, n, 100
    )
    assert ratio <= 1.2 + 2 * error


def test_measurement_limits_keep_their_probability_with_estimation_error():
    ratio, error = share_outside(
        lambda n, random: random.normal(size=n), lambda u: 2 * stats.norm.sf(u), "imr", 1e-4, 50
    )
    assert ratio <= 1.2 + 2 * error


def test_limits_of_positive_measurements_keep_their_probability_with_estimation_error():
    # The exact tails are those of scipy's lognormal law, on both sides.
    def outside(limits):
        return stats.lognorm.sf(limits.ucl, 0.6) + stats.lognorm.cdf(limits.lcl, 0.6)

    ratios = []
    for seed in range(100):
        values = np.exp(0.6 * np.random.default_rng(seed).normal(size=50))
        ratios.append(outside(POINT_LIMITS["lognormal"](values, 1e-4)) / 1e-4)
    assert np.mean(ratios) <= 1.2 + 2 * np.std(ratios) / math.sqrt(len(ratios))


def test_the_lognormal_law_is_scipys():
    law = Lognormal(log_mean=1.3, log_sigma=0.6)
    ours = stats.lognorm(0.6, scale=math.exp(1.3))
    shares = np.array([0.01, 0.5, 0.9])
    assert law.quantile(shares) == pytest.approx(ours.ppf(shares))
    assert law.sigma == pytest.approx(ours.std())
    assert law.center == pytest.approx(ours.median())
    values = np.array([0.5, 4.0, 40.0])
    assert law.z(values) == pytest.approx(stats.norm.ppf(ours.cdf(values)))


def test_a_single_zero_does_not_move_the_limits_of_positive_measurements():
    values = np.exp(np.random.default_rng(5).normal(size=60))
    with_zero = POINT_LIMITS["lognormal"](np.append(values, 0.0), 1e-4)
    without = POINT_LIMITS["lognormal"](values, 1e-4)
    assert with_zero.ucl == pytest.approx(without.ucl, rel=0.02)
    assert with_zero.law.z(np.array([0.0]))[0] < -30


def test_limits_from_the_fitted_law_alone_would_not_keep_it():
    # The reason for predictive limits: plug-in limits from 100 counts, three times too many alarms.
    law, ratios = nbinom(2.17, 1 / 1.08), []
    for seed in range(150):
        values = law.rvs(100, random_state=seed).astype(float)
        limit = NegativeBinomial.fit(values).quantile(np.array([1 - 1e-5]))[0]
        ratios.append(law.sf(limit) / 1e-5)
    assert np.mean(ratios) > 1.5


def test_fewer_effective_counts_make_wider_limits():
    values = nbinom(4.95, 0.25).rvs(120, random_state=3).astype(float)
    assert (
        predictive_count_limit(values, 1e-5, evidence=0.2)[0]
        > predictive_count_limit(values, 1e-5)[0]
    )


@pytest.mark.parametrize(("chart", "fewest"), [("nb", 5), ("two-part", 10)])
def test_rare_defects_give_no_limits_rather_than_absurd_ones(chart, fewest):
    values = np.zeros(60)
    values[: fewest - 1] = np.arange(1.0, fewest)
    with pytest.raises(TooFewPointsError, match=f"only {fewest - 1} of 60 values are above 0"):
        POINT_LIMITS[chart](values, 1e-5)
    values[fewest - 1] = 2.0
    assert POINT_LIMITS[chart](values, 1e-5).ucl > values.max()


def test_sizes_that_are_all_the_same_have_no_limits():
    with pytest.raises(ConstantSeriesError, match=r"all 12 values above 0 are 0\.5"):
        POINT_LIMITS["two-part"](np.array([0.5] * 12 + [0.0] * 12), 1e-5)


def test_normal_fit_uses_n_minus_one():
    assert Normal.fit(np.array([1.0, 2.0, 3.0])).sigma == 1.0


def test_very_large_counts_are_fitted_by_the_same_likelihood():
    # Beyond 2000 the sum over single counts is replaced; around it both ways must agree.
    values = nbinom(800.0, 0.3).rvs(300, random_state=5).astype(float)
    law = NegativeBinomial.fit(np.append(values, 2500.0))

    def likelihood(dispersion):
        return nbinom(law.mean, dispersion).logpmf(np.append(values, 2500.0)).sum()

    assert likelihood(law.dispersion) > max(likelihood(law.dispersion * k) for k in (0.97, 1.03))
