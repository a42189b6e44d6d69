"""From counts per cell to the map that is drawn."""

from dataclasses import dataclass

import numpy as np

from dashboard.address import MapView
from dashboard.figures.part_map import PartMap
from dashboard.figures.wording import number
from dashboard.location_measures import (
    CellCounts,
    FloatArray,
    TopCell,
    expected_counts,
    observed_over_expected,
    per_thousand,
    top_cells,
)
from warehouse.location import LocationMap

MARKED = 3
"""Cells numbered on the map."""


@dataclass(frozen=True, slots=True, eq=False)
class MapModel:
    """The map of a period and its worst cells; `compared` is the number of parts before."""

    part_map: PartMap
    top: tuple[TopCell, ...]
    parts: int
    defective: float
    compared: int


def map_model(now: LocationMap, before: LocationMap | None, view: MapView) -> MapModel:
    """Work out what `view` measures, and the worst cells.

    Without parts before the period there is nothing to compare with: the worst cells are then
    those with most parts.
    """
    cells = _cells(now)
    earlier = _cells(before) if before is not None and before.parts_inspected else None
    expected = None if earlier is None else expected_counts(earlier, cells.parts)
    top = top_cells(cells, expected)
    return MapModel(
        part_map=PartMap(
            values=_values(cells, expected, view),
            hover=_hover(cells, expected),
            title=_title(view),
            kind="ratio" if view.measure == "ratio" else "level",
            marked=tuple((cell.row, cell.column) for cell in top[:MARKED]),
        ),
        top=top,
        parts=cells.parts,
        defective=float(cells.counts.sum()),
        compared=0 if earlier is None else earlier.parts,
    )


def _cells(found: LocationMap) -> CellCounts:
    return CellCounts(found.counts.astype(np.float64), found.parts_inspected)


def _values(cells: CellCounts, expected: FloatArray | None, view: MapView) -> FloatArray:
    if view.measure == "count":
        return cells.counts
    if view.measure == "rate":
        return per_thousand(cells)
    if expected is None:
        return np.full_like(cells.counts, np.nan)
    return observed_over_expected(cells.counts, expected)


def _title(view: MapView) -> str:
    return {
        "count": f"Parts with a {view.defect} in the cell",
        "rate": f"Parts with a {view.defect} in the cell, per 1,000",
        "ratio": "Observed ÷ expected parts, cell and neighbours",
    }[view.measure]


def _hover(cells: CellCounts, expected: FloatArray | None) -> tuple[tuple[str, ...], ...]:
    rows, columns = cells.counts.shape
    rates = per_thousand(cells)

    def words(row: int, column: int) -> str:
        lines = [
            f"<b>{cells.counts[row, column]:.0f} of {cells.parts:,} parts</b>",
            f"{number(float(rates[row, column]))} per 1,000",
        ]
        if expected is not None:
            lines.append(f"{number(float(expected[row, column]))} expected")
        lines.append(f"across {(column + 0.5) / columns:.2f}, down {(row + 0.5) / rows:.2f}")
        return "<br>".join(lines)

    return tuple(tuple(words(row, column) for column in range(columns)) for row in range(rows))
