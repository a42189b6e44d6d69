"""Silences: times in which the alerts of a scope are not mailed, each with its end and its reason."""

from dataclasses import asdict, fields
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, Row, Select, insert, select, update

from warehouse.errors import TransitionError, UnknownRowError
from warehouse.journal import audit, tables
from warehouse.journal.silence_scope import SilenceRow, SilenceScope
from warehouse.journal.store import Journal

LONGEST: Final = timedelta(days=31)
"""A silence ends by itself within this: one that lasts for ever is an alert switched off."""

_SCOPE: Final = tuple(one.name for one in fields(SilenceScope))


def silence(
    journal: Journal,
    scope: SilenceScope,
    *,
    until: datetime,
    who: str,
    now: datetime,
    reason: str,
) -> SilenceRow:
    """Silence the alerts of `scope` from `now` until `until`; audited.

    Episodes go on and are shown; they are not mailed. Those still open at its end are mailed then.

    Raises
    ------
    TransitionError
        The scope is the whole plant, there is no reason, or `until` is not within the next 31 days.

    """
    if scope.empty:
        raise TransitionError("a silence names what it covers, such as a line or a station")
    if not reason.strip():
        raise TransitionError("a silence needs a reason")
    if not now < until <= now + LONGEST:
        raise TransitionError(
            f"a silence ends within the next {LONGEST.days} days, not at {until.isoformat()}"
        )
    times = {"starts_at": now, "ends_at": until, "created_at": now}
    values = {**asdict(scope), **times, "reason": reason, "created_by": who}
    with journal.writing() as connection:
        key = connection.execute(insert(tables.silence).values(values)).inserted_primary_key
        assert key is not None
        row = _find(connection, int(key[0]))
        audit.append(
            connection,
            at=now,
            who=who,
            what="silence begun",
            subject=row.name,
            before=None,
            after=values,
            reason=reason,
        )
    return row


def end_silence(journal: Journal, silence_id: int, *, who: str, now: datetime, reason: str) -> None:
    """End a silence before its time; audited.

    Raises
    ------
    UnknownRowError
        There is no such silence.
    TransitionError
        It is over already.

    """
    with journal.writing() as connection:
        row = _find(connection, silence_id)
        if not row.in_force(now):
            raise TransitionError(f"{row.name} is not in force")
        key = tables.silence.c.silence_id == silence_id
        change = {"ended_at": now, "ended_by": who}
        connection.execute(update(tables.silence).where(key).values(change))
        audit.append(
            connection,
            at=now,
            who=who,
            what="silence ended",
            subject=row.name,
            before={"ends_at": row.ends_at},
            after=change,
            reason=reason,
        )


def silences(journal: Journal, *, in_force_at: datetime | None = None) -> list[SilenceRow]:
    """Return all silences, newest first, or those in force at an instant."""
    with journal.reading() as connection:
        return silences_of(connection, in_force_at=in_force_at)


def silences_of(connection: Connection, *, in_force_at: datetime | None = None) -> list[SilenceRow]:
    """Return the silences within the transaction of the caller."""
    ordered = _silences().order_by(tables.silence.c.silence_id.desc())
    if in_force_at is not None:
        ordered = ordered.where(tables.silence.c.ends_at > in_force_at)
    rows = [_row(found) for found in connection.execute(ordered)]
    return rows if in_force_at is None else [row for row in rows if row.in_force(in_force_at)]


def _silences() -> Select[Any]:
    return select(tables.silence)


def _find(connection: Connection, silence_id: int) -> SilenceRow:
    found = connection.execute(_silences().where(tables.silence.c.silence_id == silence_id)).first()
    if found is None:
        raise UnknownRowError(f"there is no silence {silence_id}")
    return _row(found)


def _row(found: Row[Any]) -> SilenceRow:
    values = found._asdict()
    scope = SilenceScope(**{name: values.pop(name) for name in _SCOPE})
    return SilenceRow(scope=scope, **values)
