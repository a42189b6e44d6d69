"""The audit trail as CSV: everything that matches, with what stood before and after."""

import csv
import io
import json
from typing import Any

from dashboard.address import AuditView
from dashboard.chart_export import CsvFile
from dashboard.context import PageContext
from warehouse.errors import RoleError
from warehouse.spreadsheet import neutral

MOST = 100_000
"""Entries of one file; `blemish verify --trail` writes them all, with their hashes."""
VIEWERS = "The audit trail is for engineers and admins."


def audit_csv(view: AuditView, context: PageContext) -> CsvFile:
    """Return the entries that match `view`, newest first.

    Raises
    ------
    RoleError
        Whoever asks is a viewer.

    """
    if not context.may_decide:
        raise RoleError(VIEWERS)
    found = context.reader.audit(view.find, MOST, 0)
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(["number", "at_utc", "who", "what", "subject", "before", "after", "reason"])
    for row in found.rows:
        words = (row.who, row.what, row.subject, _json(row.before), _json(row.after), row.reason)
        writer.writerow([row.audit_id, row.at.isoformat(), *(neutral(text) for text in words)])
    return CsvFile("audit.csv", out.getvalue())


def _json(value: dict[str, Any] | None) -> str:
    return "" if value is None else json.dumps(value, ensure_ascii=False)
