"""Run lengths of charts of counts and sizes: published tables, and simulation of the same charts."""

import json
import math

import numpy as np
import pytest
from scipy import stats

from spc.errors import ChartError
from spc.laws.negative_binomial import NegativeBinomial
from spc.laws.normal import Normal
from spc.laws.zero_lognormal import ZeroLognormal
from spc.options import ChartOptions
from spc.run_lengths.changes import DOUBLING, Change
from spc.run_lengths.charts import run_length
from spc.run_lengths.count_cusum import count_cusum_run_length
from spc.run_lengths.law_chains import law_cusum_run_length, law_ewma_run_length
from spc.run_lengths.tails import above, at_least, at_most, below, region_probabilities
from spc.run_lengths.two_part import two_part_run_length
from spc.simulation import SeriesModel
from spc.two_part import two_part_chart

QUARTER = NegativeBinomial(0.25, 0.0)
STAINS = NegativeBinomial(4.95, 1 / 3.94)


@pytest.mark.real_data
def test_poisson_cusum_has_the_run_length_of_lucas(shared_data):
    text = (shared_data / "spc_cases" / "arl_tables.json").read_text()
    table = json.loads(text)["expected"]["lucas_pois_cusum"]
    law = NegativeBinomial(table["mu0"], 0.0)
    found = count_cusum_run_length(law, table["k"], table["h"])
    assert round(found.arl) == table["published"]
    assert found.arl == pytest.approx(table["R_spc"], abs=1e-3)


@pytest.mark.parametrize(
    ("side", "head_start", "printed"),
    # Lucas (1985), Technometrics 27, tables 2 to 5, k = .25, h = 10; signals where the sum reaches h.
    [("upper", 0.0, 438), ("upper", 5.0, 333), ("lower", 0.0, 437), ("lower", 5.0, 318)],
)
def test_upper_and_lower_poisson_cusums_with_head_start(side, head_start, printed):
    found = count_cusum_run_length(QUARTER, 0.25, 10.0, side=side, head_start=head_start)
    assert round(found.arl) == printed


def test_negative_binomial_cusum_agrees_with_simulation():
    found = count_cusum_run_length(STAINS, 7.0, 20.0)
    random = np.random.default_rng(5)
    sums, lengths = np.zeros(1_000), []
    k = 1 / STAINS.dispersion
    point = 0
    while sums.size:
        point += 1
        # numpy's own generator in place of ours.
        x = random.negative_binomial(k, k / (k + STAINS.mean), size=sums.size)
        sums = np.maximum(sums + x - 7.0, 0)
        signal = sums >= 20.0
        lengths += [point] * int(signal.sum())
        sums = sums[~signal]
    assert abs(np.mean(lengths) - found.arl) < 3 * np.std(lengths) / math.sqrt(len(lengths))


def test_the_front_takes_the_options_of_a_count_cusum():
    options = ChartOptions(law="poisson", slack=0.25, decision=10.0)
    # Lucas (1985), table 2: 438.
    assert round(run_length("cusum", QUARTER, options=options).arl) == 438


def test_two_sided_count_cusum_is_quicker_than_each_side():
    both = count_cusum_run_length(STAINS, 5.0, 25.0, side="both").arl
    upper = count_cusum_run_length(STAINS, 5.0, 25.0).arl
    lower = count_cusum_run_length(STAINS, 5.0, 25.0, side="lower").arl
    assert both == pytest.approx(1 / (1 / upper + 1 / lower), rel=0.02)


def test_a_change_after_a_long_time_in_control_is_found_sooner():
    doubled = NegativeBinomial(9.9, STAINS.dispersion)
    late = count_cusum_run_length(doubled, 7.0, 30.0, in_control=STAINS)
    assert late.arl < count_cusum_run_length(doubled, 7.0, 30.0).arl


def test_c_and_p_charts_have_the_run_length_of_their_law():
    # scipy's laws in place of ours; limits three sigma from the mean.
    c = stats.poisson(4.0)
    outside = c.sf(10) + c.cdf(-1)
    assert run_length("c", NegativeBinomial(4.0, 0.0)).arl == pytest.approx(1 / outside, rel=1e-9)
    p = stats.binom(200, 0.05)
    spread = 3 * math.sqrt(200 * 0.05 * 0.95)
    outside = p.sf(math.floor(10 + spread)) + p.cdf(math.ceil(10 - spread) - 1)
    found = run_length("np", NegativeBinomial(0.05, 0.0), chances=200).arl
    assert found == pytest.approx(1 / outside, rel=1e-9)
    u = stats.poisson(10.0)
    outside = u.sf(math.floor(10 + 3 * math.sqrt(10))) + u.cdf(0)
    found = run_length("u", NegativeBinomial(0.02, 0.0), chances=500).arl
    assert found == pytest.approx(1 / outside, rel=1e-9)


