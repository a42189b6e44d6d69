"""The mail outbox: written with the decision to mail, emptied by the mailer."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import datetime, timedelta
from typing import Any, Final, Literal, get_args

from sqlalchemy import Connection, Row, func, insert, or_, select, update

from warehouse.errors import TransitionError, UnknownRowError
from warehouse.journal import audit, tables
from warehouse.journal.store import Journal

OutboxState = Literal["pending", "sent", "dead"]
MailKind = Literal["alert", "resolved", "digest", "failure", "silence", "test"]
LEASE: Final = timedelta(minutes=5)
"""How long a claim holds unless the mailer says how long one delivery may take."""


FARTHEST: Final = timedelta(minutes=70)
"""No back-off and no claim reaches further ahead: a mail that is due later has met a clock that was
set back, and does not wait for it to catch up."""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file of a mail; `content_id` (without <>) for one the HTML refers to by `cid:`."""

    name: str
    content_type: str
    data: bytes
    content_id: str | None = None


@dataclass(frozen=True, slots=True)
class OutboxRow:
    """One mail. `message_id` is its Message-ID for ever, whatever the number of attempts.

    Each recipient is in `delivered_to`, in `refused` with the server's words, or still waited for.
    `thread` holds the Message-IDs it answers, oldest first; `episodes` those it tells of.
    """

    message_id: str
    created_at: datetime
    recipients: tuple[str, ...]
    subject: str
    body_text: str
    body_html: str
    attachments: tuple[Attachment, ...] = ()
    state: OutboxState = "pending"
    attempts: int = 0
    last_error: str | None = None
    next_try_at: datetime | None = None
    delivered_at: datetime | None = None
    delivered_to: tuple[str, ...] = field(default=())
    refused: Mapping[str, str] = field(default_factory=dict)
    kind: MailKind = "alert"
    thread: tuple[str, ...] = ()
    episodes: tuple[str, ...] = ()

    @property
    def remaining(self) -> tuple[str, ...]:
        """The recipients that do not have it yet and may still get it: a retry goes to them."""
        done = {*self.delivered_to, *self.refused}
        return tuple(to for to in self.recipients if to not in done)


MAX_ATTEMPTS: Final = 80
"""Tries before a mail is given up: three days, so that a server which is down over a weekend gets it."""

_NOT_STORED: Final = {"attachments", "episodes"}
_NAMES: Final = tuple(one.name for one in fields(OutboxRow) if one.name not in _NOT_STORED)
_COLUMNS: Final = tuple(tables.outbox.c[name] for name in _NAMES)


def back_off(attempts: int) -> timedelta:
    """Return how long to wait after `attempts` failures: 1, 2, 4, … minutes, at most an hour.

    Examples
    --------
    >>> [back_off(n).total_seconds() for n in (1, 2, 3, 20)]
    [60.0, 120.0, 240.0, 3600.0]

    """
    return timedelta(minutes=min(60, 2 ** max(0, min(attempts, 10) - 1)))


def enqueue(journal: Journal, message: OutboxRow) -> bool:
    """Add a mail; False when its Message-ID is there already."""
    with journal.reading() as connection:
        # Those who look every few minutes find it there, and need no write lock for it.
        if _find(connection, message.message_id) is not None:
            return False
    with journal.writing() as connection:
        return add_once(connection, message)


def add_once(connection: Connection, message: OutboxRow) -> bool:
    """Add a mail within the transaction of the caller; False when its Message-ID is there."""
    if _find(connection, message.message_id) is not None:
        return False
    add(connection, message)
    return True


def add(connection: Connection, message: OutboxRow) -> None:
    """Add a mail within the transaction of the caller, due at once unless it says when."""
    values = {name: getattr(message, name) for name in _NAMES}
    values["recipients"] = list(message.recipients)
    values["delivered_to"] = list(message.delivered_to)
    values["refused"] = dict(message.refused)
    values["thread"] = list(message.thread)
    values["next_try_at"] = message.next_try_at or message.created_at
    connection.execute(insert(tables.outbox).values(values))
    for position, attachment in enumerate(message.attachments):
        connection.execute(
            insert(tables.attachment).values(
                message_id=message.message_id,
                position=position,
                name=attachment.name,
                content_type=attachment.content_type,
                content_id=attachment.content_id,
                data=attachment.data,
            )
        )


def claim_due(
    journal: Journal, *, now: datetime, limit: int = 20, lease: timedelta = LEASE
) -> list[OutboxRow]:
    """Take the pending mails that are due, oldest first, so that no other process takes them.

    A claim counts as an attempt and ends after `lease`, which outlasts one delivery: a mailer that
    was killed between claim and record leaves the mail to the next one.
    """
    table = tables.outbox
    due = (
        select(*_COLUMNS)
        .where(
            table.c.state == "pending",
            or_(table.c.next_try_at <= now, table.c.next_try_at > now + FARTHEST),
        )
        .order_by(table.c.created_at, table.c.message_id)
        .limit(limit)
    )
    claimed = []
    with journal.writing() as connection:
        for found in connection.execute(due).all():
            row = _row(found)
            taken = replace(row, attempts=row.attempts + 1, next_try_at=now + lease)
            _update(connection, taken)
            claimed.append(replace(taken, attachments=_attachments(connection, row.message_id)))
    return claimed


