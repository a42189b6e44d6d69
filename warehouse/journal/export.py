"""Which decisions a snapshot may show, and their rows: an allow-list, never a deny-list."""

import json
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import select

from warehouse.journal.reviews import review
from warehouse.journal.store import Journal
from warehouse.journal.tables import METADATA

ALLOWED_JOURNAL_TABLES: Final = (
    "characteristic",
    "phase",
    "cause",
    "episode",
    "signal_handled",
    "silence",
    review.name,
)
"""Copied into every snapshot. Users, sessions, outbox, scheduler and audit never are."""

SNAPSHOT_VIEWS: Final = ("false_call_rate", "latest_review")
"""Views over these tables, made with them in a snapshot: they go where the tables go."""


@dataclass(frozen=True, slots=True)
class JournalTable:
    """The rows of one table as plain values, in the order of `columns`."""

    name: str
    columns: tuple[str, ...]
    rows: tuple[tuple[object, ...], ...]


def journal_tables(journal: Journal) -> dict[str, JournalTable]:
    """Return the allow-listed tables, read in one transaction."""
    exported = {}
    with journal.reading() as connection:
        for name in ALLOWED_JOURNAL_TABLES:
            table = METADATA.tables[name]
            rows = connection.execute(select(table).order_by(*table.primary_key)).all()
            columns = tuple(column.name for column in table.columns)
            plain = tuple(tuple(_plain(value) for value in row) for row in rows)
            exported[name] = JournalTable(name, columns, plain)
    return exported


def _plain(value: object) -> object:
    """Return what JSON can carry and DuckDB can cast back."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, dict):
        return json.dumps(value, allow_nan=False)
    return value
