"""What people decide on the pages: approve limits, name causes, ask for a run."""

from datetime import date, datetime
from typing import Any

from dash import Dash, Input, Output, State, ctx, no_update, set_props

from dashboard.actions import DashboardActions
from dashboard.address import ChartView, changed, query_of, read_view
from dashboard.components import notice
from dashboard.errors import without_folders
from dashboard.pages.cause_form import CODES
from dashboard.pages.form_words import LOCAL, LONGEST
from dashboard.reader import Reader
from dashboard.wiring import MakeContext
from warehouse.errors import WarehouseError
from warehouse.journal.causes import CauseRow


def register(app: Dash, make_context: MakeContext, actions: DashboardActions) -> None:
    """Wire the forms; without the right to decide they are not wired at all."""
    if actions.may_decide:
        _register_approval(app, make_context)
        _register_cause(app, make_context)
    run_now = actions.run_now
    if run_now is None:
        return

    @app.callback(
        Output("banner", "children"),
        Input("overview-run-now", "n_clicks"),
        prevent_initial_call=True,
    )
    def ask_for_run(clicks: int | None) -> Any:
        if not clicks:
            return no_update
        try:
            return notice(run_now(make_context("light").who or LOCAL), tone="good")
        except WarehouseError as error:
            return notice("Not done", without_folders(error), tone="bad")


def _register_approval(app: Dash, make_context: MakeContext) -> None:
    @app.callback(
        Output("chart-approve-message", "children"),
        Input("chart-approve", "n_clicks"),
        Input("chart-turn-down", "n_clicks"),
        State("chart-proposal", "data"),
        State("chart-approve-who", "value"),
        State("chart-approve-reason", "value"),
        State("decisions", "data"),
        prevent_initial_call=True,
    )
    def decide(
        _yes: int | None,
        _no: int | None,
        phase_id: int,
        who: str | None,
        reason: str | None,
        decisions: int,
    ) -> Any:
        if not (_yes or _no):
            return no_update
        context = make_context("light")
        approves = ctx.triggered_id == "chart-approve"
        problem = settle_phase(
            context.reader,
            phase_id,
            who=context.who or who or "",
            reason=reason or "",
            now=context.clock.now(),
            approves=approves,
        )
        if problem is None:
            set_props("decisions", {"data": decisions + 1})
        return problem or "Done."


def settle_phase(
    reader: Reader, phase_id: int, *, who: str, reason: str, now: datetime, approves: bool
) -> str | None:
    """Approve or turn down a proposal; return what is missing or wrong, None when it is done."""
    if not who.strip():
        return "Please give your name: it stands beside the limits from now on."
    if not approves and not reason.strip():
        return "Please say why these limits are turned down."
    words = reason.strip()[:LONGEST] or "approved on the chart page"
    act = reader.approve_phase if approves else reader.turn_down_phase
    try:
        act(phase_id, who=who.strip()[:LONGEST], now=now, reason=words)
    except WarehouseError as error:
        return without_folders(error)
    return None


def _register_cause(app: Dash, make_context: MakeContext) -> None:
    @app.callback(
        output=(
            Output("chart-cause-message", "children"),
            Output("address", "search", allow_duplicate=True),
        ),
        inputs={"clicks": Input("chart-cause-save", "n_clicks")},
        state={
            "form": {
                "signal": State("chart-cause-signal", "data"),
                "code": State("chart-cause-code", "value"),
                "text": State("chart-cause-text", "value"),
                "action": State("chart-cause-action", "value"),
                "owner": State("chart-cause-owner", "value"),
                "due": State("chart-cause-due", "value"),
                "who": State("chart-cause-who", "value"),
            },
            "search": State("address", "search"),
        },
        prevent_initial_call=True,
    )
    def save(clicks: int | None, form: dict[str, str | None], search: str | None) -> Any:
        if not clicks:
            return no_update, no_update
        context = make_context("light")
        signed = form | {"who": context.who or form["who"]}
        problem = store_cause(context.reader, cause_of(signed, context.clock.now()))
        return problem or "Saved.", no_update if problem else without_signal(search)

    @app.callback(
        Output("address", "search", allow_duplicate=True),
        Input("chart-cause-dialog", "opened"),
        State("address", "search"),
        prevent_initial_call=True,
    )
    def close(opened: bool | None, search: str | None) -> Any:  # noqa: FBT001 - Dash passes it so
        return no_update if opened else without_signal(search)


def without_signal(search: str | None) -> str:
    """Return the address of the chart with the form of a cause closed.

    Examples
    --------
    >>> without_signal("?range=7d&signal=ab")
    '?range=7d'

    """
    return query_of(changed(read_view(ChartView, search), {"signal": ""}))


def cause_of(form: dict[str, str | None], now: datetime) -> CauseRow:
    """Return the cause that a filled form describes."""
    words = {name: (value or "").strip()[:LONGEST] for name, value in form.items()}
    return CauseRow(
        signal_id=words["signal"],
        code=words["code"],
        text=words["text"],
        action=words["action"],
        owner=words["owner"],
        due=read_day(words["due"]),
        created_by=words["who"],
        created_at=now,
    )


def store_cause(reader: Reader, row: CauseRow) -> str | None:
    """Store a cause; return what is missing or wrong, None when it is stored."""
    if row.code not in CODES:
        return "Please choose a cause from the list."
    if not row.created_by:
        return "Please give your name."
    try:
        reader.save_cause(row, reason="recorded on the chart page")
    except WarehouseError as error:
        return without_folders(error)
    return None


def read_day(text: str | None) -> date | None:
    """Read the day of a date field; None for an empty or odd one.

    Examples
    --------
    >>> read_day("2026-05-02"), read_day("soon")
    (datetime.date(2026, 5, 2), None)

    """
    try:
        return date.fromisoformat((text or "")[:10])
    except ValueError:
        return None
