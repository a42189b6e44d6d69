"""Run lengths of Laney, three-way, short-run, beta-binomial and combined charts."""

import numpy as np
import pytest

from spc.errors import ChartError
from spc.kinds import KINDS
from spc.laws.negative_binomial import NegativeBinomial
from spc.laws.zero_lognormal import ZeroLognormal
from spc.options import ChartOptions
from spc.run_lengths.changes import ONE_SIGMA, Change
from spc.run_lengths.charts import run_length
from spc.run_lengths.mewma import mewma_run_length


@pytest.mark.parametrize("kind", ["z", "three-way"])
@pytest.mark.parametrize(
    ("rules", "published"), [("beyond-limits", 370.4), ("western-electric", 91.75)]
)
def test_standardised_and_subgroup_means_have_the_run_lengths_of_individuals(
    kind, rules, published
):
    # Champ and Woodall (1987), table 1: 370.40 and 91.75; means of normal values are normal.
    assert run_length(kind, rules=rules, size=5).arl == pytest.approx(published, abs=0.05)


@pytest.mark.parametrize(
    ("kind", "law", "chances"),
    [
        ("laney-u", NegativeBinomial(2.0, 0.2), 20.0),
        ("laney-p", NegativeBinomial(0.05, 0.01), 200.0),
        ("beta-binomial", NegativeBinomial(0.05, 0.01), 200.0),
    ],
)
def test_charts_that_allow_for_overdispersion_have_the_run_lengths_of_simulated_charts(
    kind, law, chances
):
    from spc.chart import chart  # noqa: PLC0415 - only here
    from spc.laws.rates import RateLaw, Spread  # noqa: PLC0415

    exact = run_length(kind, law, chances=chances).arl
    items = kind != "laney-u"
    drawn = RateLaw(law.mean, items, Spread.OWN, law.dispersion)
    random, n = np.random.default_rng(3), 60_000
    own = np.full(n, chances)
    counts = drawn.quantile(random.random(n), own)
    result = chart(counts, kind=kind, opportunities=own, rules="beyond-limits", figures=False)
    flagged = len({signal.index for signal in result.signals}) / n
    # Independent points flagged alone: their rate is 1 / ARL; 4 binomial errors, and 5 % of sigma_z.
    assert flagged == pytest.approx(1 / exact, abs=4 * np.sqrt(flagged / n) + 0.1 / exact)


def test_without_overdispersion_laney_is_nearly_the_u_chart():
    law = NegativeBinomial(2.0, 0.0)
    # Not 200: no count should lie on a limit, where the last digit of sigma_z would decide.
    plain, laney = (run_length(kind, law, chances=203.0).arl for kind in ("u", "laney-u"))
    # Counts of 400 are normal to a per cent, so sigma_z is 1 to that.
    assert laney == pytest.approx(plain, rel=0.1)


def test_a_late_shift_of_a_mewma_comes_out_near_the_run_length_from_the_start():
    options = ChartOptions(decision=8.66, smoothing=0.1)
    late = run_length("mewma", options=options, dimensions=2, change=ONE_SIGMA, steady=True)
    # Prabhu and Runger (1997): steady-state lengths lie a little off the zero-state ones.
    start = mewma_run_length(0.1, 8.66, 2, distance=1.0).arl
    assert late.arl == pytest.approx(start, rel=0.1)
    assert late.standard_error < 0.1


def test_a_combined_chart_has_a_run_length_in_control_and_after_a_shift():
    quiet = run_length("combined")
    shifted = run_length("combined", change=Change(sigmas=1.0), steady=True)
    # Its budget is .005 flagged points per point, and an episode flags one point or more.
    assert quiet.arl > 200 - 3 * quiet.standard_error
    assert shifted.median < run_length("imr", change=Change(sigmas=1.0), steady=True).median


def test_every_kind_of_the_contract_has_a_run_length():
    laws = {
        "c": NegativeBinomial(4.0, 0.0),
        "nb": NegativeBinomial(4.0, 0.3),
        "u": NegativeBinomial(2.0, 0.0),
        "laney-u": NegativeBinomial(2.0, 0.1),
        "p": NegativeBinomial(0.1, 0.0),
        "np": NegativeBinomial(0.1, 0.0),
        "laney-p": NegativeBinomial(0.1, 0.01),
        "beta-binomial": NegativeBinomial(0.1, 0.01),
        "two-part": ZeroLognormal(0.3, 0.0, 0.8),
    }
    multivariate = ChartOptions(decision=10.6)
    # g and t charts are simulated chart by chart, which takes seconds; combined is tested above.
    for kind in sorted(set(KINDS) - {"run", "g", "t", "combined"}):
        options = multivariate if kind in ("t2", "mewma") else None
        found = run_length(
            kind,
            *([laws[kind]] if kind in laws else []),
            options=options,
            dimensions=2,
            size=4,
            chances=50.0
            if kind in ("p", "np", "u", "laney-p", "laney-u", "beta-binomial")
            else 1.0,
        )
        assert found.arl > 20, kind
    with pytest.raises(ChartError, match="judges a whole series"):
        run_length("run")
