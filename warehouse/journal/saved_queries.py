"""Queries that people keep by name, for everybody to run."""

from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Column, Select, String, Table, Text, delete, insert, select, update

from warehouse.errors import TransitionError, UnknownRowError
from warehouse.journal import audit
from warehouse.journal.store import Journal
from warehouse.journal.tables import METADATA, UtcDateTime

LONGEST_NAME: Final = 80

saved_query: Final = Table(
    "saved_query",
    METADATA,
    Column("name", String(LONGEST_NAME), primary_key=True),
    Column("owner", Text, nullable=False),
    Column("sql", Text, nullable=False),
    Column("saved_at", UtcDateTime, nullable=False),
)


@dataclass(frozen=True, slots=True)
class SavedQuery:
    """A query by its name; only its `owner` may change it."""

    name: str
    owner: str
    sql: str
    saved_at: datetime


def saved_queries(journal: Journal) -> list[SavedQuery]:
    """Return every saved query, by name."""
    with journal.reading() as connection:
        found = connection.execute(_queries().order_by(saved_query.c.name))
        return [SavedQuery(*row) for row in found]


def save_query(journal: Journal, row: SavedQuery) -> None:
    """Keep a query under its name, in place of what its owner kept there before.

    Raises
    ------
    TransitionError
        Somebody else owns the name.

    """
    key = saved_query.c.name == row.name
    with journal.writing() as connection:
        found = connection.execute(_queries().where(key)).first()
        before = None if found is None else SavedQuery(*found)
        if before is not None and before.owner != row.owner:
            raise TransitionError(
                f"the query '{row.name}' belongs to {before.owner}; choose another name"
            )
        if before is None:
            connection.execute(insert(saved_query).values(asdict(row)))
        else:
            connection.execute(update(saved_query).where(key).values(asdict(row)))
        audit.append(
            connection,
            at=row.saved_at,
            who=row.owner,
            what="query saved",
            subject=row.name,
            before=None if before is None else {"sql": before.sql},
            after={"sql": row.sql},
            reason="",
        )


def drop_query(journal: Journal, name: str, *, who: str, now: datetime) -> None:
    """Forget a saved query.

    Raises
    ------
    UnknownRowError
        There is none of this name.
    TransitionError
        Somebody else owns it.

    """
    key = saved_query.c.name == name
    with journal.writing() as connection:
        found = connection.execute(_queries().where(key)).first()
        if found is None:
            raise UnknownRowError(f"no saved query '{name}'")
        before = SavedQuery(*found)
        if before.owner != who:
            raise TransitionError(f"the query '{name}' belongs to {before.owner}")
        connection.execute(delete(saved_query).where(key))
        audit.append(
            connection,
            at=now,
            who=who,
            what="query dropped",
            subject=name,
            before={"sql": before.sql},
            after=None,
            reason="",
        )


def _queries() -> Select[Any]:
    return select(*(saved_query.c[field.name] for field in fields(SavedQuery)))
