"""Emptying the outbox: nothing lost, nothing called sent that is not, one Message-ID for ever."""

import socket
from datetime import UTC, datetime, timedelta
from email import message_from_bytes

import pytest
from aiosmtpd.controller import Controller

import jobs.mailer
from jobs.configuration.alert_sections import SmtpSettings
from jobs.mailer import send_due
from warehouse.journal.outbox import OutboxRow, enqueue, outbox
from warehouse.journal.store import create_journal, open_journal

NOW = datetime(2024, 5, 14, 2, 10, tzinfo=UTC)


class Mailbox:
    """Keeps what arrives, and answers each attempt from a list."""

    def __init__(self):
        self.messages = []
        self.answers = []

    async def handle_DATA(self, server, session, envelope):  # noqa: N802 - the server calls it so
        self.messages.append((message_from_bytes(envelope.content), list(envelope.rcpt_tos)))
        return self.answers.pop(0) if self.answers else "250 OK"

    async def handle_RCPT(self, server, session, envelope, address, rcpt_options):  # noqa: N802
        if address.startswith("nobody"):
            return "550 no such user"
        envelope.rcpt_tos.append(address)
        return "250 OK"


@pytest.fixture
def mailbox():
    box = Mailbox()
    with socket.create_server(("127.0.0.1", 0)) as free:
        box.port = free.getsockname()[1]
    controller = Controller(box, hostname="127.0.0.1", port=box.port)
    controller.start()
    yield box
    controller.stop()


@pytest.fixture
def journal(tmp_path):
    create_journal(tmp_path / "journal.sqlite")
    with open_journal(tmp_path / "journal.sqlite") as opened:
        yield opened


def add(journal, number, recipients=("a@example.org",)):
    row = OutboxRow(f"night-{number}@x", NOW, recipients, f"night {number}", "text", "<p>text</p>")
    enqueue(journal, row)


def send(journal, mailbox, now=NOW):
    smtp = SmtpSettings(host="127.0.0.1", port=mailbox.port, security="none", timeout_seconds=5.0)
    return send_due(journal, smtp, sender="blemish@example.org", password=None, clock=lambda: now)


def test_what_was_sent_is_recorded_and_not_sent_again(journal, mailbox):
    add(journal, 1)
    assert send(journal, mailbox).sent == 1
    assert send(journal, mailbox).sent == 0
    (row,) = outbox(journal)
    assert (row.state, row.delivered_to, row.delivered_at) == ("sent", ("a@example.org",), NOW)
    assert len(mailbox.messages) == 1


def test_a_server_that_says_later_gets_the_same_mail_later(journal, mailbox):
    add(journal, 1)
    mailbox.answers = ["451 try later", "250 OK"]
    report = send(journal, mailbox)
    assert (report.sent, report.failed) == (0, 1)
    assert report.problems == ("mail 'night 1': 451 try later",)
    assert send(journal, mailbox, NOW + timedelta(seconds=30)).sent == 0, "not before its time"
    assert send(journal, mailbox, NOW + timedelta(minutes=2)).sent == 1
    ids = {message["Message-ID"] for message, _ in mailbox.messages}
    assert ids == {"<night-1@x>"}


def test_one_refused_recipient_is_visible_and_the_other_is_not_mailed_again(journal, mailbox):
    add(journal, 1, ("a@example.org", "nobody@example.org"))
    report = send(journal, mailbox)
    assert report.dead == 1
    (row,) = outbox(journal)
    assert row.delivered_to == ("a@example.org",)
    assert row.state == "dead"
    assert "nobody@example.org refused: 550 no such user" in row.last_error
    send(journal, mailbox, NOW + timedelta(days=1))
    assert len(mailbox.messages) == 1


def test_one_mail_that_fails_holds_up_no_other(journal, mailbox):
    for number in (1, 2, 3):
        add(journal, number)
    mailbox.answers = ["250 OK", "554 not this one", "250 OK"]
    report = send(journal, mailbox)
    assert (report.sent, report.failed, report.dead) == (2, 1, 1)


def test_killed_after_the_server_took_it_gives_one_more_copy_with_the_same_id(
    journal, mailbox, monkeypatch
):
    add(journal, 1)

    def killed(*_args, **_options):
        raise KeyboardInterrupt

    monkeypatch.setattr(jobs.mailer, "record_attempt", killed)
    with pytest.raises(KeyboardInterrupt):
        send(journal, mailbox)
    monkeypatch.undo()
    assert send(journal, mailbox, NOW + timedelta(hours=1)).sent == 1
    assert send(journal, mailbox, NOW + timedelta(hours=2)).sent == 0
    assert [message["Message-ID"] for message, _ in mailbox.messages] == 2 * ["<night-1@x>"]


def test_a_dead_server_leaves_every_mail_pending_with_the_reason(journal):
    add(journal, 1)
    smtp = SmtpSettings(host="127.0.0.1", port=9, security="none", timeout_seconds=2.0)
    report = send_due(journal, smtp, sender="blemish@example.org", password=None, clock=lambda: NOW)
    assert (report.sent, report.failed, report.dead) == (0, 1, 0)
    (row,) = outbox(journal, state="pending")
    assert row.last_error.startswith("127.0.0.1:9: ")
    assert row.next_try_at > NOW


def test_without_a_server_in_the_settings_nothing_is_tried(journal):
    add(journal, 1)
    report = send_due(journal, SmtpSettings(), sender="x@y", password=None, clock=lambda: NOW)
    assert report.to_dict() == {"sent": 0, "failed": 0, "dead": 0, "problems": []}
    assert outbox(journal)[0].attempts == 0
