"""What happens where limits are tried out: points are left out, limits are stored."""

from typing import Any

from dash import Dash, Input, Output, State, ctx, no_update, set_props

from dashboard.actions import DashboardActions
from dashboard.address import LimitsView, changed, query_of, read_view
from dashboard.components import notice
from dashboard.context import PageContext
from dashboard.errors import without_folders
from dashboard.guard_reader import NOT_YOURS
from dashboard.limits_draft import LimitsDraft, limits_draft, toggled
from dashboard.pages.chart_callbacks import clicked_pass
from dashboard.pages.form_words import LONGEST
from dashboard.reader import ChartData
from dashboard.wiring import MakeContext
from warehouse.errors import WarehouseError


def register(app: Dash, make_context: MakeContext, actions: DashboardActions) -> None:
    """Wire the page; without the right to decide nothing is stored."""

    @app.callback(
        Output("address", "search", allow_duplicate=True),
        Input("limits-graph", "clickData"),
        State("address", "search"),
        prevent_initial_call=True,
    )
    def leave_out(click: dict[str, Any] | None, search: str | None) -> Any:
        return left_out_search(click, search) or no_update

    if not actions.may_decide:
        return

    @app.callback(
        Output("limits-message", "children"),
        Input("limits-use", "n_clicks"),
        Input("limits-propose", "n_clicks"),
        State("limits-tried", "data"),
        State("limits-who", "value"),
        State("limits-reason", "value"),
        State("limits-others", "checked"),
        State("decisions", "data"),
        prevent_initial_call=True,
    )
    def store(  # noqa: PLR0917 - Dash passes one argument for each field
        use: int | None,
        propose: int | None,
        tried: str,
        who: str | None,
        reason: str | None,
        others: bool | None,  # noqa: FBT001 - Dash passes it so
        decisions: int,
    ) -> Any:
        if not (use or propose):
            return no_update
        context = make_context("light")
        said, stored = store_limits(
            context,
            read_view(LimitsView, tried),
            who=context.who or (who or "").strip()[:LONGEST],
            reason=(reason or "").strip()[:LONGEST],
            activate=ctx.triggered_id == "limits-use",
            others=bool(others),
        )
        if stored:
            # The page is drawn anew, and the form's own message with it.
            set_props("banner", {"children": notice("Limits stored", said, tone="good")})
            set_props("decisions", {"data": decisions + 1})
        return "" if stored else said


def left_out_search(click: dict[str, Any] | None, search: str | None) -> str | None:
    """Return the address with a clicked point left out or taken in; None where none was hit.

    Examples
    --------
    >>> left_out_search({"points": [{"customdata": ["p7"]}]}, "?method=nb")
    '?method=nb&exclude=p7'

    """
    key = clicked_pass(click)
    if key is None:
        return None
    view = read_view(LimitsView, search)
    return query_of(changed(view, {"exclude": toggled(view, key)}))


def store_limits(
    context: PageContext,
    view: LimitsView,
    *,
    who: str,
    reason: str,
    activate: bool,
    others: bool,
) -> tuple[str, bool]:
    """Store the limits of `view`; return what to say, and whether anything was stored."""
    if not context.may_decide:
        return NOT_YOURS, False
    if not who:
        return "Please give your name: it stands beside the limits from now on.", False
    if not reason:
        return "Please say why: it stands beside the limits from now on.", False
    try:
        data = context.reader.chart(view.characteristic)
        draft = limits_draft(data, view, context.clock, context.settings.limit_rules, reason=reason)
        if draft.row is None:
            return draft.problem or "There are no limits to store.", False
        _store(context, draft, who=who, activate=activate)
        words = "In force from the next run on." if activate else "Proposed; see the chart."
        if others:
            words += _propose_elsewhere(context, with_days(view, data, draft, context), who, reason)
    except WarehouseError as error:
        return without_folders(error), False
    return words, True


def with_days(
    view: LimitsView, data: ChartData, draft: LimitsDraft, context: PageContext
) -> LimitsView:
    """Return the view with the days of its baseline written out, for streams with another one."""
    ends = (data.series.captured_at[at] for at in (draft.first, draft.last))
    first, last = (context.clock.day_of(at).isoformat() for at in ends)
    return changed(view, {"first": first, "last": last})


def _store(context: PageContext, draft: LimitsDraft, *, who: str, activate: bool) -> None:
    assert draft.row is not None
    context.reader.propose_phase(draft.row, who=who, now=context.clock.now(), activate=activate)


def _propose_elsewhere(context: PageContext, view: LimitsView, who: str, reason: str) -> str:
    """Propose baseline days and method, not points, for the same metric of the other streams."""
    rows = context.reader.characteristics()
    metric = next(row.metric for row in rows if row.characteristic_id == view.characteristic)
    proposed, refused = 0, 0
    for row in rows:
        if row.metric != metric or row.characteristic_id == view.characteristic:
            continue
        there = changed(view, {"characteristic": row.characteristic_id, "exclude": ""})
        data = context.reader.chart(row.characteristic_id)
        draft = limits_draft(
            data, there, context.clock, context.settings.limit_rules, reason=reason
        )
        if draft.row is None:
            refused += 1
        else:
            _store(context, draft, who=who, activate=False)
            proposed += 1
    said = f" Proposed for {proposed:,} other streams"
    return said + (f"; {refused:,} have no limits from this baseline." if refused else ".")
