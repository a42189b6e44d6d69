"""An outbox row as the bytes that travel: the same row gives the same message at every attempt."""

from __future__ import annotations

from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from jobs.errors import MailError
from jobs.mail.content import one_line
from warehouse.journal.outbox import Attachment, OutboxRow


def build_message(row: OutboxRow, *, sender: str) -> EmailMessage:
    """Return the message of `row`: plain text, HTML with its inline pictures, other files.

    Message-ID and Date come from the row, so a second copy after a lost answer is known as one by
    every mail program. Header values are kept on one line, whatever a name holds.

    Raises
    ------
    MailError
        A text of the row cannot be written, such as half a character.

    """
    try:
        return _built(row, sender)
    except (ValueError, LookupError) as error:
        raise MailError(f"mail {row.message_id} cannot be written: {error}") from error


def _built(row: OutboxRow, sender: str) -> EmailMessage:
    message = EmailMessage(policy=SMTP)
    message["Message-ID"] = _bracketed(row.message_id)
    message["Date"] = format_datetime(row.created_at)
    message["From"] = one_line(sender)
    message["To"] = ", ".join(one_line(recipient) for recipient in row.recipients)
    message["Subject"] = one_line(row.subject)
    if row.thread:
        answered = [_bracketed(one) for one in row.thread]
        message["In-Reply-To"] = answered[-1]
        message["References"] = " ".join(answered)
    # Holiday replies to a machine help nobody (RFC 3834).
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(row.body_text)
    if row.body_html:
        message.add_alternative(row.body_html, subtype="html")
        html = message.get_payload(1)
        for attachment in row.attachments:
            if attachment.content_id is not None:
                _add(html, attachment)
    for attachment in row.attachments:
        if attachment.content_id is None or not row.body_html:
            _add(message, attachment)
    return message


def _bracketed(message_id: str) -> str:
    """A Message-ID as headers have it."""
    return f"<{one_line(message_id).strip('<>')}>"


def _add(message: object, attachment: Attachment) -> None:
    """Attach one file, inline where it has a content id."""
    assert isinstance(message, EmailMessage)
    maintype, _, subtype = attachment.content_type.partition("/")
    if attachment.content_id is None:
        message.add_attachment(
            attachment.data, maintype=maintype, subtype=subtype, filename=one_line(attachment.name)
        )
        return
    message.add_related(
        attachment.data,
        maintype=maintype,
        subtype=subtype,
        cid=f"<{attachment.content_id}>",
        filename=one_line(attachment.name),
        disposition="inline",
    )
