"""Stains drawn into a surface: what they take of the light, and what of them is annotated."""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from inference.classes import DefectClass
from inference.rendering.canvas import Canvas
from inference.rendering.fields import FloatArray, clouds
from inference.rendering.outlines import potential
from inference.rendering.plan import StainKind, StainPlan

_DARKEST = 0.85
_HOLE = np.ones((5, 5), dtype=np.uint8)


@dataclass(frozen=True, slots=True)
class _Window:
    """The part of the image that a stain can touch: rows and columns, and positions in it."""

    rows: slice
    columns: slice
    x: FloatArray
    y: FloatArray


def draw_stain(plan: StainPlan, canvas: Canvas, rng: np.random.Generator) -> None:
    """Darken the canvas by one stain and annotate it, unless it is planned unlabelled."""
    radius = max(float(np.sqrt(plan.area / np.pi)), 0.8)
    window = _window(plan, radius, canvas.shape)
    depth = potential(plan, window.x, window.y, radius, rng)
    annotated, level = _annotation(depth, plan.area, radius)
    loss = _loss(plan, depth - level, annotated, rng)
    canvas.brightness[window.rows, window.columns] *= 1.0 - loss
    if plan.labelled:
        canvas.mask[window.rows, window.columns][annotated] = DefectClass.STAIN


def _window(plan: StainPlan, radius: float, shape: tuple[int, int]) -> _Window:
    height, width = shape
    reach = int(np.ceil(2.2 * radius * np.sqrt(plan.elongation))) + 5
    centre_x, centre_y = plan.x * (width - 1), plan.y * (height - 1)
    left, top = max(0, int(centre_x) - reach), max(0, int(centre_y) - reach)
    right = max(left + 1, min(width, int(centre_x) + reach + 1))
    bottom = max(top + 1, min(height, int(centre_y) + reach + 1))
    x, y = np.meshgrid(
        np.arange(left, right, dtype=np.float32) - np.float32(centre_x),
        np.arange(top, bottom, dtype=np.float32) - np.float32(centre_y),
    )
    return _Window(slice(top, bottom), slice(left, right), x, y)


def _annotation(
    depth: FloatArray, area: float, radius: float
) -> tuple[npt.NDArray[np.bool_], float]:
    """One connected patch of about `area` pixels, and the level of `depth` at its edge.

    People draw a loose outline, so the patch follows a smoothed `depth` and has no small holes.
    """
    smooth = cv2.GaussianBlur(depth, (0, 0), 0.7 + 0.08 * radius).astype(np.float32)
    peak = np.unravel_index(int(np.argmax(smooth)), smooth.shape)
    low, high = float(smooth.min()), float(smooth.max())
    best = np.zeros(depth.shape, dtype=bool)
    best[peak] = True
    best_level = high
    # Bisection: the patch around the peak grows as the level falls, but in leaps where it meets
    # another; so the closest patch on the way is taken, not the last.
    for _ in range(9):
        level = (low + high) / 2.0
        patch = _patch_at(smooth, level, peak)
        size = np.count_nonzero(patch)
        if abs(size - area) < abs(np.count_nonzero(best) - area):
            best, best_level = patch, level
        if size > area:
            low = level
        else:
            high = level
    return best, best_level


def _patch_at(smooth: FloatArray, level: float, peak: tuple[np.intp, ...]) -> npt.NDArray[np.bool_]:
    """What lies above `level` and hangs together with the peak; small holes are closed."""
    above = cv2.morphologyEx((smooth >= level).astype(np.uint8), cv2.MORPH_CLOSE, _HOLE)
    _, labels = cv2.connectedComponents(above, connectivity=4)
    patch: npt.NDArray[np.bool_] = (labels == labels[peak]) & (above > 0)
    return patch


def _loss(
    plan: StainPlan, inside: FloatArray, annotated: npt.NDArray[np.bool_], rng: np.random.Generator
) -> FloatArray:
    """Share of the light taken at each pixel; on average `plan.darkness` in the annotation."""
    # The annotation reaches beyond the dark core: full darkness only from `core` inwards.
    deepest = max(float(inside[annotated].max()), 1e-3)
    outer = -(0.15 + 0.5 * plan.softness) * deepest
    core = (0.3 + 0.5 * plan.softness) * deepest
    ramp = np.clip((inside - outer) / (core - outer), 0.0, 1.0)
    loss = ramp * ramp * (3.0 - 2.0 * ramp)
    shape = (inside.shape[0], inside.shape[1])
    if plan.kind is not StainKind.ROUND:
        loss = loss * np.clip(1.0 + 0.25 * clouds(rng, shape, 2.5), 0.2, 1.8)
    loss = cv2.GaussianBlur(loss.astype(np.float32), (0, 0), 1.0 + 0.8 * plan.softness)
    for _ in range(3):
        # The ceiling lowers the mean a little, so scale again.
        loss = np.clip(
            loss * (plan.darkness / max(float(loss[annotated].mean()), 1e-3)), 0.0, _DARKEST
        )
    taken: FloatArray = loss.astype(np.float32)
    return taken
