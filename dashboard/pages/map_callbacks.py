"""What happens on the map: a cell or a framed region opens the list of its parts."""

from typing import Any

from dash import Dash, Input, Output, State, no_update

from dashboard.address import MapView, read_view
from dashboard.pages.map_cards import region_link
from warehouse.location import GRID


def register(app: Dash) -> None:
    """Wire the map."""

    @app.callback(
        Output("address", "href", allow_duplicate=True),
        Input("map-graph", "clickData"),
        Input("map-graph", "selectedData"),
        State("address", "search"),
        prevent_initial_call=True,
    )
    def open_parts(
        click: dict[str, Any] | None, selected: dict[str, Any] | None, search: str | None
    ) -> Any:
        edges = brushed(selected) or clicked(click)
        return region_link(read_view(MapView, search), *edges) if edges else no_update


def brushed(selected: dict[str, Any] | None) -> tuple[float, float, float, float] | None:
    """Return left, top, right, bottom of a frame drawn on the map; None for no frame.

    Examples
    --------
    >>> brushed({"range": {"x": [0.5, 0.75], "y": [0.25, 0.0]}})
    (0.5, 0.0, 0.75, 0.25)

    """
    frame = (selected or {}).get("range") or {}
    x, y = sorted(frame.get("x") or []), sorted(frame.get("y") or [])
    if len(x) != 2 or len(y) != 2 or x[0] == x[1] or y[0] == y[1]:
        return None
    return float(x[0]), float(y[0]), float(x[1]), float(y[1])


def clicked(click: dict[str, Any] | None) -> tuple[float, float, float, float] | None:
    """Return left, top, right, bottom of the cell that was clicked; None for none.

    Examples
    --------
    >>> clicked({"points": [{"x": 0.515625, "y": 0.015625}]})
    (0.5, 0.0, 0.53125, 0.03125)

    """
    points = (click or {}).get("points") or []
    if not points or "x" not in points[0] or "y" not in points[0]:
        return None
    column, row = (min(max(int(float(points[0][axis]) * GRID), 0), GRID - 1) for axis in "xy")
    return column / GRID, row / GRID, (column + 1) / GRID, (row + 1) / GRID
