"""The run chart of one characteristic: what happened, since when, and by which limits."""

from dash import dcc, html

from dashboard.address import ChartView, address, changed
from dashboard.chart_model import ChartModel, chart_model
from dashboard.components import (
    Content,
    card,
    choice,
    graph,
    heading,
    notice,
    select,
    switch,
)
from dashboard.context import Page, PageContext
from dashboard.errors import without_folders
from dashboard.figures.inputs import Axis, ChartStyle
from dashboard.figures.run_chart import run_chart_figure
from dashboard.metric_names import metric_name
from dashboard.pages.camera_notice import camera_notice
from dashboard.pages.cause_form import cause_dialog
from dashboard.pages.chart_heading import chart_heading
from dashboard.pages.chart_tables import points_table, signals_card
from dashboard.pages.limits_card import limits_card, proposal_card
from dashboard.pages.ranges import RANGE_CHOICES
from dashboard.period import period
from dashboard.reader import ChartData
from warehouse.errors import UnknownRowError
from warehouse.journal.characteristics import CharacteristicRow


def filters(view: ChartView, context: PageContext) -> Content:
    """Return the choice of characteristic, period, axis and what is drawn."""
    rows = context.reader.characteristics()
    return [
        select(
            "characteristic",
            "Characteristic",
            [{"value": row.characteristic_id, "label": characteristic_name(row)} for row in rows],
            chosen_characteristic(view, rows),
            wide=True,
        ),
        choice("range", "Period", RANGE_CHOICES, view.range),
        choice(
            "axis",
            "Axis",
            [{"value": "time", "label": "Time"}, {"value": "order", "label": "Order"}],
            view.axis,
        ),
        switch("clip", "Clip excursions", checked=view.clip),
        switch("zones", "Zones", checked=view.zones),
    ]


def chosen_characteristic(view: ChartView, rows: list[CharacteristicRow]) -> str:
    """Return the characteristic asked for, else the first one."""
    if view.characteristic or not rows:
        return view.characteristic
    return rows[0].characteristic_id


def characteristic_name(row: CharacteristicRow) -> str:
    """Name a characteristic in a list."""
    where = f"{row.stream.line} / {row.stream.station} / {row.stream.tool} / {row.stream.family}"
    return f"{metric_name(row.metric).label}, {where}"


def content(view: ChartView, context: PageContext) -> list[Content]:
    """Return the chart with its limits, signals and points, or why there is none."""
    chosen = chosen_characteristic(view, context.reader.characteristics())
    if not chosen:
        return [
            heading("Chart"),
            notice(
                "No characteristic yet",
                "Characteristics appear with the first run that measured a part.",
            ),
        ]
    try:
        data = context.reader.chart(chosen)
    except UnknownRowError:
        return [
            heading("Chart"),
            notice("No such characteristic", f"Nothing is charted under “{chosen}”.", tone="warn"),
        ]
    shown = changed(view, {"characteristic": chosen})
    model = chart_model(data, period(view.range, context.clock), context.clock, preview=view.phase)
    return [
        chart_heading(data, shown, context),
        camera_notice(data, context),
        proposal_card(data, shown, context),
        html.Div(
            [_chart_card(data, model, shown, context), limits_card(data, model, context)],
            className="chart-columns",
        ),
        signals_card(model, shown, context),
        points_table(model),
        cause_dialog(model, shown) if context.may_decide else None,
    ]


def _chart_card(
    data: ChartData, model: ChartModel, view: ChartView, context: PageContext
) -> html.Section:
    if not model.chart.local_ms.size:
        return card(_no_points(data, view, context), kind="grow")
    figure = run_chart_figure(model.chart, chart_style(view, context.theme))
    return card(
        _why_no_limits(data, model),
        graph(figure, name="chart-graph", words=summary_words(data, model)),
        html.P(
            "Click a point to see its part. Drag to zoom, double-click to zoom out.",
            className="hint",
        ),
        kind="grow",
    )


def chart_style(view: ChartView, theme: str) -> ChartStyle:
    """Return how the view wants the chart drawn."""
    axis: Axis = "order" if view.axis == "order" else "time"
    return ChartStyle(theme=theme, axis=axis, clip=view.clip, zones=view.zones)


def summary_words(data: ChartData, model: ChartModel) -> str:
    """Tell in words what the picture shows, for those who cannot see it."""
    name = metric_name(data.characteristic.metric)
    marks = len(model.chart.signals)
    limits = "with control limits" if model.stages else "without control limits"
    return (
        f"Run chart of {name.label.lower()} in {name.unit}: {model.chart.local_ms.size:,} parts, "
        f"{limits}, {marks:,} signal{'' if marks == 1 else 's'}. A table follows below."
    )


def _no_points(data: ChartData, view: ChartView, context: PageContext) -> html.Div:
    if not len(data.series):
        return notice("No part has been measured here yet")
    last = data.series.captured_at[-1].astype("datetime64[s]").item()
    words = context.clock.words(last.replace(tzinfo=context.clock.now().tzinfo))
    return notice(
        f"No parts in {period(view.range, context.clock).words}",
        html.Span(
            [
                f"The last one was captured {words}. ",
                dcc.Link("Show all time", href=address(changed(view, {"range": "all"}))),
            ]
        ),
    )


def _why_no_limits(data: ChartData, model: ChartModel) -> html.Div | None:
    if model.stages:
        return None
    reason = data.state.reason if data.state else "the monitor has not looked at it yet"
    return notice("No control limits", without_folders(reason) or "no phase has been frozen")


PAGE = Page("/chart", "Chart", "chart", ChartView, filters, content)
