"""Would the mail server take a mail? Asked only on request: it is the one check that uses a network."""

import smtplib

from jobs.configuration.alert_sections import SmtpSettings
from jobs.errors import MailError
from jobs.mail.connection import smtp_connection
from jobs.upkeep.finding import Finding


def smtp_finding(smtp: SmtpSettings, password: str | None) -> Finding:
    """Greet the server, secure the line and log in, and send nothing."""
    if not smtp.host:
        return Finding("mail server", "none is set", "set [smtp] host")
    place = f"{smtp.host}:{smtp.port}"
    try:
        with smtp_connection(smtp, password) as server:
            server.noop()
    except MailError as error:
        return Finding("mail server", str(error), "correct [smtp], or ask who runs it")
    except (OSError, ValueError, smtplib.SMTPException) as error:
        said = " ".join(str(error).split())
        return Finding("mail server", f"{place}: {said}", "correct [smtp], or ask who runs it")
    return Finding("mail server", f"{place} answers")
