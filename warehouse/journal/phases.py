"""Phases: frozen limits of a characteristic, who froze them, when and why."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any, Final, Literal

from sqlalchemy import Connection, insert, select, update

from warehouse.errors import TransitionError, UnknownRowError
from warehouse.journal import audit, tables
from warehouse.journal.model_trials import trial_of
from warehouse.journal.store import Journal

PhaseStatus = Literal["proposed", "active", "retired"]


@dataclass(frozen=True, slots=True)
class PhaseRow:
    """One phase; `phase` is what `spc.phase.phase_to_dict` made.

    In force for points captured in [valid_from, valid_to); `valid_to` None is still in force. A
    proposal that was turned down is retired with `valid_to` equal to `valid_from`.
    """

    phase_id: int
    characteristic_id: str
    model_id: str
    status: PhaseStatus
    valid_from: datetime
    first_pass_at: datetime
    last_pass_at: datetime
    phase: dict[str, Any]
    created_by: str
    created_at: datetime
    reason: str
    valid_to: datetime | None = None


_COLUMNS: Final = tuple(tables.phase.c[field.name] for field in fields(PhaseRow))


def phases(journal: Journal, characteristic_id: str | None = None) -> list[PhaseRow]:
    """Return the phases of one characteristic, or all, by characteristic and number."""
    table = tables.phase
    wanted = select(*_COLUMNS).order_by(table.c.characteristic_id, table.c.phase_id)
    if characteristic_id is not None:
        wanted = wanted.where(table.c.characteristic_id == characteristic_id)
    with journal.reading() as connection:
        return [PhaseRow(*found) for found in connection.execute(wanted)]


def phase(journal: Journal, phase_id: int) -> PhaseRow:
    """Return one phase; UnknownRowError when there is none with this number."""
    with journal.reading() as connection:
        return _find(connection, phase_id)


def active_phases(journal: Journal) -> dict[str, PhaseRow]:
    """Return the active phase of each characteristic that has one."""
    wanted = select(*_COLUMNS).where(tables.phase.c.status == "active")
    with journal.reading() as connection:
        found = [PhaseRow(*row) for row in connection.execute(wanted)]
    return {row.characteristic_id: row for row in found}


def propose_phase(
    journal: Journal,
    *,
    characteristic_id: str,
    model_id: str,
    valid_from: datetime,
    first_pass_at: datetime,
    last_pass_at: datetime,
    phase: Mapping[str, Any],
    created_by: str,
    created_at: datetime,
    reason: str,
    activate: bool = False,
) -> int:
    """Store a proposed phase and return its number; `activate` puts it in force at once."""
    values = {
        "characteristic_id": characteristic_id,
        "model_id": model_id,
        "status": "proposed",
        "valid_from": valid_from,
        "first_pass_at": first_pass_at,
        "last_pass_at": last_pass_at,
        "phase": dict(phase),
        "created_by": created_by,
        "created_at": created_at,
        "reason": reason,
    }
    with journal.writing() as connection:
        phase_id = insert_proposal(connection, values)
        if activate:
            put_in_force(connection, phase_id, who=created_by, now=created_at, reason=reason)
    return phase_id


def insert_proposal(connection: Connection, values: Mapping[str, Any]) -> int:
    """Store the columns of a proposed phase, within the transaction of the caller."""
    key = connection.execute(insert(tables.phase).values(values)).inserted_primary_key
    phase_id = int(key[0]) if key else 0
    audit.append(
        connection,
        at=values["created_at"],
        who=values["created_by"],
        what="phase proposed",
        subject=values["characteristic_id"],
        before=None,
        after={**values, "phase_id": phase_id},
        reason=values["reason"],
    )
    return phase_id


def activate_phase(
    journal: Journal, phase_id: int, *, who: str, now: datetime, reason: str
) -> None:
    """Put a proposed phase in force; the active one is retired and keeps its own time.

    Raises
    ------
    UnknownRowError
        There is no such phase.
    TransitionError
        It is not a proposal.

    """
    with journal.writing() as connection:
        _refuse_shadow(connection, _find(connection, phase_id))
        put_in_force(connection, phase_id, who=who, now=now, reason=reason)


def retire_phase(journal: Journal, phase_id: int, *, who: str, now: datetime, reason: str) -> None:
    """Retire a phase: a proposal is turned down, an active one ends at `now`.

    Raises
    ------
    UnknownRowError, TransitionError
        There is no such phase, or it is retired already.

    """
    with journal.writing() as connection:
        row = _find(connection, phase_id)
        if row.status == "retired":
            raise TransitionError(f"phase {phase_id} is retired already")
        until = row.valid_from if row.status == "proposed" else max(now, row.valid_from)
        _change(connection, row, "retired", until, who=who, now=now, reason=reason)


def put_in_force(
    connection: Connection,
    phase_id: int,
    *,
    who: str,
    now: datetime,
    reason: str,
    valid_from: datetime | None = None,
) -> None:
    """Do what `activate_phase` does, within the transaction of the caller.

    `valid_from` replaces the time from which the proposal was to be in force.
    """
    row = _find(connection, phase_id)
    if row.status != "proposed":
        raise TransitionError(f"phase {phase_id} is {row.status}; only a proposal can be activated")
    if valid_from is not None:
        row = replace(row, valid_from=valid_from)
        change = update(tables.phase).where(tables.phase.c.phase_id == phase_id)
        connection.execute(change.values(valid_from=valid_from))
    for earlier in _others_in_force(connection, row):
        # One that would begin later than its successor was never in force.
        until = max(earlier.valid_from, row.valid_from)
        _change(connection, earlier, "retired", until, who=who, now=now, reason=reason)
    _change(connection, row, "active", None, who=who, now=now, reason=reason)


def proposals_of_model(connection: Connection, model_id: str) -> list[PhaseRow]:
    """Return the proposed phases of every characteristic whose baseline one model measured."""
    table = tables.phase
    wanted = select(*_COLUMNS).where(table.c.model_id == model_id, table.c.status == "proposed")
    found = connection.execute(wanted.order_by(table.c.phase_id))
    return [PhaseRow(*row) for row in found]


def proposals_in_use(connection: Connection, characteristic_id: str) -> list[PhaseRow]:
    """Return the proposed phases of a characteristic, but for those of models in shadow."""
    table = tables.phase
    wanted = select(*_COLUMNS).where(
        table.c.characteristic_id == characteristic_id, table.c.status == "proposed"
    )
    rows = [PhaseRow(*row) for row in connection.execute(wanted.order_by(table.c.phase_id))]
    return [row for row in rows if not _is_shadow(connection, row)]


def end_proposal(
    connection: Connection, row: PhaseRow, *, who: str, now: datetime, reason: str
) -> None:
    """Turn a proposal down, within the transaction of the caller."""
    _change(connection, row, "retired", row.valid_from, who=who, now=now, reason=reason)


def _refuse_shadow(connection: Connection, row: PhaseRow) -> None:
    """Refuse the limits of a model that is not in use: they would end those of the one that is."""
    if _is_shadow(connection, row):
        raise TransitionError(
            f"phase {row.phase_id} belongs to model {row.model_id[:12]}, which is measured in "
            f"shadow; `blemish reprocess --activate {row.model_id[:12]}` puts its limits in force "
            "together with it"
        )


def _is_shadow(connection: Connection, row: PhaseRow) -> bool:
    trial = trial_of(connection, row.model_id)
    return trial is not None and trial.status == "shadow"


def _others_in_force(connection: Connection, row: PhaseRow) -> list[PhaseRow]:
    """Return the phases in force at or after the beginning of `row`."""
    table = tables.phase
    wanted = select(*_COLUMNS).where(
        table.c.characteristic_id == row.characteristic_id,
        table.c.status != "proposed",
        (table.c.valid_to.is_(None)) | (table.c.valid_to > row.valid_from),
    )
    return [PhaseRow(*found) for found in connection.execute(wanted)]


def _change(
    connection: Connection,
    row: PhaseRow,
    status: PhaseStatus,
    valid_to: datetime | None,
    *,
    who: str,
    now: datetime,
    reason: str,
) -> None:
    change = update(tables.phase).where(tables.phase.c.phase_id == row.phase_id)
    connection.execute(change.values(status=status, valid_to=valid_to))
    number = {"phase_id": row.phase_id}
    audit.append(
        connection,
        at=now,
        who=who,
        what=f"phase {status}",
        subject=row.characteristic_id,
        before=number | {"status": row.status, "valid_to": row.valid_to},
        after=number | {"status": status, "valid_to": valid_to},
        reason=reason,
    )


def _find(connection: Connection, phase_id: int) -> PhaseRow:
    wanted = select(*_COLUMNS).where(tables.phase.c.phase_id == phase_id)
    found = connection.execute(wanted).first()
    if found is None:
        raise UnknownRowError(f"there is no phase {phase_id}")
    return PhaseRow(*found)
