"""A planned surface as an image with the mask of its annotated defects."""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from inference.rendering.border import draw_border
from inference.rendering.canvas import Canvas, blank_canvas
from inference.rendering.distractors import draw_dust, draw_specks
from inference.rendering.fields import Clouds, FloatArray, smoothed
from inference.rendering.plan import SurfacePlan
from inference.rendering.scratches import draw_scratch
from inference.rendering.stains import draw_stain
from inference.rendering.surface import bare_surface

# Blue hardly sees the surface: an offset, a small share of red, and noise of its own.
_BLUE_OFFSET, _BLUE_SHARE, _BLUE_NOISE = 2.6, 0.046, 0.7
# Noise of red in grey levels. That of green is coarse, for a sensor has fewer elements per colour
# than pixels: so much of its variance is smoothed with .9 px, the rest with 3.5 px.
_RED_NOISE = 0.25
_GREEN_FINE, _GREEN_FINE_SIGMA, _GREEN_COARSE_SIGMA = 0.72, 0.9, 3.5


@dataclass(frozen=True, slots=True)
class RenderedSurface:
    """Pixels (H, W, 3) in the order blue, green, red, and the mask (H, W) of classes."""

    pixels: npt.NDArray[np.uint8]
    mask: npt.NDArray[np.uint8]


def render_surface(plan: SurfacePlan, rng: np.random.Generator) -> RenderedSurface:
    """Draw `plan`; the same plan and state of `rng` give the same bytes.

    Examples
    --------
    >>> from inference.rendering.planning import plan_surface
    >>> rng = np.random.default_rng(7)
    >>> rendered = render_surface(plan_surface(rng), rng)
    >>> rendered.pixels.shape, rendered.mask.shape
    ((320, 320, 3), (320, 320))

    """
    noise = Clouds(rng, plan.size)
    canvas = blank_canvas(bare_surface(plan, noise))
    draw_specks(plan.distractors, canvas, noise)
    draw_dust(plan.distractors, canvas, noise)
    for stain in plan.stains:
        draw_stain(stain, canvas, noise)
    for scratch in plan.scratches:
        draw_scratch(scratch, canvas, noise)
    if plan.blur > 0.0:
        cv2.GaussianBlur(canvas.brightness, (0, 0), plan.blur, dst=canvas.brightness)
    draw_border(plan.distractors, canvas, noise)
    return RenderedSurface(_colours(plan, canvas, noise), canvas.mask)


def _colours(plan: SurfacePlan, canvas: Canvas, noise: Clouds) -> npt.NDArray[np.uint8]:
    """Relative brightness in the colours of gold under the ring lamp."""
    relative = np.maximum(canvas.brightness, np.float32(0.0))
    relative *= np.float32(1.0) / relative.mean()
    grit = noise.rng.standard_normal((3, *canvas.shape), dtype=np.float32)
    # The tint wanders a little over the part, and each sensor element has noise of its own.
    green = np.float32(0.025) * noise.window(canvas.shape, 18.0)
    green += np.float32(1.0)
    green *= canvas.greenness
    green *= cv2.pow(relative, plan.green_power)
    green *= np.float32(plan.brightness * plan.green_ratio)
    green += _green_noise(plan, grit[1], noise)
    red = relative
    red *= np.float32(plan.brightness)
    red += np.float32(_RED_NOISE) * grit[0]
    blue = np.float32(_BLUE_SHARE) * red
    blue += np.float32(_BLUE_NOISE) * grit[2]
    blue += np.float32(_BLUE_OFFSET)
    # Rounds to the nearest and cuts at 0 and 255.
    layers = [cv2.convertScaleAbs(np.maximum(layer, 0.0)) for layer in (blue, green, red)]
    return cv2.merge(layers).astype(np.uint8, copy=False)


def _green_noise(plan: SurfacePlan, grit: FloatArray, noise: Clouds) -> FloatArray:
    """What green shows and red does not, in grey levels, made of white `grit`; shape as `grit`."""
    fine = smoothed(grit, _GREEN_FINE_SIGMA)
    fine *= np.float32(2.0 * _GREEN_FINE_SIGMA * np.sqrt(np.pi * _GREEN_FINE) * plan.green_noise)
    shape = (grit.shape[0], grit.shape[1])
    coarse = noise.window(shape, _GREEN_COARSE_SIGMA)
    fine += np.float32(np.sqrt(1.0 - _GREEN_FINE) * plan.green_noise) * coarse
    return fine
