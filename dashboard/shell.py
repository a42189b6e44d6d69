"""The frame of every page: header with navigation, the theme, the status line."""

from datetime import timedelta
from typing import Any

import dash_mantine_components as dmc
from dash import dcc, html

from dashboard.clock import PlantClock
from dashboard.components import Content, badge, icon, named
from dashboard.context import AnyPage
from dashboard.figures.palette import FONT_FAMILY
from dashboard.freshness import facts_at, is_stale
from dashboard.keyboard import key_list, keys_button
from dashboard.pages.registry import PAGES
from dashboard.reader import Footing
from dashboard.static_tree import condensed

REFRESH_MS = 60_000

THEME: dict[str, Any] = {
    "fontFamily": FONT_FAMILY,
    "headings": {"fontFamily": FONT_FAMILY},
    "primaryColor": "indigo",
    "defaultRadius": "md",
    "respectReducedMotion": True,
}

INDEX = """<!DOCTYPE html>
<html lang="en">
    <head>
        {%metas%}
        <meta name="blemish-page" content="{%page_token%}">
        <title>{%title%}</title>
        <link rel="icon" type="image/svg+xml" href="/assets/favicon.svg">
        <script src="/assets/early.js"></script>
        {%css%}
    </head>
    <body>
        {%app_entry%}
        <div hidden>
            {%config%}
            {%scripts%}
            {%renderer%}
        </div>
    </body>
</html>
"""


def layout(site_name: str, *, who: str | None = None) -> dmc.MantineProvider:
    """Return the frame; the router fills it. `who` is logged in, where the site has accounts."""
    return dmc.MantineProvider(
        id="theme-provider",
        theme=THEME,
        defaultColorScheme="auto",
        children=[
            dcc.Location(id="address", refresh="callback-nav"),
            dcc.Store(id="theme-now"),
            dcc.Store(id="system-theme"),
            dcc.Store(id="shown"),
            dcc.Store(id="filters-shown"),
            dcc.Store(id="page-title"),
            dcc.Store(id="title-done"),
            dcc.Store(id="decisions", data=0),
            dcc.Store(id="followed"),
            dcc.Interval(id="tick", interval=REFRESH_MS),
            html.A("Skip to the content", href="#content", className="skip-link"),
            condensed(key_list()),
            dmc.AppShell(
                [
                    dmc.AppShellHeader(_header(site_name, who)),
                    dmc.AppShellMain(
                        html.Div(
                            [
                                html.Div(id="banner", role="status"),
                                html.Div(id="page-heading"),
                                html.Div(id="page-filters", className="filters"),
                                html.Div(id="page-content", className="content"),
                            ],
                            id="content",
                            tabIndex=-1,
                            className="page",
                        )
                    ),
                    dmc.AppShellFooter(html.Div(id="status-line", className="status-line")),
                ],
                header={"height": 56},
                footer={"height": 34},
                padding=0,
            ),
        ],
    )


def _header(site_name: str, who: str | None) -> html.Div:
    return html.Div(
        [
            dcc.Link(
                [
                    html.Img(src="/assets/logo.svg", alt="", width=28, height=28),
                    html.Span("blemish", className="brand-name"),
                    html.Span(site_name, className="brand-site"),
                ],
                href="/",
                className="brand",
                title=f"{site_name}: overview",
            ),
            html.Nav(id="navigation", className="navigation", **named("Pages")),
            html.Div(
                [
                    html.Button(
                        [icon("link"), html.Span("Copy link", id="copy-link-words")],
                        id="copy-link",
                        className="button button-quiet",
                        n_clicks=0,
                        title="Copy the address of this view",
                    ),
                    keys_button(),
                    _theme_menu(),
                    _account_link(who),
                ],
                className="header-tools",
            ),
        ],
        className="header",
    )


def _account_link(who: str | None) -> html.A | None:
    if not who:
        return None
    # No page of Dash: the browser itself must go there.
    return html.A(
        [icon("person"), html.Span(who, className="account-name")],
        href="/account",
        className="button button-quiet account-link",
        **named(f"Account of {who}"),
    )


def _theme_menu() -> dmc.Menu:
    choices = (
        ("theme-light", "Light", "sun"),
        ("theme-dark", "Dark", "moon"),
        ("theme-system", "As the system", "screen"),
    )
    return dmc.Menu(
        [
            _menu_button(icon("sun"), words="Theme", looks="button button-quiet theme-button"),
            dmc.MenuDropdown(
                [
                    dmc.MenuItem(words, id=name, leftSection=icon(drawing), n_clicks=0)
                    for name, words, drawing in choices
                ]
            ),
        ],
        position="bottom-end",
        shadow="md",
    )


def _menu_button(content: Content, *, words: str, looks: str) -> dmc.MenuTarget:
    # The target itself is the button: around one it would be a box that claims to open a menu.
    place = {"component": "button", "type": "button", "className": looks, "w": "auto"}
    return dmc.MenuTarget(content, boxWrapperProps=place | named(words))


def navigation(shown: AnyPage | None) -> list[Content]:
    """Return the links to the pages, those looked at less often in a menu; the one shown is marked."""
    links = [_page_link(page, shown) for page in PAGES if page.place == "bar"]
    return [*links, _more_menu(shown)]


def _more_menu(shown: AnyPage | None) -> dmc.Menu:
    # Named after its page while one of its pages is shown: the bar must say where one is.
    here = shown if shown is not None and shown.place == "menu" else None
    words = here.label if here else "More"
    return dmc.Menu(
        [
            _menu_button(
                [icon(here.icon if here else "more"), html.Span(words)],
                words=f"{words}, more pages",
                looks="nav-link nav-more nav-link-here" if here else "nav-link nav-more",
            ),
            dmc.MenuDropdown(
                [
                    dmc.MenuItem(
                        page.label,
                        href=page.path,
                        leftSection=icon(page.icon),
                        className="menu-link-here" if page is shown else "",
                    )
                    for page in PAGES
                    if page.place == "menu"
                ]
            ),
        ],
        position="bottom-end",
        shadow="md",
    )


def _page_link(page: AnyPage, shown: AnyPage | None) -> dcc.Link:
    # A part belongs to the list of parts: both have the same icon.
    here = shown is not None and shown.icon == page.icon
    return dcc.Link(
        [icon(page.icon), html.Span(page.label)],
        href=page.path,
        className="nav-link nav-link-here" if here else "nav-link",
    )


def status_line(footing: Footing, clock: PlantClock, silent_after: timedelta) -> list[Content]:
    """Say how old the facts are, and what became of the files of the newest run."""
    run = footing.last_run
    if footing.published_at is None:
        return [html.Span("Nothing published yet")]
    words = [html.Strong("As of "), html.Span(clock.words(footing.published_at))]
    moment = facts_at(run, footing.published_at)
    if moment is not None and is_stale(run, footing.published_at, clock, silent_after):
        words.append(badge(f"Old data: {clock.age(moment)}", tone="warn", icon_name="nodata"))
    if run is None:
        return [*words, html.Span("no run yet", className="status-part")]
    identity = (
        f"run {run.run_id}: {run.seen:,} seen = {run.measured:,} measured + "
        f"{run.quarantined:,} quarantined + {run.ignored:,} ignored + {run.deferred:,} deferred + "
        f"{run.known:,} known"
    )
    return [*words, html.Span(identity, className="status-part")]
