"""From counts per cell to the map that is drawn."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from dashboard.address import MapView
from dashboard.figures.part_map import Outline, PartMap
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
from spc.rate_comparison import changed_rates
from warehouse.location import LocationMap

MARKED = 3
"""Cells numbered on the map."""
RISK = 0.05
"""Probability that any cell is hatched where no rate changed."""


@dataclass(frozen=True, slots=True, eq=False)
class MapModel:
    """The map of a period and its worst cells.

    `compared` is the number of parts before; `rose` and `fell` are the cells whose rate surely
    changed since then.
    """

    part_map: PartMap
    top: tuple[TopCell, ...]
    parts: int
    defective: float
    compared: int
    rose: int = 0
    fell: int = 0


def map_model(
    now: LocationMap, before: LocationMap | None, view: MapView, outline: Outline = ()
) -> MapModel:
    """Work out what `view` measures, the worst cells, and those that surely changed.

    Without parts before the period there is nothing to compare with: the worst cells are then
    those with most parts. `outline` is the part's drawing, to lie over the map.
    """
    cells = _cells(now)
    earlier = _cells(before) if before is not None and before.parts_inspected else None
    expected = None if earlier is None else expected_counts(earlier, cells.parts)
    top = top_cells(cells, expected)
    changes = _changes(now, before)
    return MapModel(
        part_map=PartMap(
            values=_values(cells, earlier, expected, view),
            hover=_hover(cells, expected),
            title=_title(view),
            kind=_kind(view),
            marked=tuple((cell.row, cell.column) for cell in top[:MARKED]),
            hatched=tuple((int(row), int(column)) for row, column in np.argwhere(changes)),
            outline=outline,
        ),
        top=top,
        parts=cells.parts,
        defective=float(cells.counts.sum()),
        compared=0 if earlier is None else earlier.parts,
        rose=int((changes > 0).sum()),
        fell=int((changes < 0).sum()),
    )


def _changes(now: LocationMap, before: LocationMap | None) -> npt.NDArray[np.int64]:
    if before is None:
        return np.zeros_like(now.counts)
    return changed_rates(
        now.counts, now.parts_inspected, before.counts, before.parts_inspected, risk=RISK
    )


def _kind(view: MapView) -> Literal["level", "ratio", "difference"]:
    if view.measure == "ratio":
        return "ratio"
    return "difference" if view.measure == "difference" else "level"


def _cells(found: LocationMap) -> CellCounts:
    return CellCounts(found.counts.astype(np.float64), found.parts_inspected)


def _values(
    cells: CellCounts, earlier: CellCounts | None, expected: FloatArray | None, view: MapView
) -> FloatArray:
    if view.measure == "count":
        return cells.counts
    if view.measure == "rate":
        return per_thousand(cells)
    if expected is None or earlier is None:
        return np.full_like(cells.counts, np.nan)
    if view.measure == "difference":
        return per_thousand(cells) - per_thousand(earlier)
    return observed_over_expected(cells.counts, expected)


def _title(view: MapView) -> str:
    return {
        "count": f"Parts with a {view.defect} in the cell",
        "rate": f"Parts with a {view.defect} in the cell, per 1,000",
        "ratio": "Observed ÷ expected parts, cell and neighbours",
        "difference": f"Change of parts with a {view.defect} in the cell, per 1,000",
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
