"""Compose the night's mail from the episodes that opened."""

from __future__ import annotations

import hashlib

from dashboard.address import ChartView, address
from dashboard.metric_names import metric_name
from jobs.mail.cards import MailSources, link, stream_card
from jobs.mail.content import LateLine, NightMail, html_body, subject, text_body
from jobs.monitoring.rule_words import signal_in_words
from warehouse.journal.alerts import Handled
from warehouse.journal.outbox import Attachment, OutboxRow
from warehouse.records import SignalRow, Stream

MOST_PICTURES = 8
"""Charts drawn in one mail; the rest is told in words."""

SUPPRESSED = "suppressed: no recipients are configured ([alerts] recipients)"


def compose(handled: Handled, sources: MailSources) -> list[OutboxRow]:
    """Return one mail for all episodes that opened, none when only old stories went on.

    Late signals alone send no mail, or loading two years of history would; they are told in the
    next mail that has an alarm, and shown on the pages.
    """
    if not handled.opened:
        return []
    mail = night_mail(handled, sources)
    settings = sources.settings
    recipients = settings.alerts.recipients
    return [
        OutboxRow(
            message_id=_message_id(handled, settings.alerts.sender),
            created_at=sources.now,
            recipients=recipients,
            subject=subject(mail),
            body_text=text_body(mail),
            body_html=html_body(mail),
            attachments=tuple(
                Attachment(
                    name=f"{picture.cid.partition('@')[0]}.png",
                    content_type="image/png",
                    data=picture.png,
                    content_id=picture.cid,
                )
                for picture in mail.pictures
            ),
            state="pending" if recipients else "dead",
            last_error=None if recipients else SUPPRESSED,
        )
    ]


def night_mail(handled: Handled, sources: MailSources) -> NightMail:
    """Return what the mail says; the stream with the earliest signal comes first."""
    opened = sorted(handled.opened, key=lambda one: (one.first_signal_at, one.episode_id))
    # One card per characteristic, whatever the number of rule families that opened on it.
    by_stream: dict[Stream, list[str]] = {}
    for episode in opened:
        stream = sources.characteristics[episode.characteristic_id].stream
        ids = by_stream.setdefault(stream, [])
        if episode.characteristic_id not in ids:
            ids.append(episode.characteristic_id)
    opened_ids = {one.episode_id for one in opened}
    new = [
        sources.signals[one.signal.signal_id]
        for one in handled.signals
        if one.episode_id in opened_ids
    ]
    picture_budget = MOST_PICTURES
    streams = []
    for stream, ids in by_stream.items():
        streams.append(stream_card(stream, ids, new, sources, picture_budget))
        picture_budget = max(0, picture_budget - len(ids))
    return NightMail(
        site_name=sources.settings.site.name,
        zone_name=sources.settings.site.time_zone,
        created_at=sources.now,
        streams=tuple(streams),
        late=_late(handled, sources),
        ingest=sources.ingest,
        base_url=sources.settings.alerts.base_url,
    )


def _late(handled: Handled, sources: MailSources) -> tuple[LateLine, ...]:
    """One line per characteristic with late signals."""
    by_characteristic: dict[str, list[SignalRow]] = {}
    for one in handled.signals:
        if one.outcome == "late" and one.episode_id is None:
            signal = sources.signals[one.signal.signal_id]
            by_characteristic.setdefault(signal.characteristic_id, []).append(signal)
    lines = []
    for characteristic_id, signals in sorted(by_characteristic.items()):
        row = sources.characteristics[characteristic_id]
        newest = max(signals, key=lambda one: one.completing_at)
        lines.append(
            LateLine(
                metric=metric_name(row.metric).label,
                place=f"{row.stream.station} / {row.stream.tool}",
                rule=signal_in_words(newest),
                signals=len(signals),
                latest=newest.completing_at,
                link=link(sources, address(ChartView(characteristic=characteristic_id))),
            )
        )
    return tuple(lines)


def _message_id(handled: Handled, sender: str) -> str:
    """The same episodes give the same Message-ID, so a repeat is the same mail."""
    key = "\n".join(sorted(one.episode_id for one in handled.opened))
    domain = sender.rpartition("@")[2] or "localhost"
    return f"blemish-{hashlib.sha256(key.encode()).hexdigest()[:32]}@{domain}"
