"""Stains drawn into a surface: what they take of the light, and what of them is annotated."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from inference.classes import DefectClass
from inference.rendering.annotation import annotate
from inference.rendering.canvas import Canvas
from inference.rendering.fields import Clouds, FloatArray, smoothed
from inference.rendering.outlines import potential
from inference.rendering.plan import StainKind, StainPlan

_DARKEST = 0.85


@dataclass(frozen=True, slots=True)
class _Window:
    """The part of the image that a stain can touch, and where its columns and rows lie.

    `x`, shape (1, W), and `y`, shape (H, 1), are relative to the stain's centre, in px.
    """

    rows: slice
    columns: slice
    x: FloatArray
    y: FloatArray


def draw_stain(plan: StainPlan, canvas: Canvas, noise: Clouds) -> None:
    """Darken the canvas by one stain and annotate it, unless it is planned unlabelled."""
    radius = max(float(np.sqrt(plan.area / np.pi)), 0.8)
    window = _window(plan, radius, canvas.shape)
    depth = potential(plan, window.x, window.y, radius, noise)
    annotated, level = annotate(depth, plan.area, radius, noise.rng)
    loss = _loss(plan, depth - np.float32(level), annotated, window, noise)
    canvas.brightness[window.rows, window.columns] *= 1.0 - loss
    if plan.green:
        canvas.greenness[window.rows, window.columns] *= 1.0 + np.float32(plan.green) * np.clip(
            2.0 * loss, 0.0, 1.0
        )
    if plan.labelled:
        canvas.mask[window.rows, window.columns][annotated] = DefectClass.STAIN


def _window(plan: StainPlan, radius: float, shape: tuple[int, int]) -> _Window:
    height, width = shape
    reach = int(np.ceil(2.0 * radius * np.sqrt(plan.elongation))) + 5
    centre_x, centre_y = plan.x * (width - 1), plan.y * (height - 1)
    left, top = max(0, int(centre_x) - reach), max(0, int(centre_y) - reach)
    right = max(left + 1, min(width, int(centre_x) + reach + 1))
    bottom = max(top + 1, min(height, int(centre_y) + reach + 1))
    x = np.arange(left, right, dtype=np.float32)[None, :] - np.float32(centre_x)
    y = np.arange(top, bottom, dtype=np.float32)[:, None] - np.float32(centre_y)
    return _Window(slice(top, bottom), slice(left, right), x, y)


def _loss(
    plan: StainPlan,
    inside: FloatArray,
    annotated: npt.NDArray[np.bool_],
    window: _Window,
    noise: Clouds,
) -> FloatArray:
    """Share of the light taken at each pixel; on average `plan.darkness` in the annotation."""
    # The annotation reaches beyond the dark core: full darkness only from `core` inwards.
    deepest = max(float(inside[annotated].max()), 1e-3)
    outer = -(0.15 + 0.5 * plan.softness) * deepest
    core = (0.3 + 0.5 * plan.softness) * deepest
    ramp = np.clip((inside - np.float32(outer)) / np.float32(core - outer), 0.0, 1.0)
    loss: FloatArray = ramp * ramp * (3.0 - 2.0 * ramp)
    if plan.ring:
        # The middle of a dried drop is paler than its rim.
        middle = np.clip((inside - np.float32(0.5 * core)) / np.float32(deepest), 0.0, 1.0)
        loss *= 1.0 - np.float32(plan.ring) * np.clip(2.0 * middle, 0.0, 1.0)
    loss *= _texture(plan, window, noise)
    loss = smoothed(loss, 0.8 + 0.7 * plan.softness)
    darkest = min(0.3 + 1.1 * plan.darkness, _DARKEST)
    for _ in range(3):
        # The ceiling lowers the mean a little, so scale again.
        mean = max(float(loss[annotated].mean()), 1e-3)
        loss = np.clip(loss * np.float32(plan.darkness / mean), 0.0, darkest)
    return loss


def _texture(plan: StainPlan, window: _Window, noise: Clouds) -> FloatArray:
    """How the film varies inside: grains with bare surface between them, or streaks."""
    shape = (window.y.size, window.x.size)
    fine = noise.window(shape, float(noise.rng.uniform(1.4, 2.6)))
    if plan.kind is StainKind.STREAKED:
        # Dark and bright lines along the stain, slightly bent.
        angle = plan.angle + noise.rng.normal(0.0, 0.1)
        across = window.y * np.float32(np.cos(angle)) - window.x * np.float32(np.sin(angle))
        across = across + 3.0 * noise.window(shape, 12.0)
        lines = noise.window((1, 320), 1.8)[0] * np.float32(0.8)
        at = np.clip(across + 160.0, 0.0, 319.0).astype(np.int32)
        streaks: FloatArray = np.clip(1.0 + lines[at] + np.float32(0.3) * fine, 0.1, 2.0)
        return streaks
    grainy = np.float32(plan.grainy)
    grains: FloatArray = np.clip(1.0 - 0.2 * grainy + (0.12 + 0.55 * grainy) * fine, 0.0, 2.0)
    return grains
