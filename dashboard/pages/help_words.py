"""What the help page says of states, rules, charts and lines, beside what the packages say themselves.

`docs/charts.md` and `docs/monitoring.md` say the same; a test compares them word by word.
"""

from collections.abc import Mapping
from types import MappingProxyType

from spc.rules import RULE_SETS, RUN_RULES, RUNNING_AVERAGE_RULE, rule_in_words

STATES: Mapping[str, str] = MappingProxyType(
    {
        "out of specification": "the newest part is",
        "signal": (
            "a signal holds that nobody has closed and that is young enough to alarm, or belongs to "
            "an open episode; the reason says when the level probably changed, with its 95 % set"
        ),
        "no data": "no part for 72 hours",
        "drifting": (
            "the daily means of the last 60 days have a slope whose 95 % interval excludes 0 under "
            "correlated errors, and the lower 90 % bound of the crossing with the specification is "
            "within 14 days; the reason says where the level is, how fast it goes and when it would "
            "cross"
        ),
        "too few points": "there are no limits yet, and why",
        "in control": "none of these",
        "error": (
            "it could not be evaluated; the others are, and it is tried from its beginning at the "
            "next run"
        ),
    }
)

CHARTS: Mapping[str, str] = MappingProxyType(
    {
        "imr": "individuals and moving range; with subgroups, of their means",
        "xbar-r": "means of subgroups with their range or standard deviation",
        "xbar-s": "means of subgroups with their range or standard deviation",
        "three-way": (
            "means of subgroups with the sigma between them, and the spread within: for batches "
            "that differ by nature"
        ),
        "c": "Poisson counts from equal opportunities",
        "p": "nonconforming parts and nonconformities, with opportunities; limits per point",
        "np": "nonconforming parts and nonconformities, with opportunities; limits per point",
        "u": "nonconforming parts and nonconformities, with opportunities; limits per point",
        "laney-p": "the same with large, overdispersed samples",
        "laney-u": "the same with large, overdispersed samples",
        "nb": "overdispersed counts, probability limits",
        "beta-binomial": "overdispersed shares with opportunities, probability limits per point",
        "g": "opportunities between rare events",
        "t": "time between rare events",
        "two-part": "sizes with a mass at zero",
        "combined": (
            "single values whose neighbours resemble each other: value, residual and running "
            "average with one budget"
        ),
        "ewma": "small lasting shifts; exact limits that open up over the first points",
        "cusum": "small lasting shifts; two tabular sums",
        "ma": "the mean of the last values, limits per point while it fills",
        "residual": "autocorrelated values: one-step errors of an AR(1) or ARMA(1,1) model",
        "t2": "several columns at once (Hotelling T²); says which variable adds how much",
        "mewma": "small lasting shifts of several columns; the limit is computed for a run length",
        "z": "short runs of several part types on one chart",
        "run": "the median, and Anhøj's tests of the longest run and of the crossings",
    }
)

LINES: tuple[tuple[str, str], ...] = (
    ("Centre, UCL, LCL", "the level of the baseline, and the limits that the next part is to keep"),
    ("Baseline", "the parts that taught the limits; later parts never move them"),
    ("Spec", "what a part may have; it says nothing of the process"),
    ("Running average", "an EWMA of the value's place in its law: it sees small, lasting shifts"),
    ("Open diamond", "a signal, at the part that completes it; the parts that led to it are drawn"),
    ("Stage", "from here on other limits hold; old parts keep those of their time"),
)


def rules_in_words() -> list[tuple[str, str]]:
    """Return every rule in words with the sets that have it, in the order of the sets.

    Examples
    --------
    >>> rules_in_words()[0]
    ('1 point beyond the control limit', 'nelson 1, nelson-either-side 1, western-electric 1, aiag 1, juran 1, beyond-limits 1')

    """
    found: dict[str, list[str]] = {}
    for name, rules in RULE_SETS.items():
        for rule in rules:
            number = rule.rule_id.rpartition("-")[2]
            found.setdefault(rule.in_words, []).append(f"{name} {number}")
    for rule_id in (RUNNING_AVERAGE_RULE, *RUN_RULES):
        where = "running average" if rule_id == RUNNING_AVERAGE_RULE else "run chart"
        found.setdefault(rule_in_words(rule_id), []).append(where)
    return [(words, ", ".join(sets)) for words, sets in found.items()]
