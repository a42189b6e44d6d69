"""The audit trail piece by piece, for people who look something up in it."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, or_, select

from warehouse.journal.audit import AuditRow, row_of
from warehouse.journal.store import Journal
from warehouse.journal.tables import audit


@dataclass(frozen=True, slots=True)
class AuditPage:
    """Some entries, newest first, of `total` that match."""

    rows: tuple[AuditRow, ...]
    total: int


def audit_page(journal: Journal, *, find: str = "", limit: int, offset: int = 0) -> AuditPage:
    """Return the entries whose who, what, subject or reason has `find` in it, newest first."""
    matches = _matches(find)
    wanted = select(*(audit.c[name] for name in AuditRow.__slots__)).where(matches)
    wanted = wanted.order_by(audit.c.audit_id.desc()).limit(limit).offset(offset)
    with journal.reading() as connection:
        total = connection.scalar(select(func.count()).select_from(audit).where(matches))
        found = connection.execute(wanted).all()
    return AuditPage(tuple(row_of(row) for row in found), int(total or 0))


def _matches(find: str) -> ColumnElement[bool]:
    columns = (audit.c.who, audit.c.what, audit.c.subject, audit.c.reason)
    return or_(*(column.icontains(find, autoescape=True) for column in columns))
