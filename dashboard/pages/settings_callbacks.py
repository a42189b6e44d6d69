"""What happens on the settings pages: a change is previewed, checked, and stored with its reason."""

from collections.abc import Sequence
from typing import Any

from dash import Dash, Input, Output, State, ctx, no_update

from dashboard.actions import DashboardActions
from dashboard.address import SettingsStreamsView, SettingsView, changed, query_of, read_view
from dashboard.components import notice
from dashboard.context import PageContext
from dashboard.errors import FormError, without_folders
from dashboard.guard_reader import NOT_YOURS
from dashboard.pages.decided import tell_decided
from dashboard.pages.form_words import LONGEST
from dashboard.pages.settings_tabs import preview
from dashboard.settings_words import consequences, differences, seen_row, wanted_row
from dashboard.wiring import MakeContext
from warehouse.errors import WarehouseError
from warehouse.journal.characteristics import CharacteristicChange, CharacteristicRow

FIELDS = {
    "lower": State("settings-lower", "value"),
    "upper": State("settings-upper", "value"),
    "chart": State("settings-chart", "value"),
    "rules": State("settings-rules", "value"),
    "enabled": State("settings-enabled", "checked"),
}


def register(app: Dash, make_context: MakeContext, actions: DashboardActions) -> None:
    """Wire the pages; without the right to decide nothing is stored."""

    @app.callback(
        Output("settings-preview", "children"),
        inputs={
            "form": {
                name: Input(one.component_id, one.component_property)
                for name, one in FIELDS.items()
            },
            "seen": Input("settings-seen", "data"),
        },
        state={"phase": State("settings-phase", "data")},
    )
    def show_change(form: dict[str, Any], seen: Any, phase: int | None) -> Any:
        return previewed(seen, form, phase)

    @app.callback(
        Output("address", "search", allow_duplicate=True),
        Input("settings-dialog", "opened"),
        State("address", "search"),
        prevent_initial_call=True,
    )
    def close(opened: bool | None, search: str | None) -> Any:  # noqa: FBT001 - Dash passes it so
        return no_update if opened else without_edit(search)

    @app.callback(
        Output("address", "search", allow_duplicate=True),
        Input("stream-dialog", "opened"),
        prevent_initial_call=True,
    )
    def close_stream(opened: bool | None) -> Any:  # noqa: FBT001 - Dash passes it so
        return no_update if opened else query_of(SettingsStreamsView())

    if actions.may_decide:
        _register_saving(app, make_context)


def _register_saving(app: Dash, make_context: MakeContext) -> None:
    @app.callback(
        output=(
            Output("settings-message", "children"),
            Output("address", "search", allow_duplicate=True),
        ),
        inputs={"clicks": Input("settings-save", "n_clicks")},
        state={
            "form": FIELDS,
            "given": {
                "seen": State("settings-seen", "data"),
                "others": State("settings-others", "checked"),
                "who": State("settings-who", "value"),
                "reason": State("settings-reason", "value"),
            },
            "search": State("address", "search"),
            "decisions": State("decisions", "data"),
        },
        prevent_initial_call=True,
    )
    def save(
        clicks: int | None,
        form: dict[str, Any],
        given: dict[str, Any],
        search: str | None,
        decisions: int,
    ) -> Any:
        if not clicks:
            return no_update, no_update
        said, stored = store_characteristic(
            make_context("light"),
            given["seen"],
            form,
            others=bool(given["others"]),
            who=given["who"],
            reason=given["reason"],
        )
        if not stored:
            return said, no_update
        tell_decided("Stored", said, decisions)
        return "", without_edit(search)

    @app.callback(
        output=(
            Output("stream-message", "children"),
            Output("address", "search", allow_duplicate=True),
        ),
        inputs={"clicks": [Input("stream-on", "n_clicks"), Input("stream-off", "n_clicks")]},
        state={
            "given": {
                "seen": State("stream-seen", "data"),
                "who": State("stream-who", "value"),
                "reason": State("stream-reason", "value"),
            },
            "decisions": State("decisions", "data"),
        },
        prevent_initial_call=True,
    )
    def switch(clicks: list[int | None], given: dict[str, Any], decisions: int) -> Any:
        if not any(clicks):
            return no_update, no_update
        on = ctx.triggered_id == "stream-on"
        said, stored = switch_stream(
            make_context("light"), given["seen"], on=on, who=given["who"], reason=given["reason"]
        )
        if not stored:
            return said, no_update
        tell_decided("Stored", said, decisions)
        return "", query_of(SettingsStreamsView())


