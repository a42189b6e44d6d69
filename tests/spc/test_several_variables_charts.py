"""Charts of several variables: Hotelling T² and MEWMA."""

import json
import math

import numpy as np
import pytest
from scipy import stats

from spc.chart import chart
from spc.errors import ChartError, ConstantSeriesError, TooFewPointsError, ValuesError
from spc.mewma import mewma_chart, mewma_limit
from spc.multivariate import MultiBaseline
from spc.options import ChartOptions
from spc.run_lengths.mewma import mewma_run_length
from spc.t2 import group_limit, single_limit

NORMAL = np.random.default_rng(0).multivariate_normal([10, 5], [[1, 0.6], [0.6, 2]], size=60)
# Lowry and others (1992), as in the NIST/SEMATECH e-Handbook, 6.3.4.3.
LOWRY = np.array(
    [(-1.19, 0.59), (0.12, 0.90), (-1.69, 0.40), (0.30, 0.46), (0.89, -0.75),
     (0.82, 0.98), (-0.30, 2.28), (0.63, 1.75), (1.56, 1.58), (1.46, 3.05)]
)  # fmt: skip


def baseline(n, p, values=None, freedom=None):
    return MultiBaseline(np.zeros(p), np.eye(p), n, values or n, freedom or n - 1, "")


def test_t2_limits_of_subgroups_are_montgomerys():
    # Montgomery, example 11.1: m = 20 subgroups of 10, two variables, alpha .001: 13.72.
    learnt = baseline(20, 2, values=200.0, freedom=180.0)
    limit = group_limit(learnt, np.array([10.0]), 0.001, taught=np.array([True]))
    assert limit[0] == pytest.approx(13.72, abs=0.005)
    # Phase II: the same with m + 1 in place of m − 1.
    later = group_limit(learnt, np.array([10.0]), 0.001, taught=np.array([False]))
    assert later[0] / limit[0] == pytest.approx(21 / 19)


def test_t2_limits_of_single_points_follow_beta_and_f_laws():
    # Tracy, Young and Mason (1992), with scipy's laws.
    m, p = 30, 3
    first = (m - 1) ** 2 / m * stats.beta.isf(0.01, p / 2, (m - p - 1) / 2)
    later = p * (m + 1) * (m - 1) / (m * m - m * p) * stats.f.isf(0.01, p, m - p)
    assert single_limit(baseline(m, p), 0.01, taught=True) == pytest.approx(first)
    assert single_limit(baseline(m, p), 0.01, taught=False) == pytest.approx(later)


def test_t2_of_a_baseline_sums_to_its_degrees_of_freedom():
    # Σ (x − m)′ S⁻¹ (x − m) = p (n − 1) for the sample's own mean and covariance.
    result = chart(NORMAL, kind="t2", figures=False)
    assert result.panels[0].value.sum() == pytest.approx(2 * 59)


def test_t2_of_subgroups_by_hand():
    groups = np.array(
        [[[0.0, 1.0], [2.0, 0.0]], [[3.0, 3.0], [1.0, 4.0]], [[2.0, 2.0], [2.0, 5.0]]]
    )
    result = chart(groups.reshape(6, 2), kind="t2", size=2, figures=False)
    within = np.mean([np.cov(group.T) for group in groups], axis=0)
    distance = groups.mean(axis=1) - groups.mean(axis=(0, 1))
    expected = [2 * d @ np.linalg.inv(within) @ d for d in distance]
    assert result.panels[0].value == pytest.approx(expected)


def test_points_of_the_baseline_have_phase_one_limits_and_others_not():
    result = chart(NORMAL, kind="t2", baseline=(1, 40), exclusions=[(2, "late")], figures=False)
    ucl = result.panels[0].ucl
    learnt = baseline(39, 2)
    assert ucl[0] == pytest.approx(single_limit(learnt, 0.0027, taught=True))
    # The excluded point taught nothing, so it is judged like a later one.
    assert ucl[[2, 50]] == pytest.approx([single_limit(learnt, 0.0027, taught=False)] * 2)


