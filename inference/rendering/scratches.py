"""Scratches and hairline bundles drawn into a surface, and the strokes that annotate them."""

import cv2
import numpy as np
import numpy.typing as npt

from inference.classes import DefectClass
from inference.rendering.canvas import Canvas
from inference.rendering.fields import FloatArray
from inference.rendering.plan import ScratchKind, ScratchPlan

# Annotators draw scratches as strokes of one width, whatever the true width.
STROKE_WIDTH = 5
# OpenCV 5 draws lines wider than asked for: 3 gives 5.07 px on average over all directions.
_STROKE_THICKNESS = 3
# Distance in px of the points along a line.
_STEP = 0.5
Points = npt.NDArray[np.float64]


def draw_scratch(
    plan: ScratchPlan, canvas: Canvas, texture: FloatArray, rng: np.random.Generator
) -> None:
    """Draw one scratch and annotate it, unless it is planned unlabelled.

    `texture`, shape (H, W), is fine noise of standard deviation 1 by which its strength varies.
    """
    height, width = canvas.shape
    axis = _axis(plan, width, height)
    if plan.kind is not ScratchKind.INVISIBLE:
        change = np.zeros((height, width), dtype=np.float32)
        for _ in range(plan.strands):
            _add_strand(plan, axis, change, rng)
        sign = 1.0 if plan.kind is ScratchKind.BRIGHT else -1.0
        # The grain shows through: a scratch is a row of bright or dark grains, not a brush stroke.
        change *= np.clip(1.0 + (0.5 if sign > 0 else 0.3) * texture, 0.0, None)
        change = np.clip(change, 0.0, 0.6 if sign < 0 else 1.5)
        canvas.brightness[:] *= 1.0 + sign * change
        if plan.shadow:
            canvas.brightness[:] *= 1.0 - sign * np.clip(
                plan.shadow * _beside(change, plan), 0.0, 0.7
            )
        if plan.green:
            canvas.greenness[:] *= 1.0 + plan.green * np.clip(change / plan.contrast, 0.0, 1.0)
    if plan.labelled:
        _annotate(axis, canvas.mask, rng)


def _beside(change: FloatArray, plan: ScratchPlan) -> FloatArray:
    """The same line moved sideways by its own width, as light from one side shades a groove."""
    step = 2.0 * plan.width + 0.5
    move = np.array(
        [
            [1.0, 0.0, round(-np.sin(plan.angle) * step)],
            [0.0, 1.0, round(np.cos(plan.angle) * step)],
        ]
    )
    beside: FloatArray = cv2.warpAffine(change, move, change.shape[::-1]).astype(np.float32)
    return beside


def _axis(plan: ScratchPlan, width: int, height: int) -> Points:
    """Points along the middle line about half a pixel apart, shape (n, 2), x before y."""
    # A parabola: straight for bend 0, an arc for small ones, a loop's end for large ones.
    length_on_arc = plan.length * (1.0 + 2.5 * plan.bend * plan.bend)
    t = np.linspace(-1.0, 1.0, max(4, int(length_on_arc / _STEP)))
    along = 0.5 * plan.length * t
    aside = plan.bend * plan.length * (1.0 - t * t - 2.0 / 3.0)
    x = along * np.cos(plan.angle) - aside * np.sin(plan.angle)
    y = along * np.sin(plan.angle) + aside * np.cos(plan.angle)
    return np.column_stack((x + plan.x * (width - 1), y + plan.y * (height - 1)))


def _add_strand(
    plan: ScratchPlan, axis: Points, change: FloatArray, rng: np.random.Generator
) -> None:
    """Add one line of varying strength beside the axis to `change`."""
    strand = axis
    if plan.strands > 1:
        # A strand has its own beginning and end, but none is a mere dot.
        first, last = np.sort(rng.uniform(0.0, 1.0, 2))
        if last - first < 0.3:
            first, last = 0.0, 1.0
        strand = axis[int(first * (len(axis) - 2)) : int(last * (len(axis) - 1)) + 1]
    n = len(strand)
    offset = rng.normal(0.0, plan.spread if plan.strands > 1 else 0.0)
    direction = np.gradient(strand, axis=0) if n > 1 else np.ones((n, 2))
    normal = np.column_stack((-direction[:, 1], direction[:, 0]))
    normal /= np.maximum(np.hypot(normal[:, 0], normal[:, 1]), 1e-6)[:, None]
    points = strand + normal * (offset + _wander(n, 40.0, 0.5, rng))[:, None]
    strength = _strength(plan.breaks, n, rng) * rng.uniform(0.7, 1.1)
    _splat(points, strength, plan, change)


