"""The one entry for every chart kind, as the command line uses it."""

import json
import math

import numpy as np
import pytest

from spc.advice import advise, recommend_chart
from spc.chart import chart
from spc.errors import BaselineError, ChartError, ConstantSeriesError, SpcError, ValuesError
from spc.kinds import KINDS
from spc.options import ChartOptions

NOISE = np.random.default_rng(0).normal(10.0, 1.0, size=60)
COUNTS = np.random.default_rng(1).negative_binomial(4, 0.45, size=60)


def test_the_dictionary_is_json_and_has_the_keys_of_the_contract():
    values = [*NOISE.tolist(), math.nan, 19.0]
    report = json.loads(json.dumps(chart(values, kind="imr").to_dict(), allow_nan=False))
    assert list(report) == [
        "chart",
        "rules",
        "estimator",
        "center",
        "sigma",
        "phase",
        "panels",
        "signals",
        "flagged_points_per_1000",
        "episodes_per_1000",
        "advice",
    ]
    assert [panel["name"] for panel in report["panels"]] == ["individuals", "moving-range"]
    assert all(
        len(panel[key]) == 62
        for panel in report["panels"]
        for key in ("value", "center", "lcl", "ucl")
    )
    assert report["panels"][0]["value"][60] is None
    assert {"index": 62, "panel": "individuals", "rule": "nelson-1", "run": [62, 62]} in report[
        "signals"
    ]
    assert (report["phase"]["first"], report["phase"]["last"]) == (1, 62)


@pytest.mark.parametrize("kind", ["imr", "ewma"])
def test_a_baseline_freezes_the_limits_for_all_points(kind):
    shifted = np.append(NOISE, NOISE + 4)
    part, whole = (
        chart(values, kind=kind, baseline=(1, 60), figures=False) for values in (NOISE, shifted)
    )
    assert (part.center, part.sigma) == (whole.center, whole.sigma)
    assert any(signal.index >= 60 for signal in whole.signals)


def test_limits_from_short_series_are_given_and_marked_provisional():
    result = chart(NOISE[:5], kind="imr")
    assert np.isfinite(result.panels[0].ucl).all()
    assert result.phase["provisional"] is True
    # Five points do not tell their law: no figure is better than a wrong one.
    assert result.flagged_points_per_1000 is None
    assert chart(NOISE, kind="imr").phase["provisional"] is False


def test_given_centre_and_sigma_are_used_and_not_provisional():
    options = ChartOptions(center=10.0, sigma=2.0)
    result = chart(NOISE[:5], kind="imr", options=options)
    assert (result.panels[0].lcl[0], result.panels[0].ucl[0]) == (4.0, 16.0)
    assert (result.estimator, result.phase["provisional"]) == ("given", False)


def test_a_constant_series_is_charted_where_centre_and_sigma_are_given():
    options = ChartOptions(center=10.0, sigma=2.0)
    result = chart([10.0] * 30, kind="imr", options=options, figures=False)
    # Thirty points on the centre hug it: that is Nelson's seventh rule.
    assert {signal.rule for signal in result.signals} == {"nelson-7"}
    with pytest.raises(ConstantSeriesError, match="no variation"):
        chart([10.0] * 30, kind="imr")


@pytest.mark.parametrize("kind", ["c", "nb", "two-part"])
def test_constant_counts_have_no_limits(kind):
    with pytest.raises(ConstantSeriesError, match="no variation"):
        chart([3] * 30, kind=kind)


def test_sizes_that_do_not_vary_have_no_limits():
    with pytest.raises(ConstantSeriesError, match="the 2 values above 0 do not vary"):
        chart([0.0, 0.5, 0.0, 0.5], kind="two-part")


def test_one_of_centre_and_sigma_may_be_given():
    centred = chart(NOISE, kind="imr", options=ChartOptions(center=9.0), figures=False)
    assert centred.center == 9.0
    assert centred.phase["method"] == "given centre, mean moving range / d2"
    spread = chart(NOISE, kind="imr", options=ChartOptions(sigma=2.0), figures=False)
    assert (spread.center, spread.sigma) == (pytest.approx(NOISE.mean()), 2.0)


def test_a_c_chart_takes_a_given_mean():
    result = chart([1, 2, 9], kind="c", options=ChartOptions(center=4.0), figures=False)
    assert result.panels[0].ucl[0] == 10.0


def test_excluded_points_do_not_move_the_limits_and_are_listed():
    disturbed = NOISE.copy()
    disturbed[7] = 90.0
    result = chart(disturbed, kind="imr", exclusions=[(7, "wrong part")], figures=False)
    assert result.panels[0].ucl[0] < 20
    assert result.phase["exclusions"] == [{"index": 8, "reason": "wrong part"}]


