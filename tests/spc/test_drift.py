import math
from itertools import pairwise

import numpy as np
import pytest
from scipy import stats

from spc.capability.errors import SpecificationError
from spc.capability.specification import Specification
from spc.drift.drifting import judge_drift
from spc.drift.segments import segments
from spc.drift.trend import fit_trend
from spc.errors import ChartError, ConstantSeriesError, TooFewPointsError, ValuesError
from spc.laws.normal import Normal
from spc.simulation import SeriesModel

DAYS = np.arange(60.0)
NOISE = np.random.default_rng(2).normal(size=60)
UPPER = Specification(upper=3.0)


def series(share, decay, seed, n):
    return SeriesModel(Normal(0.0, 1.0), share, decay).draw(np.random.default_rng(seed), n)


def test_the_slope_of_independent_values_is_that_of_least_squares():
    values = 2 + 0.05 * DAYS + NOISE
    found = fit_trend(DAYS, values)
    expected = stats.linregress(DAYS, values)
    # scipy.stats.linregress is the other program; correlation can never be ruled out.
    slope = found.slope_interval()
    assert slope.value == pytest.approx(expected.slope, rel=0.05)
    reach = stats.t.ppf(0.975, 58) * expected.stderr
    assert reach * 0.95 < (slope.high - slope.low) / 2 < reach * 1.6


def test_correlated_values_widen_the_interval_of_the_slope():
    values = series(1.0, 0.8, 4, 300)
    days = np.arange(300.0)
    slope = fit_trend(days, values).slope_interval()
    naive = stats.linregress(days, values).stderr
    # AR(1) with φ = .8: the standard error is √((1 + φ) / (1 − φ)) = 3 times the naive one; that φ is
    # not known, and may be larger, adds up to a half.
    assert 2 < (slope.high - slope.low) / (2 * 1.96 * naive) < 4.5


def test_unit_and_origin_do_not_matter():
    plain = fit_trend(DAYS, 0.1 * DAYS + NOISE)
    hours = fit_trend(1e6 + 24 * DAYS, 500 + 10 * (0.1 * DAYS + NOISE))
    assert hours.slope_interval().low == pytest.approx(
        plain.slope_interval().low * 10 / 24, rel=1e-6
    )
    level = plain.level_at(70.0)
    moved = hours.level_at(1e6 + 24 * 70)
    assert moved.high == pytest.approx(500 + 10 * level.high, rel=1e-6)


def test_missing_days_keep_their_place():
    values = 0.1 * DAYS + NOISE
    values[[3, 30, 59]] = np.nan
    found = fit_trend(DAYS, values)
    assert (found.n, found.now) == (57, 58.0)


def test_a_rising_level_meets_the_upper_limit_and_a_falling_one_the_lower():
    rising = judge_drift(DAYS, 0.1 * DAYS + NOISE, Specification(-7.0, 7.0))
    assert (rising.crossing.side, rising.crossing.limit) == ("upper", 7.0)
    falling = judge_drift(DAYS, -0.1 * DAYS - NOISE, Specification(-7.0, 7.0))
    assert falling.crossing.side == "lower"
    # One is the other's mirror image.
    assert falling.crossing.low == pytest.approx(rising.crossing.low)
    assert rising.crossing.low < rising.crossing.time < rising.crossing.high


def test_a_slope_away_from_the_only_limit_is_no_drift():
    found = judge_drift(DAYS, -0.1 * DAYS + NOISE, UPPER)
    assert found.crossing is None
    assert not found.drifting
    assert found.to_dict()["crossing"] is None


def test_a_level_that_is_beyond_already_crosses_now():
    found = judge_drift(DAYS, 0.2 * DAYS + NOISE, UPPER)
    assert found.crossing.time == found.trend.now == 59
    assert found.drifting


def test_a_far_limit_is_a_trend_but_no_drifting():
    found = judge_drift(DAYS, 0.1 * DAYS + NOISE, Specification(upper=500.0))
    assert found.crossing is not None
    assert not found.drifting


def test_a_crossing_that_may_never_come_has_no_upper_bound():
    # The slope is barely above 0 here, so a share of the likely lines never rise.
    for seed in range(40):
        values = 0.02 * DAYS + np.random.default_rng(seed).normal(size=60)
        found = judge_drift(DAYS, values, Specification(upper=1e5))
        if found.crossing is not None and math.isinf(found.crossing.high):
            assert found.to_dict()["crossing"]["high"] is None
            return
    pytest.fail("no barely rising series among forty")


@pytest.mark.parametrize(("share", "decay", "n"), [(0.0, 0.0, 30), (0.7, 0.83, 40), (1.0, 0.6, 40)])
def test_a_level_that_does_not_drift_is_seldom_called_drifting(share, decay, n):
    runs = 60
    called = sum(
        judge_drift(np.arange(float(n)), series(share, decay, seed, n), UPPER).drifting
        for seed in range(runs)
    )
    # Over 400 series the share was at most .03; its standard error here is .022.
    assert called / runs <= 0.03 + 3 * 0.022


