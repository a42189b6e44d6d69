"""Alert episodes in the journal: signals handled once, with the mails that tell of them."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, fields, replace
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, func, insert, or_, select, update

from warehouse.errors import JournalError, UnknownRowError
from warehouse.journal import outbox, tables
from warehouse.journal.alert_plan import (
    HOLD,
    EpisodeRow,
    EpisodeState,
    FiredSignal,
    Handled,
    HandledSignal,
    Standing,
)
from warehouse.journal.outbox import OutboxRow
from warehouse.journal.silences import silences_of
from warehouse.journal.store import Journal
from warehouse.journal.telling import plan_alerts

__all__ = [
    "EpisodeRow",
    "EpisodeState",
    "FiredSignal",
    "Handled",
    "HandledSignal",
    "episode",
    "episodes",
    "handle_signals",
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
    when there is nothing to tell, and is called again if another process changed the episodes
    meanwhile. The first message of kind "alert" that names an episode begins its thread.
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
        if planned.empty:
            return planned
        tells = bool(planned.firing or planned.resolved)
        messages = tuple(compose(planned)) if compose is not None and tells else ()
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
        return find_episode(connection, episode_id)


def signals_of_episode(journal: Journal, episode_id: str) -> list[str]:
    """Return the signal ids joined to an episode, oldest first."""
    table = tables.signal_handled
    wanted = select(table.c.signal_id).where(table.c.episode_id == episode_id)
    with journal.reading() as connection:
        ordered = wanted.order_by(table.c.completing_at, table.c.signal_id)
        return list(connection.scalars(ordered))


def find_episode(connection: Connection, episode_id: str) -> EpisodeRow:
    """Return one episode within the transaction of the caller."""
    wanted = select(*_EPISODE).where(tables.episode.c.episode_id == episode_id)
    found = connection.execute(wanted).first()
    if found is None:
        raise UnknownRowError(f"there is no episode {episode_id}")
    return EpisodeRow(*found)


def _plan(connection: Connection, signals: Sequence[FiredSignal], now: datetime) -> Handled:
    return plan_alerts(list(signals), _standing(connection, now), now=now)


def _standing(connection: Connection, now: datetime) -> Standing:
    table, handled = tables.episode, tables.signal_handled
    explains = select(table.c.muted_by).where(table.c.state != "resolved")
    wanted = (
        select(*_EPISODE)
        .where(
            or_(
                table.c.state != "resolved",
                table.c.told == "firing",
                table.c.episode_id.in_(explains),
            )
        )
        .order_by(table.c.opened_at, table.c.episode_id)
    )
    told = (
        select(table.c.characteristic_id, table.c.rule_family, func.max(table.c.told_at))
        .where(table.c.told_at > now - HOLD)
        .group_by(table.c.characteristic_id, table.c.rule_family)
    )
    joined = connection.execute(select(handled.c.signal_id, handled.c.episode_id))
    return Standing(
        joined={one.signal_id: one.episode_id for one in joined},
        episodes=[EpisodeRow(*found) for found in connection.execute(wanted)],
        told_at={(one, family): at for one, family, at in connection.execute(told)},
        silences=silences_of(connection, in_force_at=now),
    )


def _write(
    connection: Connection, planned: Handled, messages: Sequence[OutboxRow], now: datetime
) -> None:
    threads: dict[str, str] = {}
    for message in messages:
        for episode_id in message.episodes if message.kind == "alert" else ():
            threads.setdefault(episode_id, message.message_id)
    for row in planned.opened:
        values = asdict(row) | {"thread": threads.get(row.episode_id, row.thread)}
        connection.execute(insert(tables.episode).values(values))
    for row in planned.updated:
        values = asdict(row) | {"thread": threads.get(row.episode_id, row.thread)}
        key = tables.episode.c.episode_id == row.episode_id
        connection.execute(update(tables.episode).where(key).values(values))
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
