"""One mail, one server: hand it over within a bounded time and say who has it."""

from __future__ import annotations

import smtplib
import socket
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from threading import Timer
from typing import Any

from jobs.configuration.alert_sections import SmtpSettings
from jobs.errors import MailError
from jobs.mail.message import build_message
from warehouse.journal.outbox import OutboxRow

PERMANENT = range(550, 600)
"""SMTP answers that will not change: no such mailbox, refused by policy, too large. The others above
500 speak of commands and logins, which a person can put right while the mail waits."""

PATIENCES = 6
"""One delivery may take this many times the patience of the settings, whatever the server does: a
server that answers one letter at a time would otherwise outlast every claim."""


_STAGES = {
    smtplib.SMTPAuthenticationError: "login refused: ",
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


def longest_delivery(smtp: SmtpSettings) -> timedelta:
    """Return the time after which one delivery is broken off."""
    return timedelta(seconds=PATIENCES * smtp.timeout_seconds)


def deliver(row: OutboxRow, smtp: SmtpSettings, *, sender: str, password: str | None) -> Delivery:
    """Hand one mail to the server for the recipients that do not have it yet.

    Never raises for what a server, a network or an address can do: that is the delivery's error.
    """
    try:
        message = build_message(row, sender=sender)
    except MailError as error:
        return Delivery(error=str(error), permanent=True)
    try:
        with _connection(smtp, password) as server:
            answers = server.send_message(message, from_addr=sender, to_addrs=list(row.remaining))
    except smtplib.SMTPRecipientsRefused as error:
        answers = error.recipients
    except smtplib.SMTPDataError as error:
        words = _words(error.smtp_code, error.smtp_error)
        return Delivery(error=words, permanent=error.smtp_code in PERMANENT)
    except smtplib.SMTPResponseException as error:
        stage = _STAGES.get(type(error), "")
        return Delivery(error=stage + _words(error.smtp_code, error.smtp_error))
    except (smtplib.SMTPException, OSError, ValueError) as error:
        # ValueError: smtplib cannot read an answer that is no SMTP at all.
        reason = " ".join(str(error).split()) or type(error).__name__
        return Delivery(error=f"{smtp.host}:{smtp.port}: {reason}")
    return _partial(row, answers)


def _partial(row: OutboxRow, answers: Mapping[str, tuple[int, bytes]]) -> Delivery:
    """What it means when some recipients were refused: smtplib raises only when all were."""
    words = {to: _words(*answer) for to, answer in answers.items()}
    return Delivery(
        accepted=tuple(to for to in row.remaining if to not in answers),
        refused={to: words[to] for to, (code, _) in answers.items() if code in PERMANENT},
        error="; ".join(f"{to} refused: {said}" for to, said in words.items()),
    )


class _Bounded(smtplib.SMTP):
    """Ends a connection that lasts too long: whoever waits for the server gets an OSError."""

    _limit: Timer | None = None

    def connect(
        self, host: str = "localhost", port: int = 0, source_address: Any = None
    ) -> tuple[int, bytes]:
        """Connect, as the constructor does, and start to count."""
        self._limit = Timer(PATIENCES * self.timeout, self._break_off)
        self._limit.daemon = True
        self._limit.start()
        return super().connect(host, port, source_address)

    def close(self) -> None:
        """Close, and stop counting."""
        super().close()
        if self._limit is not None:
            self._limit.cancel()

    def _break_off(self) -> None:
        if self.sock is not None:
            with suppress(OSError):
                self.sock.shutdown(socket.SHUT_RDWR)


class _Encrypted(_Bounded, smtplib.SMTP_SSL):
    """The same, encrypted from its first byte."""


@contextmanager
def _connection(smtp: SmtpSettings, password: str | None) -> Iterator[smtplib.SMTP]:
    """An open, encrypted (unless set to "none") and logged-in connection, closed afterwards."""
    context = ssl.create_default_context()
    server: smtplib.SMTP
    if smtp.security == "tls":
        server = _Encrypted(smtp.host, smtp.port, timeout=smtp.timeout_seconds, context=context)
    else:
        server = _Bounded(smtp.host, smtp.port, timeout=smtp.timeout_seconds)
    try:
        if smtp.security == "starttls":
            server.starttls(context=context)
        if smtp.user:
            server.login(smtp.user, password or "")
        yield server
    finally:
        # The mail's fate is known by now; a server that drops the line at QUIT changes nothing.
        with suppress(smtplib.SMTPException, OSError, ValueError):
            server.quit()
        server.close()


def _words(code: int, answer: bytes | str) -> str:
    """The server's answer on one line."""
    text = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
    return f"{code} {' '.join(text.split())}"
