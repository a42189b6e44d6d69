"""What happens on the chart page: open a part, zoom into a stretch, keep up with the newest part."""

from typing import Any

from dash import ClientsideFunction, Dash, Input, Output, State, no_update

from dashboard.address import ChartView, PartView, address, changed, query_of, read_view
from dashboard.chart_model import times_of
from dashboard.chart_window import Times, selected_range, stretch_of, zoom_range
from dashboard.context import PageContext
from dashboard.pages import chart_advice_card
from dashboard.pages.chart import PAGE, chosen_characteristic
from dashboard.pages.chart_card import GRAPH, STRIP
from dashboard.period import period
from dashboard.wiring import MakeContext
from warehouse.errors import WarehouseError


def register(app: Dash, make_context: MakeContext) -> None:
    """Wire the chart."""
    chart_advice_card.register(app, make_context)
    in_browser: Any = app.clientside_callback
    in_browser(
        ClientsideFunction("blemish_chart", "png"),
        Output("chart-png", "title"),
        Input("chart-png", "n_clicks"),
        State("chart-png-head", "data"),
        State("theme-now", "data"),
        prevent_initial_call=True,
    )

    @app.callback(
        Output("address", "href", allow_duplicate=True),
        Input(GRAPH, "clickData"),
        prevent_initial_call=True,
    )
    def open_part(click: dict[str, Any] | None) -> Any:
        return part_address(click) or no_update

    @app.callback(
        Output("address", "search", allow_duplicate=True),
        Input(GRAPH, "relayoutData"),
        State("address", "search"),
        prevent_initial_call=True,
    )
    def zoom(relayout: dict[str, Any] | None, search: str | None) -> Any:
        return zoomed_search(zoom_range(relayout), search, make_context("light")) or no_update

    @app.callback(
        Output("address", "search", allow_duplicate=True),
        Input(STRIP, "selectedData"),
        State("address", "search"),
        prevent_initial_call=True,
    )
    def select(selected: dict[str, Any] | None, search: str | None) -> Any:
        return zoomed_search(selected_range(selected), search, make_context("light")) or no_update

    @app.callback(
        Output("decisions", "data", allow_duplicate=True),
        Output("followed", "data"),
        Input("tick", "n_intervals"),
        State("address", "pathname"),
        State("address", "search"),
        State("followed", "data"),
        State("decisions", "data"),
        prevent_initial_call=True,
    )
    def follow(
        _ticks: int | None,
        path: str | None,
        search: str | None,
        followed: str | None,
        decisions: int,
    ) -> Any:
        if path != PAGE.path or not follows(search):
            return no_update, no_update
        stamp = published_stamp(make_context("light"))
        return (no_update, no_update) if stamp in (None, followed) else (decisions + 1, stamp)


def part_address(click: dict[str, Any] | None) -> str | None:
    """Return the address of the part behind a clicked point; None where none was hit.

    Examples
    --------
    >>> part_address({"points": [{"customdata": ["pass 7"]}]})
    '/part?inspection=pass+7'

    """
    key = clicked_pass(click)
    return None if key is None else address(PartView(inspection=key))


def clicked_pass(click: dict[str, Any] | None) -> str | None:
    """Return the pass id of a clicked point of a run chart; None where none was hit."""
    points = (click or {}).get("points") or [{}]
    custom = points[0].get("customdata")
    key = custom[0] if isinstance(custom, list) and custom else None
    return key if isinstance(key, str) else None


def zoomed_search(
    ends: tuple[Any, Any] | None, search: str | None, context: PageContext
) -> str | None:
    """Return the query of the stretch between `ends`, of the whole period for ("", "").

    None where nothing changes: a figure also reports the range it was drawn with.
    """
    if ends is None:
        return None
    view = read_view(ChartView, search)
    zoom = ""
    if ends != ("", ""):
        stretch = stretch_of(ends, _counted_times(view, context), context.clock)
        if stretch is None:
            return None
        zoom = stretch.text
    shown = "" if view.follow else view.zoom
    # Who zooms looks at something: the newest part must not push it away.
    return None if zoom == shown else query_of(changed(view, {"zoom": zoom, "follow": False}))


def _counted_times(view: ChartView, context: PageContext) -> Times | None:
    """Return when the parts were captured that the axis counts; None on an axis of time."""
    if view.axis != "order":
        return None
    chosen = chosen_characteristic(view, context.reader.characteristics())
    return times_of(context.reader.chart(chosen), period(view.range, context.clock))


def follows(search: str | None) -> bool:
    """Tell whether a view keeps up with the newest part; not while a form is filled in on it."""
    view = read_view(ChartView, search)
    return view.follow and not view.signal


def published_stamp(context: PageContext) -> str | None:
    """Return when the facts were published, as text; None where they cannot be read."""
    try:
        published = context.reader.footing().published_at
    except WarehouseError:
        return None
    return None if published is None else published.isoformat()
