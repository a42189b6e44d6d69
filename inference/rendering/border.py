"""Where the part ends: dark strips, corners in the shade, light beside the part, seams."""

import cv2
import numpy as np

from inference.rendering.appearance import CornerPlan, DistractorPlan, SeamPlan
from inference.rendering.canvas import Canvas
from inference.rendering.fields import Clouds, FloatArray

# Red over the image's mean, row by row from the upper or lower edge, measured on real parts.
_PROFILE = (0.19, 0.29, 0.46, 0.59, 0.70, 0.83, 0.87, 0.91, 0.94, 0.97, 1.0)
# Rows from the edge that the strip with its lumps can reach, and that the glow can.
_STRIP_ROWS = 40
_GLOW_ROWS = 24


def draw_border(plan: DistractorPlan, canvas: Canvas, noise: Clouds) -> None:
    """Darken the edges and corners of the part, then the light that comes past it."""
    for side, glow in zip((0, 2), plan.glow, strict=True):
        # Turned so that the edge in question is the upper one.
        upper = np.rot90(canvas.brightness, side)[:_STRIP_ROWS]
        if glow > 0.0:
            _glow(upper, glow, noise)
        rows = np.arange(len(upper), dtype=np.float32)[:, None]
        edge = _ragged_edge(plan.rough_border, upper.shape[1], noise)
        upper *= _strip(rows, edge[None, :])
    if plan.right_strip > 0.0:
        _right_strip(plan.right_strip, canvas, noise)
    for corner in plan.corners:
        _corner(corner, canvas, noise)
    _rims(plan, canvas, noise.rng)
    for seam in plan.seams:
        _seam(seam, canvas)


def _ragged_edge(roughness: float, width: int, noise: Clouds) -> FloatArray:
    """How far the dark strip reaches beyond its usual height, in px, for each column."""
    rng = noise.rng
    tilt = np.float32(rng.normal(0.0, 1.2)) * np.linspace(-1.0, 1.0, width, dtype=np.float32)
    fine = 0.45 * noise.window((1, width), 3.0)[0] + 0.5 * noise.window((1, width), 15.0)[0]
    lumps = roughness * np.clip(noise.window((1, width), 5.0)[0] - 0.9, 0.0, None)
    edge: FloatArray = (rng.normal(-0.3, 0.8) + tilt + fine + lumps).astype(np.float32)
    return edge


def _strip(from_edge: FloatArray, reach: FloatArray) -> FloatArray:
    """The border's profile at `from_edge` px, pushed inwards by `reach` px."""
    knots = np.arange(len(_PROFILE), dtype=np.float32)
    strip: FloatArray = np.interp(from_edge - reach, knots, _PROFILE).astype(np.float32)
    return strip


def _glow(upper: FloatArray, strength: float, noise: Clouds) -> None:
    """Broken light that runs along the edge: the rounded rim of the part mirrors the lamp."""
    rows, width = upper.shape
    y = np.arange(rows, dtype=np.float32)
    middle, spread = noise.rng.uniform(4.0, 11.0), noise.rng.uniform(1.5, 4.0)
    profile = np.exp(-0.5 * ((y - middle) / spread) ** 2).astype(np.float32)
    along = np.clip(noise.window((1, width), 18.0)[0] + noise.rng.normal(0.0, 0.6), 0.0, 2.0)
    patches = np.clip(1.0 + noise.window((rows, width), 2.2), 0.0, None)
    upper *= 1.0 + np.float32(strength) * profile[:, None] * along[None, :] * patches


def _right_strip(reach: float, canvas: Canvas, noise: Clouds) -> None:
    """The side of the part as a dark strip, greenish and with bright flecks on some."""
    height = canvas.shape[0]
    right = canvas.brightness[:, ::-1][:, :_STRIP_ROWS]
    green = canvas.greenness[:, ::-1][:, :_STRIP_ROWS]
    columns = np.arange(right.shape[1], dtype=np.float32)[None, :]
    wandering = 1.5 * noise.window((height, 1), 20.0) + 0.6 * noise.window((height, 1), 4.0)
    strip = _strip(columns, wandering + np.float32(reach - 6.0))
    dark = 1.0 - strip
    tint, flecks = noise.rng.uniform(0.0, 1.2), noise.rng.uniform(0.0, 0.5)
    light = np.clip(noise.window((height, right.shape[1]), 3.0) - 1.3, 0.0, None)
    right *= strip
    right += np.float32(flecks) * dark * light
    green *= 1.0 + np.float32(tint) * dark


def _corner(plan: CornerPlan, canvas: Canvas, noise: Clouds) -> None:
    """A corner in the shade, cut off, or rounded."""
    brightness = np.rot90(canvas.brightness, plan.number)
    greenness = np.rot90(canvas.greenness, plan.number)
    wide, high = plan.reach, plan.reach * plan.slope
    margin = 4.0 * plan.softness + 4.0
    rows = min(int(high + margin) + 2, brightness.shape[0])
    columns = min(int(wide + margin) + 2, brightness.shape[1])
    x = (np.arange(columns, dtype=np.float32)[None, :] / wide).astype(np.float32)
    y = (np.arange(rows, dtype=np.float32)[:, None] / high).astype(np.float32)
    # Distance from the edge in units of the reach: below 0 in the corner.
    if plan.rounded:
        distance = 1.0 - cv2.magnitude(*np.broadcast_arrays(*_from_centre(x, y)))
    else:
        distance = x + y - 1.0
    pixels = distance * np.float32(min(wide, high) * 0.7)
    pixels += noise.window((rows, columns), 6.0) * np.float32(0.6 + 0.1 * plan.softness)
    light = 1.0 / (1.0 + np.exp(np.clip(-pixels / np.float32(plan.softness * 0.6), -20.0, 20.0)))
    shade = 1.0 - light
    brightness[:rows, :columns] *= 1.0 - np.float32(1.0 - plan.level) * shade
    greenness[:rows, :columns] *= 1.0 + np.float32(plan.green) * shade


def _from_centre(x: FloatArray, y: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Distances from the centre of the arc that rounds a corner, 0 beyond it."""
    return np.clip(1.0 - x, 0.0, None), np.clip(1.0 - y, 0.0, None)


def _rims(plan: DistractorPlan, canvas: Canvas, rng: np.random.Generator) -> None:
    """Light at the outermost pixels: what lies beside the part."""
    for side, level in enumerate(plan.rims):
        if level <= 0.0:
            continue
        brightness = np.rot90(canvas.brightness, side)
        greenness = np.rot90(canvas.greenness, side)
        tint = rng.uniform(1.0, 2.5)
        for row, share in enumerate((1.0, rng.uniform(0.0, 1.0))):
            brightness[row] += share * (level - brightness[row])
            greenness[row] += share * (tint - greenness[row])


def _seam(plan: SeamPlan, canvas: Canvas) -> None:
    """One line of pixels from edge to edge."""
    brightness = canvas.brightness.T if plan.upright else canvas.brightness
    greenness = canvas.greenness.T if plan.upright else canvas.greenness
    row = round(plan.at * (len(brightness) - 1))
    brightness[row] += np.float32(0.8) * (np.float32(plan.level) - brightness[row])
    greenness[row] += np.float32(0.8) * (np.float32(plan.tint) - greenness[row])
