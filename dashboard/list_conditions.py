"""Least and greatest values of a list's columns: in an address, in the grid, for the warehouse."""

import math
from collections.abc import Mapping
from typing import Any, Final

from dashboard.figures.wording import number
from dashboard.metric_names import metric_name
from warehouse.records import METRICS

Bounds = tuple[tuple[str, float, float], ...]
"""Metric, least and greatest value; without an end, infinity."""

AT_LEAST: Final = "greaterThanOrEqual"
AT_MOST: Final = "lessThanOrEqual"
BETWEEN: Final = "inRange"


def read_conditions(text: str) -> Bounds:
    """Read the conditions of an address; what does not fit is dropped.

    Examples
    --------
    >>> read_conditions("stain_count:3.., total_stain_pct:..2.5")
    (('stain_count', 3.0, inf), ('total_stain_pct', -inf, 2.5))
    >>> read_conditions("colour:1..,stain_count:nan..,scratch_count:5..2")
    ()

    """
    found: dict[str, tuple[str, float, float]] = {}
    for one in text.split(","):
        metric, _, ends = one.strip().partition(":")
        low, dots, high = ends.partition("..")
        least, most = _end(low, -math.inf), _end(high, math.inf)
        if metric not in METRICS or not dots or least is None or most is None:
            continue
        if least <= most and (least, most) != (-math.inf, math.inf):
            found[metric] = (metric, least, most)
    return tuple(found[metric] for metric in METRICS if metric in found)


def conditions_text(bounds: Bounds) -> str:
    """Write conditions as they stand in an address.

    Examples
    --------
    >>> conditions_text(read_conditions("scratch_count:1..2,stain_count:3.."))
    'stain_count:3..,scratch_count:1..2'

    """
    return ",".join(f"{metric}:{_text(low)}..{_text(high)}" for metric, low, high in bounds)


def conditions_words(bounds: Bounds) -> str:
    """Say conditions in words.

    Examples
    --------
    >>> conditions_words(read_conditions("stain_count:3..,scratch_count:1..2"))
    'Stain count at least 3, Scratch count 1 to 2'

    """
    words = []
    for metric, low, high in bounds:
        label = metric_name(metric).label
        if math.isinf(high):
            words.append(f"{label} at least {number(low)}")
        elif math.isinf(low):
            words.append(f"{label} at most {number(high)}")
        else:
            words.append(f"{label} {number(low)} to {number(high)}")
    return ", ".join(words)


def grid_filters(bounds: Bounds) -> dict[str, dict[str, Any]]:
    """Return conditions as the grid's filter model."""
    model: dict[str, dict[str, Any]] = {}
    for metric, low, high in bounds:
        if math.isinf(high):
            condition: dict[str, Any] = {"type": AT_LEAST, "filter": _plain(low)}
        elif math.isinf(low):
            condition = {"type": AT_MOST, "filter": _plain(high)}
        else:
            condition = {"type": BETWEEN, "filter": _plain(low), "filterTo": _plain(high)}
        model[metric] = {"filterType": "number", **condition}
    return model


def grid_conditions(model: Mapping[str, Any] | None) -> Bounds:
    """Return the conditions that a filter model of the grid asks for; others are dropped.

    Examples
    --------
    >>> bounds = read_conditions("stain_count:3..,scratch_count:1..2")
    >>> grid_conditions(grid_filters(bounds)) == bounds
    True

    """
    pieces = []
    for metric, one in (model or {}).items():
        if not isinstance(one, dict):
            continue
        first, second = one.get("filter"), one.get("filterTo")
        ends = {
            AT_LEAST: (first, None),
            AT_MOST: (None, first),
            BETWEEN: (first, second),
        }.get(str(one.get("type")))
        if ends is not None:
            low, high = ("" if end is None else str(end) for end in ends)
            pieces.append(f"{metric}:{low}..{high}")
    return read_conditions(",".join(pieces))


def _end(text: str, open_end: float) -> float | None:
    if not text.strip():
        return open_end
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def _text(end: float) -> str:
    return "" if math.isinf(end) else f"{_plain(end)}"


def _plain(value: float) -> int | float:
    return int(value) if value.is_integer() else value
