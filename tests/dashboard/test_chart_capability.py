"""Histogram and capability of what a chart shows, against laws whose tails are known."""

import numpy as np
import pytest
from scipy import stats

from dashboard.chart_capability import process_capability
from dashboard.chart_capability_words import capability_rows
from dashboard.chart_distribution import expected_counts
from dashboard.figures.bins import bins_of
from dashboard.figures.histogram import Histogram, histogram_figure, levels_range
from dashboard.figures.svg_histogram import histogram_svg
from spc.laws.negative_binomial import NegativeBinomial
from spc.laws.zero_lognormal import ZeroLognormal


def test_the_normal_law_with_limits_at_three_sigma_is_found_capable_at_one():
    # Quantiles of the normal law in random order: their spread is its own but for .2 %.
    quantiles = stats.norm.ppf((np.arange(2_000) + 0.5) / 2_000)
    values = 10.0 + np.random.default_rng(21).permutation(quantiles)
    found = process_capability(values, 7.0, 13.0)
    assert found.method == "normal"
    # By definition Ppk is 1 and 2700 ppm lie beyond ± 3 sigma (Montgomery, table 8.2).
    assert found.report.ppk.value == pytest.approx(1.0, abs=0.01)
    assert found.report.ppm.value == pytest.approx(2700, rel=0.05)
    # Cpk is that of sigma from moving ranges, which agree here.
    assert found.report.cpk.low < 1 < found.report.cpk.high


def test_areas_with_zeros_get_the_share_beyond_that_they_truly_have():
    random = np.random.default_rng(22)
    values = random.lognormal(0.0, 0.8, 3_000) * (random.random(3_000) > 0.4)
    # Where 305 of a million parts lie beyond: 0.6 · P(lognormal > limit) = 305e-6.
    limit = stats.lognorm.isf(305e-6 / 0.6, 0.8)
    found = process_capability(values, None, limit)
    assert found.method == "two-part"
    assert found.report.ppm.low < 305 < found.report.ppm.high
    # 305 ppm are worth a Ppk of 1.14 (docs/capability.md; normal quantile of 305e-6 over 3).
    assert found.report.ppk.low < 1.14 < found.report.ppk.high


def test_counts_are_judged_by_the_nonconforming_parts_with_an_exact_interval():
    values = np.random.default_rng(23).negative_binomial(2, 2 / 6, 20_000).astype(float)
    found = process_capability(values, None, 18.0)
    assert found.method == "counted"
    beyond = int((values > 18).sum())
    assert found.observed == beyond
    # Clopper and Pearson by scipy.
    exact = stats.binomtest(beyond, 20_000).proportion_ci(method="exact")
    assert found.report.ppm.low == pytest.approx(1e6 * exact.low, rel=1e-6)
    assert found.report.ppm.high == pytest.approx(1e6 * exact.high, rel=1e-6)
    # The law that the counts were drawn from; fitted to 20,000 counts its tail is known to some 5 %.
    assert found.expected_ppm == pytest.approx(1e6 * stats.nbinom.sf(18, 2, 2 / 6), rel=0.15)


def test_counts_of_which_none_lies_beyond_have_a_lower_bound_only():
    values = np.random.default_rng(24).poisson(2.0, 100).astype(float)
    words = dict(capability_rows(process_capability(values, None, 30.0)))
    # At most 3.6 % of the parts lie beyond (Clopper-Pearson for 0 of 100), which are worth 0.6.
    assert words["Equivalent Ppk"] == "at least 0.60: no part was beyond"
    assert words["Observed beyond"] == "0 of 100 parts"


def test_skewed_measurements_do_not_get_a_normal_law():
    values = np.random.default_rng(25).gamma(2.0, 1.5, 400) + 0.01
    assert process_capability(values, 0.001, 12.0).method == "law"
    many = np.random.default_rng(25).gamma(2.0, 1.5, 6_000) - 1.0
    assert process_capability(many, None, 12.0).method == "percentile"


