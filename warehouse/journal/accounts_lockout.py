"""Failed logins of an account in a row, and how long they keep it locked."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Column, Integer, String, Table, delete, insert, select, update

from warehouse.errors import AccountError
from warehouse.journal.store import Journal
from warehouse.journal.tables import METADATA, UtcDateTime

FIRST_LOCK: Final = timedelta(seconds=30)
# No name has this key, and no lock follows from it.
_NOBODY: Final = ""
_NEVER: Final = 2**62

login_failure: Final = Table(
    "login_failure",
    METADATA,
    Column("account_key", String(80), primary_key=True),
    Column("failures", Integer, nullable=False),
    Column("locked_until", UtcDateTime),
)


@dataclass(frozen=True, slots=True)
class LockRules:
    """How many wrong passwords are let pass, and how long the lock after them may grow."""

    failures: int = 5
    longest: timedelta = timedelta(minutes=15)

    def lock(self, failures: int) -> timedelta:
        """Return how long an account is locked after so many failures: it doubles each time.

        Examples
        --------
        >>> [int(LockRules().lock(count).total_seconds()) for count in (4, 5, 6, 7, 40)]
        [0, 30, 60, 120, 900]

        """
        beyond = failures - self.failures
        if beyond < 0:
            return timedelta(0)
        # 2**20 half minutes are a year; the cap is reached long before.
        doubled: int = 1 << min(beyond, 20)
        return min(FIRST_LOCK * doubled, self.longest)


def count_attempt(journal: Journal, key: str, rules: LockRules, now: datetime) -> None:
    """Count a login as failed before its password is looked at; `forget_failures` when it fits.

    Counted first, and in one transaction, so that many at once get no more tries than one by one.

    Raises
    ------
    AccountError
        The account is locked; the attempt is not counted.

    """
    here = login_failure.c.account_key == key
    with journal.writing() as connection:
        row = connection.execute(
            select(login_failure.c.failures, login_failure.c.locked_until).where(here)
        ).first()
        if row is not None and row.locked_until is not None and now < row.locked_until:
            raise AccountError("locked for a while after wrong passwords; try again later")
        failures = 1 if row is None else row.failures + 1
        lock = rules.lock(failures)
        values = {"failures": failures, "locked_until": now + lock if lock else None}
        if row is None:
            connection.execute(insert(login_failure).values(account_key=key, **values))
        else:
            connection.execute(update(login_failure).where(here).values(values))


def count_nobodys(journal: Journal, now: datetime) -> None:
    """Write as `count_attempt` does, for a name without an account or one that is locked.

    A write to the disk takes longer than none: who measures must not learn which names exist.
    """
    count_attempt(journal, _NOBODY, LockRules(failures=_NEVER), now)


def forget_failures(journal: Journal, key: str) -> None:
    """Unlock an account: its password was right."""
    with journal.writing() as connection:
        connection.execute(delete(login_failure).where(login_failure.c.account_key == key))
