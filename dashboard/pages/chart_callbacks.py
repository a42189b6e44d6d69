"""What happens on the chart page: open a part, zoom into many points."""

from typing import Any

from dash import Dash, Input, Output, State, no_update

from dashboard.address import ChartView, PartView, address, read_view
from dashboard.chart_model import ChartModel, chart_model, cut
from dashboard.clock import PlantClock
from dashboard.figures.inputs import ChartStyle
from dashboard.figures.run_chart import run_chart_figure
from dashboard.pages.chart import chart_style, chosen_characteristic
from dashboard.period import period
from dashboard.wiring import MakeContext


def register(app: Dash, make_context: MakeContext) -> None:
    """Wire the chart."""

    @app.callback(
        Output("address", "href", allow_duplicate=True),
        Input("chart-graph", "clickData"),
        prevent_initial_call=True,
    )
    def open_part(click: dict[str, Any] | None) -> Any:
        return part_address(click) or no_update

    @app.callback(
        Output("chart-graph", "figure"),
        Input("chart-graph", "relayoutData"),
        State("address", "search"),
        State("theme-now", "data"),
        prevent_initial_call=True,
    )
    def zoom(relayout: dict[str, Any] | None, search: str | None, theme: str) -> Any:
        asked = zoom_range(relayout)
        if asked is None:
            return no_update
        view, context = read_view(ChartView, search), make_context(theme)
        chosen = chosen_characteristic(view, context.reader.characteristics())
        shown = period(view.range, context.clock)
        model = chart_model(context.reader.chart(chosen), shown, context.clock, preview=view.phase)
        return zoomed(model, chart_style(view, theme), asked) or no_update


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


def zoom_range(relayout: dict[str, Any] | None) -> tuple[Any, Any] | None:
    """Return the range of a zoom along the first axis, ("", "") for a zoom out, None for neither.

    Examples
    --------
    >>> zoom_range({"xaxis.range[0]": 3.2, "xaxis.range[1]": 9.0})
    (3.2, 9.0)
    >>> zoom_range({"autosize": True}) is None
    True

    """
    found = relayout or {}
    for axis in ("xaxis", "xaxis2"):
        if f"{axis}.range[0]" in found:
            return found[f"{axis}.range[0]"], found[f"{axis}.range[1]"]
        if found.get(f"{axis}.autorange"):
            return "", ""
    return None


def zoomed(model: ChartModel, style: ChartStyle, asked: tuple[Any, Any]) -> Any:
    """Return the figure of the points in a zoomed range, drawn whole where they are few enough.

    None where the figure on the page holds every point already: the browser has zoomed it.
    """
    chart = model.chart
    n = chart.local_ms.size
    if n <= style.budget:
        return None
    if asked == ("", ""):
        return run_chart_figure(chart, style)
    low, high = (_position(edge, style) for edge in asked)
    if low is None or high is None:
        return None
    places = chart.local_ms if style.axis == "time" else None
    first, stop = (
        (int(low) - 1, int(high) + 1)
        if places is None
        else (int(places.searchsorted(low)), int(places.searchsorted(high)))
    )
    first, stop = max(0, first - 1), min(n, stop + 1)
    if stop - first < 2:
        return None
    return run_chart_figure(cut(chart, first, stop), style, first_number=first + 1)


def _position(edge: Any, style: ChartStyle) -> float | None:
    """Return an edge of a zoom as the axis counts: milliseconds, or the number of the part."""
    if isinstance(edge, int | float):
        return float(edge)
    return PlantClock.axis_ms(edge) if style.axis == "time" and isinstance(edge, str) else None
