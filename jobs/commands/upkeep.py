"""Options of the commands that look after a site."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from jobs.commands.options import JsonOption, SiteOption


class Direction(StrEnum):
    """What `settings` does with the file."""

    EXPORT = "export"
    IMPORT = "import"


def backup(
    destination: Annotated[
        Path,
        typer.Argument(metavar="DEST", help="A folder on another disk; it holds many backups."),
    ],
    site: SiteOption = None,
    as_json: JsonOption = False,
    keep: Annotated[
        int | None, typer.Option(min=1, help="Keep so many backups, remove older ones.")
    ] = None,
) -> int:
    """Back the site up while it works; only what is new is copied."""
    from jobs.commands import do_backup  # noqa: PLC0415 - loaded when it runs

    return do_backup.run(site, destination, keep=keep, as_json=as_json)


def restore(
    backup: Annotated[
        Path, typer.Argument(metavar="BACKUP", help="The backup folder, or one of its manifests.")
    ],
    site: Annotated[
        Path | None, typer.Argument(metavar="[SITE]", help="A folder that is empty or new.")
    ] = None,
    as_json: JsonOption = False,
    check: Annotated[
        bool, typer.Option("--check", help="Only prove that it could be restored: a drill.")
    ] = False,
) -> int:
    """Bring a backup back into a new folder, checked; or prove that it could be."""
    from jobs.commands import do_restore  # noqa: PLC0415 - loaded when it runs

    return do_restore.run(backup, site, check=check, as_json=as_json)


def verify(
    site: SiteOption = None,
    as_json: JsonOption = False,
    quick: Annotated[
        bool, typer.Option("--quick", help="Do not read the archive, only see that it is there.")
    ] = False,
    against: Annotated[
        Path | None,
        typer.Option(metavar="BACKUP", help="Compare the chains of evidence with a backup's."),
    ] = None,
    trail: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write the audit trail to a .csv or .json file, too."),
    ] = None,
) -> int:
    """Check that ledger, archive, tables and audit trail agree; status 1 where they do not."""
    from jobs.commands import do_verify  # noqa: PLC0415 - loaded when it runs

    return do_verify.run(site, quick=quick, against=against, trail=trail, as_json=as_json)


def doctor(
    site: SiteOption = None,
    as_json: JsonOption = False,
    smtp: Annotated[
        bool, typer.Option("--smtp", help="Also ask the mail server whether it would take a mail.")
    ] = False,
) -> int:
    """Look over the program, the machine and the site, and say what to do; status 1 if need be."""
    from jobs.commands import do_doctor  # noqa: PLC0415 - loaded when it runs

    return do_doctor.run(site, smtp=smtp, as_json=as_json)


def settings(
    *,
    direction: Annotated[Direction, typer.Argument(metavar="export|import")],
    file: Annotated[Path, typer.Argument(metavar="FILE", help="JSON.")],
    site: SiteOption = None,
    as_json: JsonOption = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only say what an import would change.")
    ] = False,
    who: Annotated[
        str | None, typer.Option(help="Who decides; the user of this machine unless given.")
    ] = None,
    reason: Annotated[str, typer.Option(help="Why: kept in the audit trail.")] = "",
) -> int:
    """Move decisions (characteristics, limits, silences, phases) between sites as JSON."""
    from jobs.commands import do_settings  # noqa: PLC0415 - loaded when it runs

    return do_settings.run(
        direction, file, site, dry_run=dry_run, who=who, reason=reason, as_json=as_json
    )
