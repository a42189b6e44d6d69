"""Causes: what people found behind a signal, and who does what about it by when."""

from collections.abc import Collection
from dataclasses import asdict, dataclass, fields
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, insert, select, update

from warehouse.journal import audit, tables
from warehouse.journal.store import Journal


@dataclass(frozen=True, slots=True)
class CauseRow:
    """The cause of one signal."""

    signal_id: str
    code: str
    text: str
    action: str
    owner: str
    due: date | None
    created_by: str
    created_at: datetime


def causes(journal: Journal, signal_ids: Collection[str] | None = None) -> list[CauseRow]:
    """Return the causes of these signals, or all, oldest first."""
    wanted = _causes().order_by(tables.cause.c.created_at, tables.cause.c.signal_id)
    with journal.reading() as connection:
        found = [CauseRow(*row) for row in connection.execute(wanted)]
    # A filter here, as a database takes only so many values in one statement.
    return found if signal_ids is None else [row for row in found if row.signal_id in signal_ids]


def save_cause(journal: Journal, row: CauseRow, *, reason: str) -> None:
    """Add or change the cause of a signal; audited in the name of `row.created_by`."""
    key = tables.cause.c.signal_id == row.signal_id
    values = asdict(row)
    with journal.writing() as connection:
        found = connection.execute(_causes().where(key)).first()
        before = None if found is None else CauseRow(*found)
        if before == row:
            return
        if before is None:
            connection.execute(insert(tables.cause).values(values))
        else:
            connection.execute(update(tables.cause).where(key).values(values))
        audit.append(
            connection,
            at=row.created_at,
            who=row.created_by,
            what="cause saved",
            subject=row.signal_id,
            before=None if before is None else asdict(before),
            after=values,
            reason=reason,
        )


def _causes() -> Select[Any]:
    return select(*(tables.cause.c[field.name] for field in fields(CauseRow)))
