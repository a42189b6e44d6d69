"""The audit trail: every change of a decision, append-only and chained by keyed hashes.

Each row has the HMAC-SHA-256, under the site's key, of itself and of the hash of the row before. A
journal that is older than the key begins with rows chained by SHA-256 alone; the first keyed row
holds them fast, as it covers the last of them. What only a look from outside can find, rows removed
at the end, is found by the length and head that mails, backups and the fact store keep.
"""

import hashlib
import hmac
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Final

from sqlalchemy import Connection, insert, select, type_coerce
from sqlalchemy.types import NullType

from warehouse.journal.decision_seals import key_of
from warehouse.journal.store import Journal
from warehouse.journal.tables import audit

_START: Final = "0" * 64
_STORED: Final = select(
    *(type_coerce(column, NullType()).label(column.name) for column in audit.c)
).order_by(audit.c.audit_id)


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
    chained = row | {"previous_hash": previous, "hash": _hash(row, previous, _key(connection))}
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
    return [row_of(row) for row in found]


def row_of(found: Iterable[Any]) -> AuditRow:
    """Return an entry from its columns, in the order of `AuditRow`."""
    number, at, who, what, about, before, after, reason = found
    return AuditRow(number, at, who, what, about, _object(before), _object(after), reason)


@dataclass(frozen=True, slots=True)
class TrailReport:
    """What a walk along the whole trail found.

    Attributes
    ----------
    broken
        Number of the first row that does not fit, None when all do.
    keyed_from
        Number of the first row chained with the key, None when none is.
    hashes
        Of every row, oldest first: to be compared with what others keep.

    """

    broken: int | None
    keyed_from: int | None
    hashes: tuple[str, ...]


def check_trail(journal: Journal) -> TrailReport:
    """Walk along the trail and compare every hash."""
    with journal.reading() as connection:
        key = _key(connection)
        # Texts as they are stored: a time edited into a word must break the chain, not the check.
        found = connection.execute(_STORED).mappings().all()
    previous, keyed_from, broken = _START, None, None
    for position, row in enumerate(found, start=1):
        fits = row["audit_id"] == position and row["previous_hash"] == previous
        content = {name: row[name] for name in AuditRow.__slots__}
        keyed = key is not None and hmac.compare_digest(
            str(row["hash"]), _hash(content, previous, key)
        )
        if keyed and keyed_from is None:
            keyed_from = position
        plain = keyed_from is None and row["hash"] == _hash(content, previous, None)
        if not (fits and (keyed or plain)):
            number = row["audit_id"]
            broken = number if isinstance(number, int) else position
            break
        previous = row["hash"]
    return TrailReport(broken, keyed_from, tuple(str(row["hash"]) for row in found))


def first_broken(journal: Journal) -> int | None:
    """Return the number of the first row that does not fit the chain, None when all do."""
    return check_trail(journal).broken


def _key(connection: Connection) -> bytes | None:
    key = key_of(connection)
    return None if key is None else key.derived("audit")


def _hash(row: Mapping[str, Any], previous: str, key: bytes | None) -> str:
    content = dict(row) | {"at": _instant(row["at"])}
    text = json.dumps([previous, content], sort_keys=True, ensure_ascii=True, default=str)
    if key is None:
        return hashlib.sha256(text.encode()).hexdigest()
    return hmac.digest(key, text.encode(), hashlib.sha256).hex()


def _instant(value: datetime | str) -> str:
    """Return a time as the hash takes it, also one that SQLite stores as text in UTC."""
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            return f"unreadable {value}"
    in_utc = value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
    return in_utc.isoformat(timespec="microseconds")


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
