"""Build the dashboard of a site: one Dash app, no state outside it."""

import logging
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from dash import ClientsideFunction, Dash, Input, Output, State, set_props

from dashboard import compression, media, router, security, slim_plotly
from dashboard.actions import DashboardActions
from dashboard.clock import PlantClock
from dashboard.components import notice
from dashboard.context import PageContext
from dashboard.pages import chart_callbacks, decision_callbacks, map_callbacks
from dashboard.reader import Reader
from dashboard.shell import INDEX, layout
from dashboard.site_reader import open_site_reader
from warehouse.site import Site

logger = logging.getLogger(__name__)


def create_app(
    site: Site, *, time_zone: str, site_name: str, actions: DashboardActions | None = None
) -> Dash:
    """Return the dashboard of `site`; its Flask server is `.server`.

    Parameters
    ----------
    time_zone
        IANA name of the plant's zone; every time is shown in it.
    site_name
        Shown in the header and in the title of the browser's tab.
    actions
        What the pages may set in motion; without it they can decide, but start nothing.

    Raises
    ------
    warehouse.errors.JournalMissingError
        The site has no journal. A missing snapshot is no error: the pages say so.

    """
    return build_app(
        open_site_reader(site),
        clock=PlantClock(ZoneInfo(time_zone)),
        site_name=site_name,
        actions=actions or DashboardActions(),
    )


def build_app(
    reader: Reader, *, clock: PlantClock, site_name: str, actions: DashboardActions
) -> Dash:
    """Return the dashboard over any reader."""

    def make_context(theme: str) -> PageContext:
        return PageContext(
            reader,
            clock,
            theme,
            can_run=actions.run_now is not None,
            may_decide=actions.may_decide,
        )

    app = Dash(
        "dashboard",
        title=site_name,
        update_title="",
        index_string=INDEX,
        assets_folder=str(assets_folder()),
        # The one is in the page's head already, the other is loaded with the first chart.
        assets_ignore=r"early\.js|plotly-cartesian",
        serve_locally=True,
        suppress_callback_exceptions=True,
        prevent_initial_callbacks=False,
        add_log_handler=False,
        on_error=tell_of_error,
        meta_tags=[{"name": "viewport", "content": "width=device-width, initial-scale=1"}],
    )
    app.layout = layout(site_name)
    router.register(app, make_context, site_name)
    chart_callbacks.register(app, make_context)
    map_callbacks.register(app)
    decision_callbacks.register(app, make_context, actions)
    _register_in_browser(app)
    media.register(app.server, make_context)
    slim_plotly.serve_slim(app.server, assets_folder())
    compression.compress(app.server)
    security.protect(app.server, security.content_policy(app.csp_hashes()))
    # Dash sets itself up at the first request; two at once would find it half done (HTTP 500).
    app.server.test_client().get("/_dash-dependencies")
    return app


def assets_folder() -> Path:
    """Return the folder of files for the browser: in the package, else in the checkout."""
    packed = Path(__file__).parent / "assets"
    return packed if packed.is_dir() else Path(__file__).parents[1] / "assets"


def tell_of_error(error: Exception) -> None:
    """Log an error of a callback and tell the reader that the page is not up to date."""
    logger.error("a callback failed", exc_info=error)
    words = "Something went wrong on the server; its log has the details. Reload to try again."
    set_props("banner", {"children": notice("Not shown", words, tone="bad")})


def _register_in_browser(app: Dash) -> None:
    """Wire what needs no server: the theme, the title, the copied link."""
    wire: Any = app.clientside_callback
    wire(
        ClientsideFunction("blemish", "theme"),
        Output("theme-provider", "forceColorScheme"),
        Output("theme-now", "data"),
        Input("theme-light", "n_clicks"),
        Input("theme-dark", "n_clicks"),
        Input("theme-system", "n_clicks"),
        Input("system-theme", "data"),
        State("theme-now", "data"),
    )
    wire(
        ClientsideFunction("blemish", "title"),
        Output("title-done", "data"),
        Input("page-title", "data"),
        prevent_initial_call=True,
    )
    wire(
        ClientsideFunction("blemish", "copyLink"),
        Output("copy-link-words", "children"),
        Input("copy-link", "n_clicks"),
        prevent_initial_call=True,
    )
