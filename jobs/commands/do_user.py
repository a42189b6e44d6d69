"""`blemish user`."""

import getpass
import sys
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from jobs.clock import utc_now
from jobs.commands.output import print_json, print_table, show
from jobs.commands.people import RoleName, UserAct
from jobs.commands.site_context import open_site
from jobs.errors import InputError
from warehouse.journal import accounts
from warehouse.journal.store import Journal, open_journal

LONGEST_LINE = 4_096
WHO = "command line"


@dataclass(frozen=True, slots=True)
class Asked:
    """What was given on the command line."""

    act: UserAct
    name: str | None
    role: RoleName | None
    expires: str | None
    by_proxy: bool
    temporary: bool


def run(given: Path | None, asked: Asked, *, as_json: bool) -> int:
    """Do what was asked for."""
    site, settings = open_site(given)
    _check_options(asked)
    with open_journal(site.journal) as journal:
        if asked.act is UserAct.LIST:
            _list(journal, as_json=as_json)
            return 0
        row = _change(journal, asked, settings.zone)
    if as_json:
        print_json(asdict(row))
    else:
        show(_said(asked, row))
    return 0


def _check_options(asked: Asked) -> None:
    """Refuse options that the act has no use for, instead of doing less than was asked."""
    act = asked.act
    if asked.name is None and act is not UserAct.LIST:
        raise InputError(f"whose account? blemish user {act} NAME")
    if asked.role is None and act in {UserAct.ADD, UserAct.ROLE}:
        raise InputError(f"blemish user {act} needs --role viewer, engineer or admin")
    useless = {
        "--role": asked.role is not None and act not in {UserAct.ADD, UserAct.ROLE},
        "--expires": asked.expires is not None and act not in {UserAct.ADD, UserAct.ENABLE},
        "--by-proxy": asked.by_proxy and act is not UserAct.ADD,
        "--temporary": asked.temporary and act not in {UserAct.ADD, UserAct.PASSWORD},
        "NAME": asked.name is not None and act is UserAct.LIST,
    }
    for option, given in useless.items():
        if given:
            raise InputError(f"blemish user {act} takes no {option}")
    if asked.by_proxy and asked.temporary:
        raise InputError("--by-proxy has no password that could be --temporary")


def _change(journal: Journal, asked: Asked, zone: ZoneInfo) -> accounts.AccountRow:
    name, now = asked.name or "", utc_now()
    expires_at = _day(asked.expires, zone)
    match asked.act:
        case UserAct.ADD:
            assert asked.role is not None
            return accounts.add_account(
                journal,
                name,
                asked.role.value,
                password=None if asked.by_proxy else read_password(name),
                must_change=asked.temporary,
                expires_at=expires_at,
                who=WHO,
                now=now,
            )
        case UserAct.ROLE:
            assert asked.role is not None
            return accounts.change_role(journal, name, asked.role.value, who=WHO, now=now)
        case UserAct.PASSWORD:
            accounts.existing_account(journal, name)
            password = read_password(name)
            return accounts.change_password(
                journal, name, password, must_change=asked.temporary, who=WHO, now=now
            )
        case UserAct.ENABLE:
            return accounts.enable_account(journal, name, expires_at=expires_at, who=WHO, now=now)
        case _:
            return accounts.disable_account(journal, name, who=WHO, now=now)


def read_password(name: str) -> str:
    """Read a password from the terminal, twice and unseen, else the first line of standard input.

    Raises
    ------
    InputError
        There is none, or the two differ.

    """
    if sys.stdin.isatty():
        first = getpass.getpass(f"Password of {name}: ")
        if first != getpass.getpass("Again: "):
            raise InputError("the two differ; nothing was changed")
    else:
        first = sys.stdin.readline(LONGEST_LINE).rstrip("\r\n")
    if not first:
        raise InputError("no password was given; type it, or give it on standard input")
    return first


def _day(text: str | None, zone: ZoneInfo) -> datetime | None:
    if text is None:
        return None
    try:
        day = datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=zone)
    except ValueError as error:
        raise InputError(f"--expires {text!r} is no day; give YYYY-MM-DD") from error
    return day.astimezone(UTC)


def _list(journal: Journal, *, as_json: bool) -> None:
    now, rows = utc_now(), accounts.accounts(journal)
    if as_json:
        print_json([asdict(row) | {"usable": row.usable(now)} for row in rows])
        return
    print_table(
        ("name", "role", "state", "password set", "expires"),
        [
            (row.name, row.role, _state(row, now), _set(row), row.expires_at or "never")
            for row in rows
        ],
    )


def _state(row: accounts.AccountRow, now: datetime) -> str:
    if row.usable(now):
        return "in use"
    return "disabled" if row.disabled_at else "expired"


def _set(row: accounts.AccountRow) -> object:
    return row.password_at or "none: by proxy"


def _said(asked: Asked, row: accounts.AccountRow) -> str:
    match asked.act:
        case UserAct.ADD:
            return f"added {row.name}, {row.role}"
        case UserAct.ROLE:
            return f"{row.name} is {row.role} from the next request on"
        case UserAct.PASSWORD:
            return f"{row.name} has a new password; every session has ended"
        case UserAct.ENABLE:
            return f"{row.name} may log in again"
        case _:
            return f"{row.name} cannot log in any more; every session has ended"