@pytest.mark.parametrize("law", [STAINS, NegativeBinomial(0.2, 0.0), ZeroLognormal(0.7, 0.0, 1.0)])
def test_averages_of_any_law_agree_with_simulation(law):
    center, sigma = 0.5 + law.center, law.sigma
    found = law_ewma_run_length(law, 0.2, 2.9, center=center, sigma=sigma)
    sums = law_cusum_run_length(law, 0.5, 4.0, center=center, sigma=sigma)
    random = np.random.default_rng(6)
    runs = 1_000
    limit = 2.9 * math.sqrt(0.2 / 1.8)
    for exact, kind in ((found, "ewma"), (sums, "cusum")):
        paths = SeriesModel(law).paths(random, runs)
        state, lengths, point = np.zeros((2, runs)), [], 0
        alive = np.ones(runs, dtype=bool)
        while alive.any():
            for x in paths.take(250).T:
                point += 1
                z = (x - center) / sigma
                if kind == "ewma":
                    state = 0.8 * state + 0.2 * z
                    signal = alive & (np.abs(state[0]) > limit)
                else:
                    state = np.maximum(state + np.array([z, -z]) - 0.5, 0)
                    signal = alive & (state > 4.0).any(axis=0)
                lengths += [point] * int(signal.sum())
                alive &= ~signal
        error = np.std(lengths) / math.sqrt(len(lengths))
        # Cells blur the statistic by a few thousandths of sigma.
        assert abs(np.mean(lengths) - exact.arl) < 3.5 * error + 0.01 * exact.arl, kind


def test_averages_of_normal_values_by_cells_agree_with_the_integral_equation():
    # Lucas and Saccucci (1990): λ = .5, L = 3.071 has 500.
    found = law_ewma_run_length(Normal(5.0, 2.0), 0.5, 3.071, center=5.0, sigma=2.0)
    assert found.arl == pytest.approx(499.906, rel=2e-3)


def test_both_panels_of_the_two_part_chart_are_in_its_run_length():
    law = ZeroLognormal(0.5, 0.0, 0.8)
    changed = ZeroLognormal(0.35, 0.6, 0.8)
    exact = two_part_run_length(changed, chart=law)
    random = np.random.default_rng(8)
    lengths = []
    for _ in range(300):
        points = changed.quantile(random.random(600))
        signals = two_part_chart(points, law, rules="beyond-limits").signals
        lengths.append(signals[0].index + 1 if signals else 600)
    assert abs(np.mean(lengths) - exact.arl) < 3 * np.std(lengths) / math.sqrt(len(lengths))


def test_a_doubling_is_found_sooner_than_a_false_alarm():
    for kind, law in (("nb", STAINS), ("two-part", ZeroLognormal(0.3, 0.0, 0.8)), ("ewma", STAINS)):
        assert run_length(kind, law, change=DOUBLING).arl < run_length(kind, law).arl / 3


def test_tails_count_the_value_itself_once():
    law = NegativeBinomial(1.0, 0.0)
    x = np.array([-1.0, 0.0, 0.5, 2.0])
    poisson = stats.poisson(1.0)
    assert at_most(law, x) == pytest.approx(poisson.cdf(np.floor(x)))
    assert above(law, x) == pytest.approx(poisson.sf(np.floor(x)))
    assert below(law, x) == pytest.approx([0.0, 0.0, poisson.cdf(0), poisson.cdf(1)])
    assert at_least(law, x) == pytest.approx([1.0, 1.0, poisson.sf(0), poisson.sf(1)])
    sizes = ZeroLognormal(0.4, 0.0, 1.0)
    assert at_most(sizes, np.array([-1.0, 0.0, 1.0])) == pytest.approx([0.0, 0.4, 0.7])
    assert at_least(sizes, np.array([0.0, 1e-300])) == pytest.approx([1.0, 0.6])
    regions = region_probabilities(sizes, np.array([0.0, 1.0]))
    assert regions == pytest.approx([0.0, 0.4, 0.3, 0.0, 0.3])


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: count_cusum_run_length(STAINS, 0.0, 5.0), "must be above 0"),
        (lambda: count_cusum_run_length(STAINS, math.pi, 5.0), "have no common step"),
        (lambda: count_cusum_run_length(STAINS, 5.001, 900.0), "more than 4000"),
        (lambda: count_cusum_run_length(STAINS, 5.0, 9.0, side="left"), "no side 'left'"),
        (
            lambda: run_length("c", Normal(5.0, 1.0)),
            "a c chart is for counts, not for a normal law",
        ),
        (lambda: run_length("two-part", STAINS), "two-part chart is for sizes with zeros"),
        (lambda: run_length("p", STAINS), r"the share must be in \(0, 1\), but got 4.95"),
        (lambda: run_length("nb", STAINS, change=Change(sigmas=-5.0)), "have a mean above 0"),
        (
            lambda: run_length("cusum", STAINS, options=ChartOptions(law="nb")),
            r"give k \(slack\) and h \(decision\) of a CUSUM of counts",
        ),
        (lambda: run_length("imr", rules="none"), "without rules a chart never signals"),
        (lambda: run_length("run"), "a run chart has no run length: it judges a whole series"),
        (lambda: run_length("t2", dimensions=2), "give the limit of the T² statistic"),
        (lambda: run_length("mewma", dimensions=2), "give the limit of the MEWMA statistic"),
        (lambda: Change(factor=0.0), "a factor above 0"),
    ],
)
def test_charts_that_do_not_suit_are_refused(call, message):
    with pytest.raises(ChartError, match=message):
        call()
