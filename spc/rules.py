"""Run rules as data: the named sets, custom sets, and the rules in words.

A rule says what it looks for in numbers; `spc.patterns` finds it. So a custom set is a text such as
"nelson-1,2-of-3-beyond-1.5" (`spc.rule_text`), and n, m and k are free.
"""

from collections.abc import Mapping
from types import MappingProxyType

from spc.errors import ChartError
from spc.rule import Pattern, Rule
from spc.rule_text import FORMS, parse_rule

# Pattern, n, m, k: the rules that the sets have in common.
_Row = tuple[Pattern, int, int, float]
_LIMIT: _Row = (Pattern.BEYOND, 1, 1, 3.0)
_TWO_OF_THREE: _Row = (Pattern.BEYOND, 2, 3, 2.0)
_FOUR_OF_FIVE: _Row = (Pattern.BEYOND, 4, 5, 1.0)
_SIX_TREND: _Row = (Pattern.TREND, 6, 6, 0.0)
_ALTERNATING: _Row = (Pattern.ALTERNATION, 14, 14, 0.0)
_HUGGING: _Row = (Pattern.WITHIN, 15, 15, 1.0)
_MIXTURE: _Row = (Pattern.BOTH_SIDES, 8, 8, 1.0)
_MIXTURE_EITHER: _Row = (Pattern.EITHER_SIDE, 8, 8, 1.0)


def _one_side(m: int) -> _Row:
    return (Pattern.ONE_SIDE, m, m, 0.0)


def _numbered(name: str, *rows: _Row) -> tuple[Rule, ...]:
    """Name the rules of a set "name-1", "name-2", … in the order of its source."""
    return tuple(
        Rule(f"{name}-{number}", pattern, m=m, n=n, k=k)
        for number, (pattern, n, m, k) in enumerate(rows, start=1)
    )


_NELSON = (_LIMIT, _one_side(9), _SIX_TREND, _ALTERNATING, _TWO_OF_THREE, _FOUR_OF_FIVE, _HUGGING)

# Sources: Nelson (1984), J. Quality Technology 16(4); Western Electric (1956), Statistical Quality
# Control Handbook; AIAG (2005), SPC manual, 2nd ed., table of special cause criteria; Juran's set as
# usual in SPC programs (runs of 9, without hugging and alternation).
RULE_SETS: Mapping[str, tuple[Rule, ...]] = MappingProxyType(
    {
        "nelson": _numbered("nelson", *_NELSON, _MIXTURE),
        "nelson-either-side": _numbered("nelson-either-side", *_NELSON, _MIXTURE_EITHER),
        "western-electric": _numbered(
            "western-electric", _LIMIT, _TWO_OF_THREE, _FOUR_OF_FIVE, _one_side(8)
        ),
        "aiag": _numbered(
            "aiag", _LIMIT, _one_side(7), _SIX_TREND, _ALTERNATING, _TWO_OF_THREE, _FOUR_OF_FIVE,
            _HUGGING, _MIXTURE_EITHER,
        ),
        "juran": _numbered(
            "juran", _LIMIT, _TWO_OF_THREE, _FOUR_OF_FIVE, _SIX_TREND, _one_side(9), _MIXTURE
        ),
        "beyond-limits": _numbered("beyond-limits", _LIMIT),
        "none": (),
    }
)  # fmt: skip

RUNNING_AVERAGE_RULE = "running-average-1"
RUN_RULES = ("anhoej-1", "anhoej-2")

_OTHER_WORDS: Mapping[str, str] = MappingProxyType(
    {
        RUNNING_AVERAGE_RULE: "the running average beyond its limit: a lasting shift of the level",
        "anhoej-1": "a run on one side of the median longer than chance allows",
        "anhoej-2": "fewer crossings of the median than chance allows",
    }
)
_NAMED: Mapping[str, Rule] = MappingProxyType(
    {rule.rule_id: rule for rules in RULE_SETS.values() for rule in rules}
)


def rule_set(name: str) -> tuple[Rule, ...]:
    """Return the rules of the set `name`, or those that `name` spells.

    Parameters
    ----------
    name : a named set such as "nelson", or rules with commas between, each a rule of a named set or in
        the short form of `spc.rule_text`.

    Raises
    ------
    ChartError
        No set has that name, or a rule is not understood.

    Examples
    --------
    >>> [rule.m for rule in rule_set("western-electric")]
    [1, 3, 5, 8]
    >>> [rule.in_words for rule in rule_set("nelson-1,7-trend")]
    ['1 point beyond the control limit', '7 points in a row rising or falling']

    """
    if name in RULE_SETS:
        return RULE_SETS[name]
    words = [word.strip() for word in name.split(",")]
    rules = [_NAMED.get(word) or parse_rule(word) for word in words]
    found = [rule for rule in rules if rule is not None]
    if len(found) < len(rules):
        wrong = words[rules.index(None)]
        raise ChartError(
            f"there is no rule set '{wrong}'; the rule sets are: {', '.join(RULE_SETS)}; rules of "
            f"your own are written like {FORMS}, with commas between"
        )
    return tuple(dict.fromkeys(found))


def rule_in_words(rule_id: str) -> str:
    """Say the rule `rule_id` in words, as pages and mails show it.

    Raises
    ------
    ChartError
        No rule has that id.

    Examples
    --------
    >>> rule_in_words("nelson-5")
    '2 of 3 points beyond 2 sigma on the same side'

    """
    if rule_id in _OTHER_WORDS:
        return _OTHER_WORDS[rule_id]
    rule = _NAMED.get(rule_id) or parse_rule(rule_id)
    if rule is None:
        raise ChartError(
            f"there is no rule '{rule_id}'; a rule is named by its set and number, such as "
            "'nelson-1', or spelt, such as '2-of-3-beyond-2'"
        )
    return rule.in_words
