"""What happens on the SQL page."""

from typing import Any

from dash import MATCH, Dash, Input, Output, State, ctx, no_update

from dashboard.components import Content, notice
from dashboard.errors import without_folders
from dashboard.pages.sql_schema import quoted, sample, schema
from dashboard.sql_desk import SqlDesk
from dashboard.sql_examples import EXAMPLES
from dashboard.sql_grid import grid, status
from dashboard.static_tree import condensed
from dashboard.wiring import MakeContext
from warehouse.errors import WarehouseError
from warehouse.journal.saved_queries import LONGEST_NAME, SavedQuery

SAMPLE_ROWS = 3


def register(app: Dash, make_context: MakeContext, desk: SqlDesk) -> None:
    """Wire running, cancelling, the schema and the saved queries."""
    _register_running(app, make_context, desk)
    _register_choices(app, desk)
    _register_schema(app, desk)
    if make_context("light").may_decide:
        _register_saving(app, make_context, desk)


def _register_running(app: Dash, make_context: MakeContext, desk: SqlDesk) -> None:
    @app.callback(
        Output("sql-result", "children"),
        Output("sql-status", "children"),
        Input("sql-run", "n_clicks"),
        Input("sql-start", "data"),
        State("sql-text", "value"),
        State("sql-job", "data"),
        running=[
            (Output("sql-run", "disabled"), True, False),
            (Output("sql-cancel", "disabled"), False, True),
            (Output("sql-result", "className"), "sql-waiting", ""),
        ],
    )
    def run(clicks: int | None, linked: str, text: str | None, job: str) -> tuple[Any, Any]:
        # A link that holds a query shows its answer at once; an empty page waits.
        sql = (text if clicks else linked) or ""
        if not sql.strip():
            return no_update, no_update
        return answered(desk, make_context, sql, job)

    @app.callback(
        Output("sql-cancel", "n_clicks"),
        Input("sql-cancel", "n_clicks"),
        State("sql-job", "data"),
        prevent_initial_call=True,
    )
    def cancel(clicks: int | None, job: str) -> Any:
        if clicks:
            desk.cancel(job)
        return no_update


def answered(
    desk: SqlDesk, make_context: MakeContext, sql: str, job: str
) -> tuple[Content, Content]:
    """Run a query; return its grid and what is said of it, or why there is none."""
    try:
        answer = desk.run(sql, job)
    except WarehouseError as error:
        return notice("No answer", without_folders(error), tone="warn"), None
    return grid(answer), status(answer, make_context("light").clock)


def _register_choices(app: Dash, desk: SqlDesk) -> None:
    @app.callback(
        Output("sql-text", "value"),
        Output("sql-save-name", "value", allow_duplicate=True),
        Input("sql-example", "value"),
        Input("sql-saved", "value"),
        prevent_initial_call=True,
    )
    def choose(example: str | None, saved: str | None) -> tuple[Any, Any]:
        if ctx.triggered_id == "sql-example":
            return EXAMPLES.get(example or "", no_update), no_update
        found = next((row for row in desk.saved() if row.name == saved), None)
        return (no_update, no_update) if found is None else (found.sql, found.name)

    @app.callback(
        Output("sql-saved", "data"),
        Output("sql-saved", "value"),
        Input("sql-open", "data"),
    )
    def list_saved(wanted: str | None) -> tuple[Any, Any]:
        choices = saved_choices(desk)
        known = {choice["value"] for choice in choices}
        return choices, wanted if wanted in known else no_update


def saved_choices(desk: SqlDesk) -> list[dict[str, str]]:
    """Return the saved queries with their owners; none where the journal cannot be read."""
    try:
        return [{"value": row.name, "label": f"{row.name} ({row.owner})"} for row in desk.saved()]
    except WarehouseError:
        return []


def _register_schema(app: Dash, desk: SqlDesk) -> None:
    @app.callback(Output("sql-schema", "children"), Input("sql-job", "data"))
    def show_schema(_job: str) -> Content:
        try:
            return condensed(schema(desk.tables()))
        except WarehouseError as error:
            return notice("The tables cannot be read", without_folders(error), tone="bad")

    @app.callback(
        Output({"type": "sql-sampled", "table": MATCH}, "children"),
        Input({"type": "sql-sample", "table": MATCH}, "n_clicks"),
        prevent_initial_call=True,
    )
    def show_sample(clicks: int | None) -> Content:
        if not clicks or ctx.triggered_id is None:
            return no_update
        table = str(ctx.triggered_id["table"])
        try:
            found = desk.run(f"FROM {quoted(table)} LIMIT {SAMPLE_ROWS}", "")
        except WarehouseError as error:
            return notice("No rows", without_folders(error), tone="warn")
        return condensed(sample(found, table))


def _register_saving(app: Dash, make_context: MakeContext, desk: SqlDesk) -> None:
    @app.callback(
        Output("sql-save-message", "children"),
        Output("sql-saved", "data", allow_duplicate=True),
        Input("sql-save", "n_clicks"),
        Input("sql-drop", "n_clicks"),
        State("sql-save-name", "value"),
        State("sql-save-owner", "value"),
        State("sql-text", "value"),
        prevent_initial_call=True,
    )
    def keep(
        save: int | None, drop: int | None, name: str | None, owner: str | None, sql: str | None
    ) -> tuple[Any, Any]:
        if not (save or drop):
            return no_update, no_update
        context = make_context("light")
        row = SavedQuery(
            (name or "").strip(),
            context.who or (owner or "").strip(),
            (sql or "").strip(),
            context.clock.now(),
        )
        said = kept(desk, row, drops=ctx.triggered_id == "sql-drop")
        return said, saved_choices(desk)


def kept(desk: SqlDesk, row: SavedQuery, *, drops: bool) -> str:
    """Save or drop a query; return what was done, or what is missing or wrong."""
    if not row.name or not row.owner:
        return "Please give the query a name, and your own."
    if len(row.name) > LONGEST_NAME or len(row.owner) > LONGEST_NAME:
        return f"A name has at most {LONGEST_NAME} letters."
    if not row.sql and not drops:
        return "There is no query to save."
    try:
        if drops:
            desk.drop(row.name, who=row.owner, now=row.saved_at)
            return f"Removed '{row.name}'."
        desk.save(row)
    except WarehouseError as error:
        return without_folders(error)
    return f"Saved as '{row.name}'."
