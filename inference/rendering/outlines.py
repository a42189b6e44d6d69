"""Outlines of stains as potentials: the higher, the deeper inside the stain."""

import cv2
import numpy as np

from inference.rendering.fields import Clouds, FloatArray
from inference.rendering.plan import StainKind, StainPlan


def potential(
    plan: StainPlan, x: FloatArray, y: FloatArray, radius: float, noise: Clouds
) -> FloatArray:
    """How deep each pixel lies inside the stain, in units of its radius.

    Parameters
    ----------
    x : shape (1, W)
        Position of each column relative to the stain's centre, in pixels.
    y : shape (H, 1)
        The same of each row.
    radius
        Radius in pixels of the circle with the stain's area.
    noise
        What tears the outline.

    Returns
    -------
    shape (H, W)
        1 in the middle, falling outwards; where it passes 0 is left to the caller, who cuts it
        at the level that gives the planned area.

    """
    stretch = np.sqrt(plan.elongation)
    cos, sin = np.cos(plan.angle), np.sin(plan.angle)
    shrink, widen = np.float32(1.0 / (stretch * radius)), np.float32(stretch / radius)
    along = (x * np.float32(cos) + y * np.float32(sin)) * shrink
    across = (y * np.float32(cos) - x * np.float32(sin)) * widen
    if plan.kind is StainKind.BRANCHING:
        base = _branches(along, across, noise.rng)
    elif plan.kind is StainKind.CLUMPED:
        base = _clump(along, across, noise.rng)
    elif plan.kind is StainKind.CRESCENT:
        base = _crescent(along, across)
    else:
        base = np.float32(1.0) - cv2.magnitude(along, across)
    return base + _tear(plan, base, radius, noise)


def _tear(plan: StainPlan, base: FloatArray, radius: float, noise: Clouds) -> FloatArray:
    """Noise that bends the outline and, for feathered stains, frays it."""
    shape = (base.shape[0], base.shape[1])
    fine = 0.4 if plan.kind is StainKind.FEATHERED else 0.18
    torn = np.float32(0.45) * noise.window(shape, max(1.6, 0.55 * radius))
    torn += np.float32(fine) * noise.window(shape, max(1.4, 0.2 * radius))
    # Far outside no fragment may appear, however high the noise.
    torn *= np.float32(plan.roughness) * np.clip(base + np.float32(1.6), 0.0, 1.0)
    return torn


def _branches(along: FloatArray, across: FloatArray, rng: np.random.Generator) -> FloatArray:
    """Arms that wander away from the middle."""
    height, width = along.shape
    scale = 2.0 * max(float(np.abs(along).max()), float(np.abs(across).max())) / max(height, width)
    paper = np.full(along.shape, 255, dtype=np.uint8)
    for _ in range(int(rng.integers(2, 6))):
        heading = rng.uniform(0.0, 2.0 * np.pi)
        steps = int(rng.integers(3, 8))
        headings = heading + np.cumsum(rng.normal(0.0, 0.5, steps))
        path = np.cumsum(
            np.column_stack((np.cos(headings), np.sin(headings))) * rng.uniform(0.2, 0.4), axis=0
        )
        points = np.vstack(([0.0, 0.0], path)) / scale + (width / 2.0, height / 2.0)
        cv2.polylines(paper, [np.round(points).astype(np.int32)], isClosed=False, color=0)
    distance = cv2.distanceTransform(paper, cv2.DIST_L2, 3) * np.float32(scale)
    body = 0.8 - cv2.magnitude(along, across)
    arms: FloatArray = np.maximum(1.0 - 2.2 * distance, body).astype(np.float32)
    return arms


def _clump(along: FloatArray, across: FloatArray, rng: np.random.Generator) -> FloatArray:
    """Several spots close together that are annotated as one stain."""
    base = np.full(along.shape, -9.0, dtype=np.float32)
    for _ in range(int(rng.integers(3, 9))):
        x, y = (np.float32(value) for value in rng.normal(0.0, 0.65, 2))
        size = np.float32(0.55 / rng.uniform(0.25, 0.6))
        np.maximum(base, 1.0 - cv2.magnitude(along - x, across - y) * size, out=base)
    return base


def _crescent(along: FloatArray, across: FloatArray) -> FloatArray:
    """The rim that a drying drop leaves on one side."""
    rim = np.abs(cv2.magnitude(along, across + np.float32(0.9)) - 1.1)
    open_side = np.clip(-0.2 - across, 0.0, None)
    crescent: FloatArray = (1.0 - 2.0 * rim - 2.5 * open_side).astype(np.float32)
    return crescent
