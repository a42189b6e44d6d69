"""A planned surface as an image with the mask of its annotated defects."""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from inference.rendering.canvas import Canvas, blank_canvas
from inference.rendering.distractors import draw_dust, draw_rims, draw_specks
from inference.rendering.fields import clouds
from inference.rendering.plan import SurfacePlan
from inference.rendering.scratches import draw_scratch
from inference.rendering.stains import draw_stain
from inference.rendering.surface import bare_surface, border

# Green follows the brightness to this power: it is less saturated than red on gold.
_GREEN_POWER = 0.85
# Size in px of the grains that a scratch is broken into.
_SCRATCH_TEXTURE = 1.4
# Blue hardly sees the surface: an offset, a small share of red, and noise of its own.
_BLUE_OFFSET, _BLUE_SHARE, _BLUE_NOISE = 2.6, 0.046, 0.7


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
    canvas = blank_canvas(bare_surface(plan, rng))
    draw_specks(plan.distractors, canvas, rng)
    draw_dust(plan.distractors, canvas, rng)
    for stain in plan.stains:
        draw_stain(stain, canvas, rng)
    texture = clouds(rng, canvas.shape, _SCRATCH_TEXTURE)
    for scratch in plan.scratches:
        draw_scratch(scratch, canvas, texture, rng)
    canvas.brightness[:] *= border(plan.distractors, plan.size, rng)
    draw_rims(plan.distractors, canvas, rng)
    return RenderedSurface(_colours(plan, canvas, rng), canvas.mask)


def _colours(plan: SurfacePlan, canvas: Canvas, rng: np.random.Generator) -> npt.NDArray[np.uint8]:
    """Relative brightness in the colours of gold under the ring lamp."""
    level = float(canvas.brightness.mean())
    relative = np.clip(canvas.brightness / level, 0.0, None)
    noise = rng.standard_normal((3, *canvas.shape), dtype=np.float32)
    red = plan.brightness * relative + noise[0]
    # The tint wanders a little over the part, and each sensor element has noise of its own.
    tint = 1.0 + 0.025 * clouds(rng, canvas.shape, 18.0)
    green = plan.brightness * plan.green_ratio * relative**_GREEN_POWER * canvas.greenness * tint
    green += 0.9 * noise[1]
    blue = _BLUE_OFFSET + _BLUE_SHARE * red + _BLUE_NOISE * noise[2]
    colours = np.rint(cv2.merge([blue, green, red]))
    pixels: npt.NDArray[np.uint8] = np.clip(colours, 0, 255).astype(np.uint8)
    return pixels
