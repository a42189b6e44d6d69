"""Recipients in the document that moves decisions between sites."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any

from jobs.configuration.section import Section
from warehouse.journal.recipients import (
    Recipient,
    RecipientScope,
    recipient_problem,
    recipients,
    save_recipient,
)
from warehouse.journal.store import Journal


class RecipientDocument(Section):
    """One recipient as the document has it; an empty part of the scope is any."""

    address: str
    name: str
    alerts: bool
    digest: bool
    failures: bool
    line: str | None
    station: str | None
    tool: str | None
    family: str | None
    active: bool

    def row(self) -> Recipient:
        """Return the recipient."""
        scope = RecipientScope(self.line, self.station, self.tool, self.family)
        values = self.model_dump(exclude={"line", "station", "tool", "family"})
        return Recipient(**values, scope=scope)

    @property
    def problem(self) -> str:
        """Why it cannot be stored; empty when it can."""
        return recipient_problem(self.row())


@dataclass(frozen=True, slots=True)
class RecipientChange:
    """A recipient that an import adds or changes: in words, and the act."""

    words: str
    apply: Callable[[], object]


def exported_recipients(journal: Journal) -> list[dict[str, Any]]:
    """Return the recipients of a journal as the document has them."""
    return [
        {
            **{
                name: value
                for name, value in asdict(row).items()
                if name not in {"scope", "recipient_id"}
            },
            **asdict(row.scope),
        }
        for row in recipients(journal)
    ]


def recipient_changes(
    journal: Journal,
    documents: Sequence[RecipientDocument],
    *,
    seed: Sequence[Recipient],
    who: str,
    now: datetime,
    reason: str,
) -> list[RecipientChange]:
    """Return what importing recipients changes here; `seed` are those of the settings file."""
    present = recipients(journal) or list(seed)
    changes = []
    for document in documents:
        wanted = document.row()
        same = (one for one in present if _place(one) == _place(wanted))
        before = next(same, None)
        if before is not None and replace(before, recipient_id=0) == wanted:
            continue
        verb = "add" if before is None else "change"
        words = f"{verb} recipient {wanted.address} of {wanted.scope}"
        save = partial(_save, journal, wanted, seed=seed, who=who, now=now, reason=reason)
        changes.append(RecipientChange(words, save))
    return changes


def _save(
    journal: Journal,
    wanted: Recipient,
    *,
    seed: Sequence[Recipient],
    who: str,
    now: datetime,
    reason: str,
) -> None:
    # Looked up when it is applied: the first one takes those of the settings file over.
    present = recipients(journal) or list(seed)
    before = next((one for one in present if _place(one) == _place(wanted)), None)
    after = replace(wanted, recipient_id=0 if before is None else before.recipient_id)
    save_recipient(journal, after, seen=before, seed=seed, who=who, now=now, reason=reason)


def _place(row: Recipient) -> tuple[str, RecipientScope]:
    return row.address.lower(), row.scope
