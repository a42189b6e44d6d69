"""Migrations of the journal: numbered functions, each applied once in a transaction.

Nobody changes one that has shipped. The first creates every table as it was then, from a frozen
copy in `warehouse.journal.history`; a later change of `warehouse.journal.tables` comes with a
function that alters what the versions before it made.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final

from sqlalchemy import Column, Connection, Integer, MetaData, Table, func, insert, inspect, select

from warehouse.errors import JournalVersionError
from warehouse.journal.history.first import FIRST
from warehouse.journal.history.to_eighth import to_eighth
from warehouse.journal.history.to_fifth import to_fifth
from warehouse.journal.history.to_fourth import to_fourth
from warehouse.journal.history.to_second import to_second
from warehouse.journal.history.to_seventh import to_seventh
from warehouse.journal.history.to_sixth import to_sixth
from warehouse.journal.history.to_third import to_third
from warehouse.journal.tables import UtcDateTime

_VERSIONS: Final = Table(
    "schema_version",
    MetaData(),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("applied_at", UtcDateTime, nullable=False),
)


def _first(connection: Connection) -> None:
    FIRST.create_all(connection)


MIGRATIONS: Final[tuple[Callable[[Connection], None], ...]] = (
    _first,
    to_second,
    to_third,
    to_fourth,
    to_fifth,
    to_sixth,
    to_seventh,
    to_eighth,
)
"""Number n of the schema is made by the n-th function."""


def stored_version(connection: Connection, name: str) -> int:
    """Return the schema version of a journal, 0 for an empty one.

    Raises
    ------
    JournalVersionError
        The journal, called `name` in the message, is newer than this program.

    """
    if not inspect(connection).has_table(_VERSIONS.name):
        return 0
    version = connection.scalar(select(func.max(_VERSIONS.c.version))) or 0
    newest = len(MIGRATIONS)
    if version > newest:
        raise JournalVersionError(
            f"{name} has schema version {version}, this program knows up to {newest}; "
            "update the program"
        )
    return version


def upgrade(connection: Connection, name: str) -> None:
    """Apply what is missing, within the transaction of the caller."""
    version = stored_version(connection, name)
    if version == 0:
        _VERSIONS.create(connection, checkfirst=True)
    for number, migration in enumerate(MIGRATIONS[version:], start=version + 1):
        migration(connection)
        connection.execute(insert(_VERSIONS).values(version=number, applied_at=datetime.now(UTC)))
