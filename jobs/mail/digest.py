"""The nightly digest: the run's ledger, what is open, how the inspection itself is, nothing hidden.

It comes every plant day, so that no mail is a sign, too: of a server that stands still.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from dashboard.address import ChartView, address
from dashboard.metric_names import metric_name
from jobs.mail.content import EpisodeLine, count, one_line, render, short_line
from jobs.mail.message_ids import message_id
from jobs.mail.recipients import WHOLE_PLANT, Scopes, mailing_list
from jobs.monitoring.episode_kinds import kind_of
from jobs.monitoring.rule_words import with_unit
from jobs.schedule.plant_calendar import latest_due_day
from jobs.settings import Settings
from warehouse.journal.alert_ledger import AlertLedger, alert_ledger
from warehouse.journal.alerts import EpisodeRow, episodes
from warehouse.journal.characteristics import CharacteristicRow, characteristics
from warehouse.journal.outbox import OutboxRow, enqueue, outbox, outbox_counts
from warehouse.journal.recipients import RecipientScope
from warehouse.journal.silences import silences
from warehouse.journal.store import Journal
from warehouse.journal.trail_head import chain_head
from warehouse.records import StateRow

NEW_WITHIN = timedelta(hours=26)
"""Alerts that opened or ended within this are "new": a day, and room for a late run."""

MOST_LINES = 25
"""Alerts of one list; the others are counted, and on the pages."""

CALM = ("in control", "too few points")


@dataclass(frozen=True, slots=True)
class HealthLine:
    """How one measure of the inspection stands."""

    name: str
    place: str
    state: str
    value: str


@dataclass(frozen=True, slots=True)
class Digest:
    """What the digest says of one plant day."""

    site_name: str
    zone_name: str
    created_at: datetime
    plant_day: date
    base_url: str
    ingest: str
    states: tuple[tuple[str, int], ...]
    fresh: tuple[EpisodeLine, ...]
    still_open: tuple[EpisodeLine, ...]
    over: tuple[EpisodeLine, ...]
    more: int
    health: tuple[HealthLine, ...]
    health_measures: int
    silences: tuple[str, ...]
    waiting_mails: int
    dead_mails: int
    alerts: AlertLedger
    audit_length: int
    audit_head: str
    part: str = ""
    """Of which part of the plant it tells; empty: of all."""


def write_digest(
    journal: Journal,
    states: Iterable[StateRow],
    settings: Settings,
    *,
    now: datetime,
    ingest: str = "",
) -> bool:
    """Put the digests of the plant day into the outbox; False where they are there or not wanted.

    One for the whole plant, and one for each part of it that somebody chose.
    """
    groups = mailing_list(journal, settings.alerts).digests()
    if not settings.alerts.digest:
        return False
    at = time.fromisoformat(settings.schedule.nightly_at)
    day = latest_due_day(now, at, settings.zone)
    rows = list(states)
    written = False
    for scopes, to in groups.items():
        digest = make_digest(
            journal, rows, settings, now=now, plant_day=day, ingest=ingest, scopes=scopes
        )
        written |= enqueue(journal, _row(digest, settings, to))
    return written


def _row(digest: Digest, settings: Settings, to: tuple[str, ...]) -> OutboxRow:
    """One digest as a mail; those of other parts of the plant have other ids."""
    key = f"{settings.site.name}\0{digest.plant_day.isoformat()}"
    title = digest_subject(digest)
    return OutboxRow(
        message_id=message_id(
            "digest", f"{key}\0{digest.part}" if digest.part else key, settings.alerts.sender
        ),
        created_at=digest.created_at,
        recipients=to,
        subject=title,
        body_text=render("digest.txt", digest.zone_name, mail=digest, subject=title),
        body_html=render("digest.html", digest.zone_name, mail=digest, subject=title),
        kind="digest",
    )


def make_digest(
    journal: Journal,
    states: list[StateRow],
    settings: Settings,
    *,
    now: datetime,
    plant_day: date,
    ingest: str = "",
    scopes: Scopes = WHOLE_PLANT,
) -> Digest:
    """Return what the digest of `plant_day` says of the streams that any of `scopes` covers."""
    known = {
        row.characteristic_id: row
        for row in characteristics(journal)
        if any(scope.covers(row.stream) for scope in scopes)
    }
    whole = RecipientScope() in scopes
    states = [row for row in states if whole or row.characteristic_id in known]
    rows = [row for row in episodes(journal) if whole or row.characteristic_id in known]
    fresh = [row for row in rows if row.state != "resolved" and now - row.opened_at < NEW_WITHIN]
    older = [row for row in rows if row.state != "resolved" and row not in fresh]
    over = [row for row in rows if row.closed_at is not None and now - row.closed_at < NEW_WITHIN]
    health = _health(states, known)
    tried = [row for row in outbox(journal, state="pending") if row.attempts]
    head = chain_head(journal)
    lists = (fresh, older, over)
    return Digest(
        site_name=settings.site.name,
        zone_name=settings.site.time_zone,
        created_at=now,
        plant_day=plant_day,
        base_url=settings.alerts.base_url,
        ingest=ingest,
        states=tuple(sorted(Counter(one.state for one in states).items())),
        fresh=_lines(fresh, settings),
        still_open=_lines(older, settings),
        over=_lines(over, settings),
        more=sum(max(0, len(one) - MOST_LINES) for one in lists),
        health=tuple(line for line in health if line.state not in CALM),
        health_measures=len(health),
        silences=tuple(
            f"{one.scope} until {_utc(one.ends_at)} ({one.created_by}: {one.reason})"
            for one in silences(journal, in_force_at=now)
        ),
        waiting_mails=len(tried),
        dead_mails=outbox_counts(journal)["dead"],
        alerts=alert_ledger(journal),
        audit_length=head.length,
        audit_head=head.hash,
        part="" if whole else "; ".join(str(scope) for scope in scopes),
    )


def digest_subject(digest: Digest) -> str:
    """Say on a locked phone whether anything wants attention."""
    day = f"{digest.plant_day:%a} {digest.plant_day.day} {digest.plant_day:%b}"
    wanting = len(digest.fresh) + len(digest.still_open)
    if wanting:
        words = f"{count(wanting, 'open alert')}, {len(digest.fresh)} new"
    else:
        words = "no open alert"
    if digest.dead_mails:
        words += f", {count(digest.dead_mails, 'undelivered mail')}"
    part = f" ({digest.part})" if digest.part else ""
    return short_line(f"{digest.site_name}{part}, {day}: {words}")


def _health(states: list[StateRow], known: dict[str, CharacteristicRow]) -> list[HealthLine]:
    """Every measure of the inspection itself."""
    lines = []
    for state in states:
        row = known.get(state.characteristic_id)
        if row is not None and kind_of(row.metric) == "camera":
            lines.append(
                HealthLine(
                    name=metric_name(row.metric).label.capitalize(),
                    place=f"{row.stream.station} / {row.stream.tool}",
                    state=state.state,
                    value=with_unit(state.latest_value, row.metric),
                )
            )
    return lines


def _lines(rows: list[EpisodeRow], settings: Settings) -> tuple[EpisodeLine, ...]:
    base = settings.alerts.base_url.rstrip("/")
    return tuple(
        EpisodeLine(
            headline=one_line(row.headline),
            since=row.first_signal_at,
            words=_how_it_stands(row),
            link=base + address(ChartView(characteristic=row.characteristic_id)),
        )
        for row in rows[:MOST_LINES]
    )


def _how_it_stands(row: EpisodeRow) -> str:
    if row.state == "resolved":
        return row.closed_reason
    points = count(row.signals, "signal")
    if row.muted_by is not None:
        return f"{row.state}, {points}; not mailed: {row.muted_reason}"
    if row.state == "pending":
        return f"pending, {points}; mailed when an hour has passed since the last mail on it"
    return f"{row.state}, {points}"


def _utc(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"
