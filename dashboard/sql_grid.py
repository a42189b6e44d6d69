"""An answer as a grid, and what is said above it."""

import json
from typing import Any

import dash_ag_grid as dag
from dash import html

from dashboard.clock import PlantClock
from dashboard.components import Content
from warehouse.gate.gate import Answer

NUMERIC = (
    "TINYINT",
    "SMALLINT",
    "INTEGER",
    "BIGINT",
    "HUGEINT",
    "FLOAT",
    "DOUBLE",
    "DECIMAL",
    "NUMBER",
)
EXPLAINED = {"explain_key", "explain_value"}


def grid(answer: Answer) -> Content:
    """Return the rows as a grid; what EXPLAIN says as it was drawn."""
    if {column.name for column in answer.columns} == EXPLAINED:
        return html.Pre("\n".join(str(row[-1]) for row in answer.rows), className="sql-plan")
    if not answer.rows:
        return html.P("No rows.", className="dim sql-empty")
    return dag.AgGrid(
        id="sql-grid",
        columnDefs=[
            {
                # By number: names may repeat, or hold a dot that the grid would follow.
                "field": f"c{at}",
                "headerName": column.name,
                "headerTooltip": f"{column.name}: {column.type}",
                "type": "rightAligned" if _is_number(column.type) else None,
            }
            for at, column in enumerate(answer.columns)
        ],
        rowData=[{f"c{at}": _shown(value) for at, value in enumerate(row)} for row in answer.rows],
        columnSize="autoSize",
        defaultColDef={"sortable": True, "resizable": True, "filter": False, "maxWidth": 420},
        dashGridOptions={
            "enableCellTextSelection": True,
            "suppressFieldDotNotation": True,
            "animateRows": False,
            "rowHeight": 30,
            "headerHeight": 34,
        },
        className="sql-grid",
        style={"height": f"{min(520, 60 + 30 * max(len(answer.rows), 2))}px"},
    )


def status(answer: Answer, clock: PlantClock) -> Content:
    """Say how many rows came, whether there were more, how long it took and as of when."""
    n = len(answer.rows)
    words: list[Content] = [html.Strong(f"{n:,} row{'' if n == 1 else 's'}")]
    if answer.truncated:
        words.append(
            html.Span(
                f"truncated at {n:,}: there are more; CSV and Parquet hold them",
                className="sql-truncated",
            )
        )
    words += [
        html.Span(
            f"{answer.seconds:.2f} s"
            if answer.seconds >= 0.1
            else f"{1000 * answer.seconds:.0f} ms"
        ),
        html.Span(f"as of {clock.words(answer.as_of)}"),
    ]
    return html.Span(words, className="sql-words")


def _is_number(kind: str) -> bool:
    return kind.upper().removeprefix("U").startswith(NUMERIC)


def _shown(value: Any) -> Any:
    """Return a value as a cell shows it; lists and structs as JSON."""
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, bool):
        return "true" if value else "false"
    return value
