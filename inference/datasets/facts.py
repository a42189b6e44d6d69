"""What a data report needs of one mask; the pixels are not kept."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

from inference.classes import DEFECT_CLASSES, IGNORE, DefectClass
from inference.datasets.dataset import LabelledImage
from inference.datasets.parts import Tile, tile_of
from inference.datasets.suspicion import Suspicion
from inference.errors import DatasetError

TINY_PX: Final = 5
_MOST: Final = 0.5
_TOUCHING: Final = np.ones((3, 3), dtype=np.uint8)


@dataclass(frozen=True, slots=True)
class Borders:
    """A tile's place and the labels along its four sides, each of shape (side,)."""

    tile: Tile
    top: npt.NDArray[np.uint8]
    bottom: npt.NDArray[np.uint8]
    left: npt.NDArray[np.uint8]
    right: npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class ImageFacts:
    """Counts of one labelled image.

    Attributes
    ----------
    name, part
        Of the item.
    sha256
        Of the image file.
    width, height
        In pixels.
    pixels
        Of background, scratch, stain, and ignored.
    areas
        Pixels of each object by class; pixels that touch at a side or a corner are one object.
    suspicions
        What may be wrong with this mask.
    borders
        For images whose name tells a tile.

    """

    name: str
    part: str
    sha256: str
    width: int
    height: int
    pixels: tuple[int, int, int, int]
    areas: dict[DefectClass, tuple[int, ...]]
    suspicions: tuple[Suspicion, ...]
    borders: Borders | None


def facts_of(item: LabelledImage, mask: npt.NDArray[np.uint8], *, sha256: str) -> ImageFacts:
    """Measure a mask.

    Parameters
    ----------
    item
        Whose mask it is; no file is read.
    mask : shape (H, W)
        0 background, 1 scratch, 2 stain, 255 ignore.
    sha256
        Of the image file.

    Raises
    ------
    DatasetError
        The mask is not two-dimensional or holds other values.

    Examples
    --------
    >>> from pathlib import Path
    >>> mask = np.zeros((20, 20), dtype=np.uint8)
    >>> mask[4:8, 4:8] = DefectClass.STAIN
    >>> item = LabelledImage("A17_r0c1", "A17", Path("a.png"), Path("b.png"))
    >>> facts = facts_of(item, mask, sha256="")
    >>> facts.pixels, facts.areas[DefectClass.STAIN]
    ((384, 0, 16, 0), (16,))

    """
    counts = np.bincount(mask.ravel(), minlength=256).tolist()
    pixels = (counts[0], counts[1], counts[2], counts[IGNORE])
    if mask.ndim != 2 or sum(pixels) != mask.size:
        raise DatasetError(f"the mask of {item.name} must be (H, W) of 0, 1, 2 and 255")
    areas: dict[DefectClass, tuple[int, ...]] = {}
    suspicions = list(_whole_image(item.name, pixels))
    for defect_class in DEFECT_CLASSES:
        areas[defect_class] = ()
        if pixels[defect_class]:
            areas[defect_class], tiny = _objects(item.name, mask, defect_class)
            suspicions += tiny
    if all(areas.values()):
        suspicions += _touching(item.name, mask)
    tile = tile_of(item.name)
    return ImageFacts(
        name=item.name,
        part=item.part,
        sha256=sha256,
        width=mask.shape[1],
        height=mask.shape[0],
        pixels=pixels,
        areas=areas,
        suspicions=tuple(suspicions),
        borders=None if tile is None else _borders(tile, mask),
    )


def _whole_image(name: str, pixels: tuple[int, int, int, int]) -> Iterator[Suspicion]:
    if not pixels[DefectClass.SCRATCH] and not pixels[DefectClass.STAIN]:
        yield Suspicion("empty", name, None, None, "no defect is marked")
    ignored = pixels[3] / sum(pixels)
    if ignored > _MOST:
        yield Suspicion("unjudged", name, None, None, f"{ignored:.0%} of the image is left out")


def _objects(
    name: str, mask: npt.NDArray[np.uint8], defect_class: DefectClass
) -> tuple[tuple[int, ...], list[Suspicion]]:
    """Areas of the connected pieces of a class, and those that are tiny."""
    pieces = _pieces((mask == defect_class).astype(np.uint8))
    tiny = [
        Suspicion("tiny", name, *pieces.first_pixel(number), f"{defect_class.label} of {area} px")
        for number, area in enumerate(pieces.areas, start=1)
        if area < TINY_PX
    ]
    return pieces.areas, tiny


def _touching(name: str, mask: npt.NDArray[np.uint8]) -> list[Suspicion]:
    """Where scratch lies beside stain, once for each connected stretch."""
    beside_stain = cv2.dilate((mask == DefectClass.STAIN).astype(np.uint8), _TOUCHING)
    stretches = _pieces(beside_stain * (mask == DefectClass.SCRATCH))
    return [
        Suspicion(
            "touching", name, *stretches.first_pixel(number), f"{length} px of scratch beside stain"
        )
        for number, length in enumerate(stretches.areas, start=1)
    ]


class _Pieces(NamedTuple):
    """Connected pieces within the upright rectangle around them all: numbers from 1, areas."""

    left: int
    top: int
    numbers: npt.NDArray[np.int32]
    areas: tuple[int, ...]

    def first_pixel(self, number: int) -> tuple[int, int]:
        """Column and row of a piece's first pixel, row by row."""
        y, x = divmod(int(np.argmax(self.numbers == number)), self.numbers.shape[1])
        return self.left + x, self.top + y


def _pieces(where: npt.NDArray[np.uint8]) -> _Pieces:
    """Number the connected pieces of the pixels above 0."""
    left, top, width, height = cv2.boundingRect(where)
    if not width:
        return _Pieces(0, 0, np.zeros((0, 0), dtype=np.int32), ())
    # Defects fill little of an image: within their rectangle this is eight times as fast.
    inner = np.ascontiguousarray(where[top : top + height, left : left + width])
    count, labels = cv2.connectedComponents(inner, connectivity=8)
    numbers = np.asarray(labels, dtype=np.int32)
    areas = np.bincount(numbers[inner > 0], minlength=count)[1:]
    return _Pieces(left, top, numbers, tuple(areas.tolist()))


def _borders(tile: Tile, mask: npt.NDArray[np.uint8]) -> Borders:
    """Copies, so that the mask itself can go."""
    return Borders(tile, mask[0].copy(), mask[-1].copy(), mask[:, 0].copy(), mask[:, -1].copy())
