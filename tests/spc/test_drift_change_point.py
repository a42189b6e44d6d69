import math

import numpy as np
import pytest
from scipy import stats

from spc.drift.change_point import LONGEST, change_point, count_change_point, gap_of
from spc.errors import ChartError, TooFewPointsError, ValuesError
from spc.ewma import exponential_average
from spc.laws.negative_binomial import NegativeBinomial
from spc.laws.normal import Normal
from spc.simulation import SeriesModel

CHANGE = 100


def signal_after_change(z, limit):
    """Where an EWMA first leaves its limit after the change, so that the chart's choice counts."""
    average = exponential_average(z, 0.2, start=0.0)
    found = np.flatnonzero(np.abs(average[CHANGE:]) > limit)
    return CHANGE + int(found[0]) if found.size else None


def coverage(draw, estimate, runs):
    """Share of confidence sets that hold the true start, of the series that signalled."""
    found = []
    for seed in range(runs):
        values, signal = draw(np.random.default_rng(seed))
        if signal is not None:
            found.append(bool(estimate(values, signal).members[CHANGE]))
    assert len(found) > 0.9 * runs
    return np.mean(found), 3 * math.sqrt(0.95 * 0.05 / len(found))


def test_the_gap_is_siegmunds():
    # (1 − e^−gap)² = .95.
    assert (1 - math.exp(-gap_of(0.95))) ** 2 == pytest.approx(0.95)


def test_the_estimate_is_the_likeliest_start():
    z = np.array([0.4, -1.0, 0.2, 1.9, 2.4, 1.1])
    # By hand: sums of the last values squared over twice their number.
    ratios = [(z[t:].sum()) ** 2 / (2 * (z.size - t)) for t in range(z.size)]
    found = change_point(z)
    assert found.index == int(np.argmax(ratios)) == 3
    assert found.log_likelihood_ratio == pytest.approx(max(ratios))
    assert found.shift == pytest.approx(1.8)


def test_values_after_the_signal_are_not_used():
    z = [0.0, 0.0, 3.0, 3.0, 50.0]
    found = change_point(z, signal=3)
    assert (found.index, found.shift) == (2, 3.0)
    assert not found.members[4]


def test_missing_values_are_no_start_and_shift_no_index():
    found = change_point([0.1, np.nan, -0.2, np.nan, 3.0, 3.2, np.nan, 2.9])
    assert found.index == 4
    assert not found.members[[1, 3, 6]].any()


def test_indexes_of_a_long_series_count_from_its_beginning():
    z = np.random.default_rng(0).normal(size=3 * LONGEST)
    z[-20:] += 4
    assert abs(change_point(z).index - (z.size - 20)) <= 1


@pytest.mark.parametrize("shift", [1.0, 2.0])
def test_the_set_holds_the_start_as_often_as_it_says(shift):
    def draw(random):
        z = random.normal(size=300)
        z[CHANGE:] += shift
        return z, signal_after_change(z, 0.95)

    found, error = coverage(draw, lambda z, signal: change_point(z, signal=signal), 600)
    assert found >= 0.95 - error


def test_under_correlation_only_the_set_that_knows_of_it_keeps_its_word():
    share, decay = 0.7, 0.83
    model = SeriesModel(Normal(0.0, 1.0), share, decay)

    def draw(random):
        z = model.draw(random, 250)
        z[CHANGE:] += 1.5
        return z, signal_after_change(z, 2.2)

    knowing, error = coverage(
        draw, lambda z, s: change_point(z, signal=s, share=share, decay=decay), 200
    )
    naive, _ = coverage(draw, lambda z, s: change_point(z, signal=s), 200)
    assert knowing >= 0.95 - error
    assert naive < 0.85


@pytest.mark.parametrize("dispersion", [0.0, 1 / 3.94])
def test_the_set_of_counts_holds_the_start_as_often_as_it_says(dispersion):
    mean = 4.95
    law = NegativeBinomial(mean, dispersion)

    def counts(random, mean, n):
        rates = mean * random.gamma(3.94, 1 / 3.94, size=n) if dispersion else np.full(n, mean)
        return random.poisson(rates).astype(float)

    def draw(random):
        values = np.concatenate([counts(random, mean, CHANGE), counts(random, 2 * mean, 150)])
        return values, signal_after_change(law.z(values), 0.95)

    found, error = coverage(
        draw, lambda x, s: count_change_point(x, mean, dispersion=dispersion, signal=s), 400
    )
    assert found >= 0.95 - error


def test_the_likelihood_of_counts_is_that_of_scipy():
    values, mean, dispersion = np.array([2.0, 0.0, 7.0, 9.0]), 2.5, 0.4
    size = 1 / dispersion

    def log_mass(x, mean):
        return stats.nbinom.logpmf(x, size, size / (size + mean)).sum()

    best = max(
        log_mass(values[t:], values[t:].mean()) - log_mass(values[t:], mean) for t in range(4)
    )
    found = count_change_point(values, mean, dispersion=dispersion)
    assert found.log_likelihood_ratio == pytest.approx(best)
    assert found.index == 2


def test_a_stop_of_counts_is_found_too():
    found = count_change_point([5, 4, 6, 0, 0, 0], 5.0)
    assert (found.index, found.after) == (3, 0.0)


def test_an_uncertain_centre_widens_the_set():
    z = np.random.default_rng(3).normal(size=120)
    z[100:] += 1.5
    known, learnt = change_point(z), change_point(z, baseline_n=20)
    assert learnt.log_likelihood_ratio < known.log_likelihood_ratio


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: change_point([np.nan]), TooFewPointsError, "every value up to the signal"),
        (lambda: change_point([1.0], signal=1), ChartError, "signal at 1 does not lie within"),
        (lambda: change_point([1.0], share=2.0), ChartError, r"share must be in \[0, 1\]"),
        (lambda: change_point([1.0], confidence=0.0), ChartError, "confidence must be between"),
        (lambda: change_point([1.0], baseline_n=0), ChartError, "baseline_n must be above 0"),
        (lambda: count_change_point([1.5], 1.0), ValuesError, "a count is a whole number"),
        (lambda: count_change_point([1], 0.0), ChartError, "mean in control"),
        (lambda: count_change_point([1], 1.0, dispersion=-1.0), ChartError, "dispersion must be"),
    ],
)
def test_what_has_no_change_point_is_refused(call, error, message):
    with pytest.raises(error, match=message):
        call()
