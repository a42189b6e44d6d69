"""Characteristics: a metric on a stream, its chart, rules and specification limits."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from warehouse.errors import UnknownRowError
from warehouse.journal import audit, tables
from warehouse.journal.store import Journal
from warehouse.records import Stream


@dataclass(frozen=True, slots=True)
class CharacteristicRow:
    """One characteristic; `chart` None lets the data choose, `rules` names a rule set."""

    characteristic_id: str
    stream: Stream
    metric: str
    chart: str | None
    rules: str
    spec_lower: float | None
    spec_upper: float | None
    unit: str
    enabled: bool


def characteristic_id(stream: Stream, metric: str) -> str:
    """Return the id of a metric on a stream.

    Examples
    --------
    >>> characteristic_id(Stream("L1", "S1", "T1", "HS"), "stain_count")
    'L1/S1/T1/HS:stain_count'

    """
    return f"{stream.key}:{metric}"


def characteristics(journal: Journal, *, enabled_only: bool = False) -> list[CharacteristicRow]:
    """Return the characteristics, by id."""
    table = tables.characteristic
    wanted = select(table).order_by(table.c.characteristic_id)
    if enabled_only:
        wanted = wanted.where(table.c.enabled)
    with journal.reading() as connection:
        return [_row(found) for found in connection.execute(wanted)]


def characteristic(journal: Journal, characteristic_id: str) -> CharacteristicRow:
    """Return one characteristic; UnknownRowError when there is none with this id."""
    with journal.reading() as connection:
        found = _find(connection, characteristic_id)
    if found is None:
        raise UnknownRowError(f"there is no characteristic {characteristic_id}")
    return found


def add_missing_characteristics(
    journal: Journal, rows: Iterable[CharacteristicRow], *, who: str, now: datetime
) -> list[CharacteristicRow]:
    """Add those whose id is not there yet and return them; existing ones stay as people set them."""
    added = []
    with journal.writing() as connection:
        key = tables.characteristic.c.characteristic_id
        present = set(connection.scalars(select(key)))
        for row in rows:
            if row.characteristic_id not in present:
                _add(connection, row, who=who, now=now, reason="found in the facts")
                present.add(row.characteristic_id)
                added.append(row)
    return added


def save_characteristic(
    journal: Journal, row: CharacteristicRow, *, who: str, now: datetime, reason: str
) -> None:
    """Add or change one characteristic; a change is audited with before and after."""
    with journal.writing() as connection:
        before = _find(connection, row.characteristic_id)
        if before is None:
            _add(connection, row, who=who, now=now, reason=reason)
        elif before != row:
            key = tables.characteristic.c.characteristic_id
            change = update(tables.characteristic).where(key == row.characteristic_id)
            connection.execute(change.values(_values(row)))
            audit.append(
                connection,
                at=now,
                who=who,
                what="characteristic changed",
                subject=row.characteristic_id,
                before=_values(before),
                after=_values(row),
                reason=reason,
            )


def _add(
    connection: Connection, row: CharacteristicRow, *, who: str, now: datetime, reason: str
) -> None:
    connection.execute(insert(tables.characteristic).values(_values(row)))
    audit.append(
        connection,
        at=now,
        who=who,
        what="characteristic added",
        subject=row.characteristic_id,
        before=None,
        after=_values(row),
        reason=reason,
    )


def _find(connection: Connection, characteristic_id: str) -> CharacteristicRow | None:
    table = tables.characteristic
    wanted = select(table).where(table.c.characteristic_id == characteristic_id)
    found = connection.execute(wanted).first()
    return None if found is None else _row(found)


def _values(row: CharacteristicRow) -> dict[str, Any]:
    return {
        "characteristic_id": row.characteristic_id,
        "line": row.stream.line,
        "station": row.stream.station,
        "tool": row.stream.tool,
        "family": row.stream.family,
        "metric": row.metric,
        "chart": row.chart,
        "rules": row.rules,
        "spec_lower": row.spec_lower,
        "spec_upper": row.spec_upper,
        "unit": row.unit,
        "enabled": row.enabled,
    }


def _row(found: Row[Any]) -> CharacteristicRow:
    return CharacteristicRow(
        characteristic_id=found.characteristic_id,
        stream=Stream(found.line, found.station, found.tool, found.family),
        metric=found.metric,
        chart=found.chart,
        rules=found.rules,
        spec_lower=found.spec_lower,
        spec_upper=found.spec_upper,
        unit=found.unit,
        enabled=found.enabled,
    )
