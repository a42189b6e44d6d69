"""Custom rules as text and as JSON: the short form of a rule is also its id.

`2-of-3-beyond-2` is two of three points beyond two sigma on the same side; `9-one-side`, `6-trend`,
`14-alternating`, `15-within-1`, `8-both-sides-1` and `8-either-side-1` say the other patterns. A set is
such rules with commas between, and may take rules of named sets along: `nelson-1,2-of-3-beyond-1.5`.
"""

import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from spc.errors import ChartError
from spc.rule import Pattern, Rule

_BEYOND = re.compile(r"(\d{1,4})-of-(\d{1,4})-beyond-(\d{1,3}(?:\.\d{1,6})?)")
_PLAIN = re.compile(r"(\d{1,4})-(one-side|trend|alternating)")
_ZONED = re.compile(r"(\d{1,4})-(within|both-sides|either-side)-(\d{1,3}(?:\.\d{1,6})?)")

_WORDS: Mapping[str, Pattern] = MappingProxyType(
    {
        "beyond": Pattern.BEYOND,
        "one-side": Pattern.ONE_SIDE,
        "trend": Pattern.TREND,
        "alternating": Pattern.ALTERNATION,
        "within": Pattern.WITHIN,
        "both-sides": Pattern.BOTH_SIDES,
        "either-side": Pattern.EITHER_SIDE,
    }
)
_KEYS = frozenset({"pattern", "n", "m", "k"})
_ZONES = ("beyond", "within", "both-sides", "either-side")
FORMS = (
    "2-of-3-beyond-2, 9-one-side, 6-trend, 14-alternating, 15-within-1, 8-both-sides-1, "
    "8-either-side-1"
)


def parse_rule(text: str) -> Rule | None:
    """Return the rule that `text` spells, None where it is no rule in short form.

    Raises
    ------
    ChartError
        n, m or k out of range.

    Examples
    --------
    >>> parse_rule("2-of-3-beyond-1.5")
    Rule(rule_id='2-of-3-beyond-1.5', pattern=<Pattern.BEYOND: 'n of m beyond k sigma on the same side'>, m=3, n=2, k=1.5)
    >>> parse_rule("western-electric") is None
    True

    """
    if found := _BEYOND.fullmatch(text):
        return Rule(text, Pattern.BEYOND, m=int(found[2]), n=int(found[1]), k=float(found[3]))
    if found := _PLAIN.fullmatch(text):
        return Rule(text, _WORDS[found[2]], m=int(found[1]), n=int(found[1]))
    if found := _ZONED.fullmatch(text):
        m = int(found[1])
        return Rule(text, _WORDS[found[2]], m=m, n=m, k=float(found[3]))
    return None


def rules_from_json(document: Any) -> str:
    """Return the short form of a set of rules given as JSON.

    Parameters
    ----------
    document : list of objects
        Each with "pattern" ("beyond", "one-side", "trend", "alternating", "within", "both-sides" or
        "either-side"), "m" (points in the window), and where the pattern has them "n" (points that
        must lie beyond) and "k" (distance in sigma).

    Raises
    ------
    ChartError
        Not such a list; the first wrong entry is named.

    Examples
    --------
    >>> rules_from_json([{"pattern": "beyond", "n": 2, "m": 3, "k": 2}, {"pattern": "trend", "m": 7}])
    '2-of-3-beyond-2,7-trend'

    """
    if not isinstance(document, Sequence) or isinstance(document, str) or not document:
        raise ChartError("a rule set in JSON is a list of rules, each an object")
    return ",".join(_short(entry, place) for place, entry in enumerate(document, start=1))


def _short(entry: Any, place: int) -> str:
    if not isinstance(entry, Mapping) or not set(entry) <= _KEYS:
        raise ChartError(
            f"rule {place}: an object with the keys pattern, n, m and k, got {entry!r}"
        )
    word = entry.get("pattern")
    if word not in _WORDS:
        raise ChartError(f"rule {place}: the patterns are {', '.join(_WORDS)}, but got {word!r}")
    needed = ("n", "m", "k") if word == "beyond" else ("m", "k") if word in _ZONES else ("m",)
    numbers = {key: entry.get(key) for key in needed}
    for key, value in numbers.items():
        whole = isinstance(value, int) and not isinstance(value, bool)
        if not (whole or (key == "k" and isinstance(value, float))):
            raise ChartError(f"rule {place}: '{word}' needs a number {key}, but got {value!r}")
    if word == "beyond":
        text = f"{numbers['n']}-of-{numbers['m']}-beyond-{numbers['k']:g}"
    else:
        zone = f"-{numbers['k']:g}" if "k" in numbers else ""
        text = f"{numbers['m']}-{word}{zone}"
    if parse_rule(text) is None:
        raise ChartError(f"rule {place}: n, m and k of '{word}' are out of range: {text}")
    return text
