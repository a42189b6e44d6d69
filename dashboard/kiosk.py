"""The overview for a room: large, one slide after the other, legible from three metres.

`assets/kiosk.js` turns the slides, runs the clock, and says when the server does not answer. The
smallest letters are 2.1 % of the screen's width: on a screen of 43 inches their capitals are 14 mm
high, 16 minutes of arc at three metres, what ISO 9241-303 asks for at least.
"""

from datetime import datetime

from dash import dcc, html

from dashboard.address import OverviewView, address, changed
from dashboard.clock import PlantClock
from dashboard.components import Content, for_script, icon, state_badge
from dashboard.context import PageContext
from dashboard.errors import without_folders
from dashboard.figures.wording import number
from dashboard.freshness import facts_at
from dashboard.kiosk_chart import kiosk_chart
from dashboard.metric_names import metric_name, short_unit
from dashboard.reader import Overview
from dashboard.sparkline import sparkline_uri
from dashboard.wall import Group, Tile, wall

STATIONS = 6
"""Stations on one slide of the overview."""
SLIDES = 12
"""Stations with a slide of their own, the worst ones; all of them are counted on the first slides."""
TILES = 6
"""Characteristics on the slide of a station; the others are counted."""
CHARTS = 6
"""Charts shown by themselves, the worst ones."""
FASTEST, SLOWEST = 5, 3600


def kiosk(overview: Overview, view: OverviewView, context: PageContext) -> html.Div:
    """Return all slides; only the first is shown until the script turns them."""
    everything = changed(view, {"page": 1, "group": "station"})
    arranged = wall(overview.states, overview.streams, everything, at_once=len(overview.states) + 1)
    slides = [
        *_summaries(arranged.groups),
        *[_station(group) for group in arranged.groups[:SLIDES]],
        *[_chart(tile, context) for tile in _worst(arranged.groups)],
    ]
    if not arranged.matching:
        slides = [
            _slide("Nothing to show", html.P("No characteristic matches.", className="k-words"))
        ]
    moment = facts_at(overview.last_run, overview.published_at)
    seconds = min(max(view.rotate, FASTEST), SLOWEST)
    return html.Div(
        [
            _bar(arranged.needing_action, moment, view, context),
            html.Div(slides, className="k-slides"),
        ],
        className="kiosk",
        **for_script("rotate", str(seconds)),
        **for_script("zone", context.clock.zone_name),
        **for_script("facts", _iso(moment)),
        **for_script("stale", str(int(context.settings.silent_after.total_seconds()))),
        **for_script("now", _iso(context.clock.now())),
    )


def _bar(
    acting: int, moment: datetime | None, view: OverviewView, context: PageContext
) -> html.Div:
    tone = "bad" if acting else "good"
    words = f"{acting:,} need action" if acting != 1 else "1 needs action"
    leave = address(changed(view, {"kiosk": False}))
    return html.Div(
        [
            html.P(
                [icon("signal" if acting else "check"), words if acting else "All in control"],
                className=f"k-state badge-{tone}",
            ),
            html.P(_age(moment, context.clock), className="k-age"),
            html.P("", className="k-lost", role="alert"),
            html.P(_clock(context.clock), className="k-clock"),
            html.Div(
                [
                    html.Button("Pause", className="button", **for_script("kiosk", "pause")),
                    html.Button("Next", className="button", **for_script("kiosk", "next")),
                    dcc.Link("Leave", href=leave, className="button"),
                ],
                className="k-tools",
            ),
        ],
        className="k-bar",
    )


def _age(moment: datetime | None, clock: PlantClock) -> str:
    return "Nothing published yet" if moment is None else f"Data: {clock.age(moment)}"


def _clock(clock: PlantClock) -> str:
    return f"{clock.now().astimezone(clock.zone):%H:%M}"


def _summaries(groups: tuple[Group, ...]) -> list[html.Section]:
    return [
        _slide(
            "Stations",
            html.Div(
                [_station_row(group) for group in groups[at : at + STATIONS]], className="k-rows"
            ),
        )
        for at in range(0, len(groups), STATIONS)
    ]


def _station_row(group: Group) -> html.Div:
    counts: dict[str, int] = {}
    for tile in group.tiles:
        counts[tile.state.state] = counts.get(tile.state.state, 0) + 1
    badges = [
        html.Span([html.Strong(str(count)), state_badge(state)], className="k-count")
        for state, count in list(counts.items())[:3]
    ]
    name: list[Content] = [group.station, html.Span(group.line, className="dim")]
    return html.Div([html.P(name, className="k-name"), html.Div(badges, className="k-counts")])


def _station(group: Group) -> html.Section:
    more = len(group.tiles) - TILES
    tiles = [_tile(tile) for tile in group.tiles[:TILES]]
    title = [group.station, html.Span(f" {group.line}", className="dim")]
    rest = html.Span(f" and {more} more", className="dim") if more > 0 else None
    return _slide([*title, rest], html.Div(tiles, className="k-tiles"))


def _tile(tile: Tile) -> html.Article:
    state = tile.state
    return html.Article(
        [
            html.H3(metric_name(tile.metric).label),
            state_badge(state.state),
            html.P(
                [number(state.latest_value), html.Span(short_unit(tile.metric))],
                className="k-value",
            ),
            html.P(_limit(tile), className="k-words dim"),
        ],
        className=f"k-tile tile-{'action' if tile.needs_action else 'calm'}",
    )


def _limit(tile: Tile) -> str:
    state = tile.state
    limit = state.ucl if state.ucl is not None else state.lcl
    return "no limit yet" if limit is None else f"limit {number(limit)}"


def _worst(groups: tuple[Group, ...]) -> list[Tile]:
    acting = [tile for group in groups for tile in group.tiles if tile.needs_action]
    return [tile for tile in sorted(acting, key=lambda tile: tile.order) if tile.state.sparkline][
        :CHARTS
    ]


def _chart(tile: Tile, context: PageContext) -> html.Section:
    state, stream = tile.state, tile.stream
    since = f"since {context.clock.short(state.since)}" if state.since else ""
    svg = kiosk_chart(state, theme=context.theme)
    words = f"The last {len(state.sparkline)} parts, with centre and limits"
    place = f" {stream.station} · {stream.line} · {stream.tool} · {stream.family}"
    return _slide(
        [metric_name(tile.metric).label, html.Span(place, className="dim")],
        html.Div(
            [
                html.P([state_badge(state.state), html.Span(since)], className="k-words"),
                html.Img(src=sparkline_uri(svg), alt=words, className="k-chart"),
                html.P(without_folders(state.reason), className="k-words k-reason"),
            ],
            className="k-drawn",
        ),
    )


def _slide(title: Content, body: Content) -> html.Section:
    return html.Section([html.H2(title), body], className="k-slide")


def _iso(moment: datetime | None) -> str:
    return "" if moment is None else moment.isoformat()
