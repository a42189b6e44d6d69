"""Which pieces of a defect touch across the border between adjoining tiles of a part.

Tiles lie edge to edge without overlap, column c + 1 to the right of c and row r + 1 below r, all of
one size. Only tiles that meet at a side or a corner are compared: where a tile is missing, nobody
knows what lies between.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Final, TypeAlias

import cv2
import numpy as np
import numpy.typing as npt

from inference.classes import DEFECT_CLASSES, DefectClass
from inference.defects import Defect

MaskReader: TypeAlias = Callable[[int], npt.NDArray[np.uint8] | None]
"""Gives the mask of a tile by its place in the sequence; None where it is lost."""

PieceKey: TypeAlias = tuple[int, int]
"""A piece: the place of its tile in the sequence, and its `defect_no` there."""

# To the right, below, and the two corners below: each pair of neighbours once.
_NEIGHBOURS: Final = ((0, 1), (1, 0), (1, 1), (1, -1))


@dataclass(frozen=True, slots=True)
class Tile:
    """One view in the grid of a part.

    Attributes
    ----------
    row, column
        In the grid; where it begins does not matter.
    width, height
        In pixels.
    defects
        As found in the tile alone.

    """

    row: int
    column: int
    width: int
    height: int
    defects: tuple[Defect, ...]

    @property
    def top(self) -> int:
        """Its first row of pixels, counted from row 0 of the grid."""
        return self.row * self.height

    @property
    def left(self) -> int:
        """Its first column of pixels, counted from column 0 of the grid."""
        return self.column * self.width


def touching_pieces(
    tiles: Sequence[Tile], read_mask: MaskReader, *, gap: int
) -> Iterator[tuple[PieceKey, PieceKey]]:
    """Yield the pairs of pieces of one class that touch across a border.

    Two pieces touch where at most `gap` pixels lie between a pixel of the one and a pixel of the
    other, straight or diagonally; 0 is the rule within an image, side or corner.

    Parameters
    ----------
    tiles
        Of one size, each place of the grid at most once.
    read_mask
        Asked only for tiles whose boxes say that something may touch.
    gap
        In pixels, at least 0.

    """
    reach = gap + 1
    places = {(tile.row, tile.column): at for at, tile in enumerate(tiles)}
    edges: dict[int, _Edges | None] = {}
    for at, tile in enumerate(tiles):
        for down, right in _NEIGHBOURS:
            other = places.get((tile.row + down, tile.column + right))
            if other is None or not _may_touch(tile, tiles[other], reach):
                continue
            for index in (at, other):
                if index not in edges:
                    edges[index] = _edges(tiles[index], read_mask(index), reach)
            here, there = edges[at], edges[other]
            if here is not None and there is not None:
                for mine, theirs in sorted(_pairs(here, there, reach)):
                    yield (at, mine), (other, theirs)


def numbered(tile: Tile, mask: npt.NDArray[np.uint8]) -> npt.NDArray[np.int32]:
    """The `defect_no` of each pixel of a tile's mask, 0 for background, shape (H, W).

    No two pieces of a class fill the same upright rectangle, so the rectangle tells the defect.
    """
    known: Mapping[tuple[int, ...], int] = {
        (
            int(defect.defect_class),
            defect.bounds_x,
            defect.bounds_y,
            defect.bounds_width,
            defect.bounds_height,
        ): defect.defect_no
        for defect in tile.defects
    }
    numbers = np.zeros(mask.shape, dtype=np.int32)
    for defect_class in DEFECT_CLASSES:
        members = (mask == int(defect_class)).view(np.uint8)
        count, labels, bounds, _ = cv2.connectedComponentsWithStats(members, connectivity=8)
        own = np.zeros(count, dtype=np.int32)
        for label, box in enumerate(bounds[1:, :4].tolist(), start=1):
            own[label] = known.get((int(defect_class), *box), 0)
        numbers += own[labels]
    return numbers


@dataclass(frozen=True, slots=True)
class _Edges:
    """What is kept of a tile's mask: the strips along its four sides, numbered by defect."""

    tile: Tile
    classes: Mapping[int, DefectClass]
    strips: tuple[tuple[int, int, npt.NDArray[np.int32]], ...]

    def window(self, top: int, left: int, height: int, width: int) -> npt.NDArray[np.int32]:
        """The numbers in a window of the grid, 0 outside the strips."""
        seen = np.zeros((height, width), dtype=np.int32)
        for strip_top, strip_left, strip in self.strips:
            tall, wide = strip.shape
            first_y, last_y = max(top, strip_top), min(top + height, strip_top + tall)
            first_x, last_x = max(left, strip_left), min(left + width, strip_left + wide)
            if first_y < last_y and first_x < last_x:
                seen[first_y - top : last_y - top, first_x - left : last_x - left] = strip[
                    first_y - strip_top : last_y - strip_top,
                    first_x - strip_left : last_x - strip_left,
                ]
        return seen


