"""From defects to the numbers that are charted: one row per image, one per inspection."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from inference.classes import DefectClass
from inference.defects import Defect

CHARTED_METRICS: Final = (
    "stain_count",
    "total_stain_pct",
    "largest_stain_area_px",
    "scratch_count",
    "longest_scratch_px",
    "total_scratch_pct",
)
_UM_PER_MM: Final = 1000.0


@dataclass(frozen=True, slots=True)
class SurfaceMetrics:
    """What one surface shows: an image, or all views of one inspection.

    Totals and percentages count pixels; the largest stain is the area within its outline by Green's
    formula, the longest scratch the longer side of its rotated box (see `inference.defects`).
    Without defects of a class its counts, areas and lengths are 0.

    Attributes
    ----------
    stain_count, scratch_count
        Number of connected pieces.
    largest_stain_area_px
        In square pixels.
    largest_stain_radius_px, largest_stain_x, largest_stain_y
        Its smallest enclosing circle in pixels of its own image, or of the part where its views lie
        edge to edge; None without a stain.
    total_stain_area_px, total_scratch_area_px
        In pixels.
    total_stain_pct, total_scratch_pct
        Those areas as a percentage of `surface_px`.
    longest_scratch_px
        In pixels.
    largest_stain_area_mm2, longest_scratch_mm, total_stain_area_mm2, total_scratch_area_mm2
        The same in millimetres; None where the scale is not known.
    surface_px
        Pixels of the whole surface.

    """

    stain_count: int
    largest_stain_area_px: float
    largest_stain_radius_px: float | None
    largest_stain_x: float | None
    largest_stain_y: float | None
    total_stain_area_px: float
    total_stain_pct: float
    scratch_count: int
    longest_scratch_px: float
    total_scratch_area_px: float
    total_scratch_pct: float
    largest_stain_area_mm2: float | None
    longest_scratch_mm: float | None
    total_stain_area_mm2: float | None
    total_scratch_area_mm2: float | None
    surface_px: int


def measure_surface(
    defects: Sequence[Defect], *, width: int, height: int, um_per_px: float | None = None
) -> SurfaceMetrics:
    """The metrics of one image.

    Parameters
    ----------
    defects
        As found in the image, in any order.
    width, height
        Of the image, in pixels.
    um_per_px
        Side of a pixel on the part in micrometres; None where it is not known.

    Raises
    ------
    ValueError
        The image has no pixels, or the scale is not a positive number.

    Examples
    --------
    >>> measure_surface((), width=320, height=320).total_stain_pct
    0.0

    """
    if width < 1 or height < 1:
        raise ValueError(f"a surface needs pixels, got {width} x {height}")
    return measure_part(defects, surface_px=width * height, um_per_px=um_per_px)


def measure_part(
    defects: Sequence[Defect], *, surface_px: int, um_per_px: float | None = None
) -> SurfaceMetrics:
    """The metrics of one part whose views lie edge to edge, from its defects.

    Parameters
    ----------
    defects
        Each counted once, whatever views it crosses, in pixels of the part: see `inference.merging`.
    surface_px
        Pixels of all views together.
    um_per_px
        Of every view; None where it is not known.

    Raises
    ------
    ValueError
        There are no pixels, or the scale is not a positive number.

    """
    if surface_px < 1:
        raise ValueError(f"a surface needs pixels, got {surface_px}")
    if um_per_px is not None and not 0 < um_per_px < float("inf"):
        raise ValueError(f"um_per_px must be a positive number, got {um_per_px}")
    stains = [defect for defect in defects if defect.defect_class is DefectClass.STAIN]
    scratches = [defect for defect in defects if defect.defect_class is DefectClass.SCRATCH]
    largest = max(stains, key=lambda defect: defect.contour_area, default=None)
    largest_area = largest.contour_area if largest else 0.0
    longest = max((defect.length for defect in scratches), default=0.0)
    stain_area = float(sum(defect.pixel_count for defect in stains))
    scratch_area = float(sum(defect.pixel_count for defect in scratches))
    mm = None if um_per_px is None else um_per_px / _UM_PER_MM
    return SurfaceMetrics(
        stain_count=len(stains),
        largest_stain_area_px=largest_area,
        largest_stain_radius_px=largest.circle_radius if largest else None,
        largest_stain_x=largest.circle_x if largest else None,
        largest_stain_y=largest.circle_y if largest else None,
        total_stain_area_px=stain_area,
        total_stain_pct=100.0 * stain_area / surface_px,
        scratch_count=len(scratches),
        longest_scratch_px=longest,
        total_scratch_area_px=scratch_area,
        total_scratch_pct=100.0 * scratch_area / surface_px,
        largest_stain_area_mm2=None if mm is None else largest_area * mm**2,
        longest_scratch_mm=None if mm is None else longest * mm,
        total_stain_area_mm2=None if mm is None else stain_area * mm**2,
        total_scratch_area_mm2=None if mm is None else scratch_area * mm**2,
        surface_px=surface_px,
    )


def combine_views(metrics: Sequence[SurfaceMetrics]) -> SurfaceMetrics:
    """The metrics of one inspection from those of its views.

    Counts and areas add up, the largest stain and the longest scratch are those of all views, and
    percentages refer to the pixels of all views together. A value in millimetres is known only where
    every view's scale is. A defect that crosses from one view into the next counts in each; where the
    views lie edge to edge, `measure_part` counts it once.

    Raises
    ------
    ValueError
        There is no view.

    """
    if not metrics:
        raise ValueError("an inspection needs at least one view")
    largest = max(metrics, key=lambda view: view.largest_stain_area_px)
    surface = sum(view.surface_px for view in metrics)
    stain_area = sum(view.total_stain_area_px for view in metrics)
    scratch_area = sum(view.total_scratch_area_px for view in metrics)
    return SurfaceMetrics(
        stain_count=sum(view.stain_count for view in metrics),
        largest_stain_area_px=largest.largest_stain_area_px,
        largest_stain_radius_px=largest.largest_stain_radius_px,
        largest_stain_x=largest.largest_stain_x,
        largest_stain_y=largest.largest_stain_y,
        total_stain_area_px=stain_area,
        total_stain_pct=100.0 * stain_area / surface,
        scratch_count=sum(view.scratch_count for view in metrics),
        longest_scratch_px=max(view.longest_scratch_px for view in metrics),
        total_scratch_area_px=scratch_area,
        total_scratch_pct=100.0 * scratch_area / surface,
        largest_stain_area_mm2=_largest_known([view.largest_stain_area_mm2 for view in metrics]),
        longest_scratch_mm=_largest_known([view.longest_scratch_mm for view in metrics]),
        total_stain_area_mm2=_sum_known([view.total_stain_area_mm2 for view in metrics]),
        total_scratch_area_mm2=_sum_known([view.total_scratch_area_mm2 for view in metrics]),
        surface_px=surface,
    )


def _largest_known(values: Sequence[float | None]) -> float | None:
    """The maximum, or None as soon as one value is not known."""
    known = [value for value in values if value is not None]
    return max(known) if len(known) == len(values) else None


def _sum_known(values: Sequence[float | None]) -> float | None:
    """The sum, or None as soon as one value is not known."""
    known = [value for value in values if value is not None]
    return sum(known) if len(known) == len(values) else None
