"""Regions of a part: every rectangle of a coarse grid that covers at most half of it."""

from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations_with_replacement

import numpy as np

from spc.arrays import FloatArray, IntArray
from spc.errors import ChartError

SIDE = 8
"""Cells along each side of the grid."""


@dataclass(frozen=True, slots=True)
class Region:
    """A rectangle of cells; rows count from the upper edge, columns from the left, ends included."""

    first_row: int
    last_row: int
    first_column: int
    last_column: int

    @property
    def cells(self) -> int:
        """How many cells it has."""
        return (self.last_row - self.first_row + 1) * (self.last_column - self.first_column + 1)

    @property
    def name(self) -> str:
        """Where it lies, in words: by its middle, and by the edges that it reaches.

        Examples
        --------
        >>> Region(0, 1, 6, 7).name, Region(0, 1, 0, 7).name, Region(3, 4, 3, 4).name
        ('upper right corner', 'upper edge', 'middle')

        """
        vertical = _third(self.first_row, self.last_row, ("upper", "", "lower"))
        horizontal = _third(self.first_column, self.last_column, ("left", "", "right"))
        if vertical and horizontal:
            return f"{vertical} {horizontal} corner"
        return f"{vertical or horizontal} edge" if vertical or horizontal else "middle"


def _third(first: int, last: int, words: tuple[str, str, str]) -> str:
    middle = (first + last + 1) / 2 / SIDE
    if last - first + 1 > SIDE * 3 // 4:
        return words[1]
    return words[0] if middle < 1 / 3 else words[2] if middle > 2 / 3 else words[1]


@lru_cache(maxsize=1)
def regions() -> tuple[tuple[Region, ...], FloatArray]:
    """Return the regions and a matrix of shape (cells, regions) of which cells each has.

    Examples
    --------
    >>> found, members = regions()
    >>> len(found), members.shape
    (1236, (64, 1236))

    """
    sides = list(combinations_with_replacement(range(SIDE), 2))
    found = tuple(
        region
        for rows in sides
        for columns in sides
        if (region := Region(*rows, *columns)).cells <= SIDE * SIDE // 2
    )
    members = np.zeros((SIDE, SIDE, len(found)))
    for place, one in enumerate(found):
        members[one.first_row : one.last_row + 1, one.first_column : one.last_column + 1, place] = 1
    return found, members.reshape(SIDE * SIDE, len(found))


def coarse(counts: IntArray) -> IntArray:
    """Add the cells of a finer square grid up to the coarse one.

    Parameters
    ----------
    counts : shape (..., n, n), n a multiple of `SIDE`

    Raises
    ------
    ChartError
        Another shape.

    Examples
    --------
    >>> coarse(np.ones((32, 32), dtype=int))[0, 0]
    np.int64(16)

    """
    n = counts.shape[-1]
    if counts.ndim < 2 or counts.shape[-2] != n or n % SIDE:
        raise ChartError(f"a grid must be n x n with n a multiple of {SIDE}, got {counts.shape}")
    step = n // SIDE
    blocks = counts.reshape(*counts.shape[:-2], SIDE, step, SIDE, step)
    return np.asarray(blocks.sum(axis=(-3, -1)))
