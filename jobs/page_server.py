"""The pages of a site as a WSGI application; the only module of `jobs` that loads Dash."""

from typing import Any

from dashboard.actions import DashboardActions
from dashboard.app import create_app
from jobs.clock import utc_now
from jobs.settings import Settings
from warehouse.journal.scheduler import request_run
from warehouse.journal.store import open_journal
from warehouse.site import Site


def make_server(site: Site, settings: Settings) -> Any:
    """Return the WSGI application of a site's pages."""
    app = create_app(
        site,
        time_zone=settings.site.time_zone,
        site_name=settings.site.name,
        actions=DashboardActions(run_now=lambda who: ask_for_run(site, who)),
    )
    return app.server


def ask_for_run(site: Site, who: str) -> str:
    """Note in the journal that somebody wants a run now; return the answer for the page."""
    with open_journal(site.journal) as journal:
        request = request_run(journal, who=who, now=utc_now())
    return f"run {request.request_id} is requested; it starts within half a minute"
