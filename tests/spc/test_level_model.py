"""Autocorrelation with its uncertainty."""

import math

import numpy as np
import pytest
from scipy import stats

from spc.ewma import exponential_average
from spc.laws.normal import Normal
from spc.level_model import fit_level
from spc.simulation import SeriesModel, fit_series

NOISE = SeriesModel(Normal(0.0, 1.0))


def slow(share, decay):
    return SeriesModel(Normal(0.0, 1.0), share, decay)


def test_independent_values_count_in_full():
    fits = [fit_level(NOISE.draw(np.random.default_rng(seed), 150)) for seed in range(20)]
    assert sum(fit.effective_n == 150 for fit in fits) >= 18


def test_effective_n_of_an_ar1_series_is_what_theory_says():
    # n (1 − φ) / (1 + φ) for φ = .5 and n = 1000: 333.
    found = [
        fit_level(slow(1.0, 0.5).draw(np.random.default_rng(seed), 1000)).effective_n
        for seed in range(10)
    ]
    assert np.mean(found) == pytest.approx(333, rel=0.12)


def test_running_average_variance_under_independence_is_lambda_over_two_minus_lambda():
    fit = fit_level(NOISE.draw(np.random.default_rng(0), 400))
    independent = fit.running_average_variance(0.2)[fit.share == 0]
    assert independent == pytest.approx(0.2 / 1.8)


def test_running_average_variance_under_correlation_agrees_with_simulation():
    model = slow(0.7, 0.8)
    values = model.draw(np.random.default_rng(1), 200_000)
    found = exponential_average(values, 0.2, start=0.0)[100:].var()
    # λ / (2 − λ) · (1 + 2 · .7 · Σ (.8 · .8)^k).
    assert found == pytest.approx(0.2 / 1.8 * (1 + 2 * 0.7 * 0.64 / 0.36), rel=0.03)


def test_limit_of_a_single_value_is_the_t_prediction_limit():
    values = NOISE.draw(np.random.default_rng(4), 100)
    expected = values.mean() + values.std(ddof=1) * math.sqrt(1.01) * stats.t.isf(1e-4, 99)
    # A little wider: correlation can never be ruled out.
    assert expected <= fit_level(values).upper_limit(1e-4) < expected * 1.06


def test_tail_and_limit_are_inverse():
    fit = fit_level(slow(0.5, 0.7).draw(np.random.default_rng(5), 80))
    limit = fit.upper_limit(1e-3)
    assert fit.tail_above(limit) == pytest.approx(1e-3, rel=1e-5)


def test_a_missing_value_keeps_its_place_in_time():
    series = slow(1.0, 0.9).draw(np.random.default_rng(6), 400)
    every_second = np.where(np.arange(400) % 2, np.nan, series)
    squeezed = series[::2]
    # Correlation of every second value is .81; only the one with gaps knows that it spans two steps.
    with_gaps, without = fit_level(every_second), fit_level(squeezed)
    assert float(with_gaps.weight @ with_gaps.decay) > float(without.weight @ without.decay)


def test_the_scale_of_the_values_does_not_matter():
    series = NOISE.draw(np.random.default_rng(7), 60)
    plain, scaled = fit_level(series), fit_level(1e6 + 1e-3 * series)
    assert scaled.upper_limit(1e-4) == pytest.approx(1e6 + 1e-3 * plain.upper_limit(1e-4), abs=1e-6)


@pytest.mark.parametrize(
    ("share", "decay", "n"), [(0.0, 0.0, 50), (1.0, 0.5, 100), (0.7, 0.83, 300)]
)
def test_running_average_limits_keep_their_probability(share, decay, n):
    model, ratios = slow(share, decay), []
    spread = math.sqrt(0.2 / 1.8 * (1 + 2 * share * decay * 0.8 / (1 - 0.8 * decay)))
    for seed in range(120):
        fit = fit_level(model.draw(np.random.default_rng(seed), n))
        half = fit.half_width(1e-3, fit.running_average_variance(0.2))
        outside = stats.norm.sf((fit.center + half) / spread) + stats.norm.cdf(
            (fit.center - half) / spread
        )
        ratios.append(outside / 2e-3)
    assert np.mean(ratios) <= 1.2 + 2 * np.std(ratios) / math.sqrt(len(ratios))


def test_a_fitted_series_model_draws_series_like_the_observed_one():
    observed = slow(0.7, 0.8).draw(np.random.default_rng(8), 1000)
    drawn = fit_series(observed).draw(np.random.default_rng(9), 20_000)
    assert np.corrcoef(drawn[1:], drawn[:-1])[0, 1] == pytest.approx(0.56, abs=0.08)
    assert drawn.std() == pytest.approx(observed.std(), rel=0.05)
