"""One mail and one server: what a recipient gets, and what is known when the server refuses."""

import socket
from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import default

import pytest
from aiosmtpd.controller import Controller

from jobs.configuration.alert_sections import SmtpSettings
from jobs.errors import MailError
from jobs.mail.delivery import deliver
from jobs.mail.message import build_message
from warehouse.journal.outbox import Attachment, OutboxRow

SENDER = "blemish@plant.example.org"


class Mailbox:
    """Keeps what arrives; answers as the test says."""

    def __init__(self):
        self.envelopes = []
        self.refuse = {}
        self.answer = "250 OK"

    async def handle_RCPT(self, server, session, envelope, address, rcpt_options):  # noqa: N802 - the server calls it so
        if address in self.refuse:
            return self.refuse[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802 - the server calls it so
        self.envelopes.append(envelope)
        return self.answer


@pytest.fixture
def mailbox():
    box = Mailbox()
    with socket.create_server(("127.0.0.1", 0)) as free:
        box.port = free.getsockname()[1]
    controller = Controller(box, hostname="127.0.0.1", port=box.port)
    controller.start()
    yield box
    controller.stop()


def smtp_to(port):
    return SmtpSettings(host="127.0.0.1", port=port, security="none", timeout_seconds=5.0)


def make_row(**changes):
    values = {
        "message_id": "night-1@plant.example.org",
        "created_at": datetime(2024, 5, 14, 2, 10, tzinfo=UTC),
        "recipients": ("a@example.org", "b@example.org"),
        "subject": "Stain count at S20 / cell-1",
        "body_text": "in plain words\n",
        "body_html": '<p>in words <img src="cid:chart-1@blemish"></p>',
        "attachments": (Attachment("chart.png", "image/png", b"\x89PNG...", "chart-1@blemish"),),
    }
    return OutboxRow(**(values | changes))


def test_a_mail_has_plain_text_html_and_its_picture_inline(mailbox):
    delivery = deliver(make_row(), smtp_to(mailbox.port), sender=SENDER, password=None)
    assert (delivery.accepted, delivery.error) == (("a@example.org", "b@example.org"), "")
    (envelope,) = mailbox.envelopes
    assert envelope.rcpt_tos == ["a@example.org", "b@example.org"]
    message = message_from_bytes(envelope.content, policy=default)
    assert message["Message-ID"] == "<night-1@plant.example.org>"
    assert message.get_body(("plain",)).get_content().strip() == "in plain words"
    assert "cid:chart-1@blemish" in message.get_body(("html",)).get_content()
    (picture,) = [part for part in message.walk() if part.get_content_type() == "image/png"]
    assert picture["Content-ID"] == "<chart-1@blemish>"
    assert picture.get_content() == b"\x89PNG..."


def test_a_second_copy_has_the_same_message_id_and_date(mailbox):
    row = make_row()
    for _ in range(2):
        deliver(row, smtp_to(mailbox.port), sender=SENDER, password=None)
    first, second = (message_from_bytes(one.content, policy=default) for one in mailbox.envelopes)
    assert first["Message-ID"] == second["Message-ID"]
    assert first["Date"] == second["Date"]


def test_who_has_it_already_gets_no_second_copy(mailbox):
    row = make_row(delivered_to=("a@example.org",))
    delivery = deliver(row, smtp_to(mailbox.port), sender=SENDER, password=None)
    assert delivery.accepted == ("b@example.org",)
    assert mailbox.envelopes[0].rcpt_tos == ["b@example.org"]


@pytest.mark.parametrize(
    ("answer", "permanent"), [("550 no such user", True), ("450 try later", False)]
)
def test_one_refused_recipient_is_named_and_the_other_has_the_mail(mailbox, answer, permanent):
    mailbox.refuse = {"b@example.org": answer}
    delivery = deliver(make_row(), smtp_to(mailbox.port), sender=SENDER, password=None)
    assert delivery.accepted == ("a@example.org",)
    assert delivery.error == f"b@example.org refused: {answer}"
    assert delivery.refused == ({"b@example.org": answer} if permanent else {})


def test_all_refused_means_nobody_has_it(mailbox):
    mailbox.refuse = {"a@example.org": "550 no", "b@example.org": "550 no"}
    delivery = deliver(make_row(), smtp_to(mailbox.port), sender=SENDER, password=None)
    assert delivery.accepted == ()
    assert set(delivery.refused) == {"a@example.org", "b@example.org"}


@pytest.mark.parametrize(("answer", "permanent"), [("552 too large", True), ("451 later", False)])
def test_a_refused_mail_is_tried_again_only_where_that_can_help(mailbox, answer, permanent):
    mailbox.answer = answer
    delivery = deliver(make_row(), smtp_to(mailbox.port), sender=SENDER, password=None)
    assert (delivery.accepted, delivery.error) == ((), answer)
    assert delivery.permanent is permanent


def test_a_server_that_is_away_is_a_reason_to_try_again():
    # Port 9 (discard) is not served here.
    delivery = deliver(make_row(), smtp_to(9), sender=SENDER, password=None)
    assert delivery.accepted == ()
    assert not delivery.permanent
    assert delivery.error.startswith("127.0.0.1:9: ")


def test_a_name_with_line_breaks_makes_no_new_header():
    row = make_row(subject="lot 7\r\nBcc: everyone@example.org")
    message = build_message(row, sender=SENDER)
    assert message["Subject"] == "lot 7 Bcc: everyone@example.org"
    assert message["Bcc"] is None


def test_half_a_character_is_an_error_in_words():
    with pytest.raises(MailError, match=r"mail night-1@plant.example.org cannot be written"):
        build_message(make_row(body_text="\ud800"), sender=SENDER)