@pytest.mark.parametrize("size", [None, 4])
def test_t2_keeps_its_probability_on_later_points(size):
    random, flagged, points = np.random.default_rng(1), 0, 0
    options = ChartOptions(probability=0.01)
    for _ in range(150):
        values = random.multivariate_normal([0, 0, 0], np.eye(3) + 0.5, size=100 * (size or 1))
        result = chart(
            values, kind="t2", size=size, baseline=(1, 25), options=options, figures=False
        )
        flagged += sum(signal.index >= 25 for signal in result.signals)
        points += 75
    # Points of one replay share their limits: the spread between replays is about twice binomial.
    assert abs(flagged / points - 0.01) < 6 * math.sqrt(0.01 / points)


def test_contributions_are_what_t2_falls_by_without_the_variable():
    result = chart(NORMAL, kind="t2", names=("width", "depth"), figures=False)
    without_depth = (NORMAL[:, 0] - NORMAL[:, 0].mean()) ** 2 / NORMAL[:, 0].var(ddof=1)
    assert result.contributions["depth"] == pytest.approx(result.panels[0].value - without_depth)
    report = json.loads(json.dumps(result.to_dict(), allow_nan=False))
    assert set(report["contributions"]) == {"width", "depth"}


def test_a_point_odd_in_its_combination_alone_is_found():
    values = np.vstack([NORMAL, [[12.2, 1.9]]])
    result = chart(values, kind="t2", baseline=(1, 60), figures=False)
    assert result.signals[-1].index == 60
    for column in range(2):
        single = chart(
            values[:, column], kind="imr", baseline=(1, 60), rules="beyond-limits", figures=False
        )
        assert not any(s.index == 60 and s.panel == "individuals" for s in single.signals)


def test_a_missing_variable_makes_the_point_missing():
    values = NORMAL.copy()
    values[3, 1] = np.nan
    panel = chart(values, kind="t2", figures=False).panels[0]
    assert np.isnan(panel.value[3])
    assert np.isnan(panel.ucl[3])


def test_mewma_statistics_of_lowrys_data_are_nists():
    options = ChartOptions(center=0.0, smoothing=0.1, decision=8.66)
    result = chart(LOWRY, kind="mewma", options=options, figures=False)
    # NIST/SEMATECH e-Handbook, 6.3.4.3: covariance from the data, exact covariance of the averages.
    expected = [2.1886, 2.0697, 4.8365, 3.4158, 0.7089, 0.9268, 4.0018, 6.1657, 7.8554, 14.4158]
    assert result.panels[0].value == pytest.approx(expected, abs=6e-5)
    assert [signal.index + 1 for signal in result.signals] == [10]


@pytest.mark.parametrize(
    ("smoothing", "limit"),
    # Prabhu and Runger (1997), p = 2, in-control ARL 200.
    [(0.05, 7.35), (0.10, 8.64), (0.20, 9.65), (0.30, 10.08), (0.50, 10.44), (0.80, 10.58)],
)
def test_mewma_limits_are_those_of_the_table(smoothing, limit):
    assert mewma_run_length(smoothing, limit, 2).arl == pytest.approx(200, rel=0.004)
    assert mewma_limit(200.0, variables=2, smoothing=smoothing) == pytest.approx(limit, abs=0.011)


def test_mewma_of_weight_one_is_t2_of_known_covariance():
    # P(χ²(2) > H) = exp(−H / 2).
    assert mewma_run_length(1.0, 10.6, 2).arl == pytest.approx(math.exp(5.3), rel=1e-6)


def test_mewma_run_length_of_molnau():
    # Molnau and others (2001): 199.09 for r = .1, p = 20, H = 37.01, from a chain of few states.
    assert mewma_run_length(0.1, 37.01, 20).arl == pytest.approx(199.09, rel=0.015)


