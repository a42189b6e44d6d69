"""What people decide about a model that was measured in shadow."""

from typing import Any

from dash import Dash, Input, Output, State, ctx, no_update

from dashboard.context import PageContext
from dashboard.errors import DashboardError, without_folders
from dashboard.guard_reader import NOT_YOURS
from dashboard.model_decisions import ModelDecisions
from dashboard.pages.decided import tell_decided
from dashboard.pages.form_words import LONGEST
from dashboard.wiring import MakeContext
from warehouse.errors import WarehouseError


def register(app: Dash, make_context: MakeContext, decisions: ModelDecisions | None) -> None:
    """Wire the form; without the means to decide it is not wired at all."""
    if decisions is None:
        return

    @app.callback(
        output=Output("model-message", "children"),
        inputs={
            "clicks": [Input("model-activate", "n_clicks"), Input("model-turn-down", "n_clicks")]
        },
        state={
            "given": {
                "model": State("model-id", "data"),
                "who": State("model-who", "value"),
                "reason": State("model-reason", "value"),
            },
            "count": State("decisions", "data"),
        },
        prevent_initial_call=True,
    )
    def decide(clicks: list[int | None], given: dict[str, Any], count: int) -> Any:
        if not any(clicks):
            return no_update
        said, done = settle_model(
            make_context("light"),
            decisions,
            given["model"],
            approves=ctx.triggered_id == "model-activate",
            who=given["who"],
            reason=given["reason"],
        )
        if done:
            tell_decided("Decided", said, count)
        return "" if done else said


def settle_model(
    context: PageContext,
    decisions: ModelDecisions,
    model_id: Any,
    *,
    approves: bool,
    who: Any,
    reason: Any,
) -> tuple[str, bool]:
    """Approve a model or turn it down; return what to say, and whether it is done."""
    if not context.may_decide:
        return NOT_YOURS, False
    name, why = (str(value or "").strip()[:LONGEST] for value in (context.who or who, reason))
    if not name:
        return "Please give your name: it stands beside the model from now on.", False
    if not why:
        return "Please say why: it stands beside the model from now on.", False
    act = decisions.activate if approves else decisions.turn_down
    try:
        said = act(str(model_id or ""), who=name, reason=why)
    except (DashboardError, WarehouseError) as error:
        return without_folders(error), False
    return f"{said[0].upper()}{said[1:]}.", True
