"""Compose the mails of an alerting step: what fires, camera apart from process, and what is over."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from dashboard.address import ChartView, address
from dashboard.metric_names import metric_name
from jobs.mail.cards import MailSources, link, stream_card
from jobs.mail.content import (
    EpisodeLine,
    LateLine,
    MailPicture,
    NightMail,
    html_body,
    subject,
    text_body,
)
from jobs.mail.message_ids import episodes_message_id
from jobs.mail.recipients import addressed
from jobs.mail.resolved_mail import resolved_mail
from jobs.monitoring.rule_words import signal_in_words
from warehouse.journal.alerts import EpisodeRow, Handled
from warehouse.journal.outbox import Attachment, OutboxRow
from warehouse.records import SignalRow, Stream

MOST_PICTURES = 8
"""Charts drawn in one mail; the rest is told in words."""


def compose(handled: Handled, sources: MailSources) -> list[OutboxRow]:
    """Return a mail for what fires on the process, one for the camera, one for what is over.

    Late signals alone send no mail, or loading two years of history would; they are told in the
    next mail that has an alarm, and shown on the pages.
    """
    mails = []
    late = _late(handled, sources)
    nobody = sources.mailing.nobody()
    for kind in ("process", "camera"):
        firing = [row for row in handled.firing if row.kind == kind]
        for to, rows in _by_recipients(firing, sources).items():
            told = tuple(line for name, line in late if _concerns(name, to, sources))
            late = [pair for pair in late if pair[1] not in told]
            mails.append(addressed(_alert(rows, handled, sources, told, to), to, nobody=nobody))
    for to, rows in _by_recipients(handled.resolved, sources).items():
        mails.append(addressed(resolved_mail(rows, sources), to, nobody=nobody))
    return mails


def _by_recipients(
    rows: Iterable[EpisodeRow], sources: MailSources
) -> dict[tuple[str, ...], list[EpisodeRow]]:
    """Group alerts by who gets them: each is told in one mail, and a mail tells nobody of others'."""
    found: dict[tuple[str, ...], list[EpisodeRow]] = {}
    for row in rows:
        stream = Stream.from_key(row.stream_key)
        found.setdefault(sources.mailing.alerted(stream), []).append(row)
    # What nobody gets comes last: it has what no other mail tells.
    return dict(sorted(found.items(), key=lambda pair: not pair[0]))


def _concerns(characteristic_id: str, to: tuple[str, ...], sources: MailSources) -> bool:
    """Whether a characteristic is in the scope of everybody who gets a mail."""
    row = sources.characteristics.get(characteristic_id)
    return row is not None and set(to) <= set(sources.mailing.alerted(row.stream))


def night_mail(
    firing: Sequence[EpisodeRow],
    handled: Handled,
    sources: MailSources,
    late: tuple[LateLine, ...] = (),
    to: tuple[str, ...] = (),
) -> NightMail:
    """Return what the mail says to `to`; the stream with the earliest signal comes first."""
    ordered = sorted(firing, key=lambda one: (one.first_signal_at, one.episode_id))
    # One card per characteristic, whatever the number of rule families that fire on it.
    by_stream: dict[Stream, list[str]] = {}
    for episode in ordered:
        stream = sources.characteristics[episode.characteristic_id].stream
        ids = by_stream.setdefault(stream, [])
        if episode.characteristic_id not in ids:
            ids.append(episode.characteristic_id)
    new = [
        sources.signals[signal_id]
        for episode in ordered
        for signal_id in handled.members[episode.episode_id]
        if signal_id in sources.signals
    ]
    picture_budget = MOST_PICTURES
    streams = []
    for stream, ids in by_stream.items():
        streams.append(stream_card(stream, ids, new, sources, picture_budget))
        picture_budget = max(0, picture_budget - len(ids))
    settings, message_id = (
        sources.settings,
        episodes_message_id("alert", firing, sources.settings.alerts.sender),
    )
    signer = sources.signer
    return NightMail(
        site_name=settings.site.name,
        zone_name=settings.site.time_zone,
        created_at=sources.now,
        streams=tuple(streams),
        late=late,
        ingest=sources.ingest,
        base_url=settings.alerts.base_url,
        camera=any(row.kind == "camera" for row in firing),
        muted=_muted(handled, sources, to),
        acknowledge_link=(
            "" if signer is None else signer.link(settings.alerts.base_url, message_id, sources.now)
        ),
    )


def _alert(
    firing: Sequence[EpisodeRow],
    handled: Handled,
    sources: MailSources,
    late: tuple[LateLine, ...],
    to: tuple[str, ...],
) -> OutboxRow:
    mail = night_mail(firing, handled, sources, late, to)
    return OutboxRow(
        message_id=episodes_message_id("alert", firing, sources.settings.alerts.sender),
        created_at=sources.now,
        recipients=(),
        subject=subject(mail),
        body_text=text_body(mail),
        body_html=html_body(mail),
        attachments=tuple(attached(picture) for picture in mail.pictures),
        kind="alert",
        episodes=tuple(row.episode_id for row in firing),
    )


def attached(picture: MailPicture) -> Attachment:
    """Return an inline picture as the outbox keeps it."""
    ending = "jpg" if picture.content_type == "image/jpeg" else "png"
    return Attachment(
        name=f"{picture.cid.partition('@')[0]}.{ending}",
        content_type=picture.content_type,
        data=picture.data,
        content_id=picture.cid,
    )


def _muted(handled: Handled, sources: MailSources, to: tuple[str, ...]) -> tuple[EpisodeLine, ...]:
    """The alerts of this step that are not mailed on their own, with what keeps them back."""
    rows = [
        row
        for row in (*handled.opened, *handled.updated)
        if row.muted_by is not None and _concerns(row.characteristic_id, to, sources)
    ]
    return tuple(
        EpisodeLine(
            headline=row.headline,
            since=row.first_signal_at,
            words=row.muted_reason,
            link=link(sources, address(ChartView(characteristic=row.characteristic_id))),
        )
        for row in sorted(rows, key=lambda one: (one.first_signal_at, one.episode_id))
        if row.state != "resolved"
    )


def _late(handled: Handled, sources: MailSources) -> list[tuple[str, LateLine]]:
    """One line per characteristic with late signals, with its id."""
    by_characteristic: dict[str, list[SignalRow]] = {}
    for one in handled.signals:
        if one.outcome == "late" and one.episode_id is None:
            signal = sources.signals[one.signal.signal_id]
            by_characteristic.setdefault(signal.characteristic_id, []).append(signal)
    lines = []
    for characteristic_id, signals in sorted(by_characteristic.items()):
        row = sources.characteristics[characteristic_id]
        newest = max(signals, key=lambda one: one.completing_at)
        line = LateLine(
            metric=metric_name(row.metric).label,
            place=f"{row.stream.station} / {row.stream.tool}",
            rule=signal_in_words(newest),
            signals=len(signals),
            latest=newest.completing_at,
            link=link(sources, address(ChartView(characteristic=characteristic_id))),
        )
        lines.append((characteristic_id, line))
    return lines