def test_figures_are_those_of_this_data():
    normal = chart(np.random.default_rng(2).normal(size=300), kind="imr")
    skewed = chart(np.exp(np.random.default_rng(2).normal(size=300)), kind="imr")
    # SPC.md: 24 flagged points and 13.5 episodes per 1000 on normal noise, more with fewer points.
    assert 20 < normal.flagged_points_per_1000 < 36
    assert 12 < normal.episodes_per_1000 < 20
    assert skewed.flagged_points_per_1000 > 3 * normal.flagged_points_per_1000


def test_figures_are_the_same_every_time():
    one, other = (chart(COUNTS, kind="nb") for _ in range(2))
    assert one.flagged_points_per_1000 == other.flagged_points_per_1000


def test_without_rules_there_are_no_figures():
    assert chart(NOISE, kind="imr", rules="none").episodes_per_1000 is None


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_kind_names_an_infinity(kind):
    with pytest.raises(ValuesError, match=r"values\[2\] is infinite"):
        chart([1, 2, math.inf, 4], kind=kind, size=2 if kind in ("xbar-r", "xbar-s") else None)


def test_unknown_names_are_answered_with_the_known_ones():
    with pytest.raises(
        ChartError,
        match="no chart kind 'xbar'; the kinds are: imr, c, nb, two-part, ewma, cusum, combined",
    ):
        chart(NOISE, kind="xbar")
    with pytest.raises(ChartError, match="no rule set 'all'; the rule sets are"):
        chart(NOISE, kind="imr", rules="all")


def test_options_of_other_kinds_are_refused():
    with pytest.raises(ChartError, match="a c chart takes no sigma; it takes: center"):
        chart(COUNTS, kind="c", options=ChartOptions(sigma=1.0))
    with pytest.raises(ChartError, match="a nb chart takes no smoothing; leave it out"):
        chart(COUNTS, kind="nb", options=ChartOptions(smoothing=0.1))
    with pytest.raises(ChartError, match="sigma is given, so the estimator 'mr' has nothing"):
        chart(NOISE, kind="imr", options=ChartOptions(sigma=1.0, estimator="mr"))


@pytest.mark.parametrize("baseline", [(0, 5), (5, 4), (1, 61)])
def test_a_baseline_outside_the_points_is_refused(baseline):
    with pytest.raises(BaselineError, match="does not lie within the points 1:60"):
        chart(NOISE, kind="imr", baseline=baseline)


def test_a_baseline_without_values_has_no_centre():
    with pytest.raises(SpcError, match="every value of the baseline is missing"):
        chart([math.nan, math.nan, 1.0], kind="imr", baseline=(1, 2), options=ChartOptions(sigma=1))


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        (np.random.default_rng(3).poisson(5.0, 80), "c"),
        (np.random.default_rng(3).negative_binomial(2, 0.3, 80), "nb"),
        (np.random.default_rng(3).exponential(size=80) * (np.arange(80) % 3 > 0), "two-part"),
        (np.random.default_rng(3).lognormal(size=80), "two-part"),
        # Whole pixels: an area, not a count.
        (np.round(np.random.default_rng(3).lognormal(7, 1, size=80)), "two-part"),
        (np.random.default_rng(3).normal(50.0, 2.0, 80), "imr"),
        (np.random.default_rng(3).normal(0.0, 2.0, 80), "imr"),
    ],
)
def test_the_recommended_chart_follows_the_data(values, kind):
    recommendation = recommend_chart(values)
    assert recommendation.chart == kind
    assert len(recommendation.reason) > 20
    assert advise(kind, np.asarray(values, float)).startswith("This chart suits the values")


def test_advice_speaks_up_about_correlated_neighbours():
    slow = np.convolve(np.random.default_rng(4).normal(size=330), 0.8 ** np.arange(30), "valid")
    assert "Neighbouring values are correlated" in advise("imr", slow)
    assert "correlated" not in advise("imr", NOISE)


def test_where_nothing_can_be_said_there_is_no_advice():
    assert advise("imr", np.array([1.0, 1.0])) is None


def test_a_c_chart_with_a_given_mean_is_judged_under_that_mean():
    # A baseline of zeros says nothing about a process whose mean is known to be 2.
    result = chart([0.0] * 30, kind="c", rules="beyond-limits", options=ChartOptions(center=2.0))
    # P(X > 2 + 3 sqrt 2) for Poisson(2) = P(X >= 7) = 0.004534 (tables of the Poisson law).
    assert result.flagged_points_per_1000 == pytest.approx(4.53, abs=1.0)
