"""What looks like a defect and is annotated by nobody: dark specks and bright dust."""

import cv2
import numpy as np
import numpy.typing as npt

from inference.rendering.appearance import DistractorPlan
from inference.rendering.canvas import Canvas
from inference.rendering.fields import Clouds, FloatArray

# Spots of 5 to 40 px: radius 1.2 to 3.5, most of them at the lower end.
_SPECK_SIGMAS = (1.3, 1.9, 2.7)
_SPECK_SHARES = (0.3, 0.4, 0.3)


def draw_specks(plan: DistractorPlan, canvas: Canvas, noise: Clouds) -> None:
    """Small dark spots, scattered or in clumps."""
    if not plan.specks:
        return
    rng = noise.rng
    places = _places(plan, canvas.shape, rng)
    sizes = rng.choice(len(_SPECK_SIGMAS), plan.specks, p=_SPECK_SHARES)
    depth = rng.uniform(0.06, 0.34, plan.specks)
    dark = np.zeros(canvas.shape, dtype=np.float32)
    for size, sigma in enumerate(_SPECK_SIGMAS):
        chosen = sizes == size
        dark += _spots(places[chosen], depth[chosen], sigma, canvas.shape)
    torn = 1.0 + np.float32(0.8) * noise.window(canvas.shape, 1.6)
    canvas.brightness[:] *= 1.0 - np.clip(dark * torn, 0.0, 0.6)


def draw_dust(plan: DistractorPlan, canvas: Canvas, noise: Clouds) -> None:
    """Bright grains, yellowish on some parts."""
    if not plan.dust:
        return
    rng = noise.rng
    height, width = canvas.shape
    places = np.column_stack(
        (rng.integers(0, width, plan.dust), rng.integers(0, height, plan.dust))
    )
    light = _spots(places, rng.gamma(2.0, 0.14, plan.dust), rng.uniform(1.0, 2.2), canvas.shape)
    light *= np.clip(1.0 + np.float32(0.8) * noise.window(canvas.shape, 1.5), 0.0, None)
    canvas.brightness[:] += light
    canvas.greenness[:] *= 1.0 + np.float32(rng.uniform(0.0, 0.35)) * np.clip(light, 0.0, 1.0)


def _spots(
    places: npt.NDArray[np.int64],
    heights: npt.NDArray[np.float64],
    sigma: float,
    shape: tuple[int, int],
) -> FloatArray:
    """Gaussian spots of these heights, shape (H, W)."""
    flat = places[:, 1] * shape[1] + places[:, 0]
    ink = np.bincount(flat, weights=heights, minlength=shape[0] * shape[1]).reshape(shape)
    spots = cv2.GaussianBlur(ink.astype(np.float32), (0, 0), sigma)
    return spots * np.float32(2.0 * np.pi * sigma * sigma)


def _places(
    plan: DistractorPlan, shape: tuple[int, int], rng: np.random.Generator
) -> npt.NDArray[np.int64]:
    """Positions of the specks, shape (n, 2), x before y."""
    sides = np.array((shape[1], shape[0]))
    places = rng.uniform(0.0, 1.0, (plan.specks, 2)) * sides
    if plan.clumps:
        centres = rng.uniform(0.0, 1.0, (plan.clumps, 2)) * sides
        of_clump = rng.integers(0, plan.clumps, plan.specks)
        spread = rng.uniform(6.0, 45.0, plan.clumps)[of_clump, None]
        gathered = centres[of_clump] + rng.normal(0.0, 1.0, (plan.specks, 2)) * spread
        places = np.where(rng.random((plan.specks, 1)) < 0.75, gathered, places)
    pixels: npt.NDArray[np.int64] = np.clip(places, 0, sides - 1).astype(np.int64)
    return pixels
