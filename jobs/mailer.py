"""Empty the outbox through the plant's mail server.

Sending is the only step that cannot be part of a transaction: a server may take a mail and its
answer be lost, or this process be killed before the answer is written down. Then the mail is sent
again with the same Message-ID; it is never lost and never a new mail.
"""

from __future__ import annotations

import logging
import smtplib
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage

from jobs.configuration.sections import SmtpSettings
from jobs.errors import MailError
from jobs.mail.message import build_message
from warehouse.journal.outbox import OutboxRow, claim_due, record_delivered, record_failure
from warehouse.journal.store import Journal

logger = logging.getLogger(__name__)

PERMANENT = 500
"""SMTP answers from this number on mean "do not try again"."""


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


@dataclass(frozen=True, slots=True)
class Delivery:
    """What the server said to one mail: who has it, who was refused and whether for good."""

    accepted: tuple[str, ...]
    error: str = ""
    permanent: bool = False


def send_due(
    journal: Journal,
    smtp: SmtpSettings,
    *,
    sender: str,
    password: str | None,
    clock: Callable[[], datetime],
) -> SendReport:
    """Send every mail that is due, each recipient once, and record what the server said.

    Without a configured server nothing is claimed: the mails stay pending, and are shown so.
    A mail is claimed only when the one before it is recorded, so a slow server outlasts no claim.
    """
    sent = failed = dead = 0
    problems: list[str] = []
    while smtp.host and (claimed := claim_due(journal, now=clock(), limit=1)):
        row = claimed[0]
        delivery = deliver(row, smtp, sender=sender, password=password)
        if delivery.accepted:
            record_delivered(journal, row.message_id, to=delivery.accepted, now=clock())
        if not delivery.error:
            sent += 1
            continue
        after = record_failure(
            journal,
            row.message_id,
            error=delivery.error,
            now=clock(),
            permanent=delivery.permanent,
        )
        failed += 1
        dead += after.state == "dead"
        problems.append(f"mail '{row.subject}': {delivery.error}")
        logger.warning("mail %s not sent: %s", row.message_id, delivery.error)
    return SendReport(sent=sent, failed=failed, dead=dead, problems=tuple(problems))


def deliver(row: OutboxRow, smtp: SmtpSettings, *, sender: str, password: str | None) -> Delivery:
    """Hand one mail to the server for the recipients that do not have it yet.

    Never raises for what a server, a network or an address can do: that is the delivery's error.
    """
    try:
        message = build_message(row, sender=sender)
    except MailError as error:
        return Delivery(accepted=(), error=str(error), permanent=True)
    try:
        with _connection(smtp, password) as server:
            refused = _send(server, message, sender, row.remaining)
    except smtplib.SMTPRecipientsRefused as error:
        refused = error.recipients
    except smtplib.SMTPAuthenticationError as error:
        # A password is mended by a person within hours; the mail must still be there then.
        return Delivery(
            accepted=(), error=f"login refused: {_words(error.smtp_code, error.smtp_error)}"
        )
    except smtplib.SMTPResponseException as error:
        words = _words(error.smtp_code, error.smtp_error)
        return Delivery(accepted=(), error=words, permanent=error.smtp_code >= PERMANENT)
    except (smtplib.SMTPException, OSError) as error:
        reason = str(error) or type(error).__name__
        return Delivery(accepted=(), error=f"{smtp.host}:{smtp.port}: {reason}")
    accepted = tuple(to for to in row.remaining if to not in refused)
    errors = [f"{to} refused: {_words(*answer)}" for to, answer in refused.items()]
    permanent = bool(refused) and all(code >= PERMANENT for code, _ in refused.values())
    return Delivery(accepted=accepted, error="; ".join(errors), permanent=permanent)


def _send(
    server: smtplib.SMTP, message: EmailMessage, sender: str, recipients: tuple[str, ...]
) -> dict[str, tuple[int, bytes]]:
    """Send and return who was refused: smtplib raises only when everybody was."""
    return server.send_message(message, from_addr=sender, to_addrs=list(recipients))


@contextmanager
def _connection(smtp: SmtpSettings, password: str | None) -> Iterator[smtplib.SMTP]:
    """An open, encrypted (unless set to "none") and logged-in connection, closed afterwards."""
    context = ssl.create_default_context()
    server: smtplib.SMTP
    if smtp.security == "tls":
        server = smtplib.SMTP_SSL(
            smtp.host, smtp.port, timeout=smtp.timeout_seconds, context=context
        )
    else:
        server = smtplib.SMTP(smtp.host, smtp.port, timeout=smtp.timeout_seconds)
    try:
        if smtp.security == "starttls":
            server.starttls(context=context)
        if smtp.user:
            server.login(smtp.user, password or "")
        yield server
    finally:
        # The mail's fate is known by now; a server that drops the line at QUIT changes nothing.
        try:
            server.quit()
        except (smtplib.SMTPException, OSError):
            server.close()


def _words(code: int, answer: bytes | str) -> str:
    """The server's answer on one line."""
    text = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
    return f"{code} {' '.join(text.split())}"