@pytest.mark.soak
@pytest.mark.parametrize(
    ("share", "decay", "n", "most"),
    [(0.0, 0.0, 60, 0.05), (0.7, 0.83, 60, 0.05), (1.0, 0.9, 60, 0.12), (0.7, 0.95, 200, 0.05)],
)
def test_a_slow_wave_is_seldom_taken_for_a_slope(share, decay, n, most):
    runs = 200
    outside = 0
    for seed in range(runs):
        slope = fit_trend(np.arange(float(n)), series(share, decay, seed, n)).slope_interval()
        outside += slope.low > 0 or slope.high < 0
    print(f"share {share}, decay {decay}, n {n}: {outside / runs:.3f} exclude 0")
    assert outside / runs <= most + 3 * np.sqrt(most * (1 - most) / runs)


@pytest.mark.parametrize(("share", "decay"), [(0.0, 0.0), (0.7, 0.83)])
def test_a_level_that_crosses_in_a_week_is_called_drifting(share, decay):
    # It starts six sigma below the limit and crosses it seven days after the last value.
    slope, runs = 6 / 67, 40
    called = hit = 0
    for seed in range(runs):
        found = judge_drift(
            DAYS, slope * DAYS + series(share, decay, seed, 60), Specification(upper=6.0)
        )
        called += found.drifting
        hit += found.crossing is not None and found.crossing.low <= 67 <= found.crossing.high
    assert called / runs >= 0.9
    # An 80 % interval; standard error .063.
    assert hit / runs >= 0.8 - 3 * 0.063


@pytest.mark.parametrize(
    ("times", "values", "error", "message"),
    [
        ([0.0, 1.0], [1.0], ValuesError, "1 values, but 2 times"),
        ([0.0, 0.0], [1.0, 2.0], ValuesError, r"times\[1\] is not after times\[0\]"),
        ([0.0, np.nan], [1.0, 2.0], ValuesError, r"times\[1\] is missing"),
        (np.arange(9.0), np.arange(9.0), TooFewPointsError, "at least 10"),
        (np.arange(12.0), np.ones(12), ConstantSeriesError, "no variation"),
        (np.arange(12.0), np.arange(12.0), ConstantSeriesError, "straight line exactly"),
    ],
)
def test_what_has_no_trend_is_refused(times, values, error, message):
    with pytest.raises(error, match=message):
        fit_trend(times, values)


def test_drift_without_a_limit_or_horizon_is_refused():
    with pytest.raises(SpecificationError, match="needs a specification limit"):
        judge_drift(DAYS, NOISE, Specification())
    with pytest.raises(ChartError, match="horizon must be finite"):
        judge_drift(DAYS, NOISE, UPPER, horizon=0.0)
    with pytest.raises(ChartError, match="confidence must be"):
        judge_drift(DAYS, NOISE, UPPER, confidence=2.0)


def test_noise_is_one_piece():
    pieces = [len(segments(np.random.default_rng(s).normal(size=200))) for s in range(60)]
    # Under 3 log n a false change costs 15.9: rarer than one series in twenty.
    assert np.mean(np.array(pieces) > 1) <= 0.05 + 3 * 0.028


def test_levels_of_two_sigma_are_found_where_they_begin():
    z = np.random.default_rng(1).normal(size=150) + np.repeat([0.0, 2.0, -1.0], 50)
    found = segments(z)
    assert [piece.first for piece in found] == pytest.approx([0, 50, 100], abs=3)
    assert [piece.mean for piece in found] == pytest.approx([0, 2, -1], abs=0.5)
    assert all(a.last + 1 == b.first for a, b in pairwise(found))


def test_slow_waves_are_not_cut_up_where_the_effective_number_is_given():
    z = series(1.0, 0.9, 3, 400)
    # AR(1) with φ = .9: .1 / 1.9 of the values are effective.
    assert len(segments(z, effective=0.1 / 1.9)) <= 2 < len(segments(z))


def test_segments_count_missing_values_in_their_places():
    z = np.random.default_rng(0).normal(size=60) + np.repeat([0.0, 4.0], 30)
    z[[5, 30]] = np.nan
    found = segments(z)
    assert (found[0].first, found[-1].last) == (0, 59)
    assert found[1].first == 31


def test_segments_refuse_what_cannot_be_split():
    with pytest.raises(TooFewPointsError, match="too few for stretches of 5"):
        segments([1.0, 2.0, 3.0])
    with pytest.raises(ChartError, match="effective in"):
        segments(np.ones(30), effective=0.0)
