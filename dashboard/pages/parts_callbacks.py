"""The rows of the list of inspections, as its grid asks for them."""

from typing import Any

from dash import MATCH, Dash, Input, Output, State, no_update, set_props

from dashboard.address import PartsView, read_view
from dashboard.components import notice
from dashboard.context import PageContext
from dashboard.errors import without_folders
from dashboard.pages.parts import part_filters
from dashboard.pages.parts_grid import BLOCK, asked_view, row_of
from dashboard.wiring import MakeContext
from warehouse.errors import WarehouseError


def register(app: Dash, make_context: MakeContext) -> None:
    """Wire the grid: rows on request, its order and conditions into the address."""

    @app.callback(
        Output({"type": "parts-grid", "of": MATCH}, "getRowsResponse"),
        Input({"type": "parts-grid", "of": MATCH}, "getRowsRequest"),
        State("address", "search"),
        prevent_initial_call=True,
    )
    def give_rows(request: Any, search: str | None) -> Any:
        if not isinstance(request, dict):
            return no_update
        view = read_view(PartsView, search)
        asked = asked_view(view, request)
        # By the filters' own way: they bring the address up to date, and are shown there.
        for name in ("order", "where"):
            if getattr(asked, name) != getattr(view, name):
                set_props({"type": "filter", "name": name}, {"value": getattr(asked, name)})
        try:
            return rows_for(asked, request, make_context("light"))
        except WarehouseError as error:
            told = notice("The list cannot be read", without_folders(error), tone="bad")
            set_props("banner", {"children": told})
            return {"rowData": [], "rowCount": 0}


def rows_for(view: PartsView, request: dict[str, Any], context: PageContext) -> dict[str, Any]:
    """Return the rows that a request of the grid names, and how many there are in all.

    Parameters
    ----------
    request
        "startRow" and "endRow"; at most two blocks are given.

    """
    start = _whole(request.get("startRow"))
    length = min(max(_whole(request.get("endRow")) - start, 1), 2 * BLOCK)
    found = context.reader.parts(part_filters(view, context), length, start)
    rows = [row_of(row, context.clock) for row in found.rows]
    return {"rowData": rows, "rowCount": found.total}


def _whole(value: Any) -> int:
    is_number = isinstance(value, int) and not isinstance(value, bool)
    return max(0, min(value, 10**9)) if is_number else 0
