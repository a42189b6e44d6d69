"""Empty the outbox through the plant's mail server.

Sending is the only step that cannot be part of a transaction: a server may take a mail and its
answer be lost, or this process be killed before the answer is written down. Then the mail is sent
again with the same Message-ID; it is never lost and never a new mail.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic

from jobs.configuration.alert_sections import SmtpSettings
from jobs.mail.connection import longest_connection
from jobs.mail.delivery import deliver
from warehouse.journal.outbox import claim_due, record_attempt
from warehouse.journal.store import Journal

logger = logging.getLogger(__name__)

MOST_AT_ONCE = 100
"""Mails of one pass: after an outage the rest goes in the next ones, so that no relay's limit trips."""

LONGEST_PASS = timedelta(minutes=2)
"""A pass that took this long ends with the mail it is at: what waits is due in the next one."""

MARGIN = timedelta(minutes=1)
"""A claim outlasts the longest delivery by this: the time to record it."""


@dataclass(frozen=True, slots=True)
class SendReport:
    """What one pass over the outbox did; `problems` has one sentence per mail not fully sent."""

    sent: int = 0
    failed: int = 0
    dead: int = 0
    problems: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, object]:
        """Plain values for `--json`."""
        return {
            "sent": self.sent,
            "failed": self.failed,
            "dead": self.dead,
            "problems": list(self.problems),
        }


def send_due(
    journal: Journal,
    smtp: SmtpSettings,
    *,
    sender: str,
    password: str | None,
    clock: Callable[[], datetime],
    stopwatch: Callable[[], float] = monotonic,
) -> SendReport:
    """Send every mail that is due, each recipient once, and record what the server said.

    Without a configured server nothing is claimed: the mails stay pending, and are shown so.
    A mail is claimed only when the one before it is recorded, for longer than one delivery may
    take: two mailers never send the same mail at the same time.
    """
    sent = failed = dead = 0
    problems: list[str] = []
    lease = longest_connection(smtp) + MARGIN
    began = stopwatch()
    for _ in range(MOST_AT_ONCE if smtp.host else 0):
        claimed = claim_due(journal, now=clock(), limit=1, lease=lease)
        if not claimed:
            break
        row = claimed[0]
        delivery = deliver(row, smtp, sender=sender, password=password)
        after = record_attempt(
            journal,
            row.message_id,
            delivered=delivery.accepted,
            refused=delivery.refused,
            error=delivery.error,
            now=clock(),
            permanent=delivery.permanent,
        )
        if after.state == "sent":
            sent += 1
        else:
            failed += 1
            dead += after.state == "dead"
            problems.append(f"mail '{row.subject}': {after.last_error}")
            logger.warning("mail %s not sent: %s", row.message_id, after.last_error)
        if stopwatch() - began > LONGEST_PASS.total_seconds():
            break
    return SendReport(sent=sent, failed=failed, dead=dead, problems=tuple(problems))