@pytest.mark.parametrize(
    ("values", "lower", "upper", "reason"),
    [
        ([5.0] * 50, None, 9.0, "all 50 values are 5"),
        (np.arange(60.0), 9.0, 3.0, "The lower limit 9 is not below the upper limit 3"),
        ([np.nan] * 50, None, 9.0, "0 parts are too few"),
        (np.arange(60.0), None, None, "No specification limit is set"),
    ],
    ids=["constant", "limits the wrong way round", "all missing", "no limits"],
)
def test_what_has_no_capability_says_why(values, lower, upper, reason):
    found = process_capability(np.asarray(values, dtype=float), lower, upper)
    assert found.report is None
    assert reason.lower() in found.reason.lower()
    assert capability_rows(found) == []


def test_whole_numbers_have_bars_of_their_own():
    bins = bins_of(np.array([0.0, 0, 1, 3, 3, 3]), whole=True, zeros_apart=False)
    assert bins.counts.tolist() == [2, 1, 0, 3]
    assert [bins.words(at) for at in range(4)] == ["0", "1", "2", "3"]


def test_wide_counts_share_bars_of_equally_many_numbers():
    bins = bins_of(np.arange(120.0), whole=True, zeros_apart=False)
    assert set(bins.counts[:-1].tolist()) == {3}
    assert bins.words(0) == "0 to 2"
    assert bins.n == 120


def test_one_excursion_neither_flattens_the_bars_nor_goes_untold():
    values = np.append(np.random.default_rng(26).normal(5.0, 1.0, 500), 4_000.0)
    bins = bins_of(values, whole=False, zeros_apart=False)
    assert bins.above == 1
    assert bins.edges[-1] < 15
    assert (bins.counts > 10).sum() > 8
    histogram = Histogram(bins, "Area", "px")
    words = [one.text for one in histogram_figure(histogram, theme="dark").layout.annotations]
    assert any(one.startswith("1 more above") for one in words)
    assert "1 more above" in histogram_svg(histogram)


@pytest.mark.parametrize("values", [[3.0], [0.0, 0.0], [2.0, 2.0, 2.0], [-4.0, 7.5]])
def test_few_values_have_a_histogram_too(values):
    array = np.array(values)
    bins = bins_of(array, whole=False, zeros_apart=bool((array == 0).any()))
    assert bins.n == array.size
    assert histogram_figure(Histogram(bins, "Area", ""), theme="light").data


def test_a_limit_far_away_is_named_at_the_edge_and_does_not_press_the_bars():
    bins = bins_of(np.random.default_rng(27).random(200), whole=False, zeros_apart=False)
    histogram = Histogram(bins, "Area", "", spec_upper=100.0, ucl=1.5)
    _, high = levels_range(histogram)
    assert high < 2
    words = [one.text for one in histogram_figure(histogram, theme="light").layout.annotations]
    assert "USL 100 →" in words
    assert "UCL 1.5" in words


def test_names_in_a_histogram_are_escaped():
    evil = "<img src=x onerror=alert(1)>"
    histogram = Histogram(bins_of(np.arange(9.0), whole=True, zeros_apart=False), evil, evil)
    assert "<img" not in histogram_svg(histogram)
    assert "<img" not in histogram_figure(histogram, theme="light").to_json()


def test_the_law_of_the_limits_expects_as_many_as_it_says():
    bins = bins_of(np.arange(6.0), whole=True, zeros_apart=False)
    expected = expected_counts(NegativeBinomial(mean=2.0, dispersion=0.0), bins)
    # Six parts by the Poisson law of mean 2, from scipy.
    assert expected == pytest.approx(6 * stats.poisson.pmf(np.arange(6), 2.0), rel=1e-9)
    sizes = bins_of(np.array([0.0, 0.5, 1.0, 2.0]), whole=False, zeros_apart=True)
    law = ZeroLognormal(zero_share=0.25, log_mean=0.0, log_sigma=1.0)
    expected = expected_counts(law, sizes)
    lowest = max(float(sizes.edges[0]), np.finfo(float).tiny)
    share = stats.lognorm.cdf(sizes.edges[-1], 1.0) - stats.lognorm.cdf(lowest, 1.0)
    assert expected.sum() == pytest.approx(4 * 0.75 * share, rel=1e-6)
