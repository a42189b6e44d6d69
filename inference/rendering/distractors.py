"""What looks like a defect and is annotated by nobody: dark specks and bright dust."""

import cv2
import numpy as np
import numpy.typing as npt

from inference.rendering.canvas import Canvas
from inference.rendering.fields import clouds
from inference.rendering.plan import DistractorPlan


def draw_specks(plan: DistractorPlan, canvas: Canvas, rng: np.random.Generator) -> None:
    """Small dark spots, scattered or in clumps."""
    if not plan.specks:
        return
    places = _places(plan, canvas.shape, rng)
    # Spots of 5 to 40 px: radius 1.2 to 3.5, most of them at the lower end.
    dark = np.zeros(canvas.shape, dtype=np.float32)
    sizes = rng.choice(3, plan.specks, p=(0.3, 0.4, 0.3))
    depth = rng.uniform(0.08, 0.42, plan.specks).astype(np.float32)
    for size, sigma in enumerate((1.3, 1.9, 2.7)):
        chosen = sizes == size
        ink = np.zeros(canvas.shape, dtype=np.float32)
        np.add.at(ink, (places[chosen, 1], places[chosen, 0]), depth[chosen])
        dark += cv2.GaussianBlur(ink, (0, 0), sigma) * np.float32(2.0 * np.pi * sigma * sigma)
    torn = 1.0 + 0.6 * clouds(rng, canvas.shape, 1.5)
    canvas.brightness[:] *= 1.0 - np.clip(dark * torn, 0.0, 0.7)


def draw_rims(plan: DistractorPlan, canvas: Canvas, rng: np.random.Generator) -> None:
    """Light at the outermost pixels: what lies beside the part, or a seam of the cut-out."""
    for side, level in enumerate(plan.rims):
        if level <= 0.0:
            continue
        # Turned so that the edge in question is the upper one.
        brightness = np.rot90(canvas.brightness, side)
        greenness = np.rot90(canvas.greenness, side)
        tint = rng.uniform(1.0, 2.5)
        for row, share in enumerate((1.0, rng.uniform(0.0, 1.0))):
            brightness[row] += share * (level - brightness[row])
            greenness[row] += share * (tint - greenness[row])


def _places(
    plan: DistractorPlan, shape: tuple[int, int], rng: np.random.Generator
) -> npt.NDArray[np.int64]:
    """Positions of the specks, shape (n, 2), x before y."""
    sides = np.array((shape[1], shape[0]))
    places = rng.uniform(0.0, 1.0, (plan.specks, 2)) * sides
    if plan.clumps:
        centres = rng.uniform(0.0, 1.0, (plan.clumps, 2)) * sides
        of_clump = rng.integers(0, plan.clumps, plan.specks)
        spread = rng.uniform(8.0, 45.0, plan.clumps)[of_clump, None]
        gathered = centres[of_clump] + rng.normal(0.0, 1.0, (plan.specks, 2)) * spread
        places = np.where(rng.random((plan.specks, 1)) < 0.75, gathered, places)
    pixels: npt.NDArray[np.int64] = np.clip(places, 0, sides - 1).astype(np.int64)
    return pixels


def draw_dust(plan: DistractorPlan, canvas: Canvas, rng: np.random.Generator) -> None:
    """Bright grains, yellowish on some parts."""
    if not plan.dust:
        return
    height, width = canvas.shape
    rows, columns = rng.integers(0, height, plan.dust), rng.integers(0, width, plan.dust)
    ink = np.zeros((height, width), dtype=np.float32)
    np.add.at(ink, (rows, columns), rng.gamma(2.0, 0.14, plan.dust).astype(np.float32))
    sigma = rng.uniform(1.0, 2.2)
    light = cv2.GaussianBlur(ink, (0, 0), sigma) * np.float32(2.0 * np.pi * sigma * sigma)
    light *= np.clip(1.0 + 0.8 * clouds(rng, (height, width), 1.5), 0.0, None)
    canvas.brightness[:] += light
    canvas.greenness[:] *= 1.0 + rng.uniform(0.0, 0.35) * np.clip(light, 0.0, 1.0)
