"""What the settings pages read and write: characteristics, recipients and models of the journal."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from dashboard.guard_identity import Identity
from dashboard.guard_reader import NOT_YOURS
from warehouse.errors import RoleError
from warehouse.journal.characteristics import (
    CharacteristicChange,
    CharacteristicRow,
    change_characteristics,
    characteristics,
)
from warehouse.journal.model_trials import ModelTrial, model_trials
from warehouse.journal.phases import active_phases
from warehouse.journal.recipients import Recipient, recipients, save_recipient
from warehouse.journal.store import Journal, open_journal
from warehouse.site import Site

NOT_AN_ADMIN = "Recipients are changed by admins: mails leave the plant. Ask one."


class SettingsDesk(Protocol):
    """Decisions of a site; every method may raise `warehouse.errors.WarehouseError`."""

    @property
    def edits_characteristics(self) -> bool:
        """Whether whoever is there may change characteristics and decide on models."""
        ...

    @property
    def edits_recipients(self) -> bool:
        """Whether whoever is there may change recipients."""
        ...

    def characteristics(self) -> list[CharacteristicRow]:
        """Return every characteristic, also those switched off."""
        ...

    def limits_in_force(self) -> Mapping[str, int]:
        """Return the number of the phase in force, by characteristic."""
        ...

    def change_characteristics(
        self, changes: Sequence[CharacteristicChange], *, who: str, now: datetime, reason: str
    ) -> int:
        """Change characteristics, all or none; return how many are other than they were."""
        ...

    def recipients(self) -> list[Recipient]:
        """Return every recipient of the journal."""
        ...

    def save_recipient(
        self,
        wanted: Recipient,
        *,
        seen: Recipient | None,
        seed: Sequence[Recipient],
        who: str,
        now: datetime,
        reason: str,
    ) -> None:
        """Add or change a recipient; as `warehouse.journal.recipients.save_recipient`."""
        ...

    def models(self) -> list[ModelTrial]:
        """Return every model that was measured in shadow, newest first."""
        ...


class JournalDesk:
    """The desk of a site's journal; whoever holds it may do everything."""

    edits_characteristics = True
    edits_recipients = True

    def __init__(self, journal: Journal) -> None:
        self._journal = journal

    def close(self) -> None:
        """Close the journal."""
        self._journal.close()

    def characteristics(self) -> list[CharacteristicRow]:
        """Return every characteristic."""
        return characteristics(self._journal)

    def limits_in_force(self) -> Mapping[str, int]:
        """Return the numbers of the phases in force."""
        return {key: row.phase_id for key, row in active_phases(self._journal).items()}

    def change_characteristics(
        self, changes: Sequence[CharacteristicChange], *, who: str, now: datetime, reason: str
    ) -> int:
        """Change characteristics, all or none."""
        changed = change_characteristics(self._journal, changes, who=who, now=now, reason=reason)
        return len(changed)

    def recipients(self) -> list[Recipient]:
        """Return every recipient."""
        return recipients(self._journal)

    def save_recipient(
        self,
        wanted: Recipient,
        *,
        seen: Recipient | None,
        seed: Sequence[Recipient],
        who: str,
        now: datetime,
        reason: str,
    ) -> None:
        """Add or change a recipient."""
        save_recipient(self._journal, wanted, seen=seen, seed=seed, who=who, now=now, reason=reason)

    def models(self) -> list[ModelTrial]:
        """Return every model that was measured in shadow."""
        return model_trials(self._journal)


class SignedSettingsDesk:
    """A desk that writes only what the role of whoever is there allows, and in their name.

    The second lock behind hidden buttons: a callback that forgot to ask writes nothing either.
    """

    def __init__(self, desk: SettingsDesk, identity: Identity, *, may_decide: bool) -> None:
        self._desk = desk
        self._identity = identity
        self._may_decide = may_decide

    @property
    def edits_characteristics(self) -> bool:
        """Whether the role is engineer or admin."""
        return self._may_decide and self._identity.may_decide

    @property
    def edits_recipients(self) -> bool:
        """Whether the role is admin."""
        return self._may_decide and self._identity.role == "admin"

    def characteristics(self) -> list[CharacteristicRow]:
        """Return every characteristic."""
        return self._desk.characteristics()

    def limits_in_force(self) -> Mapping[str, int]:
        """Return the numbers of the phases in force."""
        return self._desk.limits_in_force()

    def change_characteristics(
        self, changes: Sequence[CharacteristicChange], *, who: str, now: datetime, reason: str
    ) -> int:
        """Change characteristics; RoleError where the role may not."""
        if not self.edits_characteristics:
            raise RoleError(NOT_YOURS)
        return self._desk.change_characteristics(
            changes, who=self._identity.name or who, now=now, reason=reason
        )

    def recipients(self) -> list[Recipient]:
        """Return every recipient."""
        return self._desk.recipients()

    def save_recipient(
        self,
        wanted: Recipient,
        *,
        seen: Recipient | None,
        seed: Sequence[Recipient],
        who: str,
        now: datetime,
        reason: str,
    ) -> None:
        """Add or change a recipient; RoleError where the role may not."""
        if not self.edits_recipients:
            raise RoleError(NOT_AN_ADMIN)
        person = self._identity.name or who
        self._desk.save_recipient(wanted, seen=seen, seed=seed, who=person, now=now, reason=reason)

    def models(self) -> list[ModelTrial]:
        """Return every model that was measured in shadow."""
        return self._desk.models()


def open_settings_desk(site: Site) -> JournalDesk:
    """Return the desk of a site; JournalMissingError when nobody set it up."""
    return JournalDesk(open_journal(site.journal))
