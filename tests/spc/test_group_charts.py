"""Charts of subgroups, of counts with opportunities, and CUSUM."""

import math

import numpy as np
import pytest
from scipy import stats

from spc.baseline import Baseline
from spc.binomial_charts import binomial_scores, p_chart
from spc.chart import chart
from spc.cusum import cusum_chart
from spc.errors import (
    BaselineError,
    ChartError,
    ConstantSeriesError,
    TooFewPointsError,
    ValuesError,
)
from spc.layout import Layout, Source, arrange
from spc.options import ChartOptions
from spc.u_chart import poisson_scores, u_chart
from spc.xbar import estimate_within, xbar_chart

RANDOM = np.random.default_rng(0)
GROUPS = RANDOM.normal(10.0, 2.0, size=(30, 5))
UNIT = Baseline(0.0, 1.0, "given", 0, math.inf, 0, 0)


def signalled(result, panel):
    return sorted({s.index for s in result.signals if s.panel == panel})


@pytest.mark.parametrize("estimator", ["rbar", "sbar", "pooled"])
def test_within_subgroup_sigma_is_unbiased_and_its_freedom_says_how_much_it_varies(estimator):
    random = np.random.default_rng(1)
    found = [estimate_within(random.normal(size=(12, 4)), estimator) for _ in range(2500)]
    sigmas = np.array([baseline.sigma for baseline in found])
    assert sigmas.mean() == pytest.approx(1.0, abs=0.01)
    assert sigmas.mean() ** 2 / (2 * sigmas.var()) == pytest.approx(
        found[0].degrees_of_freedom, rel=0.1
    )


def test_freedom_of_the_mean_range_is_the_published_one():
    # SPC.md: 8.44 for three subgroups of four.
    baseline = estimate_within(np.random.default_rng(2).normal(size=(3, 4)), "rbar")
    assert baseline.degrees_of_freedom == pytest.approx(8.44, abs=0.005)


def test_unequal_subgroups_have_their_own_limits():
    groups = np.array([[10.0, 9.0, 11.0, 10.0], [10.0, np.nan, np.nan, np.nan]])
    means, ranges = xbar_chart(groups, Baseline(10.0, 2.0, "given", 0, math.inf, 0, 0)).panels
    # 3 sigma / √4 and 3 sigma / √1; one value has no range.
    assert (means.ucl - 10).tolist() == [3.0, 6.0]
    assert np.isnan(ranges.ucl).tolist() == [False, True]


def test_an_empty_subgroup_is_missing():
    groups = np.array([[1.0, -1.0], [np.nan, np.nan], [9.0, 9.5]])
    means = xbar_chart(groups, UNIT).panels[0]
    assert np.isnan(means.value).tolist() == [False, True, False]
    assert np.isnan(means.ucl).tolist() == [False, True, False]


def test_between_subgroup_variation_is_part_of_the_false_alarm_figures():
    alike = chart(GROUPS.ravel(), kind="xbar-r", size=5)
    wandering = GROUPS + RANDOM.normal(0.0, 3.0, size=(30, 1))
    different = chart(wandering.ravel(), kind="xbar-r", size=5)
    assert alike.flagged_points_per_1000 < 60
    assert different.flagged_points_per_1000 > 150


def test_only_the_rule_of_the_limits_applies_to_ranges():
    growing = np.outer(np.linspace(0.1, 0.9, 12), [-1.0, 1.0])
    result = xbar_chart(growing, UNIT)
    assert signalled(result, "range") == []


def test_subgroups_without_variation_have_no_limits():
    with pytest.raises(ConstantSeriesError, match="no variation within the subgroups; chart their"):
        estimate_within(np.array([[1.0, 1.0], [2.0, 2.0]]), "rbar")
    with pytest.raises(TooFewPointsError, match="no subgroup has two values"):
        estimate_within(np.array([[1.0, np.nan], [2.0, np.nan]]), "sbar")
    with pytest.raises(
        ChartError, match="no within-subgroup estimator 'mr'; the estimators are: r"
    ):
        chart(GROUPS.ravel(), kind="xbar-s", size=5, options=ChartOptions(estimator="mr"))


def test_given_limits_of_means_need_both_numbers():
    both = ChartOptions(center=10.0, sigma=2.0)
    result = chart(GROUPS.ravel(), kind="xbar-s", size=5, options=both, figures=False)
    assert result.panels[0].ucl[0] == pytest.approx(10 + 6 / math.sqrt(5))
    with pytest.raises(ChartError, match="sigma is given without a centre"):
        chart(GROUPS.ravel(), kind="xbar-s", size=5, options=ChartOptions(sigma=2.0))
    with pytest.raises(BaselineError, match="sigma must be finite and above 0, but got -1"):
        chart(GROUPS.ravel(), kind="xbar-s", size=5, options=ChartOptions(center=0.0, sigma=-1.0))


