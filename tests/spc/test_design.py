"""Limits for a wanted false-alarm rate, delays, and the budget of a site."""

import math

import numpy as np
import pytest
from scipy import stats

from spc.arrays import present
from spc.baseline import Baseline, estimate_baseline
from spc.errors import ChartError, TooFewPointsError
from spc.imr import imr_chart
from spc.laws.negative_binomial import NegativeBinomial
from spc.laws.normal import Normal
from spc.laws.zero_lognormal import ZeroLognormal
from spc.options import ChartOptions
from spc.run_lengths.budget import LARGEST_SHARE, divide_budget
from spc.run_lengths.changes import DOUBLING, ONE_SIGMA, Change, changed
from spc.run_lengths.charts import run_length
from spc.run_lengths.delay import detection_delay, detection_delays, replay_detection_delay
from spc.run_lengths.design import design
from spc.run_lengths.estimation import drawn_estimates, ewma_rate, individuals_rate
from spc.run_lengths.moving_range import moving_range_sigma
from spc.run_lengths.search import width_of_probability
from spc.simulation import SeriesModel

NORMAL = SeriesModel(Normal(0.0, 1.0))
STAINS = NegativeBinomial(4.95, 1 / 3.94)
AREAS = ZeroLognormal(0.3, 0.0, 0.8)
WEEK = 50_400


@pytest.mark.parametrize(
    ("n", "published"),
    # SPC.md, convention 1: a budget of 1 false alarm over 50,400 points is in truth …
    [(20, 50), (50, 8.9), (100, 3.6), (300, 1.6)],
)
def test_limits_as_if_exact_cost_many_times_their_budget(n, published):
    rate = individuals_rate(NORMAL, drawn_estimates(NORMAL, n), width_of_probability(1 / WEEK))
    assert rate * WEEK == pytest.approx(published, rel=0.08)


@pytest.mark.parametrize("n", [20, 100])
def test_designed_limits_keep_their_budget_on_new_baselines(n):
    found = design("imr", NORMAL, points_per_episode=500, baseline=n)
    # Other baselines than those of the design, rates by the normal law of scipy.
    random, rates = np.random.default_rng(99), []
    for _ in range(800):
        baseline = estimate_baseline(random.normal(size=n))
        reach = found.value * baseline.sigma
        rates.append(
            stats.norm.sf(baseline.center + reach) + stats.norm.cdf(baseline.center - reach)
        )
    error = np.std(rates) / math.sqrt(len(rates))
    assert abs(np.mean(rates) - 1 / 500) < 3 * error + 2e-5


def test_an_endless_baseline_gives_the_limits_of_tables():
    assert design("imr", points_per_episode=370.398).value == pytest.approx(3.0, abs=1e-4)
    # Lucas and Saccucci (1990): λ = .5, L = 3.071 has 500.
    ewma = design("ewma", points_per_episode=500, options=ChartOptions(smoothing=0.5))
    assert ewma.value == pytest.approx(3.071, abs=6e-4)
    # Montgomery: k = 1/2, h = 4.77 has 370.
    assert design("cusum", points_per_episode=370).value == pytest.approx(4.77, abs=0.006)
    # Prabhu and Runger (1997): p = 4, r = .1, h4 = 12.73 has 200.
    mewma = design("mewma", points_per_episode=200, dimensions=4)
    assert mewma.value == pytest.approx(12.73, abs=0.01)
    # χ² with 2 degrees of freedom, upper .005: 10.597.
    assert design("t2", points_per_episode=200, dimensions=2).value == pytest.approx(
        10.597, abs=1e-3
    )


