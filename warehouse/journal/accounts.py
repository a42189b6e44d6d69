"""Accounts: who may log in, and in which role; every change is audited."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, Literal

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Connection,
    String,
    Table,
    Text,
    delete,
    insert,
    select,
    update,
)

from warehouse.errors import AccountError, UnknownRowError
from warehouse.journal import audit
from warehouse.journal.accounts_lockout import login_failure
from warehouse.journal.accounts_passwords import hashed
from warehouse.journal.accounts_sessions import login_session
from warehouse.journal.store import Journal
from warehouse.journal.tables import METADATA, UtcDateTime

Role = Literal["viewer", "engineer", "admin"]
LONGEST_NAME: Final = 80
_NAME: Final = re.compile(r"\w(?:[\w .@'+-]*[\w.])?")

account: Final = Table(
    "account",
    METADATA,
    Column("account_key", String(LONGEST_NAME), primary_key=True),
    Column("name", String(LONGEST_NAME), nullable=False),
    Column(
        "role",
        String(16),
        CheckConstraint("role IN ('viewer', 'engineer', 'admin')"),
        nullable=False,
    ),
    # Empty: logs in through the proxy only.
    Column("password_hash", Text, nullable=False),
    Column("password_at", UtcDateTime),
    Column("must_change", Boolean, nullable=False),
    Column("expires_at", UtcDateTime),
    Column("disabled_at", UtcDateTime),
    Column("created_by", Text, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
)


@dataclass(frozen=True, slots=True)
class AccountRow:
    """An account without its password.

    Attributes
    ----------
    password_at
        When the password was set; None: the account has none and comes through the proxy.
    must_change
        Whether the next login must set another password.

    """

    name: str
    role: Role
    password_at: datetime | None
    must_change: bool
    expires_at: datetime | None
    disabled_at: datetime | None
    created_by: str
    created_at: datetime

    def usable(self, now: datetime) -> bool:
        """Tell whether it may be used: neither disabled nor expired."""
        return self.disabled_at is None and (self.expires_at is None or now < self.expires_at)

    def needs_password(self, now: datetime, age: timedelta | None) -> bool:
        """Tell whether another password must be set first: it was given out, or is older than `age`."""
        aged = age is not None and self.password_at is not None and now >= self.password_at + age
        return self.must_change or aged


def key_of(name: str) -> str:
    """Return the one spelling under which a name is found.

    Examples
    --------
    >>> key_of(" QE Four "), key_of("qe  FOUR")
    ('qe four', 'qe four')

    """
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())[:LONGEST_NAME]


def accounts(journal: Journal) -> list[AccountRow]:
    """Return every account, by name."""
    with journal.reading() as connection:
        found = connection.execute(_rows().order_by(account.c.account_key))
        return [AccountRow(*row) for row in found]


def find_account(journal: Journal, name: str) -> AccountRow | None:
    """Return the account of this name; None when there is none."""
    with journal.reading() as connection:
        return _found(connection, key_of(name))


def existing_account(journal: Journal, name: str) -> AccountRow:
    """Return the account of this name; UnknownRowError when there is none."""
    with journal.reading() as connection:
        return _existing(connection, key_of(name))


def any_account(journal: Journal) -> bool:
    """Tell whether the site has an account, also one that cannot be used any more."""
    with journal.reading() as connection:
        return connection.execute(select(account.c.account_key).limit(1)).first() is not None


def add_account(
    journal: Journal,
    name: str,
    role: Role,
    *,
    password: str | None,
    must_change: bool = False,
    expires_at: datetime | None = None,
    who: str,
    now: datetime,
) -> AccountRow:
    """Add an account; audited.

    Parameters
    ----------
    password
        None: the account comes through the trusted proxy only.

    Raises
    ------
    AccountError
        The name is taken or none, or the password too easy.

    """
    name = " ".join(unicodedata.normalize("NFKC", name).split())
    if len(name) > LONGEST_NAME or _NAME.fullmatch(name) is None:
        raise AccountError(
            f"{name!r} is no name of an account: letters, digits and . @ ' + - between them, "
            f"at most {LONGEST_NAME}"
        )
    values = {
        "account_key": key_of(name),
        "name": name,
        "role": role,
        "password_hash": "" if password is None else hashed(password, name=name),
        "password_at": None if password is None else now,
        "must_change": must_change and password is not None,
        "expires_at": expires_at,
        "disabled_at": None,
        "created_by": who,
        "created_at": now,
    }
    with journal.writing() as connection:
        if _found(connection, key_of(name)) is not None:
            raise AccountError(
                f"there is an account {name!r} already; names differ in more than case"
            )
        connection.execute(insert(account).values(values))
        row = _existing(connection, key_of(name))
        _note(connection, row.name, "user added", None, _public(row), who=who, now=now)
    return row


def change_role(journal: Journal, name: str, role: Role, *, who: str, now: datetime) -> AccountRow:
    """Give an account another role, from its next request on; audited."""
    return _change(journal, name, {"role": role}, "user role", who=who, now=now)


def disable_account(journal: Journal, name: str, *, who: str, now: datetime) -> AccountRow:
    """Disable an account and end its sessions; audited. Its name stays taken."""
    return _change(journal, name, {"disabled_at": now}, "user disabled", who=who, now=now, out=True)


def enable_account(
    journal: Journal, name: str, *, expires_at: datetime | None, who: str, now: datetime
) -> AccountRow:
    """Enable an account again, until `expires_at`, and forget its failed logins; audited."""
    values = {"disabled_at": None, "expires_at": expires_at}
    return _change(journal, name, values, "user enabled", who=who, now=now)


def change_password(
    journal: Journal,
    name: str,
    password: str,
    *,
    must_change: bool = False,
    who: str,
    now: datetime,
) -> AccountRow:
    """Set another password and end every session of the account; audited.

    Raises
    ------
    UnknownRowError, AccountError
        There is no such account; the password is too easy.

    """
    values = {
        "password_hash": hashed(password, name=name),
        "password_at": now,
        "must_change": must_change,
    }
    return _change(journal, name, values, "user password", who=who, now=now, out=True)


def _change(
    journal: Journal,
    name: str,
    values: Mapping[str, Any],
    what: str,
    *,
    who: str,
    now: datetime,
    out: bool = False,
) -> AccountRow:
    key = key_of(name)
    with journal.writing() as connection:
        before = _existing(connection, key)
        connection.execute(update(account).where(account.c.account_key == key).values(values))
        connection.execute(delete(login_failure).where(login_failure.c.account_key == key))
        if out:
            connection.execute(delete(login_session).where(login_session.c.account_key == key))
        after = _existing(connection, key)
        _note(connection, after.name, what, _public(before), _public(after), who=who, now=now)
    return after


def _note(
    connection: Connection,
    name: str,
    what: str,
    before: dict[str, Any] | None,
    after: dict[str, Any],
    *,
    who: str,
    now: datetime,
) -> None:
    audit.append(
        connection,
        at=now,
        who=who,
        what=what,
        subject=f"user {name}",
        before=before,
        after=after,
        reason="",
    )


def _public(row: AccountRow) -> dict[str, Any]:
    """Return what the audit trail keeps of an account."""
    return {
        "role": row.role,
        "password_at": row.password_at,
        "expires_at": row.expires_at,
        "disabled_at": row.disabled_at,
    }


def _existing(connection: Connection, key: str) -> AccountRow:
    row = _found(connection, key)
    if row is None:
        raise UnknownRowError(f"no account {key!r}; `blemish user list` names them")
    return row


def _found(connection: Connection, key: str) -> AccountRow | None:
    row = connection.execute(_rows().where(account.c.account_key == key)).first()
    return None if row is None else AccountRow(*row)


def _rows() -> Any:
    return select(*(account.c[name] for name in AccountRow.__slots__))
