"""Log in: name and password in, account out, with the lock-out between them."""

from datetime import datetime

from sqlalchemy import select

from warehouse.errors import AccountError
from warehouse.journal.accounts import AccountRow, account, find_account, key_of
from warehouse.journal.accounts_lockout import (
    LockRules,
    count_attempt,
    count_nobodys,
    forget_failures,
)
from warehouse.journal.accounts_passwords import fits
from warehouse.journal.store import Journal

REFUSED = "name or password is wrong, or the account cannot be used just now"
"""One sentence for every reason: which names exist, and which are locked, is nobody's business."""


def log_in(
    journal: Journal,
    name: str,
    password: str,
    *,
    lock: LockRules,
    now: datetime,
) -> AccountRow:
    """Return the account of a name and its password.

    Raises
    ------
    AccountError
        It may not log in; the text does not say why.

    """
    key = key_of(name)
    row = find_account(journal, name)
    if row is None:
        count_nobodys(journal, now)
        fits("", password)
        raise AccountError(REFUSED)
    try:
        count_attempt(journal, key, lock, now)
    except AccountError as error:
        count_nobodys(journal, now)
        fits("", password)
        raise AccountError(REFUSED) from error
    with journal.reading() as connection:
        stored = connection.scalar(
            select(account.c.password_hash).where(account.c.account_key == key)
        )
    if not fits(stored or "", password) or not row.usable(now):
        raise AccountError(REFUSED)
    forget_failures(journal, key)
    return row
