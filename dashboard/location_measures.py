"""From counts of parts per cell to what the map shows: rates and observed over expected."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]

TOO_FEW = 3.0
"""Observed plus expected parts below which a ratio would be noise and is not shown."""


@dataclass(frozen=True, slots=True)
class CellCounts:
    """`counts[row, column]` parts with a defect in the cell, of `parts` inspected."""

    counts: FloatArray
    parts: int


@dataclass(frozen=True, slots=True)
class TopCell:
    """One of the worst cells; positions are the cell's edges in part coordinates."""

    row: int
    column: int
    observed: float
    per_thousand: float
    expected: float | None
    ratio: float | None


def per_thousand(cells: CellCounts) -> FloatArray:
    """Return parts with a defect in the cell per 1000 parts inspected (0 without parts).

    Examples
    --------
    >>> per_thousand(CellCounts(np.array([[2.0]]), 400)).tolist()
    [[5.0]]

    """
    return cells.counts * (1000.0 / cells.parts) if cells.parts else np.zeros_like(cells.counts)


def expected_counts(before: CellCounts, parts: int) -> FloatArray:
    """Return the parts per cell to expect among `parts`, had nothing changed since `before`.

    A cell's rate is its posterior mean under a prior as strong as one defective part that has the
    mean rate of all cells: `(count + 1) / (parts + 1 / mean rate)`. A cell that was clean so far
    is thus expected to have few, not none.

    Examples
    --------
    Four cells, 100 parts, 8 in one cell: the mean rate is 0.02, so 9 / 150 and 1 / 150.

    >>> before = CellCounts(np.array([[8.0, 0.0], [0.0, 0.0]]), 100)
    >>> expected_counts(before, 300).round(6).tolist()
    [[18.0, 2.0], [2.0, 2.0]]

    """
    total = float(before.counts.sum())
    if not before.parts or not total:
        return np.zeros_like(before.counts)
    mean_rate = total / before.counts.size / before.parts
    return (before.counts + 1.0) / (before.parts + 1.0 / mean_rate) * parts


def with_neighbours(counts: FloatArray) -> FloatArray:
    """Return the sums over each cell and its (up to eight) neighbours.

    Examples
    --------
    >>> with_neighbours(np.eye(3)).tolist()
    [[2.0, 2.0, 1.0], [2.0, 3.0, 2.0], [1.0, 2.0, 2.0]]

    """
    framed = np.pad(counts, 1)
    rows, columns = counts.shape
    shifted = [framed[i : i + rows, j : j + columns] for i in range(3) for j in range(3)]
    total: FloatArray = np.sum(shifted, axis=0, dtype=np.float64)
    return total


def observed_over_expected(observed: FloatArray, expected: FloatArray) -> FloatArray:
    """Return the ratio of both, each summed with the neighbouring cells; NaN where too few.

    Examples
    --------
    >>> observed_over_expected(np.array([[12.0]]), np.array([[4.0]])).tolist()
    [[3.0]]

    """
    seen, due = with_neighbours(observed), with_neighbours(expected)
    enough = (seen + due >= TOO_FEW) & (due > 0)
    # A cell with nothing observed gets the smallest ratio that still has a logarithm.
    return np.where(enough, np.maximum(seen, 0.01) / np.where(due > 0, due, 1.0), np.nan)


def top_cells(now: CellCounts, expected: FloatArray | None, most: int = 8) -> tuple[TopCell, ...]:
    """Return the worst cells: by excess over the expected in standard deviations, else by count.

    Cells without a defective part are never among them.
    """
    counts = now.counts
    score = counts if expected is None else (counts - expected) / np.sqrt(np.maximum(expected, 0.5))
    order = np.argsort(-score, axis=None, kind="stable")[:most]
    found = []
    for row, column in zip(*np.unravel_index(order, counts.shape), strict=True):
        if counts[row, column] <= 0:
            continue
        due = None if expected is None else float(expected[row, column])
        found.append(
            TopCell(
                row=int(row),
                column=int(column),
                observed=float(counts[row, column]),
                per_thousand=float(per_thousand(now)[row, column]),
                expected=due,
                ratio=float(counts[row, column]) / due if due else None,
            )
        )
    return tuple(found)
