"""What a mail about the open alerts would show now: for the preview, nothing is written."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from dashboard.acknowledge_links import LinkSigner
from jobs.mail.cards import MailSources
from jobs.mail.night_mail import compose
from jobs.mail.recipients import mailing_list
from jobs.settings import Settings
from warehouse.archive import Archive
from warehouse.connection import open_snapshot
from warehouse.journal.alerts import Handled, episodes, signals_of_episode
from warehouse.journal.characteristics import characteristics
from warehouse.journal.outbox import OutboxRow, newest_mail
from warehouse.journal.phases import phases
from warehouse.journal.store import Journal, open_journal
from warehouse.records import SignalRow
from warehouse.signals import all_signals
from warehouse.site import Site


def preview_row(site: Site, settings: Settings, *, now: datetime) -> OutboxRow | None:
    """Return a mail on the open alerts, else the newest of the outbox, None where there is none."""
    with open_journal(site.journal) as journal:
        with open_snapshot(site.current) as connection:
            holding = {one.signal_id: one for one in all_signals(connection)}
            handled = _as_if_new(journal, holding)
            if handled.firing:
                sources = MailSources(
                    connection=connection,
                    settings=settings,
                    signals=holding,
                    characteristics={
                        row.characteristic_id: row for row in characteristics(journal)
                    },
                    phases={row.phase_id: row for row in phases(journal)},
                    mailing=mailing_list(journal, settings.alerts),
                    now=now,
                    archive=Archive(site.archive),
                    signer=LinkSigner.of_site(site.secret),
                )
                return compose(handled, sources)[0]
        return newest_mail(journal)


def _as_if_new(journal: Journal, holding: Mapping[str, SignalRow]) -> Handled:
    """Return the open episodes as if they fired now."""
    rows = episodes(journal, open_only=True)
    members = {
        row.episode_id: tuple(
            one for one in signals_of_episode(journal, row.episode_id) if one in holding
        )
        for row in rows
    }
    shown = tuple(row for row in rows if row.muted_by is None and members[row.episode_id])
    muted = tuple(row for row in rows if row.muted_by is not None)
    return Handled(firing=shown, updated=muted, members=members)
