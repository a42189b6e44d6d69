"""Scratches and hairline bundles drawn into a surface, and the strokes that annotate them."""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from inference.classes import DefectClass
from inference.rendering.canvas import Canvas
from inference.rendering.fields import Clouds, FloatArray
from inference.rendering.paths import STEP, Points, axis_of, beside, wander
from inference.rendering.plan import ScratchKind, ScratchPlan

# OpenCV 5 draws lines wider than asked for: 3 gives 5.07 px on average over all directions.
# Annotators draw scratches as strokes 5 px wide, whatever the true width.
_STROKE_THICKNESS = 3
# Size in px of the grains that a scratch is broken into.
_TEXTURE = 1.4


@dataclass(frozen=True, slots=True)
class _Ink:
    """Change of brightness, shape (H, W), in a window of the image."""

    rows: slice
    columns: slice
    change: FloatArray


def draw_scratch(plan: ScratchPlan, canvas: Canvas, noise: Clouds) -> None:
    """Draw one scratch and annotate it, unless it is planned unlabelled."""
    height, width = canvas.shape
    axis = axis_of(plan, width, height, noise.rng)
    if plan.kind is not ScratchKind.INVISIBLE:
        ink = _ink(plan, axis, canvas.shape, noise.rng)
        if ink is not None:
            _apply(plan, ink, canvas, noise)
    if plan.labelled:
        _annotate(plan, axis, canvas.mask, noise.rng)


def _apply(plan: ScratchPlan, ink: _Ink, canvas: Canvas, noise: Clouds) -> None:
    """Change brightness and tint of the canvas where the ink lies."""
    bright = plan.kind is ScratchKind.BRIGHT
    # The grain shows through: a scratch is a row of bright or dark grains, not a brush stroke.
    shape = (ink.change.shape[0], ink.change.shape[1])
    texture = np.float32(0.5 if bright else 0.3) * noise.window(shape, _TEXTURE)
    change = ink.change * np.clip(texture + 1.0, 0.0, None)
    change = np.clip(change, 0.0, 1.5 if bright else 0.6)
    sign = np.float32(1.0 if bright else -1.0)
    brightness = canvas.brightness[ink.rows, ink.columns]
    brightness *= 1.0 + sign * change
    if plan.shadow:
        brightness *= 1.0 - sign * np.clip(plan.shadow * _shaded(change, plan), 0.0, 0.7)
    if plan.green:
        canvas.greenness[ink.rows, ink.columns] *= 1.0 + np.float32(plan.green) * np.clip(
            change / np.float32(plan.contrast), 0.0, 1.0
        )


def _shaded(change: FloatArray, plan: ScratchPlan) -> FloatArray:
    """The same line moved sideways by its own width, as light from one side shades a groove."""
    step = 2.0 * plan.width + 0.5
    move = np.array(
        [
            [1.0, 0.0, round(-np.sin(plan.angle) * step)],
            [0.0, 1.0, round(np.cos(plan.angle) * step)],
        ]
    )
    shaded: FloatArray = cv2.warpAffine(change, move, change.shape[::-1]).astype(np.float32)
    return shaded


def _ink(
    plan: ScratchPlan, axis: Points, shape: tuple[int, int], rng: np.random.Generator
) -> _Ink | None:
    """All strands with a Gaussian profile whose peak is their strength times the contrast."""
    height, width = shape
    offsets = wander((plan.strands, len(axis)), 20.0, 0.5, rng)
    if plan.strands > 1:
        offsets += rng.normal(0.0, plan.spread, (plan.strands, 1))
    points = beside(axis, offsets).reshape(-1, 2)
    strength = _strength(plan, len(axis), rng).ravel()
    x, y = points[:, 0], points[:, 1]
    keep = (x > 0) & (x < width - 1) & (y > 0) & (y < height - 1) & (strength > 0.02)
    if not keep.any():
        return None
    x, y, strength = x[keep], y[keep], strength[keep]
    margin = int(4 * plan.width) + 2
    left, top = max(int(x.min()) - margin, 0), max(int(y.min()) - margin, 0)
    right = min(width, int(x.max()) + margin + 2)
    bottom = min(height, int(y.max()) + margin + 2)
    ink = _splat(x - left, y - top, strength, (bottom - top, right - left))
    # A line of ink 1/step per px, smoothed, peaks at 1 / (step sigma sqrt(2 pi)). Strands overlap
    # in part, so each of many is weaker.
    peak = plan.contrast * plan.strands**-0.25 * STEP * plan.width * np.sqrt(2.0 * np.pi)
    change = cv2.GaussianBlur(ink, (0, 0), plan.width) * np.float32(peak)
    return _Ink(slice(top, bottom), slice(left, right), change)