def test_the_rate_of_an_ewma_with_estimated_limits_agrees_with_simulation():
    estimates = drawn_estimates(NORMAL, 30)
    rate = ewma_rate(estimates, 0.2)(2.962)
    # The same baselines one by one, by the chart's own run length.
    some = slice(0, 80)
    exact = [
        1 / run_length("ewma", options=ChartOptions(center=c, sigma=s)).arl
        for c, s in zip(
            estimates.center[some].tolist(), estimates.sigma[some].tolist(), strict=True
        )
    ]
    error = np.std(exact) / math.sqrt(len(exact))
    # Exact limits at the start cost about a hundredth more.
    assert abs(np.mean(exact) - rate) < 3 * error + 0.02 * rate


@pytest.mark.parametrize(("kind", "model"), [
    ("nb", SeriesModel(STAINS)),
    ("c", SeriesModel(NegativeBinomial(4.0, 0.0))),
    ("two-part", SeriesModel(AREAS)),
])  # fmt: skip
def test_upper_limits_of_defects_keep_their_rate(kind, model):
    found = design(kind, model, points_per_episode=200, baseline=60)
    random, rates = np.random.default_rng(98), []
    for _ in range(120):
        values = model.draw(random, 60)
        if kind == "two-part":
            law = ZeroLognormal.fit(values)
        elif kind == "nb":
            law = NegativeBinomial.fit(values)
        else:
            law = NegativeBinomial.fit_poisson(values)
        limit = float(law.quantile(np.array(1 - found.value)))
        rates.append(float(np.mean(model.law.quantile(_SHARES) > limit)))
    error = np.std(rates) / math.sqrt(len(rates))
    # Limits of counts go in steps, so their rate may only be below.
    assert np.mean(rates) < 1 / 200 + 3 * error
    assert np.mean(rates) > (0.4 if kind != "two-part" else 0.9) / 200 - 3 * error


_SHARES = (np.arange(20_000) + 0.5) / 20_000


def test_autocorrelated_values_need_wider_limits():
    slow = SeriesModel(Normal(0.0, 1.0), 0.7, 0.8)
    plain = design("imr", NORMAL, points_per_episode=500)
    wide = design("imr", slow, points_per_episode=500)
    # In sigma of moving ranges, which autocorrelation makes too small: √(1 − .56) of sigma.
    assert wide.value * math.sqrt(1 - 0.56) == pytest.approx(plain.value, rel=0.03)
    assert run_length("imr", slow).arl < 50


def test_sigma_by_moving_ranges_is_what_long_series_give():
    for model in (
        SeriesModel(Normal(3.0, 2.0), 0.7, 0.8),
        SeriesModel(AREAS),
        SeriesModel(STAINS, 0.7, 0.8),
    ):
        values = model.draw(np.random.default_rng(5), 60_000)
        found = estimate_baseline(present(values)).sigma
        assert moving_range_sigma(model) == pytest.approx(found, rel=0.02)


@pytest.mark.parametrize("rules", ["beyond-limits", "western-electric", "nelson"])
def test_a_planted_shift_is_found_within_the_predicted_delay(rules):
    predicted = detection_delay("imr", rules=rules)
    random, delays = np.random.default_rng(11), []
    given = Baseline(0.0, 1.0, "given", 0, math.inf, 0, 0)
    for _ in range(300):
        values = random.normal(size=320)
        values[20:] += 1
        found = [
            s.index
            for s in imr_chart(values, given, rules=rules).signals
            if s.panel == "individuals"
        ]
        if found and found[0] >= 20:
            delays.append(found[0] - 19)
    error = 1.25 * np.std(delays) / math.sqrt(len(delays))
    assert abs(np.median(delays) - predicted.median) < 3 * error + 1


def test_delays_of_any_chart_are_replayed_with_the_error_of_its_limits():
    def chart(base, points):
        return imr_chart(points, estimate_baseline(base), rules="beyond-limits")

    found = replay_detection_delay(
        chart, NORMAL, Change(sigmas=2.0), n=300, panels=frozenset({"individuals"})
    )
    # With known limits 6.30 (Champ and Woodall, table 1).
    assert abs(found.arl - 6.3) < 3 * found.standard_error + 0.4
    assert found.standard_error is not None


