"""Characteristics: a metric on a stream, its chart, rules and specification limits."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from warehouse.errors import ChangedMeanwhileError, UnknownRowError
from warehouse.journal import audit, tables
from warehouse.journal.phases import end_proposal, proposals_in_use
from warehouse.journal.specification_changes import SpecificationChange, note_change
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
            _change(connection, before, row, who=who, now=now, reason=reason)


@dataclass(frozen=True, slots=True)
class CharacteristicChange:
    """A characteristic as a person saw it, and as that person wants it."""

    seen: CharacteristicRow
    wanted: CharacteristicRow


def change_characteristics(
    journal: Journal,
    changes: Sequence[CharacteristicChange],
    *,
    who: str,
    now: datetime,
    reason: str,
) -> list[CharacteristicRow]:
    """Change characteristics, all or none; return those that are other than they were.

    Another kind of chart ends the proposed limits of the old kind; limits in force stay until a
    person puts others in force.

    Raises
    ------
    UnknownRowError
        One of them is not there any more.
    ChangedMeanwhileError
        Somebody else changed one of them after it was seen; nothing was written.

    """
    changed = []
    with journal.writing() as connection:
        for one in changes:
            name = one.seen.characteristic_id
            before = _find(connection, name)
            if before is None:
                raise UnknownRowError(f"there is no characteristic {name}")
            if before != one.seen:
                raise ChangedMeanwhileError(_meanwhile(connection, one.seen, before))
            if before != one.wanted:
                _change(connection, before, one.wanted, who=who, now=now, reason=reason)
                changed.append(one.wanted)
    return changed


def _change(
    connection: Connection,
    before: CharacteristicRow,
    row: CharacteristicRow,
    *,
    who: str,
    now: datetime,
    reason: str,
) -> None:
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
    limits = (row.spec_lower, row.spec_upper)
    if limits != (before.spec_lower, before.spec_upper):
        was = (before.spec_lower, before.spec_upper)
        note_change(
            connection,
            SpecificationChange(row.characteristic_id, now, *was, *limits, who, reason),
        )
    if before.chart != row.chart:
        for phase in proposals_in_use(connection, row.characteristic_id):
            words = f"another kind of chart: {reason}"
            end_proposal(connection, phase, who=who, now=now, reason=words)


def _meanwhile(connection: Connection, seen: CharacteristicRow, now: CharacteristicRow) -> str:
    """Say who changed what since it was seen."""
    old, new = asdict(seen), asdict(now)
    changed = ", ".join(
        f"{name} is {new[name]} now, not {old[name]}" for name in new if new[name] != old[name]
    )
    trail = tables.audit
    newest = select(trail.c.who).where(trail.c.subject == now.characteristic_id)
    who = connection.scalar(newest.order_by(trail.c.audit_id.desc()).limit(1))
    return (
        f"{now.characteristic_id} was changed by {who} after you opened it: {changed}; "
        "nothing was written, look at it again"
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
