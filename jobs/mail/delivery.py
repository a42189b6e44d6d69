"""One mail, one server: hand it over within a bounded time and say who has it."""

from __future__ import annotations

import smtplib
from collections.abc import Mapping
from dataclasses import dataclass, field

from jobs.configuration.alert_sections import SmtpSettings
from jobs.errors import MailError
from jobs.mail.connection import smtp_connection
from jobs.mail.message import build_message
from warehouse.journal.outbox import OutboxRow

PERMANENT = range(550, 600)
"""SMTP answers that will not change: no such mailbox, refused by policy, too large. The others above
500 speak of commands and logins, which a person can put right while the mail waits."""

_STAGES = {
    smtplib.SMTPConnectError: "not let in: ",
    smtplib.SMTPHeloError: "greeting refused: ",
    smtplib.SMTPSenderRefused: "sender refused: ",
}


@dataclass(frozen=True, slots=True)
class Delivery:
    """What the server said to one mail.

    Attributes
    ----------
    accepted
        Who has it.
    refused
        Who will never have it, with the server's words.
    error
        What went wrong, empty where nothing did.
    permanent
        Whether trying again cannot help anybody.

    """

    accepted: tuple[str, ...] = ()
    refused: Mapping[str, str] = field(default_factory=dict)
    error: str = ""
    permanent: bool = False


def deliver(row: OutboxRow, smtp: SmtpSettings, *, sender: str, password: str | None) -> Delivery:
    """Hand one mail to the server for the recipients that do not have it yet.

    Never raises for what a server, a network or an address can do: that is the delivery's error.
    """
    try:
        message = build_message(row, sender=sender)
    except MailError as error:
        return Delivery(error=str(error), permanent=True)
    try:
        with smtp_connection(smtp, password) as server:
            answers = server.send_message(message, from_addr=sender, to_addrs=list(row.remaining))
    except MailError as error:
        return Delivery(error=str(error))
    except smtplib.SMTPRecipientsRefused as error:
        answers = error.recipients
    except smtplib.SMTPDataError as error:
        words = _words(error.smtp_code, error.smtp_error)
        return Delivery(error=words, permanent=error.smtp_code in PERMANENT)
    except smtplib.SMTPResponseException as error:
        return Delivery(error=_refusal(error, smtp))
    except (smtplib.SMTPException, OSError, ValueError) as error:
        # ValueError: smtplib cannot read an answer that is no SMTP at all.
        reason = " ".join(str(error).split()) or type(error).__name__
        return Delivery(error=f"{smtp.host}:{smtp.port}: {reason}")
    return _partial(row, answers)


def _refusal(error: smtplib.SMTPResponseException, smtp: SmtpSettings) -> str:
    """What the server refused before it heard of any recipient."""
    words = _words(error.smtp_code, error.smtp_error)
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return f"login refused: {words}; check [smtp] user and the password in {smtp.password_env}"
    return _STAGES.get(type(error), "") + words


def _partial(row: OutboxRow, answers: Mapping[str, tuple[int, bytes]]) -> Delivery:
    """What it means when some recipients were refused: smtplib raises only when all were."""
    words = {to: _words(*answer) for to, answer in answers.items()}
    return Delivery(
        accepted=tuple(to for to in row.remaining if to not in answers),
        refused={to: words[to] for to, (code, _) in answers.items() if code in PERMANENT},
        error="; ".join(f"{to} refused: {said}" for to, said in words.items()),
    )


def _words(code: int, answer: bytes | str) -> str:
    """The server's answer on one line."""
    text = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
    return f"{code} {' '.join(text.split())}"