def test_every_chart_states_both_delays():
    found = detection_delays("nb", STAINS)
    assert found.doubling.median < found.one_sigma.median
    assert found.one_sigma.median < run_length("nb", STAINS).median


def test_a_change_keeps_what_it_does_not_change():
    assert changed(Normal(5.0, 2.0), DOUBLING) == Normal(10.0, 2.0)
    assert changed(STAINS, ONE_SIGMA).dispersion == STAINS.dispersion
    doubled = changed(AREAS, DOUBLING)
    assert doubled.zero_share == AREAS.zero_share
    # Every size is doubled.
    assert doubled.log_mean - AREAS.log_mean == pytest.approx(math.log(2))


def test_a_budget_without_tests_is_shared_by_all_points():
    # docs/charts.md: 18 charts of 800 parts a week and a budget of 1.
    budget = divide_budget(1.0, [800.0] * 18)
    assert budget.point_probability == pytest.approx(1 / 14_400)
    assert budget.expected_per_week == pytest.approx(1.0)


def test_tests_of_location_and_drift_share_the_budget():
    budget = divide_budget(2.0, [800.0] * 18, tests_per_week={"location": 70, "drift": 126})
    assert budget.point_probability == pytest.approx(1.6 / 14_400)
    assert budget.level("location") == pytest.approx(0.2 / 70)
    assert budget.level("drift") == pytest.approx(0.2 / 126)
    assert budget.expected_per_week == pytest.approx(2.0)


def test_no_point_and_no_test_gets_more_than_makes_sense():
    budget = divide_budget(
        5.0, [10.0, 0.0], tests_per_week={"drift": 1}, shares={"charts": 0.5, "drift": 0.5}
    )
    assert budget.point_probability == LARGEST_SHARE
    assert budget.level("drift") == 1.0
    assert divide_budget(1.0, []).point_probability == LARGEST_SHARE


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: design("xbar-r", points_per_episode=370), "no design of a xbar-r chart"),
        (lambda: design("imr", points_per_episode=1), "points per episode must be above 2"),
        (lambda: design("nb", points_per_episode=370), "is for counts or sizes, not for a normal"),
        (lambda: design("ewma", STAINS, points_per_episode=370), "is for normal values"),
        (
            lambda: design("cusum", SeriesModel(Normal(0, 1), 0.5, 0.5), points_per_episode=370),
            "is for independent values",
        ),
        (
            lambda: design("t2", points_per_episode=370, baseline=50, dimensions=2),
            "takes an endless baseline",
        ),
        (
            lambda: design(
                "imr", points_per_episode=9, baseline=9, options=ChartOptions(estimator="median-mr")
            ),
            "estimators mr, overall, but got 'median-mr'",
        ),
        (lambda: design("nb", STAINS, points_per_episode=99, baseline=9), "says nothing of a law"),
        (
            lambda: design("nb", NegativeBinomial(0.001, 0.0), points_per_episode=99, baseline=30),
            "would have no defect to learn from",
        ),
        (lambda: width_of_probability(0.0), r"a probability must be in \(0, 1\)"),
        (lambda: divide_budget(0.0, [1.0]), "the budget must be above 0"),
        (lambda: divide_budget(1.0, [1.0, -1.0]), r"points_per_week\[1\] is -1.0"),
        (
            lambda: divide_budget(1.0, [1.0], tests_per_week={"drift": -1.0}),
            r"tests_per_week\['drift'\] is -1.0",
        ),
        (lambda: divide_budget(1.0, [1.0], shares={"charts": 0.5}), "shares must name charts"),
        (lambda: divide_budget(1.0, [1.0]).level("drift"), "the budget has no tests 'drift'"),
    ],
)
def test_what_cannot_be_designed_is_refused(call, message):
    with pytest.raises(ChartError, match=message):
        call()


def test_a_baseline_of_four_points_says_nothing_of_limits():
    with pytest.raises(TooFewPointsError, match="a baseline of 4 points"):
        design("imr", points_per_episode=370, baseline=4)
