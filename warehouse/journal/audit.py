"""The audit trail: every change of a decision, append-only and chained by hashes."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Final

from sqlalchemy import Connection, insert, select

from warehouse.journal.store import Journal
from warehouse.journal.tables import audit

_START: Final = "0" * 64


@dataclass(frozen=True, slots=True)
class AuditRow:
    """Who changed what, when and why; `before` None is a new thing, `after` None a removed one."""

    audit_id: int
    at: datetime
    who: str
    what: str
    subject: str
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    reason: str


def append(
    connection: Connection,
    *,
    at: datetime,
    who: str,
    what: str,
    subject: str,
    before: Mapping[str, Any] | None,
    after: Mapping[str, Any] | None,
    reason: str,
) -> None:
    """Append one row within the transaction that makes the change."""
    newest = select(audit.c.audit_id, audit.c.hash).order_by(audit.c.audit_id.desc()).limit(1)
    last = connection.execute(newest).first()
    number, previous = (0, _START) if last is None else (last.audit_id, last.hash)
    row = {
        "audit_id": number + 1,
        "at": at,
        "who": who,
        "what": what,
        "subject": subject,
        "before": _text(before),
        "after": _text(after),
        "reason": reason,
    }
    chained = row | {"previous_hash": previous, "hash": _hash(row, previous)}
    connection.execute(insert(audit).values(chained))


def record(
    journal: Journal,
    *,
    at: datetime,
    who: str,
    what: str,
    subject: str,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    reason: str,
) -> None:
    """Append one row on its own, for an act that changes no table of the journal."""
    with journal.writing() as connection:
        append(
            connection,
            at=at,
            who=who,
            what=what,
            subject=subject,
            before=before,
            after=after,
            reason=reason,
        )


def audit_trail(
    journal: Journal, *, subject: str | None = None, limit: int | None = None
) -> list[AuditRow]:
    """Return the trail of one subject, or all, newest first."""
    wanted = select(*(audit.c[name] for name in AuditRow.__slots__))
    wanted = wanted.order_by(audit.c.audit_id.desc()).limit(limit)
    if subject is not None:
        wanted = wanted.where(audit.c.subject == subject)
    with journal.reading() as connection:
        found = connection.execute(wanted).all()
    return [
        AuditRow(number, at, who, what, about, _object(before), _object(after), reason)
        for number, at, who, what, about, before, after, reason in found
    ]


def first_broken(journal: Journal) -> int | None:
    """Return the number of the first row that does not fit the chain, None when all do."""
    with journal.reading() as connection:
        found = connection.execute(select(audit).order_by(audit.c.audit_id)).mappings().all()
    previous = _START
    for position, row in enumerate(found, start=1):
        content = {name: row[name] for name in AuditRow.__slots__}
        fits = row["audit_id"] == position and row["previous_hash"] == previous
        if not fits or row["hash"] != _hash(content, previous):
            return int(row["audit_id"])
        previous = row["hash"]
    return None


def _hash(row: Mapping[str, Any], previous: str) -> str:
    content = dict(row) | {"at": row["at"].astimezone(UTC).isoformat(timespec="microseconds")}
    text = json.dumps([previous, content], sort_keys=True, ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()


def _text(values: Mapping[str, Any] | None) -> str | None:
    if values is None:
        return None
    return json.dumps(dict(values), sort_keys=True, ensure_ascii=False, default=_plain)


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"a {type(value).__name__} cannot stand in the audit trail")


def _object(text: str | None) -> dict[str, Any] | None:
    if text is None:
        return None
    found: dict[str, Any] = json.loads(text)
    return found
