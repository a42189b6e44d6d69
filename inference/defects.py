"""From a mask to defects: one row of measures for each connected piece of a class.

Conventions, the same for every measure:

- Pixels that touch at a side or a corner belong to one defect (8-connected); scratch and stain never
  join.
- The outline runs through the centres of the border pixels, as the method's first report has it: a
  square of 20 x 20 pixels has the outline area 19 x 19, a straight scratch of n pixels has the length
  n − 1, a single pixel has area and length 0. The pixel count has no such loss.
- A hole belongs to the area within the outline, not to the pixel count.
- x grows to the right, y downwards; the centre of the top left pixel is (0, 0).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import repeat
from typing import NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

from inference.classes import DEFECT_CLASSES, DefectClass


@dataclass(frozen=True, slots=True)
class Defect:
    """One connected scratch or stain.

    Attributes
    ----------
    defect_no
        1 for the largest defect of the image.
    defect_class
        SCRATCH or STAIN.
    contour_area
        Area within the outer outline by Green's formula, in square pixels; holes included.
    pixel_count
        Pixels of the defect; holes not included.
    circle_x, circle_y, circle_radius
        The smallest circle around the outline, in pixels.
    box_x, box_y, box_width, box_height, box_angle
        The smallest rotated rectangle around the outline: centre and sides in pixels, angle in
        degrees, clockwise, as OpenCV gives it.
    length
        The longer side of that rectangle, in pixels.
    bounds_x, bounds_y, bounds_width, bounds_height
        The upright rectangle of whole pixels around the defect.
    confidence
        Mean probability of the class over the defect's pixels, 0 to 1.
    part_x, part_y
        Centre of mass of the pixels as a share of the image's width and height: the image's
        left and top borders are 0, its right and bottom borders 1.

    """

    defect_no: int
    defect_class: DefectClass
    contour_area: float
    pixel_count: int
    circle_x: float
    circle_y: float
    circle_radius: float
    box_x: float
    box_y: float
    box_width: float
    box_height: float
    box_angle: float
    length: float
    bounds_x: int
    bounds_y: int
    bounds_width: int
    bounds_height: int
    confidence: float
    part_x: float
    part_y: float


def find_defects(
    mask: npt.NDArray[np.uint8], confidence: npt.NDArray[np.float32]
) -> tuple[Defect, ...]:
    """Measure every defect of a mask, largest outline area first.

    Equal areas are ordered by pixel count, then from the top and from the left, so the same mask
    always gives the same numbers.

    Parameters
    ----------
    mask : shape (H, W)
        `DefectClass` of each pixel; other values are background.
    confidence : shape (H, W)
        Probability of the class that each pixel was given.

    Raises
    ------
    ValueError
        The two shapes differ.

    Examples
    --------
    >>> mask = np.zeros((64, 64), dtype=np.uint8)
    >>> mask[20:40, 20:40] = DefectClass.STAIN
    >>> (stain,) = find_defects(mask, np.ones((64, 64), dtype=np.float32))
    >>> stain.contour_area, stain.pixel_count, stain.length
    (361.0, 400, 19.0)

    """
    if mask.ndim != 2 or mask.shape != confidence.shape:
        raise ValueError(f"mask {mask.shape} and confidence {confidence.shape} must be one shape")
    pieces = [
        piece
        for defect_class in DEFECT_CLASSES
        for piece in _pieces(mask, confidence, defect_class)
    ]
    pieces.sort(key=Piece.order)
    height, width = mask.shape
    return tuple(
        measure_piece(number, piece, width, height) for number, piece in enumerate(pieces, 1)
    )


class Piece(NamedTuple):
    """A connected piece of one class, before its outline is measured.

    Attributes
    ----------
    outline : shape (n, 1, 2)
        Centres of its outer border pixels, x before y.
    mean_x, mean_y
        Centre of mass of its pixels.
    first_y, first_x
        The outline's first pixel, which decides the order of equals.

    """

    defect_class: DefectClass
    outline: npt.NDArray[np.int32]
    contour_area: float
    pixel_count: int
    confidence: float
    mean_x: float
    mean_y: float
    first_y: int
    first_x: int

    def order(self) -> tuple[float, int, int, int]:
        """Largest first; the first pixel in reading order decides between equals."""
        return (-self.contour_area, -self.pixel_count, self.first_y, self.first_x)


def _pieces(
    mask: npt.NDArray[np.uint8],
    confidence: npt.NDArray[np.float32],
    defect_class: DefectClass,
) -> Iterator[Piece]:
    """The pieces of one class, in no order."""
    members = mask == int(defect_class)
    positions = np.flatnonzero(members)
    if positions.size == 0:
        return
    binary = members.view(np.uint8)
    # CCOMP rather than EXTERNAL: a stain within the hole of another one counts as well.
    outlines, hierarchy = cv2.findContours(binary, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_SIMPLE)
    outer = [
        np.asarray(outline, dtype=np.int32)
        for outline, parent in zip(outlines, hierarchy[0, :, 3].tolist(), strict=True)
        if parent == -1
    ]
    _, labels = cv2.connectedComponents(binary, connectivity=8)
    label = labels.ravel()[positions]
    first = np.array([outline[0, 0] for outline in outer])
    own = labels[first[:, 1], first[:, 0]]
    counts = np.bincount(label)[own]
    rows, columns = np.divmod(positions, mask.shape[1])
    # Python numbers from here on: indexing arrays one by one would take most of the time.
    yield from map(
        Piece,
        repeat(defect_class),
        outer,
        map(cv2.contourArea, outer),
        counts.tolist(),
        (np.bincount(label, weights=confidence.ravel()[positions])[own] / counts).tolist(),
        (np.bincount(label, weights=columns)[own] / counts).tolist(),
        (np.bincount(label, weights=rows)[own] / counts).tolist(),
        first[:, 1].tolist(),
        first[:, 0].tolist(),
    )


def measure_piece(number: int, piece: Piece, width: int, height: int) -> Defect:
    """The measures of one piece on a surface of `width` x `height` pixels; `number` is its own."""
    (box_x, box_y), (box_width, box_height), angle = cv2.minAreaRect(piece.outline)
    (circle_x, circle_y), radius = cv2.minEnclosingCircle(piece.outline)
    left, top, bounds_width, bounds_height = cv2.boundingRect(piece.outline)
    return Defect(
        number,
        piece.defect_class,
        piece.contour_area,
        piece.pixel_count,
        circle_x,
        circle_y,
        radius,
        box_x,
        box_y,
        box_width,
        box_height,
        angle,
        max(box_width, box_height),
        left,
        top,
        bounds_width,
        bounds_height,
        piece.confidence,
        (piece.mean_x + 0.5) / width,
        (piece.mean_y + 0.5) / height,
    )
