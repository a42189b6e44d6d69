"""Run rules: completing points, runs, ties, missing values; against published vectors."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spc.errors import ChartError
from spc.patterns import completing_points, find_signals
from spc.rule import Pattern, Rule
from spc.rules import RULE_SETS, rule_in_words, rule_set

NELSON = rule_set("nelson")


def completed(z, number, rules=NELSON):
    """Indexes from 0 at which rule `number` of the set completes."""
    return np.flatnonzero(completing_points(np.asarray(z, float), rules[number - 1])).tolist()


@pytest.fixture(scope="module")
def vectors(shared_data):
    return json.loads((shared_data / "spc_cases" / "nelson_rule_vectors.json").read_text())


@pytest.mark.real_data
@pytest.mark.parametrize("number", range(1, 9))
def test_nelson_rules_complete_where_the_qcc_tests_say(vectors, number):
    z = vectors["data"][f"NEL{number}"]
    assert [index + 1 for index in completed(z, number)] == vectors["expected"][f"NEL{number}"]


@pytest.mark.real_data
def test_every_battery_vector_gives_the_reference_signals(vectors):
    for case in vectors["disagreements"]:
        found = {str(k): completed(case["z"], k) for k in range(1, 9)}
        assert {k: v for k, v in found.items() if v} == case["ref"], case["vector"]
        either_side = completed(case["z"], 8, rule_set("nelson-either-side"))
        assert either_side == case["ref_rule8_any"], case["vector"]


def test_two_first_points_beyond_two_sigma_complete_two_of_three():
    assert completed([2.5, 2.6, 0.0], 5) == [1]


def test_a_completing_point_lies_beyond_the_zone_itself():
    assert completed([2.5, 2.6, 0.1, 0.2], 5) == [1]


def test_two_of_three_on_opposite_sides_is_no_signal():
    assert completed([2.5, 0.0, -2.5], 5) == []


def test_a_point_beyond_three_sigma_is_beyond_two_sigma_too():
    assert completed([3.5, 0.0, 2.1], 5) == [2]


def test_a_value_on_the_centre_ends_a_run():
    assert completed([0.5] * 8 + [0.0] + [0.5] * 8, 2) == []


def test_a_tie_ends_trend_and_alternation():
    assert completed([1, 2, 3, 3, 4, 5, 6], 3) == []
    assert completed([1, -1] * 6 + [-1, 1, -1], 4) == []


def test_a_point_on_the_limit_is_not_beyond():
    assert completed([3.0, -3.0], 1) == []
    assert completed([2.0, 2.0, 2.0], 5) == []


def test_a_point_on_the_border_of_its_zone_does_not_hug_the_centre():
    assert completed([0.9] * 15, 7) == [14]
    assert completed([0.9] * 14 + [1.0], 7) == []


@pytest.mark.parametrize(
    ("number", "run"),
    [(2, [0.5] * 9), (3, [1, 2, 3, 4, 5, 6]), (5, [2.5, 2.5]), (6, [1.5] * 4), (7, [0.1] * 15)],
)
def test_a_missing_value_cuts_every_pattern(number, run):
    assert completed(run, number) == [len(run) - 1]
    middle = len(run) // 2
    assert completed([*run[:middle], np.nan, *run[middle:]], number) == []


def test_signals_carry_the_run_that_led_to_them():
    z = np.array([0.1, -0.2, 3.2, 0.3, 2.4])
    # Rule 5 counts points 3 and 5 (from 1); the run for drawing is from the one to the other.
    assert [(s.index, s.rule, s.run) for s in find_signals(z, NELSON, panel="x")] == [
        (2, "nelson-1", (2, 2)),
        (4, "nelson-5", (2, 4)),
    ]


def test_a_point_that_breaks_several_rules_has_a_signal_for_each():
    z = np.array([1.5, 1.6, 2.5, 1.7, 3.5])
    rules = {s.rule for s in find_signals(z, NELSON, panel="x") if s.index == 4}
    assert rules == {"nelson-1", "nelson-5", "nelson-6"}


def test_drawn_limits_decide_the_rule_of_a_single_point():
    outside = np.array([False, True])
    z = np.array([9.0, 0.0])
    assert [
        s.index for s in find_signals(z, rule_set("beyond-limits"), panel="x", outside=outside)
    ] == [1]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.one_of(st.integers(-8, 8).map(lambda v: v / 2), st.just(float("nan"))),
        min_size=1,
        max_size=60,
    ),
    st.lists(st.integers(-8, 8).map(lambda v: v / 2), min_size=1, max_size=20),
)
def test_rules_do_not_change_their_mind_when_points_are_appended(z, later):
    rules = RULE_SETS["nelson"] + RULE_SETS["nelson-either-side"]
    before = find_signals(np.array(z), rules, panel="x")
    after = find_signals(np.array(z + later), rules, panel="x")
    assert [s for s in after if s.index < len(z)] == list(before)


def completes_at_the_end(w, rule):
    """The definition of every pattern, on one window without missing values."""
    full, steps = len(w) == rule.m, np.sign(np.diff(w))
    match rule.pattern:
        case Pattern.BEYOND:
            return any(s * w[-1] > rule.k and np.sum(s * w > rule.k) >= rule.n for s in (1, -1))
        case Pattern.ONE_SIDE:
            return full and (np.all(w > 0) or np.all(w < 0))
        case Pattern.TREND:
            return full and abs(steps.sum()) == rule.m - 1
        case Pattern.ALTERNATION:
            return full and np.all(steps[1:] * steps[:-1] == -1)
        case Pattern.WITHIN:
            return full and np.all(np.abs(w) < rule.k)
        case Pattern.EITHER_SIDE:
            return full and np.all(np.abs(w) > rule.k)
        case Pattern.BOTH_SIDES:
            return full and np.all(np.abs(w) > rule.k) and w.min() < 0 < w.max()


def slow_completing(z, rule):
    """Every window by itself, cut at its last missing value."""
    found = []
    for i in range(len(z)):
        w = z[max(0, i - rule.m + 1) : i + 1]
        w = w[max((k + 1 for k, v in enumerate(w) if np.isnan(v)), default=0) :]
        if w.size and completes_at_the_end(w, rule):
            found.append(i)
    return found


@pytest.mark.parametrize("name", ["nelson", "nelson-either-side", "aiag", "juran"])
def test_whole_array_search_equals_the_definition_window_by_window(name):
    random = np.random.default_rng(7)
    # Half steps make ties and values on centre and zone borders common.
    z = np.round(random.normal(size=3000) * 1.4 * 2) / 2
    z[random.random(z.size) < 0.02] = np.nan
    for rule in rule_set(name):
        assert np.flatnonzero(completing_points(z, rule)).tolist() == slow_completing(z, rule)


def test_eight_nelson_rules_flag_24_of_1000_points_of_normal_noise():
    # SPC.md: 24 flagged points per 1000 with limits from 500 points; known limits give a little less.
    z = np.random.default_rng(3).normal(size=400_000)
    flagged = np.zeros(z.size, bool)
    for rule in NELSON:
        flagged |= completing_points(z, rule)
    per_1000 = 1000 * flagged.reshape(100, -1).mean(axis=1)
    error = per_1000.std() / 10
    assert 22.5 - 3 * error < per_1000.mean() < 24 + 3 * error


@pytest.mark.parametrize(
    ("name", "arl", "tolerance"),
    # Champ and Woodall (1987), all four Western Electric rules: 91.75, exact.
    # Nelson's eight rules: 74.0 ± .5 by simulation.
    [("western-electric", 91.75, 0.0), ("nelson", 74.0, 0.5)],
)
def test_run_lengths_of_rule_sets_agree_with_the_literature(name, arl, tolerance):
    # One long series cut by a missing value into runs; each is watched until its first signal.
    length, runs = 1500, 1200
    z = np.random.default_rng(5).normal(size=(runs, length + 1))
    z[:, -1] = np.nan
    flagged = np.zeros(z.size, bool)
    for rule in rule_set(name):
        flagged |= completing_points(z.ravel(), rule)
    first = flagged.reshape(z.shape).argmax(axis=1) + 1
    assert flagged.reshape(z.shape).any(axis=1).all()
    assert abs(first.mean() - arl) < 3 * first.std() / np.sqrt(runs) + tolerance


def test_rules_in_words_name_n_m_and_k():
    assert rule_in_words("nelson-1") == "1 point beyond the control limit"
    assert rule_in_words("western-electric-4") == "8 points in a row on one side of the centre line"
    assert "lasting shift" in rule_in_words("running-average-1")
    for rules in RULE_SETS.values():
        assert all(rule_in_words(rule.rule_id) for rule in rules)


def test_unknown_names_are_answered_with_the_known_ones():
    with pytest.raises(ChartError, match="no rule set 'wecco'; the rule sets are: nelson, "):
        rule_set("wecco")
    with pytest.raises(ChartError, match="no rule 'nelson-9'; a rule is named"):
        rule_in_words("nelson-9")


@pytest.mark.parametrize(("m", "n", "k"), [(3, 4, 2.0), (3, 0, 2.0), (1, 1, -1.0)])
def test_impossible_custom_rules_are_refused(m, n, k):
    with pytest.raises(ChartError, match=r"rule mine: n must be in 1\.\.m"):
        Rule("mine", Pattern.BEYOND, m=m, n=n, k=k)


def test_custom_rules_are_data():
    three_of_four = Rule("mine-1", Pattern.BEYOND, m=4, n=3, k=1.5)
    z = np.array([1.6, 0.0, 1.7, 1.8])
    assert [s.run for s in find_signals(z, (three_of_four,), panel="x")] == [(0, 3)]