def without_edit(search: str | None) -> str:
    """Return the address of the characteristics with the form closed.

    Examples
    --------
    >>> without_edit("?find=stain&edit=L1%2FS1")
    '?find=stain'

    """
    return query_of(changed(read_view(SettingsView, search), {"edit": ""}))


def previewed(seen: Any, form: dict[str, Any], phase_id: int | None) -> list[Any]:
    """Return before and after of a filled form, or what is wrong with it."""
    try:
        before = seen_row(seen)
        after = wanted_row(before, **_fields(form))
    except FormError as error:
        return [notice("Not possible", str(error), tone="warn")]
    return preview(differences(before, after), consequences(before, after, phase_id))


def store_characteristic(
    context: PageContext, seen: Any, form: dict[str, Any], *, others: bool, who: Any, reason: Any
) -> tuple[str, bool]:
    """Store what a form asks for; return what to say, and whether anything was stored.

    Parameters
    ----------
    others
        Set the specification on every other stream with the metric, too.

    """
    if context.desk is None or not context.desk.edits_characteristics:
        return NOT_YOURS, False
    try:
        before = seen_row(seen)
        after = wanted_row(before, **_fields(form))
        changes = [CharacteristicChange(before, after)]
        if others:
            changes += _elsewhere(context.desk.characteristics(), after)
    except (FormError, WarehouseError) as error:
        return without_folders(error), False
    return store_changes(context, changes, who=who, reason=reason)


def _elsewhere(
    rows: Sequence[CharacteristicRow], after: CharacteristicRow
) -> list[CharacteristicChange]:
    """The same specification for the metric of every other stream."""
    limits = {"lower": after.spec_lower, "upper": after.spec_upper}
    return [
        CharacteristicChange(
            row,
            wanted_row(row, **limits, chart=row.chart, rules=row.rules, enabled=row.enabled),
        )
        for row in rows
        if row.metric == after.metric and row.characteristic_id != after.characteristic_id
    ]


def switch_stream(
    context: PageContext, seen: Any, *, on: bool, who: Any, reason: Any
) -> tuple[str, bool]:
    """Switch all characteristics of a stream on or off, as they were seen."""
    try:
        rows = [seen_row(one) for one in (seen if isinstance(seen, list) else [])]
        changes = [
            CharacteristicChange(
                row,
                wanted_row(
                    row,
                    lower=row.spec_lower,
                    upper=row.spec_upper,
                    chart=row.chart,
                    rules=row.rules,
                    enabled=on,
                ),
            )
            for row in rows
        ]
    except FormError as error:
        return str(error), False
    return store_changes(context, changes, who=who, reason=reason)


def store_changes(
    context: PageContext, changes: Sequence[CharacteristicChange], *, who: Any, reason: Any
) -> tuple[str, bool]:
    """Store changes in the name of whoever is there; what to say, and whether any was stored."""
    if context.desk is None or not context.desk.edits_characteristics:
        return NOT_YOURS, False
    name, why = (str(value or "").strip()[:LONGEST] for value in (context.who or who, reason))
    if not name:
        return "Please give your name: it stands in the audit trail.", False
    if not why:
        return "Please say why: it stands in the audit trail.", False
    if all(one.seen == one.wanted for one in changes):
        return "Nothing is changed yet.", False
    try:
        count = context.desk.change_characteristics(
            changes, who=name, now=context.clock.now(), reason=why
        )
    except WarehouseError as error:
        return without_folders(error), False
    what = "1 characteristic" if count == 1 else f"{count:,} characteristics"
    return f"{what} changed; the next run goes by it.", True


def _fields(form: dict[str, Any]) -> dict[str, Any]:
    """The fields of the form, with the choice "by the data" as the journal has it."""
    return form | {"chart": None if form["chart"] in ("", "auto", None) else form["chart"]}
