"""What happens to an episode after it fired: people take it on, evidence or a person ends it."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, func, select, update

from warehouse.errors import TransitionError
from warehouse.journal import audit, tables
from warehouse.journal.alert_plan import EpisodeRow, EpisodeState
from warehouse.journal.alerts import find_episode
from warehouse.journal.store import Journal

WITHDRAWN = "every signal of it was withdrawn"


def acknowledge(
    journal: Journal, episode_id: str, *, who: str, now: datetime, reason: str = "seen"
) -> None:
    """Say that somebody knows of an episode; audited. Raises as `set_episode_state`."""
    set_episode_state(journal, episode_id, "acknowledged", who=who, now=now, reason=reason)


def resolve(journal: Journal, episode_id: str, *, who: str, now: datetime, reason: str) -> None:
    """End an episode; audited. The next run mails its end to those who were told of it."""
    set_episode_state(journal, episode_id, "resolved", who=who, now=now, reason=reason)


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
        It is resolved already, or the state goes back to "pending" or "firing".

    """
    with journal.writing() as connection:
        row = find_episode(connection, episode_id)
        if row.state == "resolved":
            raise TransitionError(f"episode {episode_id} is resolved; a new signal opens another")
        if state in {"pending", "firing"}:
            raise TransitionError(
                f"episode {episode_id} cannot go back from {row.state} to {state}"
            )
        if state != row.state:
            _set_state(connection, row, state, who=who, now=now, reason=reason)


def note_withdrawn(journal: Journal, signal_ids: Collection[str], *, now: datetime) -> list[str]:
    """Mark handled signals as withdrawn; return the ids of episodes this resolved.

    An episode of which every signal was withdrawn is resolved. Its end is shown and not mailed.
    """
    resolved = []
    with journal.writing() as connection:
        # Every signal ever withdrawn is given each time; few of them are news.
        news = _held(connection).intersection(signal_ids)
        touched = {_withdrawn_from(connection, signal_id, now) for signal_id in news}
        for episode_id in sorted(one for one in touched if one is not None):
            row = find_episode(connection, episode_id)
            if row.state != "resolved" and not _holding(connection, episode_id):
                _set_state(connection, row, "resolved", who="monitor", now=now, reason=WITHDRAWN)
                key = tables.episode.c.episode_id == episode_id
                connection.execute(update(tables.episode).where(key).values(told="resolved"))
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


def _set_state(
    connection: Connection,
    row: EpisodeRow,
    state: EpisodeState,
    *,
    who: str,
    now: datetime,
    reason: str,
) -> None:
    closed = {"closed_at": now, "closed_reason": reason} if state == "resolved" else {}
    key = tables.episode.c.episode_id == row.episode_id
    connection.execute(update(tables.episode).where(key).values(state=state, **closed))
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
