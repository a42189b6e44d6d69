"""Would the mail server take a mail? Asked only on request: it is the one check that uses a network."""

import smtplib
import ssl

from jobs.configuration.alert_sections import SmtpSettings
from jobs.upkeep.finding import Finding


def smtp_finding(smtp: SmtpSettings, password: str | None) -> Finding:
    """Greet the server, secure the line and log in, and send nothing."""
    if not smtp.host:
        return Finding("mail server", "none is set", "set [smtp] host")
    place = f"{smtp.host}:{smtp.port}"
    try:
        context = ssl.create_default_context()
        if smtp.security == "tls":
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                smtp.host, smtp.port, timeout=smtp.timeout_seconds, context=context
            )
        else:
            server = smtplib.SMTP(smtp.host, smtp.port, timeout=smtp.timeout_seconds)
        with server:
            if smtp.security == "starttls":
                server.starttls(context=context)
            if smtp.user and password is not None:
                server.login(smtp.user, password)
            server.noop()
    except (OSError, smtplib.SMTPException) as error:
        said = " ".join(str(error).split())
        return Finding("mail server", f"{place}: {said}", "correct [smtp], or ask who runs it")
    return Finding("mail server", f"{place} answers")