def test_labels_and_sizes_make_the_same_subgroups():
    values = GROUPS.ravel()
    by_size = arrange(values, Layout.SUBGROUPS, Source(size=5)).array
    labels = Source(subgroup=np.repeat(np.arange(30), 5))
    assert np.array_equal(by_size, arrange(values, Layout.SUBGROUPS, labels).array)
    # A rest that does not fill a subgroup is left out, and the chart says so.
    rest = arrange(values[:-1], Layout.SUBGROUPS, Source(size=5))
    assert rest.array.shape == (29, 5)
    assert rest.members.to_dict()["left_out"] == [146, 149]


@pytest.mark.parametrize(
    ("given", "error", "message"),
    [
        ({}, ChartError, "needs subgroups: either labels or a size"),
        ({"size": 1}, ChartError, "at least 2 values, but got the size 1"),
        ({"size": 9}, ChartError, "4 values do not fill one subgroup of 9"),
        ({"subgroup": ["a", "b"]}, ValuesError, "4 values, but 2 subgroup labels"),
        ({"subgroup": list("abab")}, ValuesError, r"subgroup 'a' starts again at values\[2\]"),
        ({"size": 2, "opportunities": [1] * 4}, ChartError, "takes no opportunities; use p, np"),
    ],
)
def test_unusable_subgroups_are_refused(given, error, message):
    with pytest.raises(error, match=message):
        arrange([1.0, 2.0, 3.0, 4.0], Layout.SUBGROUPS, Source(**given))


@pytest.mark.parametrize(
    ("chances", "error", "message"),
    [
        (None, ChartError, "needs opportunities: the number inspected"),
        ([5, 5], ValuesError, "3 values, but 2 opportunities"),
        ([5, 0, 5], ValuesError, r"opportunities\[1\] is 0; a point needs more than 0"),
        ([5, math.inf, 5], ValuesError, r"opportunities\[1\] is infinite"),
    ],
)
def test_unusable_opportunities_are_refused(chances, error, message):
    with pytest.raises(error, match=message):
        chart([1, 2, 3], kind="u", opportunities=chances)


def test_charts_of_single_values_take_no_subgroups():
    with pytest.raises(ChartError, match="takes no subgroups; use xbar-r, xbar-s"):
        chart([1.0, 2.0], kind="ewma", size=2)


def test_individuals_of_subgroups_are_those_of_their_means():
    values = [1.0, 3.0, 4.0, 6.0, 2.0, 5.0]
    result = chart(values, kind="imr", size=2, figures=False)
    # By hand: means of (1, 3), (4, 6), (2, 5).
    assert result.panels[0].value.tolist() == [2.0, 5.0, 3.5]
    assert result.phase["subgrouping"]["members"] == [[1, 2], [3, 4], [5, 6]]


@pytest.mark.parametrize(
    ("kind", "law"), [("nb", "negative binomial"), ("beta-binomial", "beta-binomial")]
)
def test_limits_by_a_law_over_opportunities_widen_where_there_are_few(kind, law):
    random = np.random.default_rng(2)
    chances = np.tile([40.0, 400.0], 40)
    counts = random.binomial(chances.astype(int), random.beta(2, 38, size=80))
    result = chart(counts, kind=kind, opportunities=chances, figures=False)
    panel = result.panels[0]
    assert panel.ucl[0] > panel.ucl[1]
    assert result.phase["law"] == law
    assert result.phase["center"] == pytest.approx(counts.sum() / chances.sum())


def test_more_nonconforming_than_inspected_names_the_point():
    with pytest.raises(ValuesError, match=r"values\[1\] is 7, more than the 5 inspected"):
        chart([1, 7], kind="p", opportunities=[5, 5])


@pytest.mark.parametrize(
    ("kind", "counts", "word"), [("p", [0, 0], "no"), ("u", [0, 0], "no"), ("np", [5, 5], "only")]
)
def test_a_baseline_without_variation_has_no_share(kind, counts, word):
    with pytest.raises(ConstantSeriesError, match=f"the baseline has {word} counted items"):
        chart(counts, kind=kind, opportunities=[5, 5])


def test_missing_points_have_no_limits_and_cut_laney_ranges():
    result = chart([2, math.nan, 3], kind="u", opportunities=[4, 4, 4], figures=False)
    assert np.isnan(result.panels[0].value).tolist() == [False, True, False]
    with pytest.raises(TooFewPointsError, match="needs two neighbouring points"):
        chart([2, math.nan, 3], kind="laney-u", opportunities=[4, 4, 4])
    with pytest.raises(TooFewPointsError, match="every point of the baseline is missing"):
        chart([math.nan, 2], kind="u", opportunities=[4, 4], baseline=(1, 1))
    with pytest.raises(ConstantSeriesError, match="every moving range of the z-scores is 0"):
        chart([2, 2, 2], kind="laney-u", opportunities=[4, 4, 4])


