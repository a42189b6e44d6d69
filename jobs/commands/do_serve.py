"""`blemish serve`."""

import logging
import os
import sys
from pathlib import Path
from typing import Any

from jobs.clock import utc_now
from jobs.commands.exposure import check_exposure, stays_here
from jobs.commands.output import show
from jobs.commands.site_context import open_site
from jobs.errors import ServeError
from jobs.scheduler import Scheduler
from jobs.settings import Settings, smtp_password
from warehouse.journal.store import open_journal
from warehouse.site import Site


def run(given: Path | None, *, host: str | None, port: int | None) -> int:
    """Serve the pages and schedule the runs until a signal ends it."""
    if sys.platform == "win32":
        raise ServeError("serving needs Linux or macOS; on Windows use WSL or a container")
    site, settings = open_site(given)
    logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    address = host or settings.serve.host
    # A journal that cannot be opened is said here, not by a page.
    with open_journal(site.journal):
        pass
    check_exposure(site, settings, address)
    scheduler = Scheduler(
        site, settings, clock=utc_now, password=smtp_password(settings, os.environ)
    )
    # Deferred: gunicorn cannot even be imported on Windows.
    from jobs.serving import ServerPlan, serve_until_stopped  # noqa: PLC0415

    return serve_until_stopped(
        ServerPlan(
            host=address,
            port=settings.serve.port if port is None else port,
            threads=settings.serve.threads,
            make_server=lambda: _pages(site, settings, open_here=stays_here(address)),
            start=scheduler.start,
            stop=scheduler.stop,
            announce=lambda address: _announce(address, settings),
        )
    )


def _pages(site: Site, settings: Settings, *, open_here: bool) -> Any:
    # Loaded in the process that answers: DuckDB starts threads when it is imported, and a process
    # that was forked without them is aborted when it ends.
    from jobs.page_server import make_server  # noqa: PLC0415

    return make_server(site, settings, open_here=open_here)


def _announce(address: str, settings: Settings) -> None:
    show(f"{settings.site.name}: {address}")
    show(
        f"the nightly run starts at {settings.schedule.nightly_at} {settings.site.time_zone}; "
        "Ctrl-C ends both"
    )
