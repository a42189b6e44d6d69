"""What happens in the form of a recipient: a change is previewed, checked, and stored."""

from typing import Any

from dash import Dash, Input, Output, State, no_update

from dashboard.actions import DashboardActions
from dashboard.address import RecipientsView, query_of
from dashboard.components import notice
from dashboard.context import PageContext
from dashboard.errors import FormError, without_folders
from dashboard.pages.decided import tell_decided
from dashboard.pages.form_words import LONGEST
from dashboard.pages.settings_tabs import preview
from dashboard.recipient_words import (
    recipient_differences,
    seen_recipient,
    wanted_recipient,
)
from dashboard.settings_desk import NOT_AN_ADMIN
from dashboard.wiring import MakeContext
from warehouse.errors import WarehouseError

FIELDS = {
    "address": State("recipient-address", "value"),
    "name": State("recipient-name", "value"),
    "alerts": State("recipient-alerts", "checked"),
    "digest": State("recipient-digest", "checked"),
    "failures": State("recipient-failures", "checked"),
    "scope": State("recipient-scope", "value"),
    "active": State("recipient-active", "checked"),
}


def register(app: Dash, make_context: MakeContext, actions: DashboardActions) -> None:
    """Wire the page; without the right to decide nothing is stored."""

    @app.callback(
        Output("recipient-preview", "children"),
        inputs={
            "form": {
                name: Input(one.component_id, one.component_property)
                for name, one in FIELDS.items()
            },
            "seen": Input("recipient-seen", "data"),
        },
    )
    def show_change(form: dict[str, Any], seen: Any) -> Any:
        return previewed(seen, form)

    @app.callback(
        Output("address", "search", allow_duplicate=True),
        Input("recipient-dialog", "opened"),
        prevent_initial_call=True,
    )
    def close(opened: bool | None) -> Any:  # noqa: FBT001 - Dash passes it so
        return no_update if opened else query_of(RecipientsView())

    if actions.may_decide:
        _register_saving(app, make_context)


def _register_saving(app: Dash, make_context: MakeContext) -> None:
    @app.callback(
        output=(
            Output("recipient-message", "children"),
            Output("address", "search", allow_duplicate=True),
        ),
        inputs={"clicks": Input("recipient-save", "n_clicks")},
        state={
            "form": FIELDS,
            "given": {
                "seen": State("recipient-seen", "data"),
                "who": State("recipient-who", "value"),
                "reason": State("recipient-reason", "value"),
            },
            "decisions": State("decisions", "data"),
        },
        prevent_initial_call=True,
    )
    def save(
        clicks: int | None, form: dict[str, Any], given: dict[str, Any], decisions: int
    ) -> Any:
        if not clicks:
            return no_update, no_update
        said, stored = store_recipient(
            make_context("light"), given["seen"], form, who=given["who"], reason=given["reason"]
        )
        if not stored:
            return said, no_update
        tell_decided("Stored", said, decisions)
        return "", query_of(RecipientsView())


def previewed(seen: Any, form: dict[str, Any]) -> list[Any]:
    """Return before and after of a filled form, or what is wrong with it."""
    try:
        before = seen_recipient(seen)
        if before is None and not (form["address"] or "").strip():
            return preview([], [])
        after = wanted_recipient(before, form)
    except FormError as error:
        return [notice("Not possible", str(error), tone="warn")]
    return preview(
        recipient_differences(before, after), ["It holds from the next mail that is written."]
    )


def store_recipient(
    context: PageContext, seen: Any, form: dict[str, Any], *, who: Any, reason: Any
) -> tuple[str, bool]:
    """Store what a form asks for; return what to say, and whether anything was stored."""
    if context.desk is None or not context.desk.edits_recipients:
        return NOT_AN_ADMIN, False
    name, why = (str(value or "").strip()[:LONGEST] for value in (context.who or who, reason))
    try:
        before = seen_recipient(seen)
        after = wanted_recipient(before, form)
        if not name:
            return "Please give your name: it stands in the audit trail.", False
        if not why:
            return "Please say why: it stands in the audit trail.", False
        if before == after:
            return "Nothing is changed yet.", False
        context.desk.save_recipient(
            after,
            seen=before,
            seed=context.settings.seed_recipients,
            who=name,
            now=context.clock.now(),
            reason=why,
        )
    except (FormError, WarehouseError) as error:
        return without_folders(error), False
    return f"{after.address}: stored; it holds from the next mail that is written.", True
