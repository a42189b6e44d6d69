"""To whom a mail goes; one that goes to nobody is kept, and says why."""

from __future__ import annotations

from dataclasses import replace

from warehouse.journal.outbox import OutboxRow

SUPPRESSED = "suppressed: no recipients are configured ([alerts] recipients)"


def addressed(mail: OutboxRow, recipients: tuple[str, ...]) -> OutboxRow:
    """Return a mail to `recipients`; without any it is kept as dead, with the reason."""
    if recipients:
        return replace(mail, recipients=recipients)
    return replace(mail, state="dead", last_error=SUPPRESSED)
