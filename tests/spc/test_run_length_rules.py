"""Run lengths with run rules: exact chains against published tables and against the rules' own code."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spc.errors import ChartError
from spc.laws.negative_binomial import NegativeBinomial
from spc.laws.normal import Normal
from spc.laws.zero_lognormal import ZeroLognormal
from spc.patterns import completing_points
from spc.rule import Pattern, Rule
from spc.rules import RULE_SETS, rule_set
from spc.run_lengths.rule_automaton import SIGNAL, Symbol, automaton, has_automaton
from spc.run_lengths.simulated import simulated_rules
from spc.run_lengths.zones import normal_zones, zone_run_length, zones_of_law
from spc.simulation import SeriesModel

WESTERN_ELECTRIC = rule_set("western-electric")


@pytest.fixture(scope="module")
def tables(shared_data):
    return json.loads((shared_data / "spc_cases" / "arl_tables.json").read_text())["expected"]


@pytest.mark.real_data
def test_run_lengths_are_those_of_champ_and_woodall(tables):
    table = tables["champ_woodall_T1"]
    limit, two_of_three, four_of_five, eight = WESTERN_ELECTRIC
    sets = {
        "1": (limit,),
        "12": (limit, two_of_three),
        "13": (limit, four_of_five),
        "14": (limit, eight),
    }
    for name, rules in sets.items():
        found = [
            round(zone_run_length(rules, normal_zones(rules, shift=mu)).arl, 2)
            for mu in table["mu"]
        ]
        assert found == table["published"][name], name


@pytest.mark.parametrize(
    ("shift", "two_of_three", "four_of_five", "eight"),
    # Champ and Woodall (1987), Technometrics 29, table 1; further rows.
    [(0.4, 104.46, 63.88, 59.76), (0.8, 33.12, 19.78, 21.07), (1.6, 6.21, 5.24, 7.03)],
)
def test_further_rows_of_champ_and_woodall(shift, two_of_three, four_of_five, eight):
    limit = WESTERN_ELECTRIC[0]
    for rule, arl in zip(WESTERN_ELECTRIC[1:], (two_of_three, four_of_five, eight), strict=True):
        rules = (limit, rule)
        found = zone_run_length(rules, normal_zones(rules, shift=shift)).arl
        assert found == pytest.approx(arl, abs=0.0051)


def test_all_four_western_electric_rules_have_a_run_length_of_91_75():
    # Champ and Woodall (1987): 91.75.
    found = zone_run_length(WESTERN_ELECTRIC, normal_zones(WESTERN_ELECTRIC))
    assert round(found.arl, 2) == 91.75
    assert found.standard_error is None


def test_all_eight_nelson_rules_have_a_run_length_of_74():
    # SPC.md, convention 11: 74.0 ± .5, simulated.
    rules = rule_set("nelson")
    paths = SeriesModel(Normal(0.0, 1.0)).paths(np.random.default_rng(1), 20_000)
    found = simulated_rules(rules, paths, lambda x: (x, np.abs(x) > 3), runs=20_000)
    assert found.standard_error < 0.6
    assert abs(found.arl - 74.0) < 3 * found.standard_error + 0.5


def test_simulation_and_chain_agree():
    paths = SeriesModel(Normal(0.5, 1.2)).paths(np.random.default_rng(2), 10_000)
    found = simulated_rules(WESTERN_ELECTRIC, paths, lambda x: (x, np.abs(x) > 3))
    exact = zone_run_length(WESTERN_ELECTRIC, normal_zones(WESTERN_ELECTRIC, shift=0.5, scale=1.2))
    assert abs(found.arl - exact.arl) < 3 * found.standard_error
    assert found.sdrl == pytest.approx(exact.sdrl, rel=0.05)
    assert abs(found.median - exact.median) <= 1


@pytest.mark.parametrize("name", [name for name in RULE_SETS if name != "none"])
@given(data=st.data())
@settings(max_examples=25, deadline=None)
def test_the_automaton_completes_where_the_rules_do(name, data):
    rules = tuple(r for r in rule_set(name) if has_automaton((r,)))
    levels = (-3.5, -2.5, -2.0, -1.5, -0.5, 0.0, 0.5, 1.0, 1.5, 2.5, 3.5)
    z = np.array(data.draw(st.lists(st.sampled_from(levels), min_size=1, max_size=60)))
    symbols = tuple(Symbol(level, abs(level) > 3) for level in levels)
    machine = automaton(rules, symbols)
    found = np.zeros(z.size, dtype=bool)
    for rule in rules:
        found |= completing_points(z, rule, outside=np.abs(z) > 3)
    first = int(np.argmax(found)) if found.any() else z.size
    state, at = 0, z.size
    for index, value in enumerate(z.tolist()):
        state = machine.following[state, levels.index(value)]
        if state == SIGNAL:
            at = index
            break
    assert at == first


@given(
    n=st.integers(1, 5),
    extra=st.integers(0, 4),
    k=st.sampled_from([0.5, 1.0, 2.0]),
    z=st.lists(st.sampled_from([-2.5, -1.5, -0.7, 0.2, 0.7, 1.5, 2.5]), min_size=1, max_size=50),
)
@settings(max_examples=60, deadline=None)
def test_any_rule_of_n_of_m_has_an_automaton(n, extra, k, z):
    rule = Rule("own-1", Pattern.BEYOND, m=n + extra, n=n, k=k)
    levels = (-2.5, -1.5, -0.7, 0.2, 0.7, 1.5, 2.5)
    machine = automaton((rule,), tuple(Symbol(level, outside=False) for level in levels))
    found = completing_points(np.array(z), rule)
    state = 0
    for value, expected in zip(z, found.tolist(), strict=True):
        state = machine.following[state, levels.index(value)]
        assert (state == SIGNAL) == expected
        if expected:
            break


def test_zones_of_skewed_and_discrete_laws_agree_with_simulation():
    for law in (ZeroLognormal(0.3, 0.0, 0.8), NegativeBinomial(0.8, 0.3)):
        exact = zone_run_length(
            WESTERN_ELECTRIC, zones_of_law(WESTERN_ELECTRIC, law, center=1.0, sigma=1.1)
        )
        paths = SeriesModel(law).paths(np.random.default_rng(4), 8_000)

        def scores(x):
            z = (x - 1.0) / 1.1
            return z, np.abs(z) > 3

        found = simulated_rules(WESTERN_ELECTRIC, paths, scores, runs=8_000)
        assert abs(found.arl - exact.arl) < 3 * found.standard_error, law.name


def test_a_shift_that_comes_late_is_found_sooner_by_runs_that_have_begun():
    early = zone_run_length(WESTERN_ELECTRIC, normal_zones(WESTERN_ELECTRIC, shift=1.0))
    late = zone_run_length(
        WESTERN_ELECTRIC,
        normal_zones(WESTERN_ELECTRIC, shift=1.0),
        in_control=normal_zones(WESTERN_ELECTRIC),
    )
    assert late.arl < early.arl


def test_trends_have_no_exact_run_length():
    with pytest.raises(ChartError, match="trends and alternation have no exact run length"):
        automaton(rule_set("nelson"), (Symbol(0.5, outside=False),))


def test_a_chart_without_rules_never_signals():
    with pytest.raises(ChartError, match="without rules a chart never signals"):
        zone_run_length((), normal_zones(()))
