"""Charts of autocorrelated values and of counts that add up: residual, EWMA, CUSUM."""

import math

import numpy as np
import pytest
from scipy import stats

from spc.arma import Arma, fit_arma, log_likelihood
from spc.chart import chart
from spc.count_cusum import (
    CountCusum,
    count_cusum_chart,
    design,
    reference_value,
)
from spc.errors import ChartError, ConstantSeriesError, TooFewPointsError, ValuesError
from spc.laws.negative_binomial import NegativeBinomial
from spc.options import ChartOptions
from spc.run_lengths.count_cusum import count_cusum_run_length


def arma_series(random, n, phi, theta=0.0):
    """A series with error variance 1, started long before."""
    errors = random.normal(size=n + 200)
    values = np.zeros(n + 200)
    for index in range(1, n + 200):
        values[index] = phi * values[index - 1] + errors[index] + theta * errors[index - 1]
    return values[200:]


def covariance(model, n):
    lags = np.abs(np.subtract.outer(np.arange(n), np.arange(n)))
    correlation = np.where(
        lags == 0, 1.0, model.first_correlation * model.phi ** np.maximum(lags - 1, 0)
    )
    return model.sigma**2 * model.start_variance * correlation


@pytest.mark.parametrize(("phi", "theta"), [(0.7, 0.0), (0.8, -0.4), (-0.3, 0.5)])
def test_the_likelihood_is_that_of_the_multivariate_normal_law(phi, theta):
    values = arma_series(np.random.default_rng(1), 40, phi, theta)
    shape = covariance(Arma(0.0, phi, theta, 1.0, 40), 40)
    # Two stretches with a gap between them are independent.
    shape[:25, 25:] = shape[25:, :25] = 0.0
    # scipy's density with the error variance at its maximum, less the constant −n (log 2π + 1) / 2.
    square = values @ np.linalg.solve(shape, values) / 40
    expected = stats.multivariate_normal(cov=square * shape).logpdf(values)
    segments = [values[:25], values[25:]]
    found = log_likelihood(segments, np.array([0.0, phi]), np.array([theta]))[0, 1]
    assert found - 20 * (math.log(2 * math.pi) + 1) == pytest.approx(expected, abs=1e-8)


@pytest.mark.parametrize(
    ("order", "phi", "theta"), [("ar1", 0.6, 0.0), ("ar1", -0.4, 0.0), ("arma11", 0.9, -0.5)]
)
def test_fitted_coefficients_are_near_the_true_ones(order, phi, theta):
    n, random = 500, np.random.default_rng(2)
    fits = [fit_arma(arma_series(random, n, phi, theta), order) for _ in range(8)]
    found = np.array([[fit.phi, fit.theta, fit.sigma] for fit in fits])
    error = found.std(axis=0) / math.sqrt(len(fits))
    # Estimates of φ are biased towards 0 by about (1 + 3 φ) / n (Marriott and Pope 1954).
    assert np.all(np.abs(found.mean(axis=0) - [phi, theta, 1.0]) < 3.5 * error + 0.01)


def test_residuals_of_an_ar1_by_hand():
    model = Arma(mean=10.0, phi=0.5, theta=0.0, sigma=2.0, n=50)
    # The first deviation is scaled by √(1 − φ²), the others are x[t] − 10 − .5 (x[t − 1] − 10).
    found = model.residuals(np.array([12.0, 13.0, np.nan, 14.0, 9.0]))
    root = math.sqrt(0.75)
    assert found == pytest.approx([2 * root, 2.0, math.nan, 4 * root, -3.0], nan_ok=True)


def test_residuals_of_a_long_started_arma_are_its_errors():
    random = np.random.default_rng(3)
    errors = random.normal(size=400)
    values = np.zeros(400)
    for index in range(1, 400):
        values[index] = 0.8 * values[index - 1] + errors[index] - 0.4 * errors[index - 1]
    model = Arma(0.0, 0.8, -0.4, 1.0, 400)
    assert model.residuals(values)[100:] == pytest.approx(errors[100:], abs=1e-6)


def test_residuals_keep_their_false_alarms_where_an_individuals_chart_does_not():
    values = arma_series(np.random.default_rng(4), 12_000, 0.7)
    residual, individuals = (
        chart(values, kind=kind, baseline=(1, 3000), rules="beyond-limits", figures=False)
        for kind in ("residual", "imr")
    )
    share = len(residual.signals) / values.size
    assert abs(share - 0.0027) < 4 * math.sqrt(0.0027 / values.size)
    # SPC.md: an individuals chart of such a series flags tens of times more.
    assert len(individuals.signals) > 20 * len(residual.signals)


