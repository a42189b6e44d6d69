"""To whom a mail goes: those of the journal, and while it has none, those of the settings file.

A mail that goes to nobody is kept, and says why.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

from jobs.configuration.alert_sections import AlertSettings
from warehouse.errors import WarehouseError
from warehouse.journal.outbox import OutboxRow
from warehouse.journal.recipients import Recipient, RecipientScope, recipients
from warehouse.journal.store import Journal, open_journal
from warehouse.records import Stream
from warehouse.site import Site

SUPPRESSED = "suppressed: no recipients are configured ([alerts] recipients)"
OUT_OF_SCOPE = "suppressed: no recipient is set for this part of the plant (Settings, Recipients)"

Scopes = tuple[RecipientScope, ...]
WHOLE_PLANT: Final[Scopes] = (RecipientScope(),)


@dataclass(frozen=True, slots=True)
class MailingList:
    """Everybody who may get mails; those switched off get none.

    Examples
    --------
    >>> wash = RecipientScope(line="L1", station="wash")
    >>> people = MailingList((Recipient("a@x"), Recipient("b@x", digest=True, scope=wash)))
    >>> people.alerted(Stream("L1", "wash", "T1", "HS")), people.alerted(Stream("L2", "wash", "", ""))
    (('a@x', 'b@x'), ('a@x',))
    >>> people.digests()
    {(RecipientScope(line='L1', station='wash', tool=None, family=None),): ('b@x',)}

    """

    rows: tuple[Recipient, ...] = ()

    @property
    def active(self) -> tuple[Recipient, ...]:
        """Those that are not switched off."""
        return tuple(row for row in self.rows if row.active)

    def alerted(self, stream: Stream) -> tuple[str, ...]:
        """Return the addresses that get the alerts of a stream."""
        return _once(row.address for row in self.active if row.alerts and row.scope.covers(stream))

    def digests(self) -> dict[Scopes, tuple[str, ...]]:
        """Return the addresses that get a digest, by what it tells of."""
        by_address: dict[str, list[RecipientScope]] = {}
        for row in self.active:
            if row.digest:
                by_address.setdefault(row.address, []).append(row.scope)
        found: dict[Scopes, list[str]] = {}
        for address, scopes in by_address.items():
            whole = RecipientScope() in scopes
            key = WHOLE_PLANT if whole else tuple(sorted(set(scopes), key=str))
            found.setdefault(key, []).append(address)
        return {key: tuple(addresses) for key, addresses in found.items()}

    def failures(self) -> tuple[str, ...]:
        """Return the addresses that hear of failed and missing runs, of the whole site."""
        return _once(row.address for row in self.active if row.failures)

    def nobody(self) -> str:
        """Say why a mail goes to nobody."""
        return OUT_OF_SCOPE if any(row.alerts for row in self.active) else SUPPRESSED


def _once(addresses: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(addresses))


def recipients_of_settings(alerts: AlertSettings) -> tuple[Recipient, ...]:
    """Return the recipients that the settings file names, each once.

    Examples
    --------
    >>> alerts = AlertSettings.model_validate(
    ...     {"recipients": ["a@x", "b@x"], "failure_recipients": ["it@x"]}
    ... )
    >>> [(one.address, one.alerts, one.digest, one.failures) for one in recipients_of_settings(alerts)]
    [('a@x', True, True, False), ('b@x', True, True, False), ('it@x', False, False, True)]

    """
    alerted = alerts.recipients
    digest = alerts.digest_recipients or alerted
    failures = alerts.failure_recipients or alerted
    return tuple(
        Recipient(
            address,
            alerts=address in alerted,
            digest=address in digest,
            failures=address in failures,
        )
        for address in _once((*alerted, *digest, *failures))
    )


def mailing_list(journal: Journal, alerts: AlertSettings) -> MailingList:
    """Return who gets mails at present."""
    return MailingList(tuple(recipients(journal)) or recipients_of_settings(alerts))


def mailing_list_of_site(site: Site, alerts: AlertSettings) -> MailingList:
    """Return the same, or those of the settings file where the journal cannot be read."""
    try:
        with open_journal(site.journal) as journal:
            return mailing_list(journal, alerts)
    except WarehouseError:
        # Told by whoever asked for the journal: what is broken must not keep its own news back.
        return MailingList(recipients_of_settings(alerts))


def addressed(mail: OutboxRow, to: tuple[str, ...], *, nobody: str = SUPPRESSED) -> OutboxRow:
    """Return a mail to the addresses `to`; without any it is kept as dead, with the reason."""
    if to:
        return replace(mail, recipients=to)
    return replace(mail, state="dead", last_error=nobody)
