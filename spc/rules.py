"""Run rules as data: what each rule looks for, the named sets, and the rules in words.

A rule says what it looks for in numbers; `spc.patterns` finds it. So a custom set is a tuple of
`Rule`, and n, m and k are free.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from spc.errors import ChartError


class Pattern(StrEnum):
    """What a rule looks for; m is the length of the window, k a distance in sigma."""

    BEYOND = "n of m beyond k sigma on the same side"
    ONE_SIDE = "m in a row on one side of the centre line"
    TREND = "m in a row rising or falling"
    ALTERNATION = "m in a row alternating up and down"
    WITHIN = "m in a row within k sigma"
    BOTH_SIDES = "m in a row beyond k sigma, some above and some below"
    EITHER_SIDE = "m in a row beyond k sigma, above or below"


@dataclass(frozen=True, slots=True)
class Rule:
    """One run rule.

    Attributes
    ----------
    rule_id : such as "nelson-5".
    pattern : what it looks for.
    m : points in the window.
    n : points that must lie beyond, for `Pattern.BEYOND`; else equal to m.
    k : distance in sigma, where the pattern has one.

    """

    rule_id: str
    pattern: Pattern
    m: int
    n: int
    k: float = 0.0

    def __post_init__(self) -> None:
        shortest = {Pattern.TREND: 2, Pattern.ALTERNATION: 3}.get(self.pattern, 1)
        if not (1 <= self.n <= self.m and self.m >= shortest and self.k >= 0):
            raise ChartError(
                f"rule {self.rule_id}: n must be in 1..m, m at least {shortest} and k at least 0, "
                f"but got n {self.n}, m {self.m}, k {self.k}"
            )

    @property
    def is_limit(self) -> bool:
        """Whether a single point breaks the rule: then the drawn limits decide."""
        return self.pattern is Pattern.BEYOND and self.m == 1

    @property
    def in_words(self) -> str:
        """The rule as an engineer says it."""
        sigma = f"{self.k:g} sigma"
        words = {
            Pattern.BEYOND: f"{self.n} of {self.m} points beyond {sigma} on the same side",
            Pattern.ONE_SIDE: f"{self.m} points in a row on one side of the centre line",
            Pattern.TREND: f"{self.m} points in a row rising or falling",
            Pattern.ALTERNATION: f"{self.m} points in a row alternating up and down",
            Pattern.WITHIN: f"{self.m} points in a row within {sigma} of the centre line",
            Pattern.BOTH_SIDES: f"{self.m} points in a row beyond {sigma}, on both sides",
            Pattern.EITHER_SIDE: f"{self.m} points in a row beyond {sigma}, on either side",
        }
        return "1 point beyond the control limit" if self.is_limit else words[self.pattern]


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


def rule_set(name: str) -> tuple[Rule, ...]:
    """Return the rules of the set `name`.

    Raises
    ------
    ChartError
        No set has that name.

    Examples
    --------
    >>> [rule.m for rule in rule_set("western-electric")]
    [1, 3, 5, 8]

    """
    try:
        return RULE_SETS[name]
    except KeyError:
        raise ChartError(
            f"there is no rule set '{name}'; the rule sets are: {', '.join(RULE_SETS)}"
        ) from None


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
    if rule_id == RUNNING_AVERAGE_RULE:
        return "the running average beyond its limit: a lasting shift of the level"
    for rules in RULE_SETS.values():
        for rule in rules:
            if rule.rule_id == rule_id:
                return rule.in_words
    raise ChartError(
        f"there is no rule '{rule_id}'; a rule is named by its set and number, such as 'nelson-1'"
    )
