"""What a characteristic may be set to: limits within the metric's range, charts that fit its values."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from inference.specification import SPECIFIABLE_METRICS
from warehouse.journal.characteristics import CharacteristicRow
from warehouse.records import HEALTH_METRICS, LOCATION_METRICS, METRICS, SHARE_METRICS

SITE_RULES: Final = ("beyond-limits",)
"""Rule sets that site charts are judged by: their limits spend the whole budget of false alarms."""


@dataclass(frozen=True, slots=True)
class MetricRange:
    """What the values of one metric can be, and which charts suit them.

    Attributes
    ----------
    lowest, highest
        Ends of the metric's range, in its unit; infinite where there is none.
    charts
        Kinds of chart its values may have; empty where the metric has a test of its own.
    limits
        Whether a specification can be set: shares and positions are judged by limits of their own.

    """

    lowest: float
    highest: float
    charts: tuple[str, ...]
    limits: bool = True


_COUNT: Final = MetricRange(0.0, math.inf, ("nb", "c", "imr"))
_SIZE: Final = MetricRange(0.0, math.inf, ("two-part", "imr"))
_PERCENT: Final = MetricRange(0.0, 100.0, ("two-part", "imr"))
_GREY: Final = MetricRange(0.0, 255.0, ("lognormal", "imr"))
_SHARE: Final = MetricRange(0.0, 1.0, ("nb", "c"), limits=False)
_TEST: Final = MetricRange(0.0, math.inf, (), limits=False)

RANGES: Final[Mapping[str, MetricRange]] = MappingProxyType(
    {
        "stain_count": _COUNT,
        "total_stain_pct": _PERCENT,
        "largest_stain_area_px": _SIZE,
        "scratch_count": _COUNT,
        "longest_scratch_px": _SIZE,
        "total_scratch_pct": _PERCENT,
        "brightness": _GREY,
        # No picture scatters more than one of half black and half white.
        "contrast": MetricRange(0.0, 127.5, ("lognormal", "imr")),
        "focus": MetricRange(0.0, math.inf, ("lognormal", "imr")),
        "mean_confidence": MetricRange(-math.inf, math.inf, ("imr",)),
        "entropy": MetricRange(-math.inf, math.inf, ("imr",)),
        **dict.fromkeys(SHARE_METRICS, _SHARE),
        **dict.fromkeys(LOCATION_METRICS, _TEST),
    }
)
"""Every metric that a characteristic can have."""

assert set(RANGES) == {*METRICS, *HEALTH_METRICS, *SHARE_METRICS, *LOCATION_METRICS}


def usual_chart(metric: str) -> str | None:
    """Return the chart of a metric whose law is known beforehand; None where the data choose.

    Light, contrast and sharpness are positive and change by factors; the model's figures are
    charted as logarithms.

    Examples
    --------
    >>> usual_chart("focus"), usual_chart("entropy"), usual_chart("stain_count")
    ('lognormal', 'imr', None)

    """
    return RANGES[metric].charts[0] if metric in HEALTH_METRICS else None


def judges_parts(metric: str) -> bool:
    """Tell whether a specification of the metric decides if a part passes.

    Examples
    --------
    >>> judges_parts("stain_count"), judges_parts("brightness")
    (True, False)

    """
    return metric in SPECIFIABLE_METRICS


def setting_problem(row: CharacteristicRow) -> str:
    """Return in one sentence what is wrong with a characteristic's settings; empty when nothing is.

    Examples
    --------
    >>> from warehouse.records import Stream
    >>> row = CharacteristicRow(
    ...     "L/S/T/F:total_stain_pct", Stream("L", "S", "T", "F"), "total_stain_pct",
    ...     None, "beyond-limits", None, 120.0, "%", True,
    ... )
    >>> setting_problem(row)
    'the upper limit 120 of total_stain_pct is outside its range, 0 to 100'

    """
    allowed = RANGES.get(row.metric)
    if allowed is None:
        return f"there is no metric '{row.metric}'; the metrics are: {', '.join(RANGES)}"
    if row.chart is not None and row.chart not in allowed.charts:
        kinds = ", ".join(allowed.charts) or "none, it has a test of its own"
        return f"{row.metric} may not have the chart '{row.chart}'; its kinds are: {kinds}"
    if row.rules not in SITE_RULES:
        sets = ", ".join(SITE_RULES)
        return f"site charts are not judged by the rules '{row.rules}'; they may have: {sets}"
    return _limits_problem(row, allowed)


def _limits_problem(row: CharacteristicRow, allowed: MetricRange) -> str:
    sides = [
        (name, value)
        for name, value in (("lower", row.spec_lower), ("upper", row.spec_upper))
        if value is not None
    ]
    if sides and not allowed.limits:
        return f"{row.metric} takes no specification limits; it is judged by its chart alone"
    for name, value in sides:
        if not math.isfinite(value):
            return f"the {name} limit {value} of {row.metric} is not a finite number"
        if not allowed.lowest <= value <= allowed.highest:
            return (
                f"the {name} limit {value:g} of {row.metric} is outside its range, {_span(allowed)}"
            )
    if len(sides) == 2 and sides[0][1] > sides[1][1]:
        lower, upper = sides[0][1], sides[1][1]
        return f"the lower limit {lower:g} of {row.metric} is above its upper limit {upper:g}"
    return ""


def _span(allowed: MetricRange) -> str:
    if math.isinf(allowed.highest):
        return f"{allowed.lowest:g} and more"
    return f"{allowed.lowest:g} to {allowed.highest:g}"
