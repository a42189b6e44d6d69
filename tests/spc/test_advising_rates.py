"""Advice on counts over opportunities and on subgroups: what is found, stated and kept."""

import numpy as np
import pytest
from scipy import stats

from spc.advising.advice import advise
from spc.advising.groups import advise_groups
from spc.advising.rate_facts import dispersion_test, looks_like_items
from spc.advising.rates import advise_rates
from spc.chart import chart
from spc.combined_rates import combined_rate_chart, flagged_rates
from spc.errors import ChartError, ConstantSeriesError, TooFewPointsError
from spc.laws.rate_fit import fit_rates, log_likelihood
from spc.laws.rates import RateLaw, Spread
from spc.simulation import SeriesModel

CHANCES = np.random.default_rng(4).integers(50, 500, size=200).astype(float)


def counts(law, chances, seed):
    return law.quantile(np.random.default_rng(seed).random(chances.size), chances)


def test_masses_of_shares_and_rates_are_those_of_scipy():
    n, x = np.array([40.0, 90.0, 300.0]), np.array([0.0, 7.0, 31.0])
    a, b = 0.05 * (1 / 0.02 - 1), 0.95 * (1 / 0.02 - 1)
    # scipy.stats: beta-binomial with a = p(1/ρ − 1), b = (1 − p)(1/ρ − 1).
    found = RateLaw(0.05, True, Spread.OWN, 0.02).log_mass(x, n)
    assert found == pytest.approx(stats.betabinom.logpmf(x, n, a, b))
    # Negative binomial with k = 1 / amount, and with variance factor 1 + amount: k = mean / amount.
    own = RateLaw(0.1, False, Spread.OWN, 0.5).log_mass(x, n)
    assert own == pytest.approx(stats.nbinom.logpmf(x, 2, 2 / (2 + 0.1 * n)))
    factor = RateLaw(0.1, False, Spread.FACTOR, 1.5).log_mass(x, n)
    assert factor == pytest.approx(stats.nbinom.logpmf(x, 0.1 * n / 1.5, 1 / 2.5))
    plain = RateLaw(0.1, False).log_mass(x, n)
    assert plain == pytest.approx(stats.poisson.logpmf(x, 0.1 * n))


def test_scores_and_quantiles_of_counts_are_those_of_scipy():
    n = np.array([40.0, 40.0, 300.0])
    law, other = RateLaw(0.05, True), stats.binom(n, 0.05)
    x = np.array([1.0, 4.0, 20.0])
    # By scipy.stats: Φ⁻¹ of P(X < x) + P(X = x) / 2, and the percent point function.
    assert law.z(x, n) == pytest.approx(stats.norm.ppf(other.cdf(x) - other.pmf(x) / 2))
    shares = np.array([0.3, 0.999, 0.5])
    assert law.quantile(shares, n).tolist() == other.ppf(shares).tolist()


def test_large_counts_are_scored_in_fine_steps():
    n = np.full(3, 1e7)
    law, x = RateLaw(0.1, False), np.array([997_000.0, 1e6, 1_003_000.0])
    # A Poisson count of 1e6 is normal with sigma 1000: z is -3, 0 and 3.
    assert law.z(x, n) == pytest.approx([-3, 0, 3], abs=0.02)
    assert law.limits(n, 3.0)[1] == pytest.approx(1_003_000, abs=10)


@pytest.mark.parametrize(
    "law",
    [
        RateLaw(0.05, True, Spread.OWN, 0.02),
        RateLaw(0.05, False, Spread.OWN, 0.3),
        RateLaw(0.05, False, Spread.FACTOR, 1.5),
    ],
    ids=["beta-binomial", "negative binomial", "one factor"],
)
def test_the_amount_of_variation_is_found_again(law):
    chances = np.tile(CHANCES, 5)
    points = np.column_stack([counts(law, chances, 3), chances])
    fitted = fit_rates(points, items=law.items, spread=law.spread)
    # A thousand points tell the amount to some 7 %, here to within three such errors.
    assert fitted.amount == pytest.approx(law.amount, rel=0.2)
    other = Spread.FACTOR if law.spread is Spread.OWN else Spread.OWN
    rival = fit_rates(points, items=law.items, spread=other)
    assert log_likelihood(fitted, points) > log_likelihood(rival, points)


