"""Specification limits: whether a part passes, and which criteria it failed.

Specification limits come from the customer and judge a part. Control limits come from the process and
judge the process; they are computed elsewhere and never mixed with these.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from inference.errors import SpecificationError
from inference.metrics import SurfaceMetrics

SPECIFIABLE_METRICS: Final = (
    "stain_count",
    "largest_stain_area_px",
    "total_stain_area_px",
    "total_stain_pct",
    "scratch_count",
    "longest_scratch_px",
    "total_scratch_area_px",
    "total_scratch_pct",
    "largest_stain_area_mm2",
    "longest_scratch_mm",
    "total_stain_area_mm2",
    "total_scratch_area_mm2",
)


@dataclass(frozen=True, slots=True)
class SpecificationLimit:
    """The values of one metric that are allowed; a value equal to a limit passes.

    Attributes
    ----------
    metric
        One of `SPECIFIABLE_METRICS`.
    lower, upper
        In the unit of the metric; None for no limit on that side.

    Raises
    ------
    SpecificationError
        The metric is unknown, or the limits are missing, not finite or in the wrong order.

    """

    metric: str
    lower: float | None = None
    upper: float | None = None

    def __post_init__(self) -> None:
        if self.metric not in SPECIFIABLE_METRICS:
            raise SpecificationError(
                f"no metric {self.metric!r} to limit; known: {', '.join(SPECIFIABLE_METRICS)}"
            )
        limits = [limit for limit in (self.lower, self.upper) if limit is not None]
        if not limits:
            raise SpecificationError(f"the specification of {self.metric} has no limit")
        if not all(math.isfinite(limit) for limit in limits) or limits != sorted(limits):
            raise SpecificationError(
                f"the limits of {self.metric} must be finite and lower <= upper, "
                f"got {self.lower} and {self.upper}"
            )


@dataclass(frozen=True, slots=True)
class Disposition:
    """The verdict on one inspection.

    Attributes
    ----------
    passed
        No criterion failed.
    failed
        The criteria that failed with the value and the limit, as in "stain_count 7 > 5".

    """

    passed: bool
    failed: tuple[str, ...]


def judge(metrics: SurfaceMetrics, limits: Iterable[SpecificationLimit]) -> Disposition:
    """Compare the metrics of an inspection with its limits.

    A limit in millimetres on a part whose scale is not known fails: it was not shown to be met.

    Examples
    --------
    >>> from inference.metrics import measure_surface
    >>> judge(measure_surface((), width=8, height=8), [SpecificationLimit("stain_count", upper=5)])
    Disposition(passed=True, failed=())

    """
    failed = tuple(text for limit in limits if (text := _failure(metrics, limit)))
    return Disposition(passed=not failed, failed=failed)


def _failure(metrics: SurfaceMetrics, limit: SpecificationLimit) -> str:
    """Why the limit is not met, empty if it is."""
    value: float | None = getattr(metrics, limit.metric)
    if value is None:
        return f"{limit.metric} unknown: no scale"
    if limit.upper is not None and value > limit.upper:
        return f"{limit.metric} {value:g} > {limit.upper:g}"
    if limit.lower is not None and value < limit.lower:
        return f"{limit.metric} {value:g} < {limit.lower:g}"
    return ""
