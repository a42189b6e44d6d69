"""Seals of decisions: a keyed hash of each protected table, renewed by the program's own writes.

A row edited by hand leaves the seal as it was, and nobody without the key can make another. The
tables are small (hundreds of rows) and written a few times a day, so each is hashed as a whole.
"""

import hashlib
import hmac
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

from sqlalchemy import Column, Connection, Integer, MetaData, String, Table, inspect, select
from sqlalchemy.sql.dml import UpdateBase

from warehouse.evidence import EvidenceKey
from warehouse.journal.tables import audit

PROTECTED: Final = (
    "characteristic",
    "phase",
    "cause",
    "silence",
    "episode",
    "signal_handled",
    "account",
    "model_trial",
    "review",
    "recipient",
    "specification_change",
)
"""Journal tables of which `blemish verify` finds every edit; the audit trail has its own chain. What
the program itself forgets and replaces (outbox, run requests, memory) is not among them."""

SEALS: Final = Table(
    "decision_seal",
    MetaData(),
    Column("table_name", String(64), primary_key=True),
    Column("row_count", Integer, nullable=False),
    Column("audit_length", Integer, nullable=False),
    Column("mac", String(64), nullable=False),
)

_KEY: Final = "blemish_evidence"
_WRITTEN: Final = "blemish_written"


def execution_options(key: EvidenceKey | None) -> dict[str, Any]:
    """Return the engine options that give every connection the key."""
    return {} if key is None else {_KEY: key}


def key_of(connection: Connection) -> EvidenceKey | None:
    """Return the key the journal was opened with."""
    found: EvidenceKey | None = connection.get_execution_options().get(_KEY)
    return found


def note_written(connection: Connection, statement: object, *_more: object) -> None:
    """Remember which table a statement writes: a listener of SQLAlchemy's `before_execute`."""
    if isinstance(statement, UpdateBase):
        name = getattr(statement.table, "name", "")
        connection.info.setdefault(_WRITTEN, set()).add(name)


@contextmanager
def sealed_writes(connection: Connection) -> Iterator[None]:
    """Renew the seals of the protected tables that the body writes, in its transaction."""
    connection.info[_WRITTEN] = set()
    yield
    written: set[str] = connection.info.pop(_WRITTEN, set())
    if key_of(connection) is not None:
        for table in PROTECTED:
            if table in written:
                renew(connection, table)


@contextmanager
def sealed_upgrade(connection: Connection) -> Iterator[None]:
    """Renew, after a migration, the seals that were whole before it; a broken one stays broken."""
    whole = [table for table, fits in checked(connection).items() if fits]
    yield
    for table in whole:
        renew(connection, table)


def renew(connection: Connection, table: str) -> None:
    """Seal a table as it is."""
    key = key_of(connection)
    if key is None or not inspect(connection).has_table(SEALS.name):
        return
    newest = select(audit.c.audit_id).order_by(audit.c.audit_id.desc()).limit(1)
    values = _sealed(connection, key, table, connection.scalar(newest) or 0)
    connection.execute(SEALS.delete().where(SEALS.c.table_name == table))
    connection.execute(SEALS.insert().values(values))


def renew_all(connection: Connection) -> None:
    """Seal every protected table as it is: for a journal that had no key before."""
    for table in PROTECTED:
        if inspect(connection).has_table(table):
            renew(connection, table)


def any_seal(connection: Connection) -> bool:
    """Return whether a key has sealed this journal before."""
    if not inspect(connection).has_table(SEALS.name):
        return False
    return connection.execute(select(SEALS).limit(1)).first() is not None


def checked(connection: Connection) -> dict[str, bool]:
    """Return, by protected table, whether it is as the program left it; nothing without a key."""
    key = key_of(connection)
    inspected = inspect(connection)
    if key is None or not inspected.has_table(SEALS.name):
        return {}
    sealed = {row.table_name: row._asdict() for row in connection.execute(select(SEALS))}
    result = {}
    for table in PROTECTED:
        if inspected.has_table(table):
            seal = sealed.get(table)
            length = seal["audit_length"] if seal else 0
            now = _sealed(connection, key, table, length)
            result[table] = now["row_count"] == 0 if seal is None else now == seal
    return result


def _sealed(connection: Connection, key: EvidenceKey, table: str, length: int) -> dict[str, Any]:
    """Return the seal of a table as it is, tied to the audit trail as it was at `length`."""
    names = [column["name"] for column in inspect(connection).get_columns(table)]
    listed = ", ".join(f'"{name}"' for name in names)
    # As the database holds them: a value that its type cannot read must not stop the check.
    found = connection.exec_driver_sql(f'SELECT {listed} FROM "{table}"')  # noqa: S608 - our names
    rows = sorted(_text(dict(zip(names, row, strict=True))) for row in found)
    head = connection.scalar(select(audit.c.hash).where(audit.c.audit_id == length)) or ""
    digest = hmac.new(key.derived("decisions"), digestmod=hashlib.sha256)
    for text in (table, str(length), head, *rows):
        digest.update(f"{len(text)}:{text}".encode("utf-8", "surrogatepass"))
    return {
        "table_name": table,
        "row_count": len(rows),
        "audit_length": length,
        "mac": digest.hexdigest(),
    }


def _text(row: Mapping[str, Any]) -> str:
    """Return a row as text, without what is empty: a new column changes no older row."""
    present = {name: value for name, value in row.items() if value is not None}
    return json.dumps(present, sort_keys=True, default=str)
