"""Ad hoc SQL on the published snapshot: editor, schema, saved queries, answer."""

import uuid

import dash_mantine_components as dmc
from dash import dcc, html

from dashboard.address import SqlView
from dashboard.components import UNREAD, Content, card, heading, icon, named
from dashboard.context import Page, PageContext
from dashboard.sql_download import ADDRESS
from dashboard.sql_examples import EXAMPLES
from dashboard.who_field import who_field
from warehouse.errors import NotPublishedError

FIRST = next(iter(EXAMPLES.values()))


def filters(_view: SqlView, _context: PageContext) -> Content:
    """Return nothing: the query is all there is to choose."""
    return None


def content(view: SqlView, context: PageContext) -> list[Content]:
    """Return the frame of the page; callbacks fill schema, saved queries and answer.

    Raises
    ------
    warehouse.errors.WarehouseError
        There is nothing to query: not published yet, or not to be read.

    """
    published_at = context.reader.footing().published_at
    if published_at is None:
        raise NotPublishedError("nothing is published yet")
    as_of = f"The published snapshot as of {context.clock.words(published_at)}"
    return [
        heading("SQL", below=html.Span(f"{as_of}. Nothing can be changed here.", className="dim")),
        dcc.Store(id="sql-start", data=view.query),
        dcc.Store(id="sql-open", data=view.saved),
        # Names this view of the page to the button that cancels.
        dcc.Store(id="sql-job", data=uuid.uuid4().hex),
        html.Div(
            [
                html.Div([_editor(view), _answer()], className="sql-main"),
                card(
                    html.Div(id="sql-schema", className="sql-schema"),
                    title="Tables and views",
                    kind="sql-side",
                ),
            ],
            className="sql-desk",
        ),
        _save_form() if context.may_decide else None,
    ]


def _editor(view: SqlView) -> html.Section:
    return card(
        html.Div(
            [
                dmc.Select(
                    id="sql-example",
                    placeholder="Example queries",
                    data=list(EXAMPLES),
                    size="xs",
                    className="filter sql-choice",
                    clearable=True,
                    **named("Example queries"),
                ),
                dmc.Select(
                    id="sql-saved",
                    placeholder="Saved queries",
                    data=[],
                    size="xs",
                    searchable=True,
                    clearable=True,
                    nothingFoundMessage="Nothing saved under this name",
                    className="filter sql-choice",
                    **named("Saved queries"),
                ),
            ],
            className="sql-bar",
        ),
        html.Div(
            [
                html.Label("Query", htmlFor="sql-text", className="unseen"),
                html.Pre(id="sql-paint", className="sql-paint", **UNREAD),
                dcc.Textarea(
                    id="sql-text",
                    value=view.query or FIRST,
                    spellCheck=False,
                    className="sql-text",
                ),
            ],
            className="sql-editor",
        ),
        html.Div(
            [
                html.Button(
                    [icon("play"), "Run", html.Kbd("Ctrl ↵")],
                    id="sql-run",
                    className="button button-main",
                    n_clicks=0,
                ),
                html.Button(
                    "Cancel", id="sql-cancel", className="button", n_clicks=0, disabled=True
                ),
                html.Form(
                    [
                        html.Button(
                            [icon("download"), words],
                            type="submit",
                            name="format",
                            value=kind,
                            className="button",
                        )
                        for words, kind in (("CSV", "csv"), ("Parquet", "parquet"))
                    ],
                    id="sql-download",
                    action=ADDRESS,
                    method="post",
                    className="sql-files",
                ),
            ],
            className="sql-bar",
        ),
    )


def _answer() -> html.Section:
    return card(
        html.Div(id="sql-status", className="sql-status", role="status"),
        html.Div(id="sql-result"),
        kind="sql-answer",
    )


def _save_form() -> html.Section:
    return card(
        html.Div(
            [
                dmc.TextInput(id="sql-save-name", label="Name", size="xs"),
                who_field("sql-save-owner", size="xs"),
                html.Button("Save", id="sql-save", className="button", n_clicks=0),
                html.Button("Remove", id="sql-drop", className="button button-quiet", n_clicks=0),
                html.Span(id="sql-save-message", role="status", className="dim"),
            ],
            className="sql-bar sql-save",
        ),
        title="Keep this query",
    )


PAGE = Page("/sql", "SQL", "sql", SqlView, filters, content, place="menu")