def _splat(
    points: Points, strength: npt.NDArray[np.float64], plan: ScratchPlan, change: FloatArray
) -> None:
    """Add a line with a Gaussian profile whose peak is `strength` times the contrast."""
    height, width = change.shape
    margin = int(4 * plan.width) + 2
    keep = (
        (points[:, 0] > 0)
        & (points[:, 0] < width - 1)
        & (points[:, 1] > 0)
        & (points[:, 1] < height - 1)
    )
    if not keep.any():
        return
    points, strength = points[keep], strength[keep]
    left, top = np.maximum(points.min(axis=0).astype(int) - margin, 0)
    right = min(width, int(points[:, 0].max()) + margin + 2)
    bottom = min(height, int(points[:, 1].max()) + margin + 2)
    corner = points.astype(int)
    part = points - corner
    ink = np.zeros((bottom - top, right - left), dtype=np.float32)
    for dx, dy in ((0, 0), (1, 0), (0, 1), (1, 1)):
        weight = np.abs(1 - dx - part[:, 0]) * np.abs(1 - dy - part[:, 1])
        np.add.at(ink, (corner[:, 1] + dy - top, corner[:, 0] + dx - left), weight * strength)
    # A line of ink 1/step per px, smoothed, peaks at 1 / (step sigma sqrt(2 pi)). Strands overlap
    # in part, so each of many is weaker.
    contrast = plan.contrast * plan.strands**-0.25
    peak = contrast * _STEP * plan.width * np.sqrt(2.0 * np.pi)
    change[top:bottom, left:right] += cv2.GaussianBlur(ink, (0, 0), plan.width) * np.float32(peak)


def _strength(breaks: float, n: int, rng: np.random.Generator) -> npt.NDArray[np.float64]:
    """Strength along the line: fading at the ends, patchy, broken; shape (n,), about 0..1."""
    t = np.linspace(0.0, 1.0, n)
    ends = rng.uniform(0.02, 0.3, 2)
    fade = np.clip(t / ends[0], 0.0, 1.0) * np.clip((1.0 - t) / ends[1], 0.0, 1.0)
    patches = 1.0 + _wander(n, 16.0, 0.25 + 0.5 * breaks, rng) + _wander(n, 4.0, 0.25, rng)
    gaps = _wander(n, 30.0, 1.0, rng) - 2.5 * (breaks - 0.5)
    strength: npt.NDArray[np.float64] = (
        np.sqrt(fade) * np.clip(patches, 0.0, 2.0) * np.clip(0.5 + 2.0 * gaps, 0.0, 1.0)
    )
    return strength


def _wander(
    n: int, correlation: float, sd: float, rng: np.random.Generator
) -> npt.NDArray[np.float64]:
    """Smooth noise of standard deviation `sd`; changes over `correlation` half-pixels."""
    knots = rng.normal(0.0, sd, int(n / correlation) + 3)
    return np.interp(np.arange(n) / correlation, np.arange(len(knots)), knots)


def _annotate(axis: Points, mask: npt.NDArray[np.uint8], rng: np.random.Generator) -> None:
    """A polyline of few corners that misses the scratch by a pixel here and there."""
    corners = axis[np.linspace(0, len(axis) - 1, max(2, len(axis) // 60 + 1)).astype(int)]
    drawn = corners + rng.normal(0.0, 0.8, corners.shape)
    cv2.polylines(
        mask,
        [np.round(drawn).astype(np.int32)],
        isClosed=False,
        color=int(DefectClass.SCRATCH),
        thickness=_STROKE_THICKNESS,
    )
