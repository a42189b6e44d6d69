"""The defects of a whole part: pieces that touch across the borders of its tiles are one defect.

A defect that was cut by a border is measured as if the part had been photographed in one picture: its
pieces are laid beside each other and measured by the rules of `inference.defects`. Coordinates are
pixels of the part: (0, 0) is the top left pixel of the first row and first column of tiles at hand.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from inference.contact import MaskReader, PieceKey, Tile, numbered, touching_pieces
from inference.defects import Defect, Piece, measure_piece
from inference.errors import InferenceError

DEFAULT_GAP_PX: Final = 1
# Of all defects that are put together at a time: 64 MB.
MAX_CANVAS_PX: Final = 2**26


@dataclass(frozen=True, slots=True)
class PartDefect:
    """One defect of a part.

    Attributes
    ----------
    defect
        Its measures in pixels of the part; `defect_no` counts the part's defects, largest first.
    pieces
        Where it was found: more than one where it crosses a border.

    """

    defect: Defect
    pieces: tuple[PieceKey, ...]


def merge_tiles(
    tiles: Sequence[Tile],
    read_mask: MaskReader,
    *,
    gap: int = DEFAULT_GAP_PX,
    max_canvas_px: int = MAX_CANVAS_PX,
) -> tuple[PartDefect, ...]:
    """Count each defect of a part once, whatever tiles it was found in.

    The result does not depend on the order of the tiles, but for the places that `pieces` names.

    Parameters
    ----------
    tiles
        The views of the part, at least one, of one size.
    read_mask
        See `inference.contact`; a tile whose mask is lost keeps its pieces apart.
    gap
        Pixels that may lie between two pieces of one defect at a border.
    max_canvas_px
        Defects whose upright rectangles have more pixels than this together are not laid out: their
        contour area is the sum of the pieces', every other measure is the same.

    Raises
    ------
    InferenceError
        There is no tile, the tiles differ in size, or two have one place.

    Examples
    --------
    >>> from inference.classes import DefectClass
    >>> from inference.defects import find_defects
    >>> part = np.zeros((8, 16), dtype=np.uint8)
    >>> part[2:5, 4:12] = DefectClass.STAIN
    >>> masks = [part[:, :8], part[:, 8:]]
    >>> tiles = [
    ...     Tile(1, at + 1, 8, 8, find_defects(mask, np.ones((8, 8), dtype=np.float32)))
    ...     for at, mask in enumerate(masks)
    ... ]
    >>> (stain,) = merge_tiles(tiles, masks.__getitem__)
    >>> stain.pieces, stain.defect.pixel_count, stain.defect.contour_area
    (((0, 1), (1, 1)), 24, 14.0)

    """
    _check(tiles)
    first_row, first_column = min(tile.row for tile in tiles), min(tile.column for tile in tiles)
    # Reading order: sums and outlines must not depend on the order of arrival.
    order = sorted(range(len(tiles)), key=lambda at: (tiles[at].row, tiles[at].column))
    placed = [
        replace(tiles[at], row=tiles[at].row - first_row, column=tiles[at].column - first_column)
        for at in order
    ]

    def read(at: int) -> npt.NDArray[np.uint8] | None:
        return read_mask(order[at])

    width = (1 + max(tile.column for tile in placed)) * placed[0].width
    height = (1 + max(tile.row for tile in placed)) * placed[0].height
    pieces = {
        (at, defect.defect_no): _moved(defect, tile, width, height)
        for at, tile in enumerate(placed)
        for defect in tile.defects
    }
    groups = _groups(touching_pieces(placed, read, gap=gap))
    crossings = _crossings(groups, pieces, max_canvas_px)
    _lay_out(crossings, placed, read)
    crossed = {key for crossing in crossings for key in crossing.keys}
    found = [(crossing.measured(width, height), crossing.keys) for crossing in crossings]
    found.extend((defect, [key]) for key, defect in pieces.items() if key not in crossed)
    found.sort(key=lambda each: _order(each[0]))
    return tuple(
        PartDefect(
            replace(defect, defect_no=number),
            tuple((order[at], defect_no) for at, defect_no in keys),
        )
        for number, (defect, keys) in enumerate(found, start=1)
    )


def _check(tiles: Sequence[Tile]) -> None:
    if not tiles:
        raise InferenceError("a part needs at least one tile")
    if len(sizes := {(tile.width, tile.height) for tile in tiles}) > 1:
        raise InferenceError(f"the tiles of a part must have one size, got {sorted(sizes)}")
    if len({(tile.row, tile.column) for tile in tiles}) < len(tiles):
        raise InferenceError("two tiles have one place in the grid")


def _groups(pairs: Iterable[tuple[PieceKey, PieceKey]]) -> list[list[PieceKey]]:
    """What touches something that touches is one: the pieces of each defect that crosses."""
    leader: dict[PieceKey, PieceKey] = {}

    def lead(key: PieceKey) -> PieceKey:
        while leader.setdefault(key, key) != key:
            leader[key] = leader[leader[key]]
            key = leader[key]
        return key

    for one, other in pairs:
        leader[lead(one)] = lead(other)
    members: dict[PieceKey, list[PieceKey]] = defaultdict(list)
    for key in sorted(leader):
        members[lead(key)].append(key)
    return list(members.values())


@dataclass(slots=True)
class _Crossing:
    """A defect that crosses a border, while its pieces are laid beside each other.

    `canvas` is as large as its upright rectangle; None where that would be too large.
    """

    keys: list[PieceKey]
    pieces: list[Defect]
    canvas: npt.NDArray[np.uint8] | None = None
    outlines: list[npt.NDArray[np.int32]] = field(default_factory=list)
    area: float = 0.0

    @property
    def bounds(self) -> tuple[int, int, int, int]:
        """Left, top, width and height of the upright rectangle around all pieces."""
        left = min(piece.bounds_x for piece in self.pieces)
        top = min(piece.bounds_y for piece in self.pieces)
        right = max(piece.bounds_x + piece.bounds_width for piece in self.pieces)
        bottom = max(piece.bounds_y + piece.bounds_height for piece in self.pieces)
        return left, top, right - left, bottom - top

    def add(self, piece: Defect, members: npt.NDArray[np.uint8]) -> None:
        """Lay down one piece; `members` is 1 at its pixels within its rectangle."""
        if self.canvas is None:
            self._outline(members, piece.bounds_x, piece.bounds_y)
            return
        left, top, _, _ = self.bounds
        y, x = piece.bounds_y - top, piece.bounds_x - left
        self.canvas[y : y + piece.bounds_height, x : x + piece.bounds_width] |= members

    def measured(self, width: int, height: int) -> Defect:
        """The defect in a part of `width` x `height` pixels, by the rules of one picture."""
        if self.canvas is not None:
            left, top, _, _ = self.bounds
            self._outline(self.canvas, left, top)
        outline = np.concatenate(self.outlines)
        count = sum(piece.pixel_count for piece in self.pieces)
        piece = Piece(
            defect_class=self.pieces[0].defect_class,
            outline=outline,
            contour_area=self.area,
            pixel_count=count,
            confidence=self._mean("confidence"),
            mean_x=self._mean("part_x") * width - 0.5,
            mean_y=self._mean("part_y") * height - 0.5,
            first_y=int(outline[0, 0, 1]),
            first_x=int(outline[0, 0, 0]),
        )
        return measure_piece(0, piece, width, height)

    def _mean(self, name: str) -> float:
        """The mean over all pixels of what each piece has the mean of."""
        total = math.fsum(getattr(piece, name) * piece.pixel_count for piece in self.pieces)
        return total / sum(piece.pixel_count for piece in self.pieces)

    def _outline(self, members: npt.NDArray[np.uint8], left: int, top: int) -> None:
        # EXTERNAL: what lies within a hole of the same defect adds nothing to the area within.
        outlines, _ = cv2.findContours(
            members, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE, offset=(left, top)
        )
        self.outlines.extend(np.asarray(outline, dtype=np.int32) for outline in outlines)
        self.area += sum(map(cv2.contourArea, outlines))


def _crossings(
    groups: Sequence[list[PieceKey]], pieces: dict[PieceKey, Defect], max_canvas_px: int
) -> list[_Crossing]:
    """Give the defects that cross their canvases, the smallest first, as far as they go."""
    crossings = [_Crossing(keys, [pieces[key] for key in keys]) for keys in groups]
    left = max_canvas_px
    for crossing in sorted(crossings, key=lambda each: each.bounds[2] * each.bounds[3]):
        _, _, width, height = crossing.bounds
        left -= width * height
        if left >= 0:
            crossing.canvas = np.zeros((height, width), dtype=np.uint8)
    return crossings


def _lay_out(crossings: Sequence[_Crossing], tiles: Sequence[Tile], read_mask: MaskReader) -> None:
    """Cut every piece out of its tile's mask; each mask is read once and let go."""
    wanted: dict[int, list[tuple[_Crossing, Defect, int]]] = defaultdict(list)
    for crossing in crossings:
        for (at, number), piece in zip(crossing.keys, crossing.pieces, strict=True):
            wanted[at].append((crossing, piece, number))
    for at, cuts in sorted(wanted.items()):
        mask = read_mask(at)
        # It was there when the pieces were compared.
        assert mask is not None
        numbers = numbered(tiles[at], mask)
        for crossing, piece, number in cuts:
            y, x = piece.bounds_y - tiles[at].top, piece.bounds_x - tiles[at].left
            cut = numbers[y : y + piece.bounds_height, x : x + piece.bounds_width]
            crossing.add(piece, (cut == number).view(np.uint8))


def _moved(defect: Defect, tile: Tile, width: int, height: int) -> Defect:
    """The same defect in pixels of the part, which has `width` x `height` of them."""
    return replace(
        defect,
        circle_x=defect.circle_x + tile.left,
        circle_y=defect.circle_y + tile.top,
        box_x=defect.box_x + tile.left,
        box_y=defect.box_y + tile.top,
        bounds_x=defect.bounds_x + tile.left,
        bounds_y=defect.bounds_y + tile.top,
        part_x=(defect.part_x * tile.width + tile.left) / width,
        part_y=(defect.part_y * tile.height + tile.top) / height,
    )


def _order(defect: Defect) -> tuple[float, int, int, int, int]:
    """Largest first, as within an image."""
    return (
        -defect.contour_area,
        -defect.pixel_count,
        defect.bounds_y,
        defect.bounds_x,
        int(defect.defect_class),
    )
