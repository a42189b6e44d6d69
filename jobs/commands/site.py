"""Options of the commands that work on a site."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from jobs.commands.options import JsonOption, SiteOption


class TableFormat(StrEnum):
    """How `sql` prints its rows."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"


def init(
    site: Annotated[Path, typer.Argument(metavar="SITE", help="A folder that is empty or new.")],
) -> int:
    """Make a new site with commented settings."""
    from jobs.commands import do_init  # noqa: PLC0415 - loaded when it runs

    return do_init.run(site)


def ingest(site: SiteOption = None, as_json: JsonOption = False) -> int:
    """Measure what arrived in the inbox; running it twice adds nothing."""
    from jobs.commands import do_ingest  # noqa: PLC0415 - loaded when it runs

    return do_ingest.run(site, as_json=as_json)


def monitor(
    site: SiteOption = None,
    as_json: JsonOption = False,
    check: Annotated[
        bool, typer.Option("--check", help="Exit with status 1 where there are new signals.")
    ] = False,
) -> int:
    """Evaluate every characteristic; print the new signals."""
    from jobs.commands import do_monitor  # noqa: PLC0415 - loaded when it runs

    return do_monitor.run(site, as_json=as_json, check=check)


def run(
    site: SiteOption = None,
    as_json: JsonOption = False,
    trigger: Annotated[str, typer.Option(hidden=True)] = "command line",
) -> int:
    """Ingest, monitor, publish, alert: what the schedule runs."""
    from jobs.commands import do_run  # noqa: PLC0415 - loaded when it runs

    return do_run.run(site, as_json=as_json, trigger=trigger)


def serve(
    site: SiteOption = None,
    host: Annotated[str | None, typer.Option(help="Address; else the settings'.")] = None,
    port: Annotated[
        int | None, typer.Option(min=0, max=65_535, help="Port; else the settings'. 0: any free.")
    ] = None,
) -> int:
    """Serve the dashboard and start the nightly runs; Ctrl-C ends it."""
    from jobs.commands import do_serve  # noqa: PLC0415 - loaded when it runs

    return do_serve.run(site, host=host, port=port)


def sql(
    statement: Annotated[
        str | None, typer.Argument(metavar="SELECT", help="One SELECT, in quotes.")
    ] = None,
    site: SiteOption = None,
    form: Annotated[
        TableFormat, typer.Option("--format", help="How to print.")
    ] = TableFormat.TABLE,
    schema: Annotated[
        bool, typer.Option("--schema", help="Explain every table and column instead.")
    ] = False,
) -> int:
    """Query the published measurements with SQL, read-only."""
    from jobs.commands import do_sql  # noqa: PLC0415 - loaded when it runs

    return do_sql.run(statement, site, form=form, schema=schema)


def demo(
    *,
    site: Annotated[Path, typer.Argument(metavar="SITE", help="A folder that is empty or new.")],
    parts: Annotated[int | None, typer.Option(min=1, help="Number of parts.")] = None,
    days: Annotated[float | None, typer.Option(min=0, help="Days they were made in.")] = None,
    seed: Annotated[int | None, typer.Option(min=0, help="Of the random surfaces.")] = None,
    as_json: JsonOption = False,
) -> int:
    """Make a site of rendered parts with a planted excursion, through the real pipeline."""
    from jobs.commands import do_demo  # noqa: PLC0415 - loaded when it runs

    return do_demo.run(site, parts=parts, days=days, seed=seed, as_json=as_json)