def test_a_residual_chart_says_how_little_of_a_shift_it_keeps():
    values = arma_series(np.random.default_rng(5), 500, 0.7)
    result = chart(values, kind="residual", figures=False)
    # 1 − φ of a shift is left after its first point.
    assert result.phase["kept_of_shift"] == pytest.approx(1 - result.phase["model"]["phi"])
    assert "chart the level beside them" in result.advice
    given = chart(values, kind="residual", options=ChartOptions(center=3.0), figures=False)
    assert given.phase["model"]["mean"] == 3.0


@pytest.mark.parametrize(("phi", "theta"), [(0.6, 0.0), (0.9, -0.5), (-0.4, 0.2), (0.0, 0.3)])
def test_the_variance_of_an_ewma_of_correlated_values_is_exact(phi, theta):
    model, smoothing, n = Arma(0.0, phi, theta, 1.0, 100), 0.3, 25
    correlation = covariance(model, n) / model.total_sigma**2
    # By definition: the weights of the first i values on both sides of their correlations.
    for i in (1, 2, 5, n):
        weight = smoothing * (1 - smoothing) ** np.arange(i)[::-1]
        expected = weight @ correlation[:i, :i] @ weight
        assert model.average_variance(smoothing, n)[i - 1] == pytest.approx(expected)


@pytest.mark.parametrize("order", ["ar1", "arma11"])
def test_corrected_ewma_limits_hold_where_textbook_ones_fail(order):
    values = arma_series(np.random.default_rng(6), 20_000, 0.6)
    plain, corrected = (
        chart(
            values,
            kind="ewma",
            baseline=(1, 2000),
            options=ChartOptions(autocorrelation=name),
            figures=False,
        )
        for name in ("none", order)
    )
    # A normal statistic lies beyond 2.962 standard deviations with probability .0031.
    assert 0.001 < len(corrected.signals) / values.size < 0.006
    assert len(plain.signals) > 20 * len(corrected.signals)
    assert corrected.phase["autocorrelation"] == order


def test_autocorrelation_needs_values_and_leaves_no_room_for_another_sigma():
    noise = np.random.default_rng(7).normal(size=40)
    with pytest.raises(TooFewPointsError, match="19 values are too few to tell autocorrelation"):
        chart(noise[:19], kind="residual")
    with pytest.raises(ConstantSeriesError, match="no variation"):
        chart([2.0] * 30, kind="residual")
    options = ChartOptions(autocorrelation="ar1", sigma=1.0)
    with pytest.raises(ChartError, match="sigma comes from the fitted model"):
        chart(noise, kind="ewma", options=options)
    with pytest.raises(ChartError, match="autocorrelation must be one of none, ar1, arma11"):
        chart(noise, kind="ewma", options=ChartOptions(autocorrelation="ma1"))


def test_the_poisson_reference_value_is_lucas():
    # Lucas (1985): k = (μd − μa) / (ln μd − ln μa) = 3 / ln(7 / 4).
    law = NegativeBinomial(mean=4.0, dispersion=0.0)
    assert reference_value(law, 7.0) == pytest.approx(3 / math.log(7 / 4))


def test_the_negative_binomial_reference_value_makes_both_laws_equally_likely():
    law, worse = (NegativeBinomial(mean=mean, dispersion=0.25) for mean in (5.0, 9.0))
    k = reference_value(law, 9.0)
    ratio = stats.nbinom.logpmf([3, 12], 4, 4 / (4 + 9)) - stats.nbinom.logpmf(
        [3, 12], 4, 4 / (4 + 5)
    )
    # The log-likelihood ratio is linear in the count (scipy's law), and k is its zero.
    assert 3 - ratio[0] * 9 / (ratio[1] - ratio[0]) == pytest.approx(k)
    assert worse.mean > k > law.mean


def test_the_run_length_of_a_poisson_cusum_is_lucas():
    # Lucas (1985): k = .25, h = 10 at a mean of .25 has a run length of 438.
    law = NegativeBinomial(mean=0.25, dispersion=0.0)
    assert count_cusum_run_length(law, 0.25, 10.0).arl == pytest.approx(438, abs=0.5)


@pytest.mark.parametrize("upper", [True, False])
@pytest.mark.parametrize("dispersion", [0.0, 0.2])
def test_designed_count_cusums_keep_their_run_length(upper, dispersion):
    law = NegativeBinomial(mean=6.0, dispersion=dispersion)
    side = design(law, 9.0 if upper else 4.0, arl=100.0)
    name = "upper" if upper else "lower"
    exact = count_cusum_run_length(law, side.slack, side.decision, side=name).arl
    assert 100 <= exact < 125
    random, runs = np.random.default_rng(8), 1500
    total, age, ages = np.zeros(runs), 0, []
    while total.size:
        age += 1
        counts = law.quantile(random.random(total.size))
        step = counts - side.slack if upper else side.slack - counts
        total = np.maximum(0, total + step)
        done = total >= side.decision - 1e-9
        ages += [age] * int(done.sum())
        total = total[~done]
    assert abs(np.mean(ages) - exact) < 3.5 * np.std(ages) / math.sqrt(runs)


