"""Advice: reasons that the data bear out, false alarms as stated, shifts found as stated."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from spc.advising.advice import advise
from spc.advising.design import Futures, design_combined
from spc.advising.facts import neighbour_correlation
from spc.advising.fits import count_fits, size_fits
from spc.advising.prediction import Prediction
from spc.advising.textbook import Textbook
from spc.combined import combined_chart, flagged_points, predicted_values
from spc.errors import ChartError, ConstantSeriesError, TooFewPointsError, ValuesError
from spc.imr import imr_chart
from spc.laws.negative_binomial import NegativeBinomial
from spc.laws.normal import Normal
from spc.laws.zero_lognormal import ZeroLognormal
from spc.simulation import SeriesModel, fit_law

REAL = (
    "stain_count",
    "stain_area_pct",
    "largest_stain_area_pct",
    "scratch_count",
    "scratch_area_pct",
)
BASELINE = 300


def test_the_likelihoods_of_sizes_are_those_of_scipy():
    sizes = np.random.default_rng(5).gamma(1.7, 3.0, size=400)
    fits = dict(size_fits(sizes))
    # scipy.stats: maximum likelihood with the location held at 0; AIC = 4 − 2 log L.
    for name, law in (
        ("lognormal", stats.lognorm),
        ("gamma", stats.gamma),
        ("Weibull", stats.weibull_min),
    ):
        expected = 4 - 2 * law(*law.fit(sizes, floc=0)).logpdf(sizes).sum()
        assert fits[name] == pytest.approx(expected, abs=1e-3)
    normal = 4 - 2 * stats.norm(sizes.mean(), sizes.std()).logpdf(sizes).sum()
    assert fits["normal"] == pytest.approx(normal, abs=1e-6)


def test_the_likelihood_of_counts_is_that_of_scipy():
    counts = np.random.default_rng(5).negative_binomial(1.5, 0.3, size=300).astype(float)
    law = NegativeBinomial.fit(counts)
    other = stats.nbinom(1 / law.dispersion, 1 / (1 + law.dispersion * law.mean))
    fits = dict(count_fits(counts))
    assert fits["negative binomial"] == pytest.approx(4 - 2 * other.logpmf(counts).sum(), abs=1e-6)
    poisson = stats.poisson(counts.mean()).logpmf(counts).sum()
    assert fits["Poisson"] == pytest.approx(2 - 2 * poisson, abs=1e-6)


def test_neighbours_with_a_missing_value_between_them_are_no_pair():
    # By hand: mean 2.5; pairs (1, 2) and (3, 4) give .75 each, the mean square is 1.25.
    assert neighbour_correlation(np.array([1.0, 2.0, np.nan, 3.0, 4.0])) == pytest.approx(0.6)


def test_the_textbook_flags_what_the_chart_signals():
    random = np.random.default_rng(2)
    baseline, future = random.lognormal(size=100), random.lognormal(size=(3, 60))
    book = Textbook.of(baseline, counts=False)
    flagged = book.flags(future, future)
    from spc.baseline import Baseline  # noqa: PLC0415 - only the record is wanted here

    given = Baseline(book.center, book.sigma, "given", 0, float("inf"), 0, 0)
    for row, found in zip(future, flagged, strict=True):
        signals = {signal.index for signal in imr_chart(row, given).signals}
        assert signals == set(np.flatnonzero(found).tolist())


@pytest.mark.parametrize(
    ("law", "share", "decay"),
    [
        (Normal(10.0, 2.0), 0.0, 0.0),
        (NegativeBinomial(mean=4.95, dispersion=1 / 3.94), 0.7, 0.85),
        (ZeroLognormal(zero_share=0.3, log_mean=0.0, log_sigma=1.2), 0.5, 0.8),
    ],
    ids=["independent", "counts", "sizes"],
)
@pytest.mark.parametrize("repeats", [40, pytest.param(400, marks=pytest.mark.soak)])
def test_a_designed_chart_keeps_its_budget_on_new_data_of_the_same_process(
    law, share, decay, repeats
):
    """Limits from 300 points, 1000 new points: the mean share flagged is about the budget."""
    budget, random = 0.01, np.random.default_rng(7)
    model = SeriesModel(law, share, decay)
    shares = []
    for _ in range(repeats):
        series = model.draw(random, 1300)
        baseline, future = series[:300], series[None, 300:]
        fitted = fit_law(baseline)
        futures = Futures.of(Prediction.of(baseline, fitted), seed=1)
        limits = design_combined(futures, both_sides=isinstance(law, Normal), budget=budget)
        shares.append(flagged_points(future, fitted.z(future.ravel())[None], limits).mean())
    error = np.std(shares) / np.sqrt(len(shares))
    assert np.mean(shares) < budget + 2 * error
    assert np.mean(shares) > budget / 10


def test_stated_costs_hold_on_new_data():
    """Stated flags and delays against new points of the true process, over several baselines."""
    random = np.random.default_rng(11)
    model = SeriesModel(NegativeBinomial(mean=6.0, dispersion=0.3), 0.4, 0.7)
    stated, found, delays = [], [], []
    for _ in range(10):
        series = model.draw(random, 700)
        advice = advise(series[:300])
        cost = advice.recommended.cost
        stated.append((cost.flagged_points_per_1000, cost.delay_doubling))
        quiet = {s.index for s in combined_chart(series, advice.limits).signals if s.index >= 300}
        found.append(1000 * len(quiet) / 400)
        doubled = series.copy()
        doubled[300:] *= 2
        hits = [s.index for s in combined_chart(doubled, advice.limits).signals if s.index >= 300]
        delays.append(min(hits, default=9999) - 299)
    flagged, delay = np.array(stated).T
    assert abs(np.mean(found) - flagged.mean()) < 4 * np.std(found) / np.sqrt(len(found))
    # A delay varies as much as its mean; the median of ten is known to some 40 %.
    assert np.median(delays) < 2.5 * np.median(delay)
    assert np.median(delays) > np.median(delay) / 3


def test_advice_is_the_same_twice_and_says_what_the_data_are():
    random = np.random.default_rng(1)
    counts = SeriesModel(NegativeBinomial(5.0, 0.4), 0.7, 0.85).draw(random, 300)
    advice = advise(counts)
    assert advice.to_dict() == advise(counts).to_dict()
    assert "more than chance (Poisson) allows" in advice.reasons[0]
    assert any("Neighbours resemble each other" in reason for reason in advice.reasons)
    sizes = ZeroLognormal(0.4, 0.0, 1.0).quantile(random.random(300))
    words = " ".join(advise(sizes).reasons)
    assert "of them 0" in words
    assert "lognormal law explains them" in words
    assert "Neighbours" not in words


@pytest.mark.parametrize(
    ("values", "error", "words"),
    [
        (np.arange(10.0), TooFewPointsError, "20 are needed"),
        (np.full(30, 2.0), ConstantSeriesError, "no variation"),
        ([*np.arange(30.0), np.inf], ValuesError, "inf"),
    ],
)
def test_values_that_give_no_advice_are_refused(values, error, words):
    with pytest.raises(error, match=words):
        advise(values)


def test_a_budget_out_of_range_is_refused():
    with pytest.raises(ChartError, match="budget must be in"):
        advise(np.random.default_rng(1).normal(size=50), budget=0.5)


@pytest.mark.real_data
def test_on_real_series_advised_charts_are_quiet_and_find_a_doubling(shared_data):
    """Limits from parts 0-299; at most 3 % of parts 300-999 flagged, doublings found as stated."""
    table = pd.read_csv(shared_data / "heat_sink" / "spc_series.csv")
    in_time = []
    for name in REAL:
        series = table[name].to_numpy(float)
        advice = advise(series[:BASELINE])
        flagged = {s.index for s in combined_chart(series, advice.limits).signals}
        assert sum(index >= BASELINE for index in flagged) <= 0.03 * (series.size - BASELINE), name
        stated = advice.recommended.cost.delay_doubling
        assert stated is not None
        for start in range(BASELINE, 900, 20):
            doubled = series.copy()
            doubled[start:] *= 2
            hits = [s.index for s in combined_chart(doubled, advice.limits).signals]
            delay = min((index for index in hits if index >= start), default=9999) - start + 1
            in_time.append(delay <= stated)
    # A median is kept by half of the cases; 150 dependent cases have a standard error near .07.
    assert np.mean(in_time) >= 0.5


def test_predicted_values_have_the_law_of_the_baseline():
    law = ZeroLognormal(0.3, 0.0, 1.0)
    values = predicted_values(law, np.random.default_rng(4).normal(size=(200, 100)))
    # Standard error of the share: √(.3 · .7 / 20000) = .0032.
    assert np.mean(values == 0) == pytest.approx(0.3, abs=0.013)
