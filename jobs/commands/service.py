"""Options of the commands that look after mails and runs."""

from pathlib import Path
from typing import Annotated

import typer

from jobs.commands.options import JsonOption, SiteOption


def mail(
    *,
    site: SiteOption = None,
    test: Annotated[
        str | None, typer.Option("--test", metavar="ADDRESS", help="Send a test mail now.")
    ] = None,
    preview: Annotated[
        Path | None,
        typer.Option(
            "--preview", metavar="FILE.html", help="Write what a mail on the open alerts shows."
        ),
    ] = None,
    listing: Annotated[
        bool, typer.Option("--list", help="List the mails and what became of them.")
    ] = False,
    send: Annotated[bool, typer.Option("--send", help="Send what is due now.")] = False,
    revive: Annotated[
        str | None,
        typer.Option("--revive", metavar="MESSAGE_ID", help="Try a given-up mail again."),
    ] = None,
    as_json: JsonOption = False,
) -> int:
    """Look after the mails: test the server, preview, list, send, revive."""
    from jobs.commands import do_mail  # noqa: PLC0415 - loaded when it runs

    asked = do_mail.Asked(test=test, preview=preview, listing=listing, send=send, revive=revive)
    return do_mail.run(site, asked, as_json=as_json)


def heartbeat(
    site: SiteOption = None,
    mail_it: Annotated[
        bool, typer.Option("--mail", help="Mail it as well when the site is silent.")
    ] = False,
    as_json: JsonOption = False,
) -> int:
    """Tell whether runs go well; exit with status 1 when they do not. For cron."""
    from jobs.commands import do_heartbeat  # noqa: PLC0415 - loaded when it runs

    return do_heartbeat.run(site, mail_it=mail_it, as_json=as_json)