def _splat(
    x: npt.NDArray[np.float64],
    y: npt.NDArray[np.float64],
    strength: npt.NDArray[np.float64],
    shape: tuple[int, int],
) -> FloatArray:
    """Each point's strength shared out among the four pixels around it."""
    height, width = shape
    column, row = x.astype(np.int64), y.astype(np.int64)
    part_x, part_y = x - column, y - row
    first = row * width + column
    places = np.concatenate((first, first + 1, first + width, first + width + 1))
    shares = np.concatenate(
        (
            (1.0 - part_x) * (1.0 - part_y) * strength,
            part_x * (1.0 - part_y) * strength,
            (1.0 - part_x) * part_y * strength,
            part_x * part_y * strength,
        )
    )
    ink = np.bincount(places, weights=shares, minlength=height * width)
    return ink[: height * width].reshape(height, width).astype(np.float32)


def _strength(plan: ScratchPlan, n: int, rng: np.random.Generator) -> npt.NDArray[np.float64]:
    """Strength along each strand: fading at the ends, patchy, broken; shape (strands, n)."""
    t = np.linspace(0.0, 1.0, n)[None, :]
    if plan.strands == 1:
        first, last = np.zeros((1, 1)), np.ones((1, 1))
    else:
        span = rng.uniform(*plan.span, (plan.strands, 1))
        first = rng.uniform(0.0, 1.0, (plan.strands, 1)) * (1.0 - span)
        last = first + span
    length = last - first
    ends = rng.uniform(0.02, 0.3, (2, plan.strands, 1)) * length
    fade = np.clip((t - first) / ends[0], 0.0, 1.0) * np.clip((last - t) / ends[1], 0.0, 1.0)
    shape = (plan.strands, n)
    patches = 1.0 + wander(shape, 8.0, 0.25 + 0.4 * plan.breaks, rng) + wander(shape, 2.0, 0.2, rng)
    gaps = wander(shape, 15.0, 0.6, rng) + wander(shape, 50.0, 0.8, rng)
    seen = np.clip(0.5 + 2.0 * (gaps - 2.5 * (plan.breaks - 0.5)), 0.0, 1.0)
    strength: npt.NDArray[np.float64] = (
        np.sqrt(fade) * np.clip(patches, 0.0, 2.0) * seen * rng.uniform(0.7, 1.1, (plan.strands, 1))
    )
    return strength


def _annotate(
    plan: ScratchPlan, axis: Points, mask: npt.NDArray[np.uint8], rng: np.random.Generator
) -> None:
    """One polyline over the gaps too, which misses the scratch by a pixel here and there."""
    bent = abs(plan.bend) > 0.03 or plan.sway or plan.kinks
    clicks = max(5 if bent else 2, len(axis) // 30 + 1)
    corners = axis[np.linspace(0, len(axis) - 1, clicks).astype(int)]
    drawn = corners + rng.normal(0.0, 0.7, corners.shape)
    cv2.polylines(
        mask,
        [np.round(drawn).astype(np.int32)],
        isClosed=False,
        color=int(DefectClass.SCRATCH),
        thickness=_STROKE_THICKNESS,
    )
