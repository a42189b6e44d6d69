"""The causes behind the signals of a chart, by the numbers of its flags."""

from dash import dcc, html

from dashboard.address import ChartView, address, changed
from dashboard.chart_model import ChartModel
from dashboard.components import Content, badge, card, table
from dashboard.context import PageContext
from dashboard.signal_groups import SignalGroup
from warehouse.journal.causes import CauseRow

HEADS = ["No.", "Cause", "What happened", "What is done", "Owner", "Due", "Recorded", "Change"]


def causes_card(model: ChartModel, view: ChartView, context: PageContext) -> html.Section | None:
    """Return the causes of the signals shown, newest first; None without one."""
    known = [(group, group.cause) for group in reversed(model.groups) if group.cause is not None]
    if not known:
        return None
    rows = [_row(group, cause, view, context) for group, cause in known]
    return card(
        table(HEADS, rows, caption="Causes by the numbers of the flags on the chart"),
        title="Causes",
    )


def _row(
    group: SignalGroup, cause: CauseRow, view: ChartView, context: PageContext
) -> list[Content]:
    href = address(changed(view, {"signal": group.signals[0].signal_id}))
    return [
        html.Span(str(group.number), className="flag"),
        cause.code,
        cause.text or "–",
        cause.action or "–",
        cause.owner or "–",
        _due(cause, context),
        f"{cause.created_by}, {context.clock.short(cause.created_at)}",
        dcc.Link("Edit", href=href) if context.may_decide else "",
    ]


def _due(cause: CauseRow, context: PageContext) -> Content:
    if cause.due is None:
        return "–"
    words = f"{cause.due.day} {cause.due:%b %Y}"
    if cause.due >= context.clock.today():
        return words
    return html.Span([words, " ", badge("Overdue", tone="warn", icon_name="error")])
