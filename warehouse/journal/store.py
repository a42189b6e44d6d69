"""Open and create the journal: SQLite in WAL mode by default, PostgreSQL by its URL."""

import json
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final, Self

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import SQLAlchemyError, StatementError

from warehouse.durable import private_folder
from warehouse.errors import JournalError, JournalMissingError
from warehouse.evidence import EvidenceKey, read_key
from warehouse.journal.decision_seals import (
    execution_options,
    note_written,
    sealed_upgrade,
    sealed_writes,
)
from warehouse.journal.migrations import MIGRATIONS, stored_version, upgrade
from warehouse.site import FILE_MODE, Site

BUSY_TIMEOUT_S: Final = 15.0
"""How long a writer waits for another one; journal transactions take milliseconds."""

_WRITES: Final = "blemish_writes"


@dataclass(frozen=True, slots=True)
class Journal:
    """An open journal; the modules of this package take it as their first argument."""

    engine: Engine

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Yield a connection in a transaction that sees one state; JournalError when it fails."""
        with _translated(), self.engine.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Yield a connection in a transaction that holds the write lock from its beginning.

        Raises
        ------
        JournalError
            The database refused a row or is busy; nothing was written.

        """
        with _translated(), self.engine.connect() as connection:
            writer = connection.execution_options(**{_WRITES: True})
            with writer.begin(), sealed_writes(writer):
                yield writer

    def close(self) -> None:
        """Close its connections."""
        self.engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.close()


def create_journal(url_or_path: str | Path) -> None:
    """Create an empty journal (0600); harmless where one is already."""
    url = _url(url_or_path)
    if path := _file(url):
        private_folder(path.parent)
        # SQLite gives its -wal and -shm files the mode of the database.
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, FILE_MODE))
    _opened(url).close()


def open_journal(url_or_path: str | Path, *, key: EvidenceKey | None = None) -> Journal:
    """Open a journal and bring its schema up to date; use it as a context manager or close it.

    Safe for threads and for several processes.

    Parameters
    ----------
    key
        Chains the audit trail and seals decisions; of a journal in a file that which lies beside it,
        unless given.

    Raises
    ------
    JournalMissingError
        There is no journal at the path, or the file is empty.
    JournalVersionError
        Its schema is newer than this program.
    JournalError
        The file is no database, or the server does not answer.

    """
    url = _url(url_or_path)
    if (path := _file(url)) and not (path.is_file() and path.stat().st_size > 0):
        raise JournalMissingError(f"no journal at {path}; restore it, or run `blemish init`")
    return _opened(url, key)


def _opened(url: URL, key: EvidenceKey | None = None) -> Journal:
    serialise = partial(json.dumps, allow_nan=False)
    path = _file(url)
    if key is None and path is not None:
        key = read_key(Site(path.parent).evidence_key)
    options = execution_options(key)
    if url.get_backend_name() == "sqlite":
        engine = create_engine(url, json_serializer=serialise, execution_options=options)
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    else:
        # What one writer at a time gives on SQLite.
        engine = create_engine(
            url,
            json_serializer=serialise,
            execution_options=options,
            isolation_level="SERIALIZABLE",
        )
    event.listen(engine, "before_execute", note_written)
    journal = Journal(engine)
    try:
        name = url.render_as_string()
        with journal.reading() as connection:
            version = stored_version(connection, name)
        if version < len(MIGRATIONS):
            with journal.writing() as connection, sealed_upgrade(connection):
                upgrade(connection, name)
    except BaseException:
        journal.close()
        raise
    return journal


def _url(url_or_path: str | Path) -> URL:
    text = str(url_or_path)
    return make_url(text) if "://" in text else URL.create("sqlite", database=text)


def _file(url: URL) -> Path | None:
    return Path(url.database) if url.get_backend_name() == "sqlite" and url.database else None


def _prepare_sqlite(connection: sqlite3.Connection, _record: Any) -> None:
    # Transactions are begun by `_begin_sqlite`, not by the driver at the first write.
    connection.isolation_level = None
    connection.execute(f"PRAGMA busy_timeout = {int(BUSY_TIMEOUT_S * 1000)}")
    connection.execute("PRAGMA journal_mode = WAL")
    # Durable at every commit: a decision that was confirmed survives a power cut.
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")


def _begin_sqlite(connection: Connection) -> None:
    # A reader that turns into a writer would fail at once instead of waiting for its turn.
    writes = connection.get_execution_options().get(_WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except SQLAlchemyError as error:
        cause = error.orig if isinstance(error, StatementError) else error
        reason = " ".join(str(cause).split())
        raise JournalError(f"the journal refused it, nothing was written: {reason}") from error
