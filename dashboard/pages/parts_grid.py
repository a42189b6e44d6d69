"""The list of inspections as a grid that asks for its rows as they come into view."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any, Final

import dash_ag_grid as dag
from dash import html

from dashboard.address import PartsView, PartView, address
from dashboard.clock import PlantClock
from dashboard.components import named
from dashboard.figures.wording import number
from dashboard.list_conditions import (
    AT_LEAST,
    AT_MOST,
    BETWEEN,
    Bounds,
    conditions_text,
    grid_conditions,
    grid_filters,
    read_conditions,
)
from dashboard.metric_names import metric_name, short_unit
from warehouse.records import METRICS, InspectionRow

BLOCK: Final = 50
"""Rows asked for at once. DuckDB looks up so many by their keys; for more it reads whole columns."""
IN_GRID: Final = ("order", "where")
"""Fields of the view that the grid itself changes."""
UP: Final = "-up"
"""Ends an order that begins with the least."""


def grid(view: PartsView, clock: PlantClock) -> html.Div:
    """Return the grid of a view; `assets/grid.js` draws its links and badges."""
    return html.Div(
        dag.AgGrid(
            id=grid_id(view),
            columnDefs=columns(view, clock),
            defaultColDef={
                "sortable": False,
                "resizable": True,
                "filter": False,
                "suppressHeaderMenuButton": True,
                "suppressMovable": True,
            },
            filterModel=grid_filters(read_conditions(view.where)),
            rowModelType="infinite",
            columnSize="responsiveSizeToFit",
            dashGridOptions={
                "cacheBlockSize": BLOCK,
                "maxBlocksInCache": 20,
                # One at a time: an answer carries no number of what it answers.
                "maxConcurrentDatasourceRequests": 1,
                "blockLoadDebounceMillis": 60,
                "rowBuffer": 10,
                "rowHeight": 36,
                "headerHeight": 38,
                "animateRows": False,
                "enableCellTextSelection": True,
                "ensureDomOrder": True,
                "suppressCellFocus": False,
            },
            className="sql-grid parts-grid",
            style={"height": "100%", "width": "100%"},
        ),
        className="parts-frame",
        role="region",
        **named("Inspections"),
    )


def grid_id(view: PartsView) -> dict[str, str]:
    """Return the id of the grid: another one for another list, so that no late row of the old comes."""
    digest = hashlib.sha256(json.dumps(asdict(view), sort_keys=True).encode()).hexdigest()
    return {"type": "parts-grid", "of": digest[:12]}


def columns(view: PartsView, clock: PlantClock) -> list[dict[str, Any]]:
    """Return the columns, with the order of the view shown in their heads."""
    by, way = ordering(view.order)
    first: list[dict[str, Any]] = [
        {"field": "part", "headerName": "Part", "cellRenderer": "PartLink", "minWidth": 130},
        {
            "field": "captured",
            "headerName": f"Captured ({clock.zone_name})",
            "sortable": True,
            "sortingOrder": ["desc", "asc"],
            "sort": way if by == "captured" else None,
            "minWidth": 188,
        },
        {"field": "place", "headerName": "Line / station / tool", "minWidth": 170},
        {
            "field": "verdict",
            "headerName": "Verdict",
            "cellRenderer": "PartVerdict",
            "minWidth": 112,
        },
    ]
    measures = [
        {
            "field": metric,
            "headerName": metric_name(metric).label,
            "headerTooltip": f"{metric_name(metric).label}, {short_unit(metric)}".strip(", "),
            "type": "rightAligned",
            "sortable": True,
            "sortingOrder": ["desc", "asc"],
            "sort": way if by == metric else None,
            "filter": "agNumberColumnFilter",
            "filterParams": {
                "filterOptions": [AT_LEAST, AT_MOST, BETWEEN],
                "inRangeInclusive": True,
                "maxNumConditions": 1,
                "buttons": ["apply", "reset"],
                "closeOnApply": True,
            },
            "minWidth": 118,
        }
        for metric in METRICS
    ]
    return first + measures


def ordering(order: str) -> tuple[str, str]:
    """Return the column that a list is ordered by, and which way.

    Examples
    --------
    >>> ordering("newest"), ordering("oldest"), ordering("stain_count"), ordering("stain_count-up")
    (('captured', 'desc'), ('captured', 'asc'), ('stain_count', 'desc'), ('stain_count', 'asc'))

    """
    if order in {"newest", "oldest"}:
        return "captured", "desc" if order == "newest" else "asc"
    return order.removesuffix(UP), "asc" if order.endswith(UP) else "desc"


def order_of(model: Sequence[Mapping[str, Any]] | None) -> str:
    """Return the order that a sort model of the grid asks for; the newest first without one.

    Examples
    --------
    >>> order_of([{"colId": "stain_count", "sort": "asc"}]), order_of([]), order_of([{"colId": "x"}])
    ('stain_count-up', 'newest', 'newest')

    """
    first: Mapping[str, Any] = next(iter(model or ()), {})
    by, is_up = str(first.get("colId", "captured")), first.get("sort") == "asc"
    if by not in METRICS:
        return "oldest" if is_up else "newest"
    return f"{by}{UP}" if is_up else by


def asked_view(view: PartsView, request: Mapping[str, Any]) -> PartsView:
    """Return the view with the order and the conditions that a request of the grid asks for."""
    bounds: Bounds = grid_conditions(_mapping(request.get("filterModel")))
    sorting = request.get("sortModel")
    chosen = {
        "order": order_of(sorting if isinstance(sorting, list) else None),
        "where": conditions_text(bounds),
    }
    return PartsView(**{**asdict(view), **chosen})


def row_of(row: InspectionRow, clock: PlantClock) -> dict[str, Any]:
    """Return an inspection as the grid shows it."""
    values = {
        metric: f"{number(float(getattr(row, metric)))} {short_unit(metric)}".strip()
        for metric in METRICS
    }
    verdict = {None: "Not judged", True: "Passed", False: "Failed"}[row.passed]
    return {
        "part": row.part_id,
        "href": address(PartView(inspection=row.pass_id)),
        "captured": clock.words(row.captured_at),
        "place": f"{row.line} / {row.station} / {row.tool}",
        "verdict": verdict,
        **values,
    }


def _mapping(value: Any) -> Mapping[str, Any] | None:
    return value if isinstance(value, dict) else None
