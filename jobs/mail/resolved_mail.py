"""The mail that says what is over: an answer to the mails that told of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from dashboard.address import ChartView, address
from jobs.mail.cards import MailSources, link
from jobs.mail.content import EpisodeLine, count, render, short_line
from jobs.mail.message_ids import episodes_message_id
from warehouse.journal.alerts import EpisodeRow
from warehouse.journal.outbox import OutboxRow


@dataclass(frozen=True, slots=True)
class ResolvedMail:
    """What the mail says: one line per alert that is over, with why."""

    site_name: str
    zone_name: str
    created_at: datetime
    lines: tuple[EpisodeLine, ...]
    base_url: str


def resolved_mail(resolved: Sequence[EpisodeRow], sources: MailSources) -> OutboxRow:
    """Return the mail about episodes that were told as firing and are resolved."""
    rows = sorted(resolved, key=lambda one: (one.first_signal_at, one.episode_id))
    settings = sources.settings
    mail = ResolvedMail(
        site_name=settings.site.name,
        zone_name=settings.site.time_zone,
        created_at=sources.now,
        lines=tuple(_line(row, sources) for row in rows),
        base_url=settings.alerts.base_url,
    )
    title = resolved_subject(mail)
    # The thread of the newest is the one that mail programs show it in.
    threads = dict.fromkeys(row.thread for row in rows if row.thread)
    return OutboxRow(
        message_id=episodes_message_id("resolved", rows, settings.alerts.sender),
        created_at=sources.now,
        recipients=(),
        subject=title,
        body_text=render("resolved.txt", mail.zone_name, mail=mail, subject=title),
        body_html=render("resolved.html", mail.zone_name, mail=mail, subject=title),
        kind="resolved",
        thread=tuple(threads),
        episodes=tuple(row.episode_id for row in rows),
    )


def resolved_subject(mail: ResolvedMail) -> str:
    """Say what is over on a locked phone."""
    first, *others = mail.lines
    what = first.headline.partition(":")[0]
    more = f" and {count(len(others), 'more alert')}" if others else ""
    return short_line(f"{mail.site_name}: resolved: {what[:1].lower()}{what[1:]}{more}")


def _line(row: EpisodeRow, sources: MailSources) -> EpisodeLine:
    return EpisodeLine(
        headline=row.headline,
        since=row.first_signal_at,
        words=row.closed_reason,
        link=link(sources, address(ChartView(characteristic=row.characteristic_id))),
    )
