"""Pictures for people: outlines of the defects on the part, and the mask as a file."""

from collections.abc import Sequence
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from inference.classes import DEFECT_CLASSES, DefectClass
from inference.defects import Defect

# Blue, green, red. Both stand out on gold, and from each other in every common colour blindness.
OUTLINE_COLOURS: Final = {DefectClass.SCRATCH: (255, 255, 0), DefectClass.STAIN: (255, 60, 255)}
_CIRCLE_COLOUR: Final = (255, 255, 255)
# Lines grow with the picture, so that they survive being shown smaller.
_PIXELS_PER_LINE: Final = 500
# Fractions of a pixel in OpenCV's drawing calls: 4 bits.
_SHIFT: Final = 4


def draw_overlay(
    pixels: npt.NDArray[np.uint8], mask: npt.NDArray[np.uint8], defects: Sequence[Defect]
) -> npt.NDArray[np.uint8]:
    """The image with every defect outlined and the largest stain in its enclosing circle.

    Parameters
    ----------
    pixels : shape (H, W, 3)
        Blue, green, red; left unchanged.
    mask : shape (H, W)
        `DefectClass` of each pixel.
    defects
        Those of the mask; only the largest stain is drawn from them.

    Returns
    -------
    shape (H, W, 3)
        Scratches outlined in cyan, stains in magenta, the circle in white. Outlines run just
        outside the defect, so what they surround can be seen.

    """
    drawn = pixels.copy()
    thickness = max(1, round(max(mask.shape) / _PIXELS_PER_LINE))
    reach = np.ones((2 * thickness + 1, 2 * thickness + 1), dtype=np.uint8)
    for defect_class in DEFECT_CLASSES:
        members = (mask == defect_class).view(np.uint8)
        around = cv2.dilate(members, reach) > members
        drawn[around] = OUTLINE_COLOURS[defect_class]
    stains = [defect for defect in defects if defect.defect_class is DefectClass.STAIN]
    if stains:
        largest = max(stains, key=lambda defect: defect.contour_area)
        centre = (_fixed_point(largest.circle_x), _fixed_point(largest.circle_y))
        radius = _fixed_point(largest.circle_radius + 2 * thickness)
        cv2.circle(drawn, centre, radius, _CIRCLE_COLOUR, thickness, cv2.LINE_AA, _SHIFT)
    return drawn


def encode_png(array: npt.NDArray[np.uint8], *, compression: int | None = None) -> bytes:
    """A PNG file of the array: (H, W) as 8-bit grey with the same values, (H, W, 3) as colour.

    A mask becomes a grey picture of the values 0, 1 and 2, which every reader gives back unchanged.
    `compression` is PNG's level, 0 to 9; None leaves it to OpenCV.

    Examples
    --------
    >>> mask = np.array([[0, 1], [2, 0]], dtype=np.uint8)
    >>> file = np.frombuffer(encode_png(mask), dtype=np.uint8)
    >>> cv2.imdecode(file, cv2.IMREAD_UNCHANGED).tolist()
    [[0, 1], [2, 0]]

    """
    options = [] if compression is None else [cv2.IMWRITE_PNG_COMPRESSION, compression]
    _, encoded = cv2.imencode(".png", array, options)
    return encoded.tobytes()


def decode_mask(data: bytes) -> npt.NDArray[np.uint8] | None:
    """The mask in a file that `encode_png` made, shape (H, W); None where it is damaged.

    Examples
    --------
    >>> decode_mask(encode_png(np.array([[0, 1], [2, 0]], dtype=np.uint8))).tolist()
    [[0, 1], [2, 0]]
    >>> decode_mask(b"no picture") is None
    True

    """
    mask = cv2.imdecode(np.frombuffer(data, dtype=np.uint8), cv2.IMREAD_UNCHANGED) if data else None
    if mask is None or mask.ndim != 2 or mask.dtype != np.uint8:
        return None
    return np.asarray(mask, dtype=np.uint8)


def _fixed_point(value: float) -> int:
    """A coordinate in OpenCV's fixed-point form."""
    return round(value * 2**_SHIFT)
