"""The overview wall: is anything wrong, since when, at which station."""

from dash import dcc, html

from dashboard.address import AnyView, OverviewView, address, changed
from dashboard.components import (
    Content,
    button_link,
    choice,
    heading,
    notice,
    select,
    switch,
)
from dashboard.context import Page, PageContext
from dashboard.freshness import freshness_notice
from dashboard.kiosk import kiosk
from dashboard.pages.pager import pager
from dashboard.pages.run_strip import run_strip
from dashboard.pages.tile import tile_link
from dashboard.reader import Overview
from dashboard.wall import Group, Wall, tiles_of, wall

GROUPS = [{"value": "station", "label": "Station"}, {"value": "line", "label": "Line"}]


def filters(view: OverviewView, context: PageContext) -> Content:
    """Return the choices of line and station, the groups, and the switch for what needs action."""
    if view.kiosk:
        return None
    tiles = tiles_of(context.reader.overview().states)
    lines = sorted({tile.stream.line for tile in tiles} | ({view.line} - {""}))
    stations = sorted({tile.stream.station for tile in tiles} | ({view.station} - {""}))
    return [
        select("line", "Line", with_all("All lines", lines), view.line),
        select("station", "Station", with_all("All stations", stations), view.station),
        choice("group", "Group by", GROUPS, view.group),
        switch("action", "Needs action only", checked=view.action),
    ]


def with_all(words: str, names: list[str]) -> list[dict[str, str]]:
    """Return the choices of names, with one for all of them."""
    return [{"value": "", "label": words}, *({"value": name, "label": name} for name in names)]


def content(view: OverviewView, context: PageContext) -> list[Content]:
    """Return the wall, or what to do on a site that has nothing to show yet."""
    overview = context.reader.overview()
    if view.kiosk:
        return [heading("Overview"), kiosk(overview, view, context)]
    head = [
        freshness_notice(overview.last_run, overview.published_at, context),
        run_strip(overview.last_run, overview.published_at, context),
    ]
    if not overview.states:
        return [heading("Overview"), *head, _first_steps(overview)]
    arranged = wall(overview.states, overview.streams, view)
    return [
        heading("Overview", below=summary_words(arranged), beside=_to_kiosk(view)),
        *head,
        _nothing_matches() if not arranged.matching else None,
        *groups_of(arranged, view, context),
    ]


def _to_kiosk(view: OverviewView) -> Content:
    href = address(changed(view, {"kiosk": True, "page": 1}))
    return button_link("Wall screen", href, icon_name="screen")


def groups_of(arranged: Wall, view: AnyView, context: PageContext) -> list[Content]:
    """Return the tiles of a wall, station by station; `view` is the one that its pages change."""
    return [
        *[_group(group, context) for group in arranged.groups],
        _collapsed(arranged, context),
        pager(view, arranged.page, arranged.pages, what="wall"),
    ]


def summary_words(arranged: Wall) -> str:
    """Say in one sentence how the wall stands.

    Examples
    --------
    >>> summary_words(Wall((), (), 12, 12, 1, 1))
    '12 characteristics, 1 needs action'

    """
    one = arranged.matching == 1
    words = f"{arranged.matching:,} characteristic{'' if one else 's'}"
    if not arranged.needing_action:
        return f"{words}, none needs action"
    verb = "needs" if arranged.needing_action == 1 else "need"
    return f"{words}, {arranged.needing_action:,} {verb} action"


def _group(group: Group, context: PageContext) -> html.Section:
    line = html.Span(f"Line {group.line}", className="dim" if group.station else "")
    title = [html.Span(f"Station {group.station}"), line] if group.station else [line]
    tiles = [tile_link(tile, context, with_station=not group.station) for tile in group.tiles]
    return html.Section(
        [html.H2(title, className="group-title"), html.Div(tiles, className="tiles")]
    )


def _collapsed(arranged: Wall, context: PageContext) -> html.Details | None:
    if not arranged.collapsed:
        return None
    return html.Details(
        [
            html.Summary(f"{len(arranged.collapsed)} more in streams with few parts"),
            html.Div([tile_link(tile, context) for tile in arranged.collapsed], className="tiles"),
        ],
        className="collapsed",
    )


def _nothing_matches() -> html.Div:
    return notice(
        "Nothing matches these filters",
        html.Span(["Nothing to act on here. ", dcc.Link("Show everything", href="/")]),
        tone="good",
    )


def _first_steps(overview: Overview) -> html.Div:
    if overview.last_run is None:
        return notice(
            "No run yet",
            "Put images into the site's inbox folder, then run: blemish run --site SITE",
            "The wall fills with one tile for each metric and station.",
        )
    if overview.last_run.error:
        # What is said above: the run did not finish, and why.
        return notice("Nothing has been measured yet")
    return notice(
        "No part has been measured yet",
        "The last run found nothing it could measure; the counts above say what became of "
        "every file it saw.",
        "Refused images lie in the site's quarantine folder, with the reason beside each.",
        tone="warn",
    )


PAGE = Page("/", "Overview", "overview", OverviewView, filters, content)
