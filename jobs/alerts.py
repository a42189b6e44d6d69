"""Turn signals into episodes and mails that tell of them, each exactly once.

Alerting never asks "what is new?": it offers every signal that holds to the journal, which keeps
those it has not handled, in one transaction with their episodes and the mail. A kill before it
loses nothing, a repeat after it does nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from dashboard.acknowledge_links import LinkSigner
from jobs.clock import Clock
from jobs.mail.cards import MailSources
from jobs.mail.digest import write_digest
from jobs.mail.night_mail import compose
from jobs.mail.recipients import mailing_list
from jobs.mailer import SendReport, send_due
from jobs.monitoring.episode_kinds import kind_of
from jobs.monitoring.quiet_episodes import resolve_quiet
from jobs.monitoring.rule_words import headline, rule_family
from jobs.settings import Settings
from warehouse.archive import Archive
from warehouse.connection import Connection, open_master
from warehouse.journal.alerts import (
    EpisodeRow,
    FiredSignal,
    Handled,
    handle_signals,
)
from warehouse.journal.characteristics import CharacteristicRow, characteristics
from warehouse.journal.episode_states import note_withdrawn
from warehouse.journal.outbox import OutboxRow
from warehouse.journal.phases import PhaseRow, phases
from warehouse.journal.store import Journal, open_journal
from warehouse.records import SignalRow
from warehouse.signals import all_signals
from warehouse.site import Site
from warehouse.states import states


@dataclass(frozen=True, slots=True)
class AlertReport:
    """What one alerting step did; `fired` = joined an episode + opened one + late."""

    fired: int = 0
    late: int = 0
    opened: tuple[EpisodeRow, ...] = ()
    resolved: tuple[str, ...] = ()
    messages: tuple[OutboxRow, ...] = ()
    sending: SendReport = field(default_factory=SendReport)

    def to_dict(self) -> dict[str, object]:
        """Plain values for `--json`."""
        return {
            "fired": self.fired,
            "late": self.late,
            "opened": [
                {
                    "episode_id": one.episode_id,
                    "characteristic": one.characteristic_id,
                    "headline": one.headline,
                    "since": one.first_signal_at.isoformat(),
                    "signals": one.signals,
                }
                for one in self.opened
            ],
            "resolved": list(self.resolved),
            "mails": [
                {"message_id": one.message_id, "subject": one.subject, "state": one.state}
                for one in self.messages
            ],
            "sending": self.sending.to_dict(),
        }


def alert(
    site: Site, settings: Settings, *, clock: Clock, password: str | None = None, ingest: str = ""
) -> AlertReport:
    """Handle every signal of `site` that was not handled before, then empty the outbox.

    Reads the master, not the published snapshot: a publish that failed delays no alarm. The
    caller holds the run lock. `ingest` is the run's ledger in words, for the mail's last line.
    """
    with open_journal(site.journal) as journal:
        with open_master(site.master) as connection:
            now = clock()
            report = handle_all(journal, connection, settings, now=now, ingest=ingest, site=site)
            write_digest(journal, states(connection), settings, now=now, ingest=ingest)
        # The warehouse is free again before the first word with a mail server.
        sending = send_due(
            journal, settings.smtp, sender=settings.alerts.sender, password=password, clock=clock
        )
    return replace(report, sending=sending)


def handle_all(
    journal: Journal,
    connection: Connection,
    settings: Settings,
    *,
    now: datetime,
    ingest: str = "",
    site: Site | None = None,
) -> AlertReport:
    """Resolve what is over, then handle every signal that holds; nothing is sent yet.

    Without `site`, mails show no parts and have no link to acknowledge.
    """
    stored = all_signals(connection)
    known = {row.characteristic_id: row for row in characteristics(journal)}
    by_phase = {row.phase_id: row for row in phases(journal)}
    resolved = note_withdrawn(
        journal, [one.signal_id for one in stored if one.withdrawn_at is not None], now=now
    )
    holding = {one.signal_id: one for one in stored if one.withdrawn_at is None}
    max_age = timedelta(hours=settings.alerts.max_age_hours)
    able = [one for one in alarming(holding.values(), by_phase) if one.characteristic_id in known]
    first_said = headlines(able, known)
    fired = [fired_signal(one, first_said[_point(one)], now=now, max_age=max_age) for one in able]
    resolved += resolve_quiet(journal, connection, _watched(known, connection), fired, now=now)
    sources = MailSources(
        connection=connection,
        settings=settings,
        signals=holding,
        characteristics=known,
        phases=by_phase,
        mailing=mailing_list(journal, settings.alerts),
        now=now,
        ingest=ingest,
        archive=None if site is None else Archive(site.archive),
        signer=None if site is None else LinkSigner.of_site(site.secret),
    )
    handled = handle_signals(journal, fired, now=now, compose=lambda plan: compose(plan, sources))
    return _report(handled, tuple(resolved))


def _watched(
    known: dict[str, CharacteristicRow], connection: Connection
) -> dict[str, CharacteristicRow]:
    """Those that are evaluated: where nobody looks, no signal is no good news."""
    failed = {row.characteristic_id for row in states(connection) if row.state == "error"}
    return {key: row for key, row in known.items() if row.enabled and key not in failed}


def alarming(signals: Iterable[SignalRow], by_phase: dict[int, PhaseRow]) -> list[SignalRow]:
    """Return the signals that may alarm: by limits that a person approved, or by specification.

    Limits that nobody approved show their signals on the pages only.
    """
    return [one for one in signals if one.phase_id == 0 or _approved(by_phase.get(one.phase_id))]


def _approved(row: PhaseRow | None) -> bool:
    """Whether a phase is or was in force; a proposal that was turned down never was."""
    if row is None or row.status == "proposed":
        return False
    return row.valid_to is None or row.valid_to > row.valid_from


def headlines(
    signals: Iterable[SignalRow], known: dict[str, CharacteristicRow]
) -> dict[tuple[str, str, str], str]:
    """Return one headline for each part and story: a part may break several rules at once.

    The plotted value itself speaks before its running average.
    """
    said: dict[tuple[str, str, str], str] = {}
    for one in sorted(signals, key=lambda one: one.panel):
        said.setdefault(_point(one), headline(one, known[one.characteristic_id]))
    return said


def _point(signal: SignalRow) -> tuple[str, str, str]:
    return (signal.characteristic_id, rule_family(signal.rule), signal.completing_pass_id)


def fired_signal(signal: SignalRow, said: str, *, now: datetime, max_age: timedelta) -> FiredSignal:
    """Return a signal as the journal takes it; `said` is its headline."""
    return FiredSignal(
        signal_id=signal.signal_id,
        characteristic_id=signal.characteristic_id,
        rule_family=rule_family(signal.rule),
        completing_at=signal.completing_at,
        headline=said,
        late=now - signal.completing_at > max_age,
        kind=kind_of(signal.characteristic_id.rpartition(":")[2]),
    )


def _report(handled: Handled, resolved: tuple[str, ...]) -> AlertReport:
    return AlertReport(
        fired=len(handled.signals),
        late=sum(one.outcome == "late" for one in handled.signals),
        opened=handled.opened,
        resolved=resolved,
        messages=handled.messages,
    )
