"""A mail as files that a person can open without a mail server: .eml, and .html for a browser."""

from __future__ import annotations

import base64
from pathlib import Path

from jobs.mail.message import build_message
from warehouse.journal.outbox import OutboxRow


def write_preview(row: OutboxRow, folder: Path, name: str, *, sender: str) -> tuple[Path, Path]:
    """Write `name`.eml and `name`.html into `folder`, and return their paths.

    The .eml holds the bytes that a server would get. The .html holds its pictures itself, since a
    browser knows no content ids.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    mail, page = folder / f"{name}.eml", folder / f"{name}.html"
    mail.write_bytes(build_message(row, sender=sender).as_bytes())
    page.write_text(standalone_html(row), encoding="utf-8")
    return mail, page


def standalone_html(row: OutboxRow) -> str:
    """Return the HTML part with every inline picture in it."""
    html = row.body_html
    for attachment in row.attachments:
        if attachment.content_id is not None:
            data = base64.b64encode(attachment.data).decode("ascii")
            uri = f"data:{attachment.content_type};base64,{data}"
            html = html.replace(f"cid:{attachment.content_id}", uri)
    return html
