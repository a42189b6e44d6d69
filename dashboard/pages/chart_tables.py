"""The tables behind a chart: its signals, and its points for those who cannot see the picture."""

from datetime import UTC

import numpy as np
from dash import dcc, html

from dashboard.address import ChartView, PartView, address, changed
from dashboard.chart_model import ChartModel
from dashboard.components import Content, badge, card, table
from dashboard.context import PageContext
from dashboard.figures.wording import number
from dashboard.signal_groups import RUNNING_AVERAGE, SignalGroup

ROWS = 200
"""Points in the table of a chart; the CSV has them all."""


def signals_card(model: ChartModel, view: ChartView, context: PageContext) -> html.Section:
    """Return the signals of the period, newest first."""
    if not model.groups:
        return card(html.P("No signal in this period.", className="dim"), title="Signals")
    rows = [_row(group, view, context) for group in reversed(model.groups)]
    heads = ["No.", "When", "What", "Points", "Value", "Limit", "Cause"]
    return card(
        table(
            heads,
            rows,
            caption="Signals, the newest first; neighbouring points of one rule are one line",
            numeric=(3, 4, 5),
            row_classes=[
                "withdrawn" if group.withdrawn else "" for group in reversed(model.groups)
            ],
        ),
        title="Signals",
    )


def _row(group: SignalGroup, view: ChartView, context: PageContext) -> list[Content]:
    extreme = group.most_extreme
    above = extreme.ucl is not None and extreme.value > extreme.ucl
    limit = extreme.ucl if above or extreme.lcl is None else extreme.lcl
    unit = " z" if extreme.panel == RUNNING_AVERAGE else ""
    return [
        str(group.number),
        context.clock.span(group.first_at, group.last_at),
        html.Span([group.words.capitalize(), _withdrawn(group)]),
        f"{len(group.signals):,}",
        dcc.Link(
            f"{number(extreme.value)}{unit}",
            href=address(PartView(inspection=extreme.completing_pass_id)),
            title="Open the most extreme part",
        ),
        f"{number(limit)}{unit}" if limit is not None else "–",
        _cause(group, view, context),
    ]


def _withdrawn(group: SignalGroup) -> html.Span | None:
    if not group.withdrawn:
        return None
    reason = group.signals[-1].withdrawn_reason or "no longer holds"
    return badge(f"Withdrawn: {reason}", tone="plain", icon_name="nodata")


def _cause(group: SignalGroup, view: ChartView, context: PageContext) -> html.Span:
    href = address(changed(view, {"signal": group.signals[0].signal_id}))
    words = "" if group.cause is None else f"{group.cause.code}: {group.cause.text}".rstrip(": ")
    if not context.may_decide:
        return html.Span(words)
    link = dcc.Link("Edit" if group.cause else "Record cause", href=href)
    return html.Span([words, " ", link] if words else link)


def points_table(model: ChartModel) -> html.Details | None:
    """Return the newest points as a table, closed until it is wanted."""
    chart = model.chart
    n = chart.local_ms.size
    if not n:
        return None
    flagged = {mark.index for mark in chart.signals if mark.panel == 0}
    value = chart.panels[0]
    rows = [
        [
            _clock_words(float(chart.local_ms[at])),
            dcc.Link(chart.names[at], href=address(PartView(inspection=chart.keys[at]))),
            number(float(value.value[at])),
            number(float(value.lcl[at])),
            number(float(value.center[at])),
            number(float(value.ucl[at])),
            "signal" if at in flagged else "",
        ]
        for at in range(n - 1, max(-1, n - 1 - ROWS), -1)
    ]
    less = f"the newest {ROWS} of {n:,}" if n > ROWS else f"{n:,}"
    heads = [f"Captured ({chart.zone_name})", "Part", value.title, "LCL", "Centre", "UCL", "Flag"]
    return html.Details(
        [
            html.Summary(f"Points behind the chart ({less})"),
            table(
                heads, rows, caption="Points of the chart, the newest first", numeric=(2, 3, 4, 5)
            ),
        ],
        className="card points",
    )


def _clock_words(local_ms: float) -> str:
    local = np.datetime64(int(local_ms), "ms").item().replace(tzinfo=UTC)
    return f"{local.day} {local:%b %Y %H:%M}"