def _edges(tile: Tile, mask: npt.NDArray[np.uint8] | None, reach: int) -> _Edges | None:
    if mask is None or mask.shape != (tile.height, tile.width):
        return None
    numbers = numbered(tile, mask)
    below, beside = max(0, tile.height - reach), max(0, tile.width - reach)
    strips = (
        (tile.top, tile.left, numbers[:reach].copy()),
        (tile.top + below, tile.left, numbers[below:].copy()),
        (tile.top, tile.left, numbers[:, :reach].copy()),
        (tile.top, tile.left + beside, numbers[:, beside:].copy()),
    )
    classes = {defect.defect_no: defect.defect_class for defect in tile.defects}
    return _Edges(tile, classes, strips)


def _may_touch(one: Tile, other: Tile, reach: int) -> bool:
    """Tell by the boxes alone whether any piece of the one may touch one of the other."""
    down, right = other.top - one.top, other.left - one.left
    theirs = [
        defect
        for defect in other.defects
        if _near(defect.bounds_x + right, defect.bounds_width, 0, one.width, reach)
        and _near(defect.bounds_y + down, defect.bounds_height, 0, one.height, reach)
    ]
    return any(
        mine.defect_class is defect.defect_class
        and _near(
            defect.bounds_x + right, defect.bounds_width, mine.bounds_x, mine.bounds_width, reach
        )
        and _near(
            defect.bounds_y + down, defect.bounds_height, mine.bounds_y, mine.bounds_height, reach
        )
        for defect in theirs
        for mine in one.defects
    )


def _near(first: int, length: int, other: int, other_length: int, reach: int) -> bool:
    """Tell whether two stretches of pixels overlap or come within `reach` of each other."""
    return first - (other + other_length - 1) <= reach and other - (first + length - 1) <= reach


def _pairs(here: _Edges, there: _Edges, reach: int) -> set[tuple[int, int]]:
    """The numbers of pieces of one class in two tiles that come within `reach` of each other."""
    one, two = here.tile, there.tile
    top, left = max(one.top, two.top) - reach, max(one.left, two.left) - reach
    height = min(one.top, two.top) + one.height + reach - top
    width = min(one.left, two.left) + one.width + reach - left
    mine = here.window(top, left, height, width)
    theirs = there.window(top, left, height, width)
    found: set[tuple[int, int]] = set()
    for down, right in product(range(-reach, reach + 1), repeat=2):
        first = mine[max(0, -down) : height - max(0, down), max(0, -right) : width - max(0, right)]
        second = theirs[
            max(0, down) : height - max(0, -down), max(0, right) : width - max(0, -right)
        ]
        both = (first > 0) & (second > 0)
        found.update(zip(first[both].tolist(), second[both].tolist(), strict=True))
    return {pair for pair in found if here.classes[pair[0]] is there.classes[pair[1]]}