COUNTS = np.random.default_rng(9).poisson(4.0, size=100)


def test_a_count_cusum_finds_a_doubling_soon():
    values = np.append(COUNTS, np.random.default_rng(10).poisson(8.0, size=20))
    options = ChartOptions(law="poisson", detect=8.0)
    result = chart(values, kind="cusum", baseline=(1, 100), options=options, figures=False)
    first = next(s for s in result.signals if s.index >= 100)
    assert first.index < 106
    assert first.run[0] >= 97
    assert [panel.name for panel in result.panels] == ["cusum-high"]


def test_a_count_cusum_has_two_sides_of_which_each_has_half_of_the_alarms():
    result = chart(COUNTS, kind="cusum", options=ChartOptions(law="poisson"), figures=False)
    assert [side["upper"] for side in result.phase["sides"]] == [True, False]
    law = NegativeBinomial(mean=float(COUNTS.mean()), dispersion=0.0)
    for side in result.phase["sides"]:
        name = "upper" if side["upper"] else "lower"
        assert count_cusum_run_length(law, side["slack"], side["decision"], side=name).arl >= 740


def test_rare_counts_have_no_lower_cusum():
    values = np.random.default_rng(11).poisson(0.05, size=200)
    result = chart(values, kind="cusum", options=ChartOptions(law="poisson"), figures=False)
    assert [panel.name for panel in result.panels] == ["cusum-high"]


def test_reaching_h_signals_as_in_lucas():
    law = NegativeBinomial(mean=2.0, dispersion=0.0)
    # .1 + .1 + .1 is not .3 in floating point; the sum still reaches h.
    result = count_cusum_chart([3, 3, 3], law, (CountCusum(slack=2.9, decision=0.3),))
    assert [signal.index for signal in result.signals] == [2]


def test_ewma_limits_of_counts_are_borrors():
    options = ChartOptions(law="poisson", center=4.0, smoothing=0.2, width=2.8)
    panel = chart(COUNTS, kind="ewma", options=options, figures=False).panels[0]
    # Borror, Champ and Rigdon (1998): μ ± A √(μ λ / (2 − λ)) in the long run, no lower limit below 0.
    assert panel.ucl[-1] == pytest.approx(4 + 2.8 * math.sqrt(4 * 0.2 / 1.8))
    assert panel.ucl[0] == pytest.approx(4 + 2.8 * math.sqrt(4) * 0.2)
    rare = ChartOptions(law="poisson", center=0.1, smoothing=0.5)
    assert chart(COUNTS, kind="ewma", options=rare, figures=False).panels[0].lcl.min() == 0.0


def test_overdispersed_counts_widen_the_ewma():
    values = np.random.default_rng(12).negative_binomial(2, 0.3, size=200)
    poisson, negative = (
        chart(values, kind="ewma", options=ChartOptions(law=law), figures=False)
        for law in ("poisson", "nb")
    )
    assert negative.panels[0].ucl[-1] > 1.2 * poisson.panels[0].ucl[-1]
    assert negative.estimator == "negative binomial"


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"law": "gamma"}, ChartError, "law must be one of normal, poisson, nb, but got 'gamma'"),
        ({"law": "poisson", "slack": 5.0}, ChartError, "k is given without h"),
        ({"law": "poisson", "detect": 0.0}, ChartError, "mean to detect must be above 0"),
        ({"law": "poisson", "arl": 1.0}, ChartError, "run length to keep must be above 1"),
        ({"law": "poisson", "sigma": 1.0}, ChartError, "takes no sigma"),
        ({"law": "poisson", "center": -1.0}, ChartError, "must be finite and above 0, but got -1"),
        ({"law": "poisson", "decision": -1.0}, ChartError, "h above 0, but got"),
        (
            {"law": "poisson", "decision": 3.0, "head_start": 3.0},
            ChartError,
            r"must be in \[0, 3\)",
        ),
    ],
)
def test_count_cusum_options_out_of_range_are_refused(options, error, message):
    with pytest.raises(error, match=message):
        chart(COUNTS, kind="cusum", options=ChartOptions(**options), figures=False)


def test_count_charts_refuse_measurements_and_counts_too_large():
    with pytest.raises(ValuesError, match=r"values\[1\] is 2.5"):
        chart([1, 2.5, 3], kind="cusum", options=ChartOptions(law="poisson"))
    law = NegativeBinomial(mean=0.05, dispersion=0.0)
    with pytest.raises(ChartError, match="no room below for a CUSUM"):
        design(law, 0.01)
    with pytest.raises(ChartError, match="so large that the CUSUM of measurements"):
        design(NegativeBinomial(mean=2e6, dispersion=0.0), 2.001e6)
