"""The heading of a chart: what it is about, how it stands, and the ways on from it."""

from dash import html

from dashboard.address import ChartView, LimitsView, MapView, PartsView, address, query_of
from dashboard.components import button_link, heading, icon, state_badge
from dashboard.context import PageContext
from dashboard.metric_names import defect_class_of, metric_name
from dashboard.reader import ChartData
from dashboard.state_words import state_look

REPORT = "/report/chart"


def chart_heading(data: ChartData, view: ChartView, context: PageContext) -> html.Div:
    """Return title, state and place of a characteristic, and where to go from it."""
    row = data.characteristic
    stream = row.stream
    where = f"Line {stream.line} · Station {stream.station} · {stream.tool} · {stream.family}"
    below = [where]
    badges = [state_badge(data.state.state)] if data.state else []
    links = [
        button_link(
            "Defect map",
            address(
                MapView(
                    stream=stream.key,
                    defect=defect_class_of(row.metric),
                    range=map_range(data, view, context),
                )
            ),
            icon_name="map",
        ),
        button_link(
            "Worst parts",
            address(PartsView(stream=stream.key, range=view.range, order=row.metric)),
            icon_name="parts",
        ),
        button_link(
            "Try limits out",
            address(LimitsView(characteristic=row.characteristic_id)),
            icon_name="chart",
        ),
        html.A(
            [icon("download"), "CSV"],
            href=f"/chart.csv{query_of(view)}",
            className="button",
            download="",
            title="The points shown, with limits, flags and filters",
        ),
        html.Button(
            [icon("download"), "PNG"],
            id="chart-png",
            className="button",
            n_clicks=0,
            title="A picture of the chart with its filters",
        ),
        html.A(
            [icon("audit"), "Report"],
            href=f"{REPORT}{query_of(view)}",
            className="button",
            target="_blank",
            title="A page to keep or to print: chart, signals, causes, limits, capability",
        ),
    ]
    return heading(
        metric_name(row.metric).label,
        below=[*badges, html.Span(below, className="dim")],
        beside=links,
    )


def map_range(data: ChartData, view: ChartView, context: PageContext) -> str:
    """Return the period of the map behind a chart: since trouble began, else that of the chart.

    The map then compares the parts in trouble with those before.
    """
    state = data.state
    if state is None or state.since is None or not state_look(state.state).needs_action:
        return view.range if view.range != "all" else MapView().range
    zone = context.clock.zone
    return f"{state.since.astimezone(zone).date()}..{context.clock.today()}"
