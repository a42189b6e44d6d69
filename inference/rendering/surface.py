"""The bare surface as relative brightness: shading, clouds, grain and pits."""

import numpy as np

from inference.rendering.appearance import GrainPlan, ShadingPlan
from inference.rendering.fields import Clouds, FloatArray, grain, smoothed
from inference.rendering.plan import SurfacePlan

# Width in px of the cloudy patches of a surface, and of the regions that pits crowd in.
_MOTTLE_SIZE = 25.0
_PATCH_SIZE = 40.0
_DARKEST_PIT = 0.4


def bare_surface(plan: SurfacePlan, noise: Clouds) -> FloatArray:
    """Brightness of the surface without defects, about 1 on average, shape (size, size)."""
    field = shading(plan.shading, plan.size, noise)
    field *= 1.0 + grain_texture(plan.grain, plan.size, noise.rng)
    if plan.grain.pits > 0.0:
        field *= 1.0 - pits(plan.grain, plan.size, noise)
    return np.maximum(field, np.float32(0.05))


def shading(plan: ShadingPlan, size: int, noise: Clouds) -> FloatArray:
    """Slow change of brightness around 1, shape (size, size)."""
    axis = np.linspace(-1.0, 1.0, size, dtype=np.float32)
    # A parabola less its mean of 1/3 keeps the part's mean brightness.
    bowl = axis * axis - np.float32(1.0 / 3.0)
    across = np.float32(plan.linear[0]) * axis + np.float32(plan.quadratic[0]) * bowl
    down = np.float32(plan.linear[1]) * axis + np.float32(plan.quadratic[1]) * bowl
    field: FloatArray = np.float32(1.0) + across[None, :] + down[:, None]
    if plan.mottle > 0.0:
        field += np.float32(plan.mottle) * noise.window((size, size), _MOTTLE_SIZE)
    return field


def grain_texture(plan: GrainPlan, size: int, rng: np.random.Generator) -> FloatArray:
    """Relative deviation of the grain from the local mean, shape (size, size)."""
    field = grain(rng, size, scale=plan.scale, anisotropy=plan.anisotropy, angle=plan.angle)
    if plan.skew:
        # The exponential's second-order terms: skew s adds s/2 (z² − 1), a cheaper equal.
        field += np.float32(plan.skew / 2.0) * (field * field - np.float32(1.0))
    field *= np.float32(plan.contrast)
    return field


def pits(plan: GrainPlan, size: int, noise: Clouds) -> FloatArray:
    """Share of the light lost in dark pits wider than the grain, shape (size, size)."""
    depth = noise.window((size, size), plan.pit_size)
    depth -= np.float32(plan.pit_level)
    if plan.pit_patches:
        depth += np.float32(1.3 * plan.pit_patches) * noise.window((size, size), _PATCH_SIZE)
    depth *= np.float32(plan.pits)
    return smoothed(np.clip(depth, 0.0, _DARKEST_PIT), 0.8)
