"""Sessions: kept here by the hash of their token, so that a logout or a new password ends them."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Column, Index, String, Table, delete, insert, or_, select, update

from warehouse.journal.store import Journal
from warehouse.journal.tables import METADATA, UtcDateTime

SEEN_EVERY: Final = timedelta(minutes=1)
"""A request notes that the session is in use at most this often: each note is a durable write."""

login_session: Final = Table(
    "login_session",
    METADATA,
    Column("token_hash", String(64), primary_key=True),
    Column("account_key", String(80), nullable=False),
    Column("opened_at", UtcDateTime, nullable=False),
    Column("seen_at", UtcDateTime, nullable=False),
    Index("session_of_account", "account_key"),
)


@dataclass(frozen=True, slots=True)
class SessionRules:
    """How long a session lasts without a request, and at all."""

    idle: timedelta = timedelta(hours=1)
    absolute: timedelta = timedelta(hours=12)


def open_session(journal: Journal, key: str, rules: SessionRules, now: datetime) -> str:
    """Open a session of an account and return its token, of which only the hash is kept."""
    token = secrets.token_urlsafe(32)
    with journal.writing() as connection:
        connection.execute(
            delete(login_session).where(
                or_(
                    login_session.c.opened_at <= now - rules.absolute,
                    login_session.c.seen_at <= now - rules.idle,
                )
            )
        )
        connection.execute(
            insert(login_session).values(
                token_hash=_hash(token), account_key=key, opened_at=now, seen_at=now
            )
        )
    return token


def account_of_session(
    journal: Journal, token: str, rules: SessionRules, now: datetime, *, by_person: bool = True
) -> str | None:
    """Return the key of the account whose session this is; None when there is none any more.

    Parameters
    ----------
    by_person
        Whether a person asks. A page that refreshes itself does not keep a session alive.

    """
    here = login_session.c.token_hash == _hash(token)
    with journal.reading() as connection:
        row = connection.execute(select(login_session).where(here)).first()
    if row is None or now >= row.opened_at + rules.absolute or now >= row.seen_at + rules.idle:
        return None
    if by_person and now >= row.seen_at + min(SEEN_EVERY, rules.idle / 2):
        with journal.writing() as connection:
            connection.execute(update(login_session).where(here).values(seen_at=now))
    key: str = row.account_key
    return key


def end_session(journal: Journal, token: str) -> None:
    """End a session; harmless when it has ended."""
    with journal.writing() as connection:
        connection.execute(delete(login_session).where(login_session.c.token_hash == _hash(token)))


def _hash(token: str) -> str:
    # Random and long: nothing is gained by a slow hash.
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