def record_attempt(
    journal: Journal,
    message_id: str,
    *,
    delivered: Collection[str] = (),
    refused: Mapping[str, str] | None = None,
    error: str = "",
    now: datetime,
    max_attempts: int = MAX_ATTEMPTS,
    permanent: bool = False,
) -> OutboxRow:
    """Record what became of one attempt, in one transaction; return the mail as it now stands.

    Parameters
    ----------
    delivered
        Recipients for whom the server took it.
    refused
        Recipients it will never take it for, with its words.
    error
        What went wrong, for the others; empty where nothing did.
    permanent
        Whether trying again cannot help any of them.

    Notes
    -----
    With nobody left to wait for, the mail is "sent" where all have it, else "dead". It is "dead",
    too, after `max_attempts`; a person can revive it.

    """
    with journal.writing() as connection:
        row = _found(connection, message_id)
        have = {*row.delivered_to, *delivered}
        row = replace(
            row,
            delivered_to=tuple(one for one in row.recipients if one in have),
            refused={**row.refused, **(refused or {})},
            last_error=error or None,
        )
        row = _settled(row, now, give_up=permanent or row.attempts >= max_attempts)
        _update(connection, row)
    return row


def _settled(row: OutboxRow, now: datetime, *, give_up: bool) -> OutboxRow:
    """Return a mail after an attempt: sent, dead, or due again."""
    if not row.remaining and not row.refused:
        return replace(row, state="sent", delivered_at=now, next_try_at=None, last_error=None)
    if not row.remaining or give_up:
        refusals = "; ".join(f"{to} refused: {said}" for to, said in row.refused.items())
        return replace(row, state="dead", next_try_at=None, last_error=row.last_error or refusals)
    return replace(row, state="pending", next_try_at=now + back_off(row.attempts))


def revive(journal: Journal, message_id: str, *, who: str, now: datetime, reason: str) -> None:
    """Make a dead mail pending again, due at once; audited.

    Raises
    ------
    UnknownRowError
        There is no such mail.
    TransitionError
        It is not dead.

    """
    with journal.writing() as connection:
        row = _found(connection, message_id)
        if row.state != "dead":
            raise TransitionError(f"mail {message_id} is {row.state}, not dead")
        again = replace(row, state="pending", attempts=0, next_try_at=now, refused={})
        _update(connection, again)
        audit.append(
            connection,
            at=now,
            who=who,
            what="mail revived",
            subject=message_id,
            before={"state": row.state, "attempts": row.attempts, "last_error": row.last_error},
            after={"state": "pending", "attempts": 0, "last_error": row.last_error},
            reason=reason,
        )


def outbox(journal: Journal, *, state: OutboxState | None = None) -> list[OutboxRow]:
    """Return the mails in a state, or all, oldest first, without their attachments."""
    table = tables.outbox
    wanted = select(*_COLUMNS).order_by(table.c.created_at, table.c.message_id)
    if state is not None:
        wanted = wanted.where(table.c.state == state)
    with journal.reading() as connection:
        return [_row(found) for found in connection.execute(wanted)]


def newest_mail(journal: Journal) -> OutboxRow | None:
    """Return the newest mail with its attachments, None where there is none."""
    table = tables.outbox
    wanted = select(*_COLUMNS).order_by(table.c.created_at.desc(), table.c.message_id).limit(1)
    with journal.reading() as connection:
        found = connection.execute(wanted).first()
        if found is None:
            return None
        row = _row(found)
        return replace(row, attachments=_attachments(connection, row.message_id))


def outbox_counts(journal: Journal) -> Mapping[OutboxState, int]:
    """Return how many mails are pending, sent and dead."""
    table = tables.outbox
    wanted = select(table.c.state, func.count()).group_by(table.c.state)
    with journal.reading() as connection:
        found = {row[0]: int(row[1]) for row in connection.execute(wanted)}
    return {state: found.get(state, 0) for state in get_args(OutboxState)}


def _find(connection: Connection, message_id: str) -> OutboxRow | None:
    wanted = select(*_COLUMNS).where(tables.outbox.c.message_id == message_id)
    found = connection.execute(wanted).first()
    return None if found is None else _row(found)


def _found(connection: Connection, message_id: str) -> OutboxRow:
    row = _find(connection, message_id)
    if row is None:
        raise UnknownRowError(f"there is no mail {message_id} in the outbox")
    return row


def _row(found: Row[Any]) -> OutboxRow:
    values = found._asdict()
    values["recipients"] = tuple(values["recipients"])
    values["delivered_to"] = tuple(values["delivered_to"])
    values["thread"] = tuple(values["thread"])
    return OutboxRow(**values)


def _update(connection: Connection, row: OutboxRow) -> None:
    key = tables.outbox.c.message_id == row.message_id
    change = update(tables.outbox).where(key)
    connection.execute(
        change.values(
            delivered_to=list(row.delivered_to),
            refused=dict(row.refused),
            state=row.state,
            attempts=row.attempts,
            last_error=row.last_error,
            next_try_at=row.next_try_at,
            delivered_at=row.delivered_at,
        )
    )


def _attachments(connection: Connection, message_id: str) -> tuple[Attachment, ...]:
    table = tables.attachment
    wanted = (
        select(table.c.name, table.c.content_type, table.c.data, table.c.content_id)
        .where(table.c.message_id == message_id)
        .order_by(table.c.position)
    )
    return tuple(Attachment(*found) for found in connection.execute(wanted))
