"""Options of the command that looks after accounts."""

from enum import StrEnum
from typing import Annotated

import typer

from jobs.commands.options import JsonOption, SiteOption


class UserAct(StrEnum):
    """What to do with an account."""

    ADD = "add"
    LIST = "list"
    ROLE = "role"
    PASSWORD = "password"  # noqa: S105 - a word of the command line
    DISABLE = "disable"
    ENABLE = "enable"


class RoleName(StrEnum):
    """What an account may do."""

    VIEWER = "viewer"
    ENGINEER = "engineer"
    ADMIN = "admin"


def user(
    *,
    act: Annotated[UserAct, typer.Argument(metavar="add|list|role|password|disable|enable")],
    name: Annotated[str | None, typer.Argument(metavar="NAME", help="Of the account.")] = None,
    site: SiteOption = None,
    role: Annotated[
        RoleName | None, typer.Option(help="viewer looks, engineer decides, admin sees accounts.")
    ] = None,
    expires: Annotated[
        str | None, typer.Option(metavar="YYYY-MM-DD", help="First day it cannot be used.")
    ] = None,
    by_proxy: Annotated[
        bool, typer.Option("--by-proxy", help="No password: the trusted proxy names the person.")
    ] = False,
    temporary: Annotated[
        bool, typer.Option("--temporary", help="The password must be changed at the next login.")
    ] = False,
    as_json: JsonOption = False,
) -> int:
    """Look after accounts; passwords are asked for, or read from standard input."""
    from jobs.commands import do_user  # noqa: PLC0415 - loaded when it runs

    asked = do_user.Asked(
        act=act,
        name=name,
        role=role,
        expires=expires,
        by_proxy=by_proxy,
        temporary=temporary,
    )
    return do_user.run(site, asked, as_json=as_json)
