"""Neighbouring tiles of one part: objects at their border that do not go on beyond it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from inference.classes import DEFECT_CLASSES, IGNORE, DefectClass
from inference.datasets.facts import Borders, ImageFacts
from inference.datasets.suspicion import Suspicion

# Hand-drawn outlines of the same object differ by a few pixels from tile to tile.
_TOLERANCE_PX: Final = 3


@dataclass(frozen=True, slots=True)
class Seams:
    """The borders that two tiles share.

    Attributes
    ----------
    compared
        How many there are.
    suspicions
        Objects that end there on one side only.

    """

    compared: int
    suspicions: tuple[Suspicion, ...]


def check_seams(images: Sequence[ImageFacts]) -> Seams:
    """Compare the labels on both sides of each border that two tiles of a part share.

    Tiles are taken to lie edge to edge: column c + 1 to the right of c, row r + 1 below r. Nothing is
    said where the other side is not judged.
    """
    tiles = {
        (image.borders.tile.part, image.borders.tile.row, image.borders.tile.column): (
            image,
            image.borders,
        )
        for image in images
        if image.borders is not None
    }
    compared = 0
    found: list[Suspicion] = []
    for (part, row, column), (image, borders) in tiles.items():
        if right := tiles.get((part, row, column + 1)):
            compared += 1
            found += _beside(image, borders, *right)
        if below := tiles.get((part, row + 1, column)):
            compared += 1
            found += _below(image, borders, *below)
    return Seams(compared, tuple(found))


def _beside(
    left: ImageFacts, left_borders: Borders, right: ImageFacts, right_borders: Borders
) -> Iterator[Suspicion]:
    here, there = left_borders.right, right_borders.left
    if here.size != there.size:
        yield _unequal(left, here, right, there)
        return
    for place, detail in _ends(here, there, right.name):
        yield Suspicion("seam", left.name, left.width - 1, place, detail)
    for place, detail in _ends(there, here, left.name):
        yield Suspicion("seam", right.name, 0, place, detail)


def _below(
    upper: ImageFacts, upper_borders: Borders, lower: ImageFacts, lower_borders: Borders
) -> Iterator[Suspicion]:
    here, there = upper_borders.bottom, lower_borders.top
    if here.size != there.size:
        yield _unequal(upper, here, lower, there)
        return
    for place, detail in _ends(here, there, lower.name):
        yield Suspicion("seam", upper.name, place, upper.height - 1, detail)
    for place, detail in _ends(there, here, upper.name):
        yield Suspicion("seam", lower.name, place, 0, detail)


def _ends(
    here: npt.NDArray[np.uint8], there: npt.NDArray[np.uint8], other: str
) -> Iterator[tuple[int, str]]:
    """Objects on this side that the other side does not have: their middle, and what is so."""
    for defect_class in DEFECT_CLASSES:
        for first, last in _runs(here == defect_class):
            beyond = there[max(0, first - _TOLERANCE_PX) : last + _TOLERANCE_PX + 1]
            if (beyond == defect_class).any() or (beyond == IGNORE).any():
                continue
            wide = f"{defect_class.label}, {last - first + 1} px wide at the border,"
            straight = there[first : last + 1]
            marked = straight[straight != DefectClass.BACKGROUND]
            how = f"is {DefectClass(int(marked[0])).label}" if marked.size else "does not go on"
            yield (first + last) // 2, f"{wide} {how} in {other}"


def _runs(where: npt.NDArray[np.bool_]) -> Iterator[tuple[int, int]]:
    """First and last position of each stretch of true values."""
    edges = np.flatnonzero(np.diff(where, prepend=False, append=False))
    yield from zip(edges[::2].tolist(), (edges[1::2] - 1).tolist(), strict=True)


def _unequal(
    image: ImageFacts,
    here: npt.NDArray[np.uint8],
    other: ImageFacts,
    there: npt.NDArray[np.uint8],
) -> Suspicion:
    return Suspicion(
        "seam",
        image.name,
        None,
        None,
        f"its side has {here.size} px, that of its neighbour {other.name} {there.size} px",
    )
