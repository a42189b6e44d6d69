"""The pages of a site as a WSGI application; the only module of `jobs` that loads Dash."""

from datetime import timedelta
from typing import Any

from dashboard.acknowledge import JournalAlerts
from dashboard.acknowledge_links import LinkSigner
from dashboard.actions import DashboardActions
from dashboard.app import create_app
from dashboard.page_settings import LimitRules, PageSettings
from jobs.clock import utc_now
from jobs.configuration.access import access_rules, query_limits
from jobs.configuration.outline import read_outline
from jobs.configuration.shown import machine_settings
from jobs.mail.recipients import recipients_of_settings
from jobs.settings import Settings
from jobs.upkeep.page_decisions import SiteModelDecisions
from warehouse.journal.scheduler import request_run
from warehouse.journal.store import open_journal
from warehouse.site import Site


def make_server(site: Site, settings: Settings, *, open_here: bool) -> Any:
    """Return the WSGI application of a site's pages; `open_here`: served to this machine only."""
    signer = LinkSigner.of_site(site.secret)
    app = create_app(
        site,
        time_zone=settings.site.time_zone,
        site_name=settings.site.name,
        access=access_rules(settings.access, open_here=open_here),
        queries=query_limits(settings.sql),
        settings=PageSettings(
            silent_after=timedelta(hours=settings.schedule.silent_after_hours),
            machine=machine_settings(settings),
            seed_recipients=recipients_of_settings(settings.alerts),
            outline=read_outline(settings.serve.part_outline),
            limit_rules=LimitRules(
                ewma_lambda=settings.spc.ewma_lambda,
                minimum_points=settings.spc.minimum_points,
                approve_points=settings.spc.approve_points,
            ),
        ),
        actions=DashboardActions(
            run_now=lambda who: ask_for_run(site, who),
            models=SiteModelDecisions(site, settings, utc_now),
            acknowledging=None if signer is None else JournalAlerts(site.journal, signer, utc_now),
        ),
    )
    return app.server


def ask_for_run(site: Site, who: str) -> str:
    """Note in the journal that somebody wants a run now; return the answer for the page."""
    with open_journal(site.journal) as journal:
        request = request_run(journal, who=who, now=utc_now())
    return f"run {request.request_id} is requested; it starts within half a minute"
