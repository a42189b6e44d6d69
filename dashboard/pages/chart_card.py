"""The chart itself, the strip that selects a stretch of it, and why it is empty where it is."""

import numpy as np
from dash import dcc, html

from dashboard.address import ChartView, address, changed
from dashboard.chart_model import ChartModel
from dashboard.chart_view import chart_style, shown_stretch
from dashboard.chart_window import Stretch
from dashboard.components import Content, badge, card, notice
from dashboard.context import PageContext
from dashboard.errors import without_folders
from dashboard.figures.range_strip import range_strip
from dashboard.figures.run_chart import run_chart_figure
from dashboard.metric_names import metric_name
from dashboard.pages.chart_graph import CHART_CONFIG, STILL_CONFIG, placed_graph
from dashboard.period import period
from dashboard.provenance import provenance
from dashboard.reader import ChartData
from dashboard.report_model import report_filters

GRAPH = "chart-graph"
STRIP = "chart-strip"


def chart_card(
    data: ChartData, model: ChartModel, view: ChartView, context: PageContext
) -> html.Section:
    """Return the chart, or why there is none."""
    if not model.period.local_ms.size:
        return card(_no_points(data, view, context), kind="grow")
    # A period chosen after the zoom may hold nothing of it: then all of it is shown.
    stretch = shown_stretch(view) if model.zoomed else None
    style = chart_style(view, context.theme, stretch, context.clock)
    figure = run_chart_figure(model.chart, style, first_number=model.first + 1)
    last = model.first + model.chart.local_ms.size - 1
    strip = range_strip(model.period, style, None if stretch is None else (model.first, last))
    return card(
        _why_no_limits(data, model),
        _shown_words(model, view, context, stretch),
        dcc.Store(id="chart-png-head", data=png_head(data, model, view, context)),
        placed_graph(figure, GRAPH, CHART_CONFIG, summary_words(data, model)),
        placed_graph(
            strip, STRIP, STILL_CONFIG, "The whole period, small; drag to select a part of it"
        ),
        html.P(
            "Click a point to see its part. Drag over the chart or the strip below it to zoom, "
            "double-click to see the whole period.",
            className="hint",
        ),
        kind="grow",
    )


def png_head(
    data: ChartData, model: ChartModel, view: ChartView, context: PageContext
) -> list[str]:
    """Return the lines above a picture of the chart: what it shows, and by which limits."""
    found = dict(report_filters(data, model, view, context))
    newest = model.stages[-1] if model.stages else None
    limits = "no control limits"
    if newest is not None:
        approval = data.approvals.get(newest.row.phase_id)
        facts = dict(provenance(newest.row, newest.phase, context.clock, approval))
        who = facts.get("Approved", facts["Proposed"])
        limits = (
            f"Limits #{newest.row.phase_id}: {facts['Limits']}; {facts['Method']}; "
            f"{facts['Baseline']}, {facts['Captured']}; model {facts['Model']}; "
            f"{'approved' if approval else 'proposed'} {who}"
        )
    return [
        f"{metric_name(data.characteristic.metric).label} · {found['Stream']}",
        (
            f"{found['Period']}, {found['Parts shown']} parts; "
            f"specification: {found['Specification']}; {found['Made']}"
        ),
        limits,
    ]


def summary_words(data: ChartData, model: ChartModel) -> str:
    """Tell in words what the picture shows, for those who cannot see it."""
    name = metric_name(data.characteristic.metric)
    marks = len(model.chart.signals)
    limits = "with control limits" if model.stages else "without control limits"
    return (
        f"Run chart of {name.label.lower()} in {name.unit}: {model.chart.local_ms.size:,} parts, "
        f"{limits}, {marks:,} signal{'' if marks == 1 else 's'}. A table follows below."
    )


def _shown_words(
    model: ChartModel, view: ChartView, context: PageContext, stretch: Stretch | None
) -> html.Div:
    """Say which parts are shown, with the way back to the whole period."""
    shown, whole = model.chart.local_ms.size, model.period.local_ms.size
    words: list[Content] = [html.Span([html.Strong(f"{shown:,}"), f" parts, {_span(model)}"])]
    if stretch is not None:
        span = context.clock.span(stretch.start, stretch.end)
        words = [
            html.Span([html.Strong(f"{shown:,}"), f" of {whole:,} parts, {span}"]),
            dcc.Link(
                "Whole period",
                href=address(changed(view, {"zoom": ""})),
                className="button button-small",
            ),
        ]
    elif view.follow:
        words.append(badge("Following the newest part", tone="plain", icon_name="play"))
    return html.Div(words, className="zoom-words", role="status")


def _span(model: ChartModel) -> str:
    ends = (model.chart.local_ms[0], model.chart.local_ms[-1])
    first, last = (np.datetime64(int(end), "ms").item() for end in ends)
    return f"{first.day} {first:%b, %H:%M} to {last.day} {last:%b, %H:%M}"


def _no_points(data: ChartData, view: ChartView, context: PageContext) -> html.Div:
    if not len(data.series):
        return notice("No part has been measured here yet")
    words = context.clock.words_of(data.series.captured_at[-1])
    return notice(
        f"No parts in {period(view.range, context.clock).words}",
        html.Span(
            [
                f"The last one was captured {words}. ",
                dcc.Link(
                    "Show all time", href=address(changed(view, {"range": "all", "zoom": ""}))
                ),
            ]
        ),
    )


def _why_no_limits(data: ChartData, model: ChartModel) -> html.Div | None:
    if model.stages:
        return None
    reason = data.state.reason if data.state else "the monitor has not looked at it yet"
    return notice("No control limits", without_folders(reason) or "no phase has been frozen")
