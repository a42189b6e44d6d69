"""Charts of rare events: opportunities between them (g) and time between them (t)."""

import math

import numpy as np
import pytest
from scipy import stats

from spc.chart import chart
from spc.errors import ChartError, ConstantSeriesError, ValuesError
from spc.g_chart import g_chart
from spc.laws.weibull import Weibull
from spc.options import ChartOptions
from spc.t_chart import transformed

# Montgomery, Introduction to Statistical Quality Control, section 7.3.5: hours between valve failures.
VALVE_HOURS = [286, 948, 536, 124, 816, 729, 4, 143, 431, 8, 2837, 596, 81, 227, 603, 492, 1199, 1214, 2831, 96]  # fmt: skip


def test_three_sigma_limits_of_a_g_chart_are_benneyans():
    # Benneyan (2001): mean 8, limits 8 ± 3 √(8 · 9), the lower one not below 0.
    panel = g_chart([3, 40], mean=8.0).panels[0]
    assert panel.ucl[0] == pytest.approx(8 + 3 * math.sqrt(72))
    assert (panel.center[0], panel.lcl[0]) == (8.0, 0.0)


def test_probability_limits_of_a_g_chart_are_exact():
    # P(X > u) = (8/9)^(u + 1) falls to .00135 at u = 56; P(X ≤ 5) = 1 − (8/9)^6 is the first above 1/2.
    panel = g_chart([3, 57], mean=8.0, method="probability").panels[0]
    assert (8 / 9) ** 57 <= stats.norm.sf(3) < (8 / 9) ** 56
    assert (panel.lcl[0], panel.center[0], panel.ucl[0]) == (0.0, 5.0, 56.0)


def test_the_g_chart_names_its_method_and_learns_its_mean():
    result = chart([4, 10, 0, 12, 9], kind="g", figures=False)
    assert result.center == 7.0
    assert result.phase["method"] == "three-sigma"
    exact = chart([4, 10, 0, 12, 9], kind="g", options=ChartOptions(method="probability"))
    assert exact.phase["method"] == "probability"


def test_a_run_of_many_events_shows_on_a_g_chart_without_a_lower_limit():
    # P(X = 0) = 1/21 at mean 20: nine values of at most 3 lie all on the lower side of the median.
    signals = g_chart([2, 3, 0, 1, 2, 3, 2, 1, 2], mean=20.0).signals
    assert "nelson-2" in {signal.rule for signal in signals}


@pytest.mark.parametrize(
    ("values", "error", "message"),
    [
        ([1, -2, 3], ValuesError, r"values\[1\] is -2"),
        ([0, 0, 0], ConstantSeriesError, "no variation"),
        ([1, 2.5], ValuesError, r"values\[1\] is 2.5"),
    ],
)
def test_a_g_chart_refuses_what_are_no_counts(values, error, message):
    with pytest.raises(error, match=message):
        chart(values, kind="g")


def test_an_unknown_method_is_answered_with_the_known_ones():
    with pytest.raises(ChartError, match="method must be one of nelson, weibull, exponential, but"):
        chart(VALVE_HOURS, kind="t", options=ChartOptions(method="box-cox"))
    with pytest.raises(ChartError, match="method must be one of three-sigma, probability, but got"):
        g_chart([1, 2], mean=1.0, method="x")


def test_nelsons_transform_of_the_valve_failures_is_montgomerys():
    # Montgomery prints 4.80986, 6.70903, 5.72650, 3.81367 for the power .2777.
    found = transformed(np.array(VALVE_HOURS[:4], float))
    assert found == pytest.approx([4.80986, 6.70903, 5.72650, 3.81367], abs=0.005)


def test_the_t_chart_is_an_individuals_chart_of_transformed_times():
    result = chart(VALVE_HOURS, kind="t", figures=False)
    y = np.array(VALVE_HOURS, float) ** (1 / 3.6)
    sigma = np.abs(np.diff(y)).mean() * math.sqrt(math.pi) / 2
    panel = result.panels[0]
    # By hand: limits y ± 3 sigma, to the power 3.6; below 0 there is no time.
    assert panel.ucl[0] == pytest.approx((y.mean() + 3 * sigma) ** 3.6)
    assert panel.lcl[0] == max(y.mean() - 3 * sigma, 0) ** 3.6
    assert result.signals == ()
    assert "Nelson" in result.phase["method"]


def test_the_weibull_law_is_fitted_as_scipy_does():
    times = stats.weibull_min.rvs(1.7, scale=40.0, size=200, random_state=1)
    shape, _, scale = stats.weibull_min.fit(times, floc=0)
    law = Weibull.fit(times)
    assert (law.shape, law.scale) == (
        pytest.approx(shape, rel=1e-3),
        pytest.approx(scale, rel=1e-3),
    )
    reference = stats.weibull_min(law.shape, scale=law.scale)
    assert law.sigma == pytest.approx(reference.std())
    assert law.quantile(np.array([0.00135, 0.9])) == pytest.approx(reference.ppf([0.00135, 0.9]))
    assert law.z(times[:5]) == pytest.approx(stats.norm.ppf(reference.cdf(times[:5])))


def test_exponential_limits_hold_their_probability():
    result = chart(VALVE_HOURS, kind="t", options=ChartOptions(method="exponential"), figures=False)
    panel, mean = result.panels[0], np.mean(VALVE_HOURS)
    assert math.exp(-panel.ucl[0] / mean) == pytest.approx(stats.norm.sf(3))
    assert -math.expm1(-panel.lcl[0] / mean) == pytest.approx(stats.norm.sf(3))
    assert panel.center[0] == pytest.approx(mean * math.log(2))


def test_times_of_zero_have_no_weibull_law_but_a_transform():
    times = [0.0, 3.0, 4.0, 2.0, 9.0]
    with pytest.raises(ValuesError, match=r"values\[0\] is 0, which no Weibull law allows"):
        chart(times, kind="t", options=ChartOptions(method="weibull"))
    assert chart(times, kind="t", figures=False).panels[0].value[0] == 0.0
    with pytest.raises(ValuesError, match=r"values\[1\] is -3"):
        chart([1.0, -3.0], kind="t")


@pytest.mark.parametrize("method", ["nelson", "weibull", "exponential"])
def test_times_between_random_events_rarely_leave_the_limits(method):
    # Nelson's transform is nearly normal: exponential times leave its limits with probability .001 to .003.
    times = np.random.default_rng(3).exponential(10.0, size=60_000)
    options = ChartOptions(method=method)
    result = chart(times, kind="t", rules="beyond-limits", options=options, figures=False)
    share = len(result.signals) / times.size
    error = math.sqrt(0.0027 / times.size)
    if method == "nelson":
        assert 0.0005 < share < 0.004
    else:
        assert abs(share - 0.0027) < 3 * error


def test_false_alarm_figures_of_event_charts_come_from_their_own_law():
    gaps = np.random.default_rng(4).geometric(0.1, size=200) - 1
    exact = chart(gaps, kind="g", rules="beyond-limits", options=ChartOptions(method="probability"))
    textbook = chart(gaps, kind="g", rules="beyond-limits")
    # P(X > mean + 3 sigma) of a geometric law is about exp(−4) = .018 (Benneyan 2001).
    assert exact.flagged_points_per_1000 < 4
    assert 12 < textbook.flagged_points_per_1000 < 26
    assert chart(VALVE_HOURS, kind="t").flagged_points_per_1000 is not None
