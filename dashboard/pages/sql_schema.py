"""The schema browser: every table and view with the words that explain its columns."""

import json
from typing import Any

from dash import html

from dashboard.components import Content, named
from warehouse.adhoc import TableDescription
from warehouse.gate.gate import Answer


def schema(tables: list[TableDescription]) -> Content:
    """Return tables and views, folded; a name can be put into the query by a click."""
    return [_table(table) for table in tables]


def _table(table: TableDescription) -> html.Details:
    return html.Details(
        [
            html.Summary(
                [
                    html.Code(table.name),
                    html.Span(table.kind, className="sql-kind"),
                ]
            ),
            html.P(table.comment, className="dim"),
            html.Ul(
                [
                    html.Li(
                        [
                            html.Button(
                                html.Code(column.name),
                                className="sql-name",
                                title="Put into the query",
                                **_inserts(column.name),
                            ),
                            html.Span(column.type.lower(), className="sql-type"),
                            html.Span(column.comment, className="dim sql-meaning"),
                        ]
                    )
                    for column in table.columns
                ]
            ),
            html.Button(
                "Sample rows",
                id={"type": "sql-sample", "table": table.name},
                className="button button-small",
                n_clicks=0,
            ),
            html.Div(id={"type": "sql-sampled", "table": table.name}),
        ],
        className="sql-table",
    )


def sample(answer: Answer, table: str) -> Content:
    """Return a few rows, one column below the other: tables are wide, the browser is narrow."""
    if not answer.rows:
        return html.P("No rows yet.", className="dim")
    rows = [
        html.Tr(
            [
                html.Th(column.name, scope="row"),
                *(html.Td(_short(row[at])) for row in answer.rows),
            ]
        )
        for at, column in enumerate(answer.columns)
    ]
    return html.Div(
        html.Table(html.Tbody(rows)),
        className="sql-sample",
        tabIndex=0,
        role="region",
        **named(f"Sample rows of {table}"),
    )


def quoted(name: str) -> str:
    """Return a name as SQL has it.

    Examples
    --------
    >>> quoted("part_id"), quoted("TotalStain%")
    ('part_id', '"TotalStain%"')

    """
    plain = name.isidentifier() and name.islower() and name.isascii()
    return name if plain else '"' + name.replace('"', '""') + '"'


def _inserts(name: str) -> dict[str, Any]:
    """Return the attribute by which the browser puts a name into the query."""
    return {"data-insert": quoted(name)}


def _short(value: object) -> str:
    if value is None:
        return "–"
    text = json.dumps(value) if isinstance(value, list | dict) else str(value)
    return text if len(text) <= 28 else f"{text[:27]}…"
