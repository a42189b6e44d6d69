"""Where the audit trail stands: its length and the hash that every entry before it went into."""

from dataclasses import dataclass

from sqlalchemy import select

from warehouse.journal import tables
from warehouse.journal.store import Journal


@dataclass(frozen=True, slots=True)
class TrailHead:
    """Entries so far, and the hash of the last one; empty before the first."""

    length: int
    hash: str


def chain_head(journal: Journal) -> TrailHead:
    """Return the head of the audit trail; a copy of it elsewhere shows a later change."""
    audit = tables.audit
    newest = select(audit.c.audit_id, audit.c.hash).order_by(audit.c.audit_id.desc()).limit(1)
    with journal.reading() as connection:
        found = connection.execute(newest).first()
    return TrailHead(0, "") if found is None else TrailHead(found.audit_id, found.hash)
