"""From when which specification limits hold: a part is judged by those of its time of capture."""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Final

from sqlalchemy import (
    Column,
    Connection,
    Double,
    Index,
    Integer,
    Table,
    Text,
    insert,
    select,
)

from warehouse.journal.store import Journal
from warehouse.journal.tables import METADATA, UtcDateTime

Pair = tuple[float | None, float | None]

specification_change: Final = Table(
    "specification_change",
    METADATA,
    Column("change_id", Integer, primary_key=True),
    Column("characteristic_id", Text, nullable=False),
    Column("valid_from", UtcDateTime, nullable=False),
    *(Column(name, Double) for name in ("lower_before", "upper_before")),
    *(Column(name, Double) for name in ("spec_lower", "spec_upper")),
    Column("changed_by", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Index("change_of_characteristic", "characteristic_id", "valid_from"),
)


@dataclass(frozen=True, slots=True)
class SpecificationChange:
    """New limits for parts captured at or after `valid_from`, and those that held before."""

    characteristic_id: str
    valid_from: datetime
    lower_before: float | None
    upper_before: float | None
    spec_lower: float | None
    spec_upper: float | None
    changed_by: str
    reason: str

    @property
    def limits(self) -> Pair:
        """The limits from then on."""
        return (self.spec_lower, self.spec_upper)

    @property
    def before(self) -> Pair:
        """The limits until then."""
        return (self.lower_before, self.upper_before)


_COLUMNS: Final = tuple(specification_change.c[field.name] for field in fields(SpecificationChange))


def specification_changes(
    journal: Journal, characteristic_id: str | None = None
) -> dict[str, tuple[SpecificationChange, ...]]:
    """Return the changes by characteristic, oldest first; of one of them if it is named."""
    table = specification_change
    wanted = select(*_COLUMNS).order_by(table.c.valid_from, table.c.change_id)
    if characteristic_id is not None:
        wanted = wanted.where(table.c.characteristic_id == characteristic_id)
    found: dict[str, list[SpecificationChange]] = {}
    with journal.reading() as connection:
        for row in connection.execute(wanted):
            one = SpecificationChange(*row)
            found.setdefault(one.characteristic_id, []).append(one)
    return {key: tuple(rows) for key, rows in found.items()}


def note_change(connection: Connection, change: SpecificationChange) -> None:
    """Keep a change, within the transaction that makes it."""
    values = {field.name: getattr(change, field.name) for field in fields(SpecificationChange)}
    connection.execute(insert(specification_change).values(values))


def limits_at(changes: Iterable[SpecificationChange], now: Pair, captured_at: datetime) -> Pair:
    """Return the limits for a part captured at some time.

    Parameters
    ----------
    changes
        Of one characteristic, oldest first.
    now
        The limits of today: they have always held where nobody changed any.

    Examples
    --------
    >>> from datetime import UTC
    >>> noon = datetime(2026, 5, 4, 12, tzinfo=UTC)
    >>> one = SpecificationChange("c", noon, None, 12.0, None, 10.0, "QE-4", "drawing C")
    >>> limits_at([one], (None, 10.0), noon.replace(hour=11))
    (None, 12.0)
    >>> limits_at([one], (None, 10.0), noon)
    (None, 10.0)

    """
    rows = list(changes)
    if not rows:
        return now
    found = rows[0].before
    for row in rows:
        if row.valid_from <= captured_at:
            found = row.limits
    return found
