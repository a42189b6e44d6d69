"""The run chart of one characteristic: what happened, since when, and by which limits."""

from dash import html

from dashboard.address import ChartView, changed
from dashboard.chart_view import shown_model
from dashboard.components import (
    Content,
    choice,
    heading,
    notice,
    select,
    switch,
)
from dashboard.context import Page, PageContext
from dashboard.metric_names import metric_name
from dashboard.pages.camera_notice import camera_notice
from dashboard.pages.cause_form import cause_dialog
from dashboard.pages.chart_advice_card import advice_card
from dashboard.pages.chart_card import chart_card
from dashboard.pages.chart_causes import causes_card
from dashboard.pages.chart_distribution_card import distribution_card
from dashboard.pages.chart_heading import chart_heading
from dashboard.pages.chart_tables import points_table, signals_card
from dashboard.pages.limits_card import limits_card, proposal_card
from dashboard.pages.ranges import RANGE_CHOICES
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
        switch("follow", "Follow newest", checked=view.follow),
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
    model = shown_model(data, shown, context)
    return [
        chart_heading(data, shown, context),
        camera_notice(data, context),
        proposal_card(data, shown, context),
        html.Div(
            [chart_card(data, model, shown, context), limits_card(data, model, context)],
            className="chart-columns",
        ),
        signals_card(model, shown, context),
        causes_card(model, shown, context),
        distribution_card(data, model, context),
        advice_card(data, shown),
        points_table(model),
        cause_dialog(model, shown) if context.may_decide else None,
    ]


PAGE = Page("/chart", "Chart", "chart", ChartView, filters, content)
