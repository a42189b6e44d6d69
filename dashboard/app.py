"""Build the dashboard of a site: one Dash app, no state outside it."""

from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from dash import ClientsideFunction, Dash, Input, Output, State, set_props
from flask import request

from dashboard import (
    acknowledge,
    compression,
    guard_errors,
    media,
    report_route,
    router,
    security,
    slim_plotly,
    sql_download,
)
from dashboard.actions import DashboardActions
from dashboard.clock import PlantClock
from dashboard.components import notice
from dashboard.context import PageContext
from dashboard.guard import Guard
from dashboard.guard_actions import signed_actions
from dashboard.guard_identity import AccessRules, name_of_person
from dashboard.guard_reader import SignedDesk, signed_reader
from dashboard.guard_site import open_guard, whoever_is_there
from dashboard.guarded_dash import GuardedDash
from dashboard.login import LoginPages
from dashboard.manual import serve_manual
from dashboard.model_decisions import SignedModelDecisions
from dashboard.page_settings import PageSettings
from dashboard.pages import (
    alerts_callbacks,
    chart_callbacks,
    decision_callbacks,
    limits_callbacks,
    map_callbacks,
    parts_callbacks,
    recipient_callbacks,
    reprocess_callbacks,
    review_callbacks,
    settings_callbacks,
    sql_callbacks,
)
from dashboard.reader import Reader
from dashboard.settings_desk import SettingsDesk, SignedSettingsDesk, open_settings_desk
from dashboard.shell import INDEX, layout
from dashboard.site_reader import open_site_reader
from dashboard.site_sql import open_sql_desk
from dashboard.sql_desk import SqlDesk
from warehouse.gate.limits import QueryLimits
from warehouse.site import Site


def create_app(
    site: Site,
    *,
    time_zone: str,
    site_name: str,
    actions: DashboardActions | None = None,
    settings: PageSettings | None = None,
    access: AccessRules | None = None,
    queries: QueryLimits | None = None,
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
    settings
        What the pages know of the site's settings.
    access
        By what people are let in; unless given, this machine is while there are no accounts.
    queries
        What one query of the SQL page may use; the usual limits unless given.

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
        settings=settings,
        sql=open_sql_desk(site, queries),
        desk=open_settings_desk(site),
        guard=open_guard(site, access or AccessRules(open_here=True)),
    )


def build_app(
    reader: Reader,
    *,
    clock: PlantClock,
    site_name: str,
    actions: DashboardActions,
    settings: PageSettings | None = None,
    sql: SqlDesk | None = None,
    desk: SettingsDesk | None = None,
    guard: Guard | None = None,
) -> Dash:
    """Return the dashboard over any reader; without `sql` nobody runs queries.

    Without a `desk` there are no settings pages.

    Without a `guard` everybody may do everything: what is served has one.
    """
    actions = signed_actions(actions, guard)

    def make_context(theme: str) -> PageContext:
        identity = whoever_is_there(guard)
        return PageContext(
            signed_reader(reader, identity),
            clock,
            theme,
            can_run=actions.run_now is not None and identity.may_decide,
            may_decide=actions.may_decide and identity.may_decide,
            who=identity.name,
            settings=settings or PageSettings(),
            desk=desk and SignedSettingsDesk(desk, identity, may_decide=actions.may_decide),
            may_decide_models=actions.models is not None,
        )

    app = GuardedDash(
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
    if guard is not None:
        guard.stand_before(app.server)
        pages = guard.pages
        app.page_token = lambda: pages.token(request)
        LoginPages(guard, site_name).register(app.server)
    guard_errors.answer_errors(app.server)
    app.layout = lambda: layout(site_name, who=name_of_person())
    router.register(app, make_context, site_name)
    chart_callbacks.register(app, make_context)
    map_callbacks.register(app)
    limits_callbacks.register(app, make_context, actions)
    alerts_callbacks.register(app, make_context, actions)
    decision_callbacks.register(app, make_context, actions)
    review_callbacks.register(app, make_context, actions)
    parts_callbacks.register(app, make_context)
    settings_callbacks.register(app, make_context, actions)
    recipient_callbacks.register(app, make_context, actions)
    models = actions.models and SignedModelDecisions(
        actions.models, lambda: whoever_is_there(guard)
    )
    reprocess_callbacks.register(app, make_context, models)
    if sql is not None:
        signed_sql = SignedDesk(sql, lambda: whoever_is_there(guard))
        sql_callbacks.register(app, make_context, signed_sql)
        sql_download.register(app.server, sql)
    _register_in_browser(app)
    media.register(app.server, make_context)
    report_route.register(app.server, make_context, site_name)
    serve_manual(app.server)
    acknowledge.register(
        app.server,
        actions.acknowledging,
        site_name=site_name,
        who_is_there=lambda: whoever_is_there(guard).name,
        pages=None if guard is None else guard.pages,
    )
    slim_plotly.serve_slim(app.server, assets_folder())
    compression.compress(app.server)
    security.protect(
        app.server,
        security.content_policy(app.csp_hashes()),
        https=guard is not None and guard.rules.https,
    )
    # Dash sets itself up at the first request; two at once would find it half done (HTTP 500).
    app.server.test_client().get("/_dash-dependencies")
    return app


def assets_folder() -> Path:
    """Return the folder of files for the browser: in the package, else in the checkout."""
    packed = Path(__file__).parent / "assets"
    return packed if packed.is_dir() else Path(__file__).parents[1] / "assets"


def tell_of_error(error: Exception) -> None:
    """Log an error of a callback and tell the reader that the page is not up to date."""
    number = guard_errors.note_error(error, "a callback failed")
    words = (
        f"Something went wrong on the server; its log has the details as error {number}. "
        "Reload to try again."
    )
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
