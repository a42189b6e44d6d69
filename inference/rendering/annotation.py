"""What an annotator marks of a stain: one loose polygon of about the planned area."""

import cv2
import numpy as np
import numpy.typing as npt

from inference.rendering.fields import FloatArray, smoothed

_HOLE = np.ones((5, 5), dtype=np.uint8)
_STEPS = 9
# How far a corner of the polygon lies from where it should, in px.
_JITTER = 0.5


def annotate(
    depth: FloatArray, area: float, radius: float, rng: np.random.Generator
) -> tuple[npt.NDArray[np.bool_], float]:
    """One connected patch of about `area` pixels, and the level of `depth` at its edge.

    People click the corners of a loose outline, so the patch follows a smoothed `depth`, has no
    holes, and its edge is made of straight lines.

    Parameters
    ----------
    depth : shape (H, W)
        How deep each pixel lies in the stain, from `inference.rendering.outlines.potential`.
    area
        In pixels.
    radius
        Of a circle of that area, in pixels.

    """
    smooth = smoothed(depth, 0.7 + 0.08 * radius)
    patch, level = _patch(smooth, area)
    outlines, _ = cv2.findContours(patch, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    outline = max(outlines, key=len)
    # Clicks lie 4 to 9 px apart, so the polygon of a small stain has five or six corners.
    coarse = cv2.approxPolyDP(outline, float(rng.uniform(0.5, 1.3)), closed=True)
    if len(coarse) >= 4:
        corners = coarse[:, 0, :] + rng.normal(0.0, _JITTER, (len(coarse), 2))
        polygon = np.zeros_like(patch)
        cv2.fillPoly(polygon, [np.rint(corners).astype(np.int32)], 1)
        # Around a wide gap between arms or spots nobody draws a single line.
        if cv2.countNonZero(polygon) < 1.15 * max(area, cv2.countNonZero(patch)):
            patch = polygon
    return patch > 0, level


def _patch(smooth: FloatArray, area: float) -> tuple[npt.NDArray[np.uint8], float]:
    """The patch around the peak whose size comes closest to `area`, and its level."""
    peak = np.unravel_index(int(np.argmax(smooth)), smooth.shape)
    low, high = float(smooth.min()), float(smooth[peak])
    # Without fragments this level is right at once.
    rank = max(smooth.size - int(area), 0)
    level = float(np.partition(smooth, rank, axis=None)[rank])
    best, best_level, best_size = np.zeros(smooth.shape, dtype=np.uint8), high, 0
    best[peak] = 1
    # The patch grows as the level falls, but in leaps where it meets another; so the closest
    # patch on the way is taken, not the last.
    for _ in range(_STEPS):
        patch = _patch_at(smooth, level, peak)
        size = cv2.countNonZero(patch)
        if abs(size - area) < abs(best_size - area):
            best, best_level, best_size = patch, level, size
        if abs(size - area) < 0.04 * area:
            break
        if size > area:
            low = level
        else:
            high = level
        level = (low + high) / 2.0
    return best, best_level


def _patch_at(smooth: FloatArray, level: float, peak: tuple[np.intp, ...]) -> npt.NDArray[np.uint8]:
    """What lies above `level` and hangs together with the peak; small holes are closed."""
    above = (smooth >= level).astype(np.uint8)
    cv2.morphologyEx(above, cv2.MORPH_CLOSE, _HOLE, dst=above)
    count, labels = cv2.connectedComponents(above, connectivity=4)
    if count <= 2:
        return above
    patch: npt.NDArray[np.uint8] = (labels == labels[peak]).astype(np.uint8)
    return patch
