"""What people do with alerts: take them on, end them, silence them, send their mails again."""

from typing import Any

from dash import ALL, Dash, Input, Output, State, ctx, no_update, set_props

from dashboard.actions import DashboardActions
from dashboard.address import AlertsView, changed, query_of, read_view
from dashboard.alert_board import SILENCE_TIMES, silence_scope
from dashboard.components import notice
from dashboard.context import PageContext
from dashboard.errors import without_folders
from dashboard.guard_reader import NOT_YOURS
from dashboard.pages.form_words import LOCAL, LONGEST
from dashboard.wiring import MakeContext
from warehouse.errors import WarehouseError
from warehouse.journal.alert_plan import EpisodeState

STATES: tuple[EpisodeState, ...] = ("acknowledged", "investigating", "resolved")


def register(app: Dash, make_context: MakeContext, actions: DashboardActions) -> None:
    """Wire the page; without the right to decide it is not wired at all."""
    if not actions.may_decide:
        return
    _register_dialog(app, make_context)
    _register_buttons(app, make_context)


def _register_dialog(app: Dash, make_context: MakeContext) -> None:
    @app.callback(
        output=(
            Output("alert-message", "children"),
            Output("address", "search", allow_duplicate=True),
        ),
        inputs={"clicks": Input({"type": "alert-act", "name": ALL}, "n_clicks")},
        state={
            "form": {
                "alert": State("alert-id", "data"),
                "who": State("alert-who", "value"),
                "reason": State("alert-reason", "value"),
                "scope": State("alert-silence-scope", "value"),
                "time": State("alert-silence-time", "value"),
            },
            "search": State("address", "search"),
        },
        prevent_initial_call=True,
    )
    def decide(clicks: list[int | None], form: dict[str, str | None], search: str | None) -> Any:
        if not any(clicks) or not isinstance(ctx.triggered_id, dict):
            return no_update, no_update
        words = {name: (value or "").strip()[:LONGEST] for name, value in form.items()}
        context = make_context("light")
        words["who"] = context.who or words["who"]
        act = str(ctx.triggered_id["name"])
        problem = settle_alert(context, act, words) if context.may_decide else NOT_YOURS
        return problem or "", no_update if problem else without_alert(search)

    @app.callback(
        Output("address", "search", allow_duplicate=True),
        Input("alert-dialog", "opened"),
        State("address", "search"),
        prevent_initial_call=True,
    )
    def close(opened: bool | None, search: str | None) -> Any:  # noqa: FBT001 - Dash passes it so
        return no_update if opened else without_alert(search)


def _register_buttons(app: Dash, make_context: MakeContext) -> None:
    @app.callback(
        Output("decisions", "data", allow_duplicate=True),
        Input({"type": "end-silence", "name": ALL}, "n_clicks"),
        Input({"type": "revive-mail", "name": ALL}, "n_clicks"),
        State("decisions", "data"),
        prevent_initial_call=True,
    )
    def act(ends: list[int | None], revivals: list[int | None], decisions: int) -> Any:
        asked = ctx.triggered_id
        if not any([*ends, *revivals]) or not isinstance(asked, dict):
            return no_update
        context = make_context("light")
        now, reader = context.clock.now(), context.reader
        who = context.who or LOCAL
        try:
            if asked["type"] == "end-silence":
                reader.end_silence(int(asked["name"]), who=who, now=now, reason="ended on the page")
            else:
                reader.revive_mail(str(asked["name"]), who=who, now=now, reason="tried again")
        except WarehouseError as error:
            said = notice("Not done", without_folders(error), tone="bad")
            set_props("banner", {"children": said})
        return decisions + 1


def settle_alert(context: PageContext, act: str, form: dict[str, str]) -> str | None:
    """Do what a person decided on an alert; return what is missing or wrong, None when done.

    Parameters
    ----------
    act
        A state of an episode, or "silence".
    form
        Trimmed fields of the dialog: alert, who, reason, scope, time.

    """
    if not form["who"]:
        return "Please give your name."
    if act != "acknowledged" and not form["reason"]:
        return "Please add a note: it is kept with the alert."
    now, reader = context.clock.now(), context.reader
    try:
        if act == "silence":
            board = reader.alerts(now)
            row = next((one for one in board.episodes if one.episode_id == form["alert"]), None)
            if row is None or form["time"] not in SILENCE_TIMES:
                return "This alert is not there any more."
            until = now + SILENCE_TIMES[form["time"]][0]
            scope = silence_scope(row, form["scope"])
            reader.silence(scope, until=until, who=form["who"], now=now, reason=form["reason"])
        elif (state := next((one for one in STATES if one == act), None)) is not None:
            reason = form["reason"] or "seen"
            reader.settle_alert(form["alert"], state, who=form["who"], now=now, reason=reason)
        else:
            return "There is no such step."
    except WarehouseError as error:
        return without_folders(error)
    return None


def without_alert(search: str | None) -> str:
    """Return the address of the page with the form of an alert closed.

    Examples
    --------
    >>> without_alert("?state=all&alert=ab")
    '?state=all'

    """
    return query_of(changed(read_view(AlertsView, search), {"alert": ""}))