@pytest.mark.parametrize("law", [RateLaw(0.004, False), RateLaw(0.05, True)], ids=["rare", "items"])
def test_the_test_of_dispersion_keeps_its_level_at_any_opportunities(law):
    random, runs = np.random.default_rng(2), 2000
    chances = CHANCES[:40]
    found = law.quantile(random.random((runs, 40)), np.tile(chances, (runs, 1)))
    rejected = [
        dispersion_test(np.column_stack([row, chances]), items=law.items)[1] < 0.05
        for row in found
        if row.any()
    ]
    # Standard error .005; the gamma law of two moments is good to .01 here.
    assert np.mean(rejected) == pytest.approx(0.05, abs=0.01 + 3 * 0.005)


def test_items_are_told_from_defects():
    assert looks_like_items(np.array([[1.0, 5.0], [0.0, 7.0]]))
    assert not looks_like_items(np.array([[6.0, 5.0], [0.0, 7.0]]))
    assert not looks_like_items(np.array([[1.0, 5.5], [0.0, 7.0]]))


ADVISED = [
    ("chance", RateLaw(0.05, True), {"p", "beta-binomial"}),
    ("beta-binomial", RateLaw(0.05, True, Spread.OWN, 0.02), {"beta-binomial", "combined"}),
    ("negative binomial", RateLaw(0.06, False, Spread.OWN, 0.3), {"nb", "combined"}),
    ("one factor", RateLaw(0.06, False, Spread.FACTOR, 1.5), {"laney-u", "nb", "combined"}),
    ("rare", RateLaw(0.005, False), {"nb"}),
]


@pytest.mark.parametrize(
    ("law", "kinds"), [case[1:] for case in ADVISED], ids=[c[0] for c in ADVISED]
)
@pytest.mark.parametrize("repeats", [1, pytest.param(60, marks=pytest.mark.soak)])
def test_advised_charts_of_rates_keep_what_they_state(law, kinds, repeats):
    """New points of the true process: flagged within the stated interval, a doubling found in time."""
    inside, in_time, textbook = [], [], []
    for seed in range(repeats):
        points = np.column_stack([counts(law, CHANCES, seed), CHANCES])
        advice = advise_rates(points, items=law.items)
        assert advice.recommended.chart in kinds
        cost, kind = advice.recommended.cost, advice.recommended.chart
        # In another order each time, as the futures of the advice have them: the first few decide.
        own = np.random.default_rng(2000 + seed).choice(CHANCES, 400)
        future = counts(law, own, 1000 + seed)
        shares = []
        for values in (future, np.minimum(2 * future, own) if law.items else 2 * future):
            both = np.concatenate([points, np.column_stack([values, own])])
            result = chart(
                both[:, 0],
                kind=kind,
                opportunities=both[:, 1],
                baseline=(1, 200),
                rules="beyond-limits",
                figures=False,
            )
            hits = sorted({s.index - 200 for s in result.signals if s.index >= 200})
            shares.append(hits)
        flagged = 1000 * len(shares[0]) / own.size
        inside.append(cost.flagged_low <= flagged <= cost.flagged_high)
        in_time.append(bool(shares[1]) and shares[1][0] + 1 <= cost.delay_doubling)
        textbook.append(advice.textbook.cost.episodes_per_1000)
    # Nine of ten are within the interval, half or more within the median (points are discrete).
    error = np.sqrt(0.09 / repeats)
    print(f"{law.name}: within {np.mean(inside):.2f}, in time {np.mean(in_time):.2f}")
    assert np.mean(inside) >= 0.9 - 3 * error
    assert np.mean(in_time) >= 0.5 - 3 * np.sqrt(0.25 / repeats)
    # By SPC.md the eight rules cost 13.5 episodes on independent points; overdispersion adds to it.
    assert min(textbook) > (10 if law.spread is Spread.CHANCE else 40)


def test_rates_whose_neighbours_resemble_each_other_get_the_combined_chart():
    from scipy.special import ndtr  # noqa: PLC0415 - of this test only

    from spc.laws.normal import Normal  # noqa: PLC0415

    z = SeriesModel(Normal(0.0, 1.0), 0.9, 0.9).draw(np.random.default_rng(8), 200)
    law = RateLaw(0.05, False, Spread.OWN, 0.1)
    points = np.column_stack([law.quantile(ndtr(z), CHANCES), CHANCES])
    advice = advise_rates(points, items=False)
    assert advice.recommended.chart == "combined"
    assert any("Neighbours resemble" in reason for reason in advice.reasons)
    assert advice.recommended.cost.flagged_points_per_1000 < 6
    # The chart draws what the futures were judged by.
    result = combined_rate_chart(points, advice.limits)
    scores = advice.limits.law.z(points[:, 0], points[:, 1])
    found = np.flatnonzero(flagged_rates(scores[None], advice.limits)[0])
    assert {s.index for s in result.signals} == set(found.tolist())


