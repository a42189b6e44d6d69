"""A connection to the mail server: bounded in time, encrypted as the settings say, and logged in."""

from __future__ import annotations

import smtplib
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from threading import Timer
from typing import Any

from jobs.configuration.alert_sections import SmtpSettings
from jobs.errors import MailError

PATIENCES = 6
"""One connection may take this many times the patience of the settings, whatever the server does: a
server that answers one letter at a time would otherwise outlast every claim."""

TRUST = (
    "set [smtp] ca_file to the certificate of the authority that signed it, and host to the name "
    "that it is made for"
)


def longest_connection(smtp: SmtpSettings) -> timedelta:
    """Return the time after which a connection is broken off."""
    return timedelta(seconds=PATIENCES * smtp.timeout_seconds)


@contextmanager
def smtp_connection(smtp: SmtpSettings, password: str | None) -> Iterator[smtplib.SMTP]:
    """Yield an open connection, encrypted unless set to "none", and close it afterwards.

    Whatever the server offers, nothing is sent in plain text where encryption is set, and no
    password before the line is encrypted.

    Raises
    ------
    MailError
        The line could not be encrypted, the server is not who it should be, or there is no
        password; the text says what to set.
    smtplib.SMTPException
        The server said no.
    OSError, ValueError
        The network failed, or what answers speaks no SMTP.

    """
    if smtp.user and not password:
        raise MailError(
            f"no password for [smtp] user '{smtp.user}': the environment has no {smtp.password_env}"
        )
    try:
        server = _secured(smtp, _trusted(smtp))
    except ssl.SSLCertVerificationError as error:
        said = error.verify_message.rstrip(".")
        raise MailError(f"{_place(smtp)}: its certificate is refused, {said}; {TRUST}") from error
    except ssl.SSLError as error:
        raise MailError(
            f"{_place(smtp)} does not encrypt as [smtp] security '{smtp.security}' asks: "
            f"{error.reason or error}; port 587 is usual for starttls, 465 for tls"
        ) from error
    try:
        if smtp.user:
            server.login(smtp.user, password or "")
        yield server
    finally:
        # The mail's fate is known by now; a server that drops the line at QUIT changes nothing.
        with suppress(smtplib.SMTPException, OSError, ValueError):
            server.quit()
        server.close()


def _secured(smtp: SmtpSettings, context: ssl.SSLContext) -> smtplib.SMTP:
    """A connection over which a password may go."""
    if smtp.security == "tls":
        return _Encrypted(smtp.host, smtp.port, timeout=smtp.timeout_seconds, context=context)
    server = _Bounded(smtp.host, smtp.port, timeout=smtp.timeout_seconds)
    if smtp.security == "none":
        return server
    try:
        server.starttls(context=context)
    except smtplib.SMTPNotSupportedError as error:
        server.close()
        raise MailError(
            f"{_place(smtp)} offers no STARTTLS, and nothing is sent unencrypted; set [smtp] "
            "security to 'tls' with its port, or to 'none' where the way there is safe"
        ) from error
    except BaseException:
        server.close()
        raise
    return server


def _trusted(smtp: SmtpSettings) -> ssl.SSLContext:
    """Whom to trust: the authorities of this machine, and that of the settings."""
    context = ssl.create_default_context()
    if smtp.ca_file:
        try:
            context.load_verify_locations(cafile=smtp.ca_file)
        except OSError as error:
            unreadable = isinstance(error, ssl.SSLError)
            said = "it holds no certificate in PEM format" if unreadable else error.strerror
            raise MailError(f"[smtp] ca_file {smtp.ca_file} cannot be used: {said}") from error
    return context


def _place(smtp: SmtpSettings) -> str:
    return f"{smtp.host}:{smtp.port}"


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
