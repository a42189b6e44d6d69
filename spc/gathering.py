"""Where defects have gathered since an alarm began, compared with the time before.

The unit is a *part* with a defect centre in a cell of the 32×32 grid, so one part with one huge
stain is one part. Windows of 5×5 cells are compared: if nothing changed at a place, its hits split
between the two periods as the inspected parts do; if defects rose everywhere alike, as all hits do.
The binomial tail under the less favourable of the two, corrected for the number of windows looked
at, says how odd the place is; no estimate of "before" is taken for the truth.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.stats import binom

IntArray: TypeAlias = NDArray[np.int64]
FloatArray: TypeAlias = NDArray[np.float64]
BoolArray: TypeAlias = NDArray[np.bool_]

SIGNIFICANCE = 0.001
"""Chance that the test names a place where nothing changed."""

MIN_PARTS = 5
"""Fewer hits than this in one window are no pattern yet."""

WORTH = 20.0
"""How many hits the split of the parts is worth beside the split of the hits elsewhere."""

REACH = 2
"""Cells on each side of a window's centre."""

CORE = 0.4
"""A place is drawn as far as its rise is at least this share of the greatest one."""


@dataclass(frozen=True, slots=True)
class CellCounts:
    """Parts with a defect centre in each cell, [row, column] from the upper left, and parts inspected."""

    counts: IntArray
    parts_inspected: int

    def shares(self, merged: int = 1) -> FloatArray:
        """Hits per 100 parts, in blocks of `merged` × `merged` cells; zeros where none was inspected."""
        rows, columns = (side // merged for side in self.counts.shape)
        blocks: IntArray = self.counts.reshape(rows, merged, columns, merged).sum(axis=(1, 3))
        shares: FloatArray = blocks.astype(np.float64) * (100.0 / max(self.parts_inspected, 1))
        return shares


@dataclass(frozen=True, slots=True)
class Gathering:
    """A place on the part that is hit more often than before.

    `x0, y0, x1, y1` bound it in part coordinates 0..1. `before` and `since` are defects there per
    100 parts, `p_value` that of the oddest window after correction.
    """

    x0: float
    y0: float
    x1: float
    y1: float
    before: float
    since: float
    p_value: float

    @property
    def place(self) -> str:
        """The place in words, such as "upper right"."""
        return place_in_words((self.x0 + self.x1) / 2, (self.y0 + self.y1) / 2)


def find_gathering(before: CellCounts, since: CellCounts) -> Gathering | None:
    """Return the place that is hit more often since than before, or None.

    Examples
    --------
    >>> before = CellCounts(np.full((32, 32), 2), parts_inspected=400)
    >>> now = np.zeros((32, 32), dtype=np.int64)
    >>> now[2:6, 24:30] = 4
    >>> found = find_gathering(before, CellCounts(now, parts_inspected=100))
    >>> found.place, round(found.since)
    ('upper right', 96)
    >>> find_gathering(before, CellCounts(np.full((32, 32), 1), parts_inspected=200)) is None
    True

    """
    if before.parts_inspected == 0 or since.parts_inspected == 0:
        return None
    hits_before, hits_since = _window_sums(before.counts), _window_sums(since.counts)
    share = _share_elsewhere(before, since, hits_before, hits_since)
    tails = np.asarray(binom.sf(hits_since - 1, hits_since + hits_before, share))
    corrected = np.minimum(1.0, tails * tails.size)
    odd = (corrected < SIGNIFICANCE) & (hits_since >= MIN_PARTS)
    if not odd.any():
        return None
    rise = np.where(
        odd, hits_since / since.parts_inspected - hits_before / before.parts_inspected, 0.0
    )
    peak = np.unravel_index(int(np.argmax(rise)), rise.shape)
    region = _connected(rise >= CORE * rise[peak], peak)
    row, column = int(peak[0]), int(peak[1])
    # The window that rose most belongs to the place: with few parts its centre may be unhit.
    region[max(0, row - REACH) : row + REACH + 1, max(0, column - REACH) : column + REACH + 1] = (
        True
    )
    return _described(region, before, since, float(corrected.min()))


def _share_elsewhere(
    before: CellCounts, since: CellCounts, hits_before: IntArray, hits_since: IntArray
) -> FloatArray:
    """The later period's share of hits that each window would have if it were no special place.

    That is its share of the parts, or of the hits outside the window where defects rose overall.
    """
    parts = since.parts_inspected / (since.parts_inspected + before.parts_inspected)
    outside_since = since.counts.sum() - hits_since
    outside = outside_since + before.counts.sum() - hits_before
    # A few hits elsewhere say little: they count beside the parts' share, worth `WORTH` hits.
    overall: FloatArray = (outside_since + WORTH * parts) / (outside + WORTH)
    return np.maximum(overall, parts)


def _described(
    region: BoolArray, before: CellCounts, since: CellCounts, p_value: float
) -> Gathering:
    """The bounds of `region` and how often it is hit."""
    rows, columns = np.nonzero(region)
    height, width = region.shape
    box = (
        slice(int(rows.min()), int(rows.max()) + 1),
        slice(int(columns.min()), int(columns.max()) + 1),
    )
    return Gathering(
        x0=box[1].start / width,
        y0=box[0].start / height,
        x1=box[1].stop / width,
        y1=box[0].stop / height,
        before=float(before.shares()[box].sum()),
        since=float(since.shares()[box].sum()),
        p_value=p_value,
    )


def _window_sums(counts: IntArray) -> IntArray:
    """Sum over the window around each cell; beyond the edge there is nothing."""
    padded = np.pad(counts, REACH)
    windows = np.lib.stride_tricks.sliding_window_view(padded, (2 * REACH + 1, 2 * REACH + 1))
    sums: IntArray = windows.sum(axis=(2, 3))
    return sums


def _connected(cells: BoolArray, start: tuple[np.intp, ...]) -> BoolArray:
    """The cells that hang together with `start`."""
    reached = np.zeros_like(cells)
    reached[start] = True
    while True:
        grown = reached.copy()
        grown[1:] |= reached[:-1]
        grown[:-1] |= reached[1:]
        grown[:, 1:] |= reached[:, :-1]
        grown[:, :-1] |= reached[:, 1:]
        grown &= cells
        if np.array_equal(grown, reached):
            return reached
        reached = grown


def place_in_words(x: float, y: float) -> str:
    """Name the ninth of the part that holds (x, y), y downwards.

    Examples
    --------
    >>> place_in_words(0.85, 0.15), place_in_words(0.5, 0.9), place_in_words(0.5, 0.5)
    ('upper right', 'lower middle', 'centre')

    """
    vertical = ("upper", "", "lower")[min(2, math.floor(3 * y))]
    horizontal = ("left", "middle", "right")[min(2, math.floor(3 * x))]
    if vertical:
        return f"{vertical} {horizontal}"
    return "centre" if horizontal == "middle" else f"middle {horizontal}"
