"""Mails about blemish itself: a run that failed, a site that fell silent, a test.

They are made of words alone: no warehouse, no chart, nothing that may be what is broken.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from jobs.mail.content import render, short_line
from jobs.mail.message_ids import message_id
from jobs.mail.recipients import addressed
from jobs.settings import Settings
from warehouse.journal.outbox import MailKind, OutboxRow


@dataclass(frozen=True, slots=True)
class Notice:
    """What such a mail says; two notices of one kind and `key` are one mail."""

    kind: MailKind
    key: str
    title: str
    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _NoticeMail:
    """What the templates of all mails take."""

    site_name: str
    zone_name: str
    created_at: datetime
    base_url: str
    notice: Notice


def notice_row(
    notice: Notice, settings: Settings, *, now: datetime, to: tuple[str, ...]
) -> OutboxRow:
    """Return a notice as a mail to the addresses `to`."""
    alerts = settings.alerts
    title = short_line(f"{settings.site.name}: {notice.title}")
    mail = _NoticeMail(
        settings.site.name, settings.site.time_zone, now, settings.alerts.base_url, notice
    )
    row = OutboxRow(
        message_id=message_id(notice.kind, f"{settings.site.name}\0{notice.key}", alerts.sender),
        created_at=now,
        recipients=(),
        subject=title,
        body_text=render("notice.txt", mail.zone_name, mail=mail, subject=title),
        body_html=render("notice.html", mail.zone_name, mail=mail, subject=title),
        kind=notice.kind,
    )
    return addressed(row, to)
