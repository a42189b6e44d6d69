"""Options of `blemish rebuild`."""

from typing import Annotated

import typer

from jobs.commands.options import JsonOption, SiteOption


def rebuild(
    site: SiteOption = None,
    as_json: JsonOption = False,
    check: Annotated[
        bool,
        typer.Option("--check", help="Only compare: exit with status 1 where images differ."),
    ] = False,
) -> int:
    """Make the warehouse anew from the archive; the old file is set aside."""
    from jobs.commands import do_rebuild  # noqa: PLC0415 - loaded when it runs

    return do_rebuild.run(site, as_json=as_json, check=check)