def lots(between, seed, *, n=150, size=5):
    random = np.random.default_rng(seed)
    means = random.normal(10, between, size=n) if between else np.full(n, 10.0)
    return means[:, None] + random.normal(size=(n, size))


@pytest.mark.parametrize(
    ("between", "chart_kind", "words"),
    [(0.0, "xbar-r", "no more than"), (1.0, "three-way", "Subgroups differ more")],
)
def test_subgroups_are_charted_by_where_their_variance_lies(between, chart_kind, words):
    advice = advise_groups(lots(between, 3))
    assert advice.recommended.chart == chart_kind
    assert words in advice.reasons[1]
    assert advice.textbook.chart == "xbar-r"
    # Limits from within call two lots of five out of control where half of the variance is between.
    assert (advice.textbook.cost.flagged_points_per_1000 > 300) == (between > 0)


def test_the_test_between_subgroups_is_that_of_scipy():
    groups = lots(0.3, 5, n=30)
    facts = advise_groups(groups).facts
    # scipy.stats.f_oneway is the other program.
    expected = stats.f_oneway(*groups)
    assert facts["variance_ratio"] == pytest.approx(expected.statistic)
    assert facts["chance"] == pytest.approx(expected.pvalue)


@pytest.mark.parametrize(("between", "kind"), [(0.0, "xbar-r"), (1.0, "three-way")])
@pytest.mark.parametrize("repeats", [1, pytest.param(60, marks=pytest.mark.soak)])
def test_advised_charts_of_subgroups_keep_what_they_state(between, kind, repeats):
    inside, in_time = [], []
    for seed in range(repeats):
        groups = lots(between, seed)
        advice = advise_groups(groups, budget=0.01)
        cost = advice.recommended.cost
        future = lots(between, 1000 + seed, n=400)
        shift = np.sqrt(between**2 + 1 / 5)
        found = []
        for values in (future, future + shift):
            result = chart(
                np.concatenate([groups, values]).ravel(),
                kind=advice.recommended.chart,
                size=5,
                baseline=(1, 150),
                rules="beyond-limits",
                figures=False,
            )
            panels = {"means", "individuals", "residual", "running-average"}
            hits = {s.index - 150 for s in result.signals if s.index >= 150 and s.panel in panels}
            found.append(sorted(hits))
        inside.append(cost.flagged_low <= 1000 * len(found[0]) / 400 <= cost.flagged_high)
        in_time.append(bool(found[1]) and found[1][0] + 1 <= cost.delay_one_sigma)
    print(f"{kind}: within {np.mean(inside):.2f}, in time {np.mean(in_time):.2f}")
    assert np.mean(inside) >= 0.9 - 3 * np.sqrt(0.09 / repeats)
    assert np.mean(in_time) >= 0.5 - 3 * np.sqrt(0.25 / repeats)


def test_memory_in_time_is_told_from_memory_in_parts():
    random = np.random.default_rng(6)
    # Bursts of five parts a minute apart, then a pause of an hour.
    gaps = np.tile([60.0, 60.0, 60.0, 60.0, 3600.0], 60)
    times = np.cumsum(gaps) - gaps
    slow = np.repeat(random.normal(size=60), 5)
    advice = advise(10 + slow + 0.4 * random.normal(size=300), times=times)
    assert advice.facts["times"]["memory"] == "time"
    assert any("after a pause the level is a fresh one" in reason for reason in advice.reasons)
    even = advise(random.normal(10, 1, size=100), times=np.arange(100.0))
    assert any("Values come evenly" in reason for reason in even.reasons)


def test_advice_on_rates_and_subgroups_is_the_same_twice():
    points = counts(RateLaw(0.05, True, Spread.OWN, 0.02), CHANCES, 1)
    first, second = (advise(points, opportunities=CHANCES).to_dict() for _ in range(2))
    assert first == second
    groups = lots(1.0, 1).ravel()
    assert advise(groups, size=5).to_dict() == advise(groups, size=5).to_dict()


def test_what_gives_no_advice_is_refused():
    with pytest.raises(TooFewPointsError, match="10 points are too few"):
        advise(np.ones(10), opportunities=np.full(10, 9.0))
    with pytest.raises(ConstantSeriesError, match="no counted items"):
        advise(np.zeros(30), opportunities=np.full(30, 9.0))
    with pytest.raises(TooFewPointsError, match="5 subgroups are too few"):
        advise(np.arange(25.0), size=5)
    with pytest.raises(ChartError, match="points already"):
        advise(np.arange(40.0), opportunities=np.full(40, 99.0), size=4)
    with pytest.raises(ChartError, match="give those, too"):
        advise(np.arange(40.0), items=True)
