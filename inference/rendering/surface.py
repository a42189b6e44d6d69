"""The bare surface as relative brightness: shading, clouds, grain and the part's dark border."""

import cv2
import numpy as np

from inference.rendering.fields import FloatArray, clouds, grain
from inference.rendering.plan import DistractorPlan, GrainPlan, ShadingPlan, SurfacePlan

# Red over the image's mean, row by row from the upper or lower edge, measured on real parts.
_BORDER_PROFILE = (0.19, 0.29, 0.46, 0.59, 0.70, 0.83, 0.87, 0.91, 0.94, 0.97, 1.0)


def bare_surface(plan: SurfacePlan, rng: np.random.Generator) -> FloatArray:
    """Brightness of the surface without defects, about 1 on average, shape (size, size)."""
    field = shading(plan.shading, plan.size, rng)
    field *= 1.0 + grain_texture(plan.grain, plan.size, rng)
    return np.clip(field, 0.05, None)


def shading(plan: ShadingPlan, size: int, rng: np.random.Generator) -> FloatArray:
    """Slow change of brightness around 1, shape (size, size)."""
    axis = np.linspace(-1.0, 1.0, size, dtype=np.float32)
    # A parabola less its mean of 1/3 keeps the part's mean brightness.
    bowl = axis * axis - np.float32(1.0 / 3.0)
    across = plan.linear[0] * axis + plan.quadratic[0] * bowl
    down = plan.linear[1] * axis + plan.quadratic[1] * bowl
    field = 1.0 + across[None, :] + down[:, None]
    if plan.mottle > 0.0:
        field = field + plan.mottle * clouds(rng, (size, size), 25.0)
    return field.astype(np.float32)


def grain_texture(plan: GrainPlan, size: int, rng: np.random.Generator) -> FloatArray:
    """Relative deviation of the grain from the local mean, shape (size, size)."""
    field = grain(rng, size, scale=plan.scale, anisotropy=plan.anisotropy, angle=plan.angle)
    if plan.skew:
        field = np.expm1(plan.skew * field) / np.float32(plan.skew)
        field = (field - field.mean()) / field.std()
    return (plan.contrast * field).astype(np.float32)


def border(plan: DistractorPlan, size: int, rng: np.random.Generator) -> FloatArray:
    """Factor of the dark strips at the part's edges and of dark corners, shape (size, size)."""
    factor = np.ones((size, size), dtype=np.float32)
    rows = np.arange(size, dtype=np.float32)[:, None]
    for from_edge in (rows, rows[::-1]):
        factor *= _strip(from_edge, _ragged_edge(plan.rough_border, size, rng)[None, :])
    if plan.right_strip > 0.0:
        columns = np.arange(size, dtype=np.float32)[None, ::-1]
        wander = 1.5 * clouds(rng, (size, 1), 20.0)
        factor *= _strip(columns, plan.right_strip - 6.0 + wander)
    if plan.corner > 0.0:
        factor *= _corner(plan, size, rng)
    return factor


def _ragged_edge(roughness: float, size: int, rng: np.random.Generator) -> FloatArray:
    """How far the dark strip reaches beyond its usual height, in px, for each column."""
    tilt = rng.normal(0.0, 1.2) * np.linspace(-1.0, 1.0, size, dtype=np.float32)
    level = rng.normal(-0.3, 0.8)
    fine = 0.45 * clouds(rng, (1, size), 3.0)[0] + 0.5 * clouds(rng, (1, size), 15.0)[0]
    lumps = roughness * np.clip(clouds(rng, (1, size), 5.0)[0] - 0.9, 0.0, None)
    edge: FloatArray = (level + tilt + fine + lumps).astype(np.float32)
    return edge


def _strip(from_edge: FloatArray, reach: FloatArray) -> FloatArray:
    """The border's profile at `from_edge` px, pushed inwards by `reach` px."""
    knots = np.arange(len(_BORDER_PROFILE), dtype=np.float32)
    profile = np.interp(from_edge - reach, knots, _BORDER_PROFILE)
    strip: FloatArray = profile.astype(np.float32)
    return strip


def _corner(plan: DistractorPlan, size: int, rng: np.random.Generator) -> FloatArray:
    """A corner that fell out of the light: dark with a soft, straight edge."""
    x, y = np.meshgrid(*(np.linspace(0.0, size, size, dtype=np.float32),) * 2)
    if plan.corner_no in (1, 2):
        x = size - x
    if plan.corner_no in (2, 3):
        y = size - y
    slope = rng.uniform(0.3, 2.5)
    distance = (x * slope + y) / np.hypot(slope, 1.0) - plan.corner * rng.uniform(0.3, 0.8)
    distance += 1.5 * clouds(rng, (size, size), 8.0)
    soft = rng.uniform(2.0, 14.0)
    floor = rng.uniform(0.2, 0.75)
    factor: FloatArray = floor + (1.0 - floor) / (1.0 + np.exp(np.clip(-distance / soft, -30, 30)))
    return cv2.GaussianBlur(factor, (0, 0), 1.0).astype(np.float32)