def test_mewma_keeps_its_run_length():
    # The length of the vector is a Markov chain: its next square is noncentral chi-squared.
    random, runs, smoothing, limit = np.random.default_rng(2), 6000, 0.2, 9.65
    reach = math.sqrt(limit * smoothing / (2 - smoothing))
    length, age, ages = np.zeros(runs), 0, []
    while length.size:
        age += 1
        moved = (1 - smoothing) * length + smoothing * random.normal(size=length.size)
        length = np.hypot(moved, smoothing * random.normal(size=length.size))
        ages += [age] * int(np.count_nonzero(length > reach))
        length = length[length <= reach]
    error = np.std(ages) / math.sqrt(runs)
    assert abs(np.mean(ages) - mewma_run_length(smoothing, limit, 2).arl) < 3 * error


@pytest.mark.parametrize(
    ("values", "arguments", "error", "message"),
    [
        (
            [1.0, 2.0, 3.0],
            {},
            ValuesError,
            r"two variables or more per point, but got shape \(3,\)",
        ),
        (np.zeros((0, 2)), {}, ValuesError, "values is empty"),
        ([[1.0, 2.0], [math.inf, 1.0]], {}, ValuesError, r"values\[1\] is infinite in 'x1'"),
        (NORMAL[:3], {}, TooFewPointsError, "3 points are too few for 2 variables; at least 4"),
        (NORMAL, {"names": ("x", "x")}, ValuesError, "2 variables need as many different names"),
        (NORMAL * [1, 0], {"names": ("x", "y")}, ConstantSeriesError, "no variation in 'y'"),
        (NORMAL[:, [0, 0]], {}, ConstantSeriesError, "follows from the other variables"),
        (NORMAL, {"options": ChartOptions(probability=0.0)}, ChartError, "probability must be in"),
        (NORMAL, {"options": ChartOptions(sigma=1.0)}, ChartError, "a t2 chart takes no sigma"),
        ([["a", "b"]], {}, ValuesError, "values must be numbers or NaN"),
    ],
)
def test_unusable_variables_are_refused(values, arguments, error, message):
    with pytest.raises(error, match=message):
        chart(values, kind="t2", **arguments)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"smoothing": 0.0}, r"smoothing \(lambda\) must be in"),
        ({"decision": -1.0}, r"the limit \(h\) of a MEWMA chart must be above 0"),
        ({"arl": 0.5}, r"the average run length must be in \(1, 1e6\]"),
        ({"arl": 200.0, "decision": 8.0}, "not both"),
    ],
)
def test_mewma_options_out_of_range_are_refused(options, message):
    with pytest.raises(ChartError, match=message):
        chart(NORMAL, kind="mewma", options=ChartOptions(**options))


def test_figures_of_t2_are_near_what_is_asked_for():
    result = chart(NORMAL, kind="t2")
    assert result.flagged_points_per_1000 == pytest.approx(2.7, abs=1.2)


def test_subgroups_too_small_for_a_covariance_are_refused():
    with pytest.raises(TooFewPointsError, match="too few values for the covariance of 2 variables"):
        chart(NORMAL[:4], kind="t2", size=2)


def test_the_run_of_a_mewma_signal_begins_where_the_average_turned_to_its_side():
    baseline = MultiBaseline(np.zeros(2), np.eye(2), 30, 30.0, 29.0, "")
    # By hand with λ = .5: the averages are (−1, 0), (−.5, 0), (1.75, 0), (2.875, 0); the last one
    # signals, and its side is reached at the third point.
    points = np.array([[-2.0, 0.0], [0.0, 0.0], [4.0, 0.0], [4.0, 0.0]])
    result = mewma_chart(points, baseline, names=("x", "y"), smoothing=0.5, limit=15.0)
    assert [(signal.index, signal.run) for signal in result.signals] == [(3, (2, 3))]
    # A missing point is passed over.
    gap = np.insert(points, 2, np.nan, axis=0)
    found = mewma_chart(gap, baseline, names=("x", "y"), smoothing=0.5, limit=15.0)
    assert [(signal.index, signal.run) for signal in found.signals] == [(4, (3, 4))]
