"""The audit trail: who changed what, when and why, and what stood there before."""

import json
from typing import Any

import dash_mantine_components as dmc
from dash import html

from dashboard.address import AuditView, query_of
from dashboard.audit_export import VIEWERS
from dashboard.components import Content, card, heading, notice, table
from dashboard.context import Page, PageContext
from dashboard.pages.pager import pager
from warehouse.journal.audit import AuditRow

PAGE_SIZE = 50
LONGEST = 160
"""Letters shown of what stood before and after; the export has all of it."""


def filters(view: AuditView, context: PageContext) -> Content:
    """Return the search field."""
    if not context.may_decide:
        return None
    return dmc.TextInput(
        id={"type": "filter", "name": "find"},
        label="Who, what, subject or reason contains",
        value=view.find,
        debounce=500,
        size="xs",
        className="filter filter-wide",
    )


def content(view: AuditView, context: PageContext) -> list[Content]:
    """Return one page of the trail; viewers are told that it is not for them."""
    if not context.may_decide:
        return [heading("Audit trail"), notice("Not for viewers", VIEWERS)]
    page = max(view.page, 1)
    found = context.reader.audit(view.find, PAGE_SIZE, (page - 1) * PAGE_SIZE)
    pages = max(1, -(-found.total // PAGE_SIZE))
    if found.total and not found.rows:
        page = pages
        found = context.reader.audit(view.find, PAGE_SIZE, (page - 1) * PAGE_SIZE)
    export = html.A(
        [html.Span(className="icon icon-download"), "CSV"],
        href=f"/audit.csv{query_of(view)}",
        className="button",
        download="",
    )
    return [
        heading(
            "Audit trail",
            below=html.Span(f"{found.total:,} entries, chained by a key", className="dim"),
            beside=[export],
        ),
        card(_table(found.rows, context), html.P(_HINT, className="hint"))
        if found.rows
        else notice("No entry matches"),
        pager(view, page, pages, what="trail"),
    ]


_HINT = (
    "Every entry holds the hash of the one before: `blemish verify` finds an edit, and with the "
    "number and head that digest mails and backups keep, what was cut off at the end."
)


def _table(rows: tuple[AuditRow, ...], context: PageContext) -> html.Div:
    heads = [
        "No.",
        f"When ({context.clock.zone_name})",
        "Who",
        "What",
        "Subject",
        "Change",
        "Reason",
    ]
    cells = [
        [
            f"{row.audit_id:,}",
            context.clock.words(row.at),
            row.who,
            row.what,
            row.subject,
            _change(row),
            row.reason,
        ]
        for row in rows
    ]
    return table(heads, cells, caption="Audit trail, newest first", numeric=(0,))


def _change(row: AuditRow) -> str:
    """Say what changed: the fields that differ, or all of a new or removed thing."""
    before, after = row.before or {}, row.after or {}
    words = [
        f"{name}: {_short(before[name])} → {_short(after[name])}"
        if name in before and name in after
        else f"{name}: {_short(after.get(name, before.get(name)))}"
        for name in (*before, *(name for name in after if name not in before))
        if before.get(name) != after.get(name)
    ]
    said = "; ".join(words)
    return said if len(said) <= LONGEST else said[: LONGEST - 1] + "…"


def _short(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 60 else text[:59] + "…"


PAGE = Page("/audit", "Audit", "audit", AuditView, filters, content, place="menu")
