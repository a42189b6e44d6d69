"""Alert episodes: one story per characteristic and rule family, one mail per story."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import asdict, fields, replace
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, func, insert, select, update

from warehouse.errors import JournalError, TransitionError, UnknownRowError
from warehouse.journal import audit, outbox, tables
from warehouse.journal.alert_plan import (
    EpisodeRow,
    EpisodeState,
    FiredSignal,
    Handled,
    HandledSignal,
    plan_alerts,
)
from warehouse.journal.outbox import OutboxRow
from warehouse.journal.store import Journal

__all__ = [
    "EpisodeRow",
    "EpisodeState",
    "FiredSignal",
    "Handled",
    "HandledSignal",
    "episode",
    "episodes",
    "handle_signals",
    "note_withdrawn",
    "set_episode_state",
    "signals_of_episode",
]

_TRIES: Final = 5
_EPISODE: Final = tuple(tables.episode.c[field.name] for field in fields(EpisodeRow))


def handle_signals(
    journal: Journal,
    signals: Sequence[FiredSignal],
    *,
    now: datetime,
    compose: Callable[[Handled], Sequence[OutboxRow]] | None = None,
) -> Handled:
    """Handle every signal that was not handled before, in one journal transaction.

    The handled rows, the episodes and the messages of `compose` are committed together, so a kill
    leaves all or nothing and a repeat finds nothing new. `compose` gets the plan (its `messages`
    empty) before the transaction begins, so that drawing charts holds no lock; it is not called
    when nothing is new, and is called again if another process handled some of them meanwhile.
    A late signal opens no episode; it joins an open one.

    Raises
    ------
    JournalError
        Other processes changed the same episodes five times in a row, or a message's Message-ID
        is in the outbox already; nothing was written.
    """
    for _ in range(_TRIES):
        with journal.reading() as connection:
            planned = _plan(connection, signals, now)
        if not planned.signals:
            return planned
        messages = tuple(compose(planned)) if compose is not None else ()
        with journal.writing() as connection:
            if _plan(connection, signals, now) == planned:
                _write(connection, planned, messages, now)
                return replace(planned, messages=messages)
    raise JournalError("other processes keep changing the episodes; nothing was written")


def episodes(journal: Journal, *, open_only: bool = False) -> list[EpisodeRow]:
    """Return the episodes, newest first."""
    table = tables.episode
    wanted = select(*_EPISODE).order_by(table.c.opened_at.desc(), table.c.episode_id)
    if open_only:
        wanted = wanted.where(table.c.state != "resolved")
    with journal.reading() as connection:
        return [EpisodeRow(*found) for found in connection.execute(wanted)]


def episode(journal: Journal, episode_id: str) -> EpisodeRow:
    """Return one episode; UnknownRowError when there is none with this id."""
    with journal.reading() as connection:
        return _find(connection, episode_id)


def signals_of_episode(journal: Journal, episode_id: str) -> list[str]:
    """Return the signal ids joined to an episode, oldest first."""
    table = tables.signal_handled
    wanted = select(table.c.signal_id).where(table.c.episode_id == episode_id)
    with journal.reading() as connection:
        ordered = wanted.order_by(table.c.completing_at, table.c.signal_id)
        return list(connection.scalars(ordered))


def set_episode_state(
    journal: Journal,
    episode_id: str,
    state: EpisodeState,
    *,
    who: str,
    now: datetime,
    reason: str,
) -> None:
    """Acknowledge, investigate or resolve an episode; audited.

    Raises
    ------
    UnknownRowError
        There is no such episode.
    TransitionError
        It is resolved already, or the state goes back to "firing".

    """
    with journal.writing() as connection:
        row = _find(connection, episode_id)
        if row.state == "resolved":
            raise TransitionError(f"episode {episode_id} is resolved; a new signal opens another")
        if state == "firing":
            raise TransitionError(f"episode {episode_id} cannot go back from {row.state} to firing")
        if state != row.state:
            _set_state(connection, row, state, who=who, now=now, reason=reason)


def note_withdrawn(journal: Journal, signal_ids: Collection[str], *, now: datetime) -> list[str]:
    """Mark handled signals as withdrawn; return the ids of episodes this resolved.

    An episode of which every signal was withdrawn is resolved. No mail is written.
    """
    resolved = []
    with journal.writing() as connection:
        # Every signal ever withdrawn is given each time; few of them are news.
        news = _held(connection).intersection(signal_ids)
        touched = {_withdrawn_from(connection, signal_id, now) for signal_id in news}
        for episode_id in sorted(one for one in touched if one is not None):
            row = _find(connection, episode_id)
            if row.state != "resolved" and not _holding(connection, episode_id):
                reason = "every signal of it was withdrawn"
                _set_state(connection, row, "resolved", who="monitor", now=now, reason=reason)
                resolved.append(episode_id)
    return resolved


def _held(connection: Connection) -> set[str]:
    table = tables.signal_handled
    return set(connection.scalars(select(table.c.signal_id).where(table.c.withdrawn_at.is_(None))))


def _withdrawn_from(connection: Connection, signal_id: str, now: datetime) -> str | None:
    """Mark one handled signal as withdrawn and return the episode this changes."""
    table = tables.signal_handled
    holding = (table.c.signal_id == signal_id) & table.c.withdrawn_at.is_(None)
    episode_id = connection.scalar(select(table.c.episode_id).where(holding))
    connection.execute(update(table).where(holding).values(withdrawn_at=now))
    return episode_id


def _holding(connection: Connection, episode_id: str) -> int:
    table = tables.signal_handled
    member = (table.c.episode_id == episode_id) & table.c.withdrawn_at.is_(None)
    return connection.scalar(select(func.count()).select_from(table).where(member)) or 0


def _plan(connection: Connection, signals: Sequence[FiredSignal], now: datetime) -> Handled:
    wanted = select(*_EPISODE).where(tables.episode.c.state != "resolved")
    return plan_alerts(
        signals,
        handled=set(connection.scalars(select(tables.signal_handled.c.signal_id))),
        standing=[EpisodeRow(*found) for found in connection.execute(wanted)],
        now=now,
    )


def _write(
    connection: Connection, planned: Handled, messages: Sequence[OutboxRow], now: datetime
) -> None:
    for row in planned.opened:
        connection.execute(insert(tables.episode).values(asdict(row)))
    for row in planned.updated:
        key = tables.episode.c.episode_id == row.episode_id
        connection.execute(update(tables.episode).where(key).values(asdict(row)))
    for handled in planned.signals:
        connection.execute(
            insert(tables.signal_handled).values(
                signal_id=handled.signal.signal_id,
                characteristic_id=handled.signal.characteristic_id,
                rule_family=handled.signal.rule_family,
                completing_at=handled.signal.completing_at,
                handled_at=now,
                outcome=handled.outcome,
                episode_id=handled.episode_id,
            )
        )
    for message in messages:
        outbox.add(connection, message)


def _find(connection: Connection, episode_id: str) -> EpisodeRow:
    wanted = select(*_EPISODE).where(tables.episode.c.episode_id == episode_id)
    found = connection.execute(wanted).first()
    if found is None:
        raise UnknownRowError(f"there is no episode {episode_id}")
    return EpisodeRow(*found)


def _set_state(
    connection: Connection,
    row: EpisodeRow,
    state: EpisodeState,
    *,
    who: str,
    now: datetime,
    reason: str,
) -> None:
    closed_at = now if state == "resolved" else None
    key = tables.episode.c.episode_id == row.episode_id
    connection.execute(update(tables.episode).where(key).values(state=state, closed_at=closed_at))
    audit.append(
        connection,
        at=now,
        who=who,
        what=f"episode {state}",
        subject=row.episode_id,
        before={"state": row.state},
        after={"state": state},
        reason=reason,
    )
