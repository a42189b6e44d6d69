"""One tile of the overview wall."""

from dash import dcc, html

from dashboard.address import ChartView, address
from dashboard.components import state_badge
from dashboard.context import PageContext
from dashboard.errors import without_folders
from dashboard.figures.wording import number
from dashboard.metric_names import metric_name, short_unit
from dashboard.sparkline import sparkline_svg, sparkline_uri
from dashboard.wall import Tile


def tile_link(tile: Tile, context: PageContext, *, with_station: bool = False) -> dcc.Link:
    """Return the tile of a characteristic, a link to its chart."""
    state, stream = tile.state, tile.stream
    place = [stream.station] if with_station else []
    name = metric_name(tile.metric)
    since = f"Since {context.clock.short(state.since)}" if state.since else ""
    return dcc.Link(
        html.Article(
            [
                html.Div([html.H3(name.label), state_badge(state.state)], className="tile-head"),
                html.P(" · ".join([*place, stream.family, stream.tool]), className="tile-stream"),
                html.Div([_value(tile), _spark(tile, context)], className="tile-body"),
                html.P(_why(tile, since), className="tile-why"),
                html.P(_age(tile, context), className="tile-foot"),
            ],
            className=f"tile tile-{'action' if tile.needs_action else 'calm'}",
        ),
        href=address(ChartView(characteristic=state.characteristic_id)),
        className="tile-link",
    )


def _value(tile: Tile) -> html.Div:
    state = tile.state
    unit = short_unit(tile.metric)
    limit = state.ucl if state.ucl is not None else state.lcl
    words = "no limit yet" if limit is None else f"limit {number(limit)}"
    return html.Div(
        [
            html.P(
                [number(state.latest_value), html.Span(unit, className="tile-unit")],
                className="tile-value",
            ),
            html.P(words, className="tile-limit"),
        ]
    )


def _spark(tile: Tile, context: PageContext) -> html.Img | None:
    state = tile.state
    if not state.sparkline:
        return None
    svg = sparkline_svg(
        state.sparkline, theme=context.theme, center=state.center, lcl=state.lcl, ucl=state.ucl
    )
    words = f"The last {len(state.sparkline)} parts, with centre and limits"
    return html.Img(src=sparkline_uri(svg), alt=words, className="spark")


def _why(tile: Tile, since: str) -> str:
    """Return since when a state is not calm, and why."""
    if tile.state.state == "in control":
        return ""
    return ": ".join(words for words in (since, without_folders(tile.state.reason)) if words)


def _age(tile: Tile, context: PageContext) -> str:
    state = tile.state
    age = context.clock.age(state.latest_at) if state.latest_at else "never measured"
    parts = f"{state.points:,} parts"
    open_signals = f" · {state.open_signals:,} open" if state.open_signals else ""
    return f"{age} · {parts}{open_signals}"
