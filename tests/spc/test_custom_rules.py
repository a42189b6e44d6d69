"""Rules of one's own: short form, JSON, words."""

import numpy as np
import pytest

from spc.chart import chart
from spc.errors import ChartError
from spc.rule import Pattern
from spc.rule_text import parse_rule, rules_from_json
from spc.rules import RULE_SETS, rule_in_words, rule_set


def test_every_named_rule_can_be_written_in_short_form():
    short = {
        Pattern.BEYOND: "{0.n}-of-{0.m}-beyond-{0.k:g}",
        Pattern.ONE_SIDE: "{0.m}-one-side",
        Pattern.TREND: "{0.m}-trend",
        Pattern.ALTERNATION: "{0.m}-alternating",
        Pattern.WITHIN: "{0.m}-within-{0.k:g}",
        Pattern.BOTH_SIDES: "{0.m}-both-sides-{0.k:g}",
        Pattern.EITHER_SIDE: "{0.m}-either-side-{0.k:g}",
    }
    for rule in (rule for rules in RULE_SETS.values() for rule in rules):
        spelt = parse_rule(short[rule.pattern].format(rule))
        assert (spelt.pattern, spelt.n, spelt.m, spelt.k) == (rule.pattern, rule.n, rule.m, rule.k)
        assert spelt.in_words == rule.in_words


def test_a_spelt_set_finds_what_the_named_one_finds():
    values = np.random.default_rng(0).normal(size=2000)
    spelt = (
        "1-of-1-beyond-3,9-one-side,6-trend,14-alternating,2-of-3-beyond-2,4-of-5-beyond-1,"
        "15-within-1,8-both-sides-1"
    )
    named, own = (
        chart(values, kind="imr", rules=rules, figures=False).signals for rules in ("nelson", spelt)
    )
    assert [(s.index, s.run) for s in own] == [(s.index, s.run) for s in named]
    assert {rule_in_words(s.rule) for s in own} == {rule_in_words(s.rule) for s in named}


def test_rules_of_named_sets_may_be_mixed_with_spelt_ones():
    assert [rule.rule_id for rule in rule_set("nelson-1, aiag-2, 3-of-4-beyond-1.5")] == [
        "nelson-1",
        "aiag-2",
        "3-of-4-beyond-1.5",
    ]
    assert len(rule_set("nelson-1,nelson-1")) == 1


def test_a_single_point_rule_of_another_width_does_not_use_the_drawn_limits():
    values = [0.0, 2.6, 0.5, 3.1] * 5
    result = chart(values, kind="imr", rules="1-of-1-beyond-2.5", baseline=(1, 20), figures=False)
    z = (np.array(values) - result.center) / result.sigma
    assert {s.index for s in result.signals} == set(np.flatnonzero(np.abs(z) > 2.5).tolist())
    assert rule_in_words("1-of-1-beyond-2.5") == "1 point beyond 2.5 sigma"


def test_json_gives_the_short_form():
    document = [
        {"pattern": "beyond", "n": 2, "m": 3, "k": 1.5},
        {"pattern": "one-side", "m": 7},
        {"pattern": "within", "m": 15, "k": 1},
    ]
    assert rules_from_json(document) == "2-of-3-beyond-1.5,7-one-side,15-within-1"


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ({}, "a rule set in JSON is a list of rules"),
        ([], "a rule set in JSON is a list of rules"),
        (["nelson"], "rule 1: an object with the keys pattern, n, m and k, got 'nelson'"),
        ([{"pattern": "zigzag"}], "rule 1: the patterns are beyond, one-side, trend"),
        ([{"pattern": "trend", "m": "6"}], "rule 1: 'trend' needs a number m, but got '6'"),
        (
            [{"pattern": "beyond", "m": 3, "k": 2}],
            "rule 1: 'beyond' needs a number n, but got None",
        ),
        ([{"pattern": "within", "m": 15, "k": -1}], "are out of range: 15-within--1"),
        ([{"pattern": "beyond", "n": 4, "m": 3, "k": 2}], r"n must be in 1\.\.m"),
        ([{"pattern": "trend", "m": 6, "size": 1}], "rule 1: an object with the keys"),
    ],
)
def test_json_that_is_no_rule_set_is_refused(document, message):
    with pytest.raises(ChartError, match=message):
        rules_from_json(document)


@pytest.mark.parametrize("text", ["nelson-9", "2-of-3-beyond", "x,nelson-1", "", "nelson,3-trend"])
def test_text_that_is_no_rule_set_is_answered_with_the_sets_and_forms(text):
    with pytest.raises(
        ChartError, match=r"the rule sets are: nelson, .* written like 2-of-3-beyond"
    ):
        rule_set(text)
