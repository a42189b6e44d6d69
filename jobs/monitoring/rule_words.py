"""Signals in words, and which of them tell one story."""

from __future__ import annotations

from typing import Final

from dashboard.metric_names import metric_name, short_unit
from jobs.mail.style import number
from jobs.monitoring.judging import SPECIFICATION_RULE
from spc.rules import rule_in_words
from warehouse.journal.characteristics import CharacteristicRow
from warehouse.records import SignalRow

CONTROL: Final = "control"
SPECIFICATION: Final = "specification"
LOCATION: Final = "location"
"""A rule that begins so goes on, after a colon, with the place in words."""


def rule_family(rule: str) -> str:
    """Return the family of a rule: one open episode per characteristic and family.

    A shift that first shows in single points and then in the running average is one story and one
    mail; a part out of specification is another, since other people must act, and defects that
    gather at one place are a third.

    Examples
    --------
    >>> rule_family("running-average-1"), rule_family("specification")
    ('control', 'specification')

    """
    if rule == SPECIFICATION_RULE:
        return SPECIFICATION
    return LOCATION if rule.partition(":")[0] == LOCATION else CONTROL


def signal_in_words(signal: SignalRow) -> str:
    """Return what a signal says, direction included where the rule is about one limit."""
    if signal.rule == SPECIFICATION_RULE:
        side, limit = _side(signal)
        return f"part out of specification: {number(signal.value)} {side} {number(limit)}"
    family, _, place = signal.rule.partition(":")
    if family == LOCATION:
        return place.strip() or "defects gather at a place they did not before"
    return rule_in_words(signal.rule)


def headline(signal: SignalRow, row: CharacteristicRow) -> str:
    """Return one line for lists: what, where, which rule."""
    place = f"{row.stream.station} / {row.stream.tool}"
    return f"{metric_name(row.metric).label} at {place}: {signal_in_words(signal)}"


def with_unit(value: float | None, metric: str) -> str:
    """Write a value with its unit; nothing where there is none.

    Examples
    --------
    >>> with_unit(7.0, "stain_count"), with_unit(1.23456, "total_stain_pct"), with_unit(None, "x")
    ('7', '1.23 %', '')

    """
    if value is None:
        return ""
    return f"{number(value)} {short_unit(metric)}".strip()


def limits_in_words(lower: float | None, upper: float | None, metric: str) -> str:
    """Write the limits of a chart with their unit: both where there are two.

    Examples
    --------
    >>> limits_in_words(None, 8.0, "stain_count"), limits_in_words(2.53, 160.2, "focus")
    ('8', '2.53 to 160 grey levels²')

    """
    if lower is None or upper is None:
        return with_unit(upper if lower is None else lower, metric)
    return f"{number(lower)} to {with_unit(upper, metric)}"


def _side(signal: SignalRow) -> tuple[str, float]:
    """Which limit a part out of specification broke."""
    if signal.ucl is not None and signal.value > signal.ucl:
        return "above", signal.ucl
    assert signal.lcl is not None
    return "below", signal.lcl
