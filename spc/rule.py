"""One run rule: what it looks for in numbers, and the same in words."""

from dataclasses import dataclass
from enum import StrEnum

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
        """Whether the rule is the three-sigma limit: then the limits as drawn decide."""
        return self.pattern is Pattern.BEYOND and self.m == 1 and self.k == 3

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
        if self.is_limit:
            return "1 point beyond the control limit"
        single = self.pattern is Pattern.BEYOND and self.m == 1
        return f"1 point beyond {sigma}" if single else words[self.pattern]