def test_np_is_p_in_items():
    counts, sizes = [5, 9, 2], [50, 40, 60]
    share, items = (
        chart(counts, kind=kind, opportunities=sizes, figures=False).panels[0]
        for kind in ("p", "np")
    )
    assert items.value.tolist() == counts
    assert items.ucl == pytest.approx(share.ucl * np.array(sizes))


@pytest.mark.parametrize(("kind", "center"), [("p", 0.0), ("p", 1.0), ("u", 0.0)])
def test_centres_out_of_range_are_refused(kind, center):
    with pytest.raises(ChartError, match="must be"):
        chart([1, 2], kind=kind, opportunities=[5, 5], options=ChartOptions(center=center))


def test_scores_of_items_and_defects_agree_with_scipy():
    found, inspected = np.arange(11.0), np.full(11, 10.0)
    binomial = stats.binom(10, 0.3)
    assert binomial_scores(found, inspected, 0.3) == pytest.approx(
        stats.norm.ppf(binomial.cdf(found) - binomial.pmf(found) / 2), abs=1e-8
    )
    poisson = stats.poisson(3.5)
    assert poisson_scores(found, np.full(11, 3.5)) == pytest.approx(
        stats.norm.ppf(poisson.cdf(found) - poisson.pmf(found) / 2), abs=1e-8
    )


def test_overdispersed_shares_alarm_on_p_and_not_on_laney_p():
    random = np.random.default_rng(5)
    inspected = np.full(200, 5000)
    found = random.binomial(inspected, np.clip(random.normal(0.1, 0.015, 200), 0, 1))
    plain, laney = (
        chart(found, kind=kind, opportunities=inspected, rules="beyond-limits")
        for kind in ("p", "laney-p")
    )
    assert len(plain.signals) > 40 > 5 > len(laney.signals)
    assert plain.flagged_points_per_1000 > 200 > 10 > laney.flagged_points_per_1000


def test_limits_of_shares_and_rates_stay_possible():
    share = p_chart(np.array([[1.0, 3.0]]), 0.9).panels[0]
    assert (share.lcl[0], share.ucl[0]) == (pytest.approx(0.9 - 0.3 * math.sqrt(3)), 1.0)
    assert u_chart(np.array([[1.0, 1.0]]), 1.0).panels[0].lcl[0] == 0.0


def test_cusum_equals_its_recursion():
    values = np.random.default_rng(6).normal(size=300)
    values[17] = np.nan
    high, low = (panel.value for panel in cusum_chart(values, UNIT, head_start=2.0).panels)
    up = down = 2.0
    for index, value in enumerate(values):
        if np.isnan(value):
            assert np.isnan(high[index])
            continue
        up, down = max(0.0, up + value - 0.5), max(0.0, down - value - 0.5)
        assert (high[index], low[index]) == pytest.approx((up, -down), abs=1e-12)


def test_the_run_of_a_cusum_signal_starts_where_it_left_zero():
    result = cusum_chart([0.0, 3.0, -9.0, 3.0, 3.5], UNIT, decision=5.0)
    assert [(s.index, s.panel, s.run) for s in result.signals if s.panel == "cusum-high"] == [
        (4, "cusum-high", (3, 4))
    ]


def test_in_control_run_length_of_cusum_is_montgomerys():
    # Montgomery, section 9.1: k = 1/2, h = 5 two-sided, ARL 465.
    random, lengths = np.random.default_rng(7), []
    for _ in range(600):
        signals = cusum_chart(random.normal(size=2500), UNIT).signals
        lengths.append(signals[0].index + 1 if signals else 2500)
    assert abs(np.mean(lengths) - 465) < 3 * np.std(lengths) / math.sqrt(600)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"slack": -0.1}, r"slack \(k\) must be at least 0"),
        ({"decision": 0.0}, r"decision \(h\) must be finite and above 0"),
        ({"head_start": 5.0}, r"head_start must be in \[0, 5\)"),
    ],
)
def test_cusum_options_out_of_range_are_refused(options, message):
    with pytest.raises(ChartError, match=message):
        cusum_chart([1.0], UNIT, **options)


def test_cusum_takes_its_options_from_the_chart():
    options = ChartOptions(center=0.0, sigma=1.0, slack=1.0, decision=4.0, head_start=2.0)
    result = chart([0.0, 1.0], kind="cusum", options=options, figures=False)
    assert result.panels[0].ucl[0] == 4.0
    assert result.panels[0].value.tolist() == [1.0, 1.0]
    assert result.phase["slack"] == 1.0
