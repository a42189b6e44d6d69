"""Outlines of stains as potentials: the higher, the deeper inside the stain."""

import cv2
import numpy as np

from inference.rendering.fields import FloatArray, clouds
from inference.rendering.plan import StainKind, StainPlan


def potential(
    plan: StainPlan, x: FloatArray, y: FloatArray, radius: float, rng: np.random.Generator
) -> FloatArray:
    """How deep each pixel lies inside the stain, in units of its radius.

    Parameters
    ----------
    x, y : shape (H, W)
        Position of each pixel relative to the stain's centre, in pixels.
    radius
        Radius in pixels of the circle with the stain's area.

    Returns
    -------
    shape (H, W)
        1 in the middle, falling outwards; where it passes 0 is left to the caller, who cuts it
        at the level that gives the planned area.

    """
    along = (x * np.cos(plan.angle) + y * np.sin(plan.angle)) / np.sqrt(plan.elongation)
    across = (y * np.cos(plan.angle) - x * np.sin(plan.angle)) * np.sqrt(plan.elongation)
    along, across = (along / radius).astype(np.float32), (across / radius).astype(np.float32)
    if plan.kind is StainKind.BRANCHING:
        base = _branches(along, across, rng)
    elif plan.kind is StainKind.CLUMPED:
        base = _clump(along, across, rng)
    elif plan.kind is StainKind.CRESCENT:
        base = _crescent(along, across)
    else:
        base = 1.0 - np.hypot(along, across)
    return base + _tear(plan, base, radius, rng)


def _tear(plan: StainPlan, base: FloatArray, radius: float, rng: np.random.Generator) -> FloatArray:
    """Noise that bends the outline and, for feathered stains, frays it."""
    shape = base.shape
    bend = 0.45 * clouds(rng, (shape[0], shape[1]), max(1.2, 0.55 * radius))
    fray = 0.18 * clouds(rng, (shape[0], shape[1]), max(1.3, 0.2 * radius))
    if plan.kind is StainKind.FEATHERED:
        fray = fray * 2.2
    # Far outside no fragment may appear, however high the noise.
    fade = np.clip(1.6 + base, 0.0, 1.0)
    torn: FloatArray = plan.roughness * fade * (bend + fray)
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
    body = 0.8 - np.hypot(along, across)
    arms: FloatArray = np.maximum(1.0 - 2.2 * distance, body).astype(np.float32)
    return arms


def _clump(along: FloatArray, across: FloatArray, rng: np.random.Generator) -> FloatArray:
    """Several spots close together that are annotated as one stain."""
    base = np.full(along.shape, -9.0, dtype=np.float32)
    for _ in range(int(rng.integers(3, 9))):
        centre = rng.normal(0.0, 0.65, 2)
        size = rng.uniform(0.25, 0.6)
        spot = 1.0 - np.hypot(along - centre[0], across - centre[1]) / size * 0.55
        np.maximum(base, spot, out=base)
    return base


def _crescent(along: FloatArray, across: FloatArray) -> FloatArray:
    """The rim that a drying drop leaves on one side."""
    rim = np.abs(np.hypot(along, across + 0.9) - 1.1)
    open_side = np.clip(-0.2 - across, 0.0, None)
    crescent: FloatArray = (1.0 - 2.0 * rim - 2.5 * open_side).astype(np.float32)
    return crescent
