"""`blemish mail` and `blemish heartbeat`: what a person or cron asks, and the exit status."""

import json
import socket
from datetime import UTC, datetime, timedelta
from email import message_from_bytes

import pytest
from aiosmtpd.controller import Controller

from jobs.cli import main
from jobs.clock import utc_now
from jobs.configuration.site_setup import init_site
from jobs.nightly import publish_site
from jobs.schedule.dead_man import record_success
from warehouse.journal.outbox import OutboxRow, enqueue, outbox, record_attempt
from warehouse.journal.store import open_journal

NOW = datetime(2024, 5, 14, 2, 10, tzinfo=UTC)


class Mailbox:
    """Keeps what arrives."""

    def __init__(self):
        self.subjects = []

    async def handle_RCPT(self, server, session, envelope, address, rcpt_options):  # noqa: N802 - the server calls it so
        if address.startswith("nobody"):
            return "550 no such user"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        lines = envelope.content.decode().splitlines()
        self.subjects += [line for line in lines if line.startswith("Subject: ")]
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
def mail_site(tmp_path, mailbox):
    """A site whose mails go to the mailbox."""
    text = (
        f"[smtp]\nhost = '127.0.0.1'\nport = {mailbox.port}\nsecurity = 'none'\n"
        "[alerts]\nrecipients = ['lead@plant.example']\n"
    )
    return init_site(tmp_path / "site", settings_text=text)


def run(site, *arguments):
    return main([*arguments, "--site", str(site.root)])


def add(site, *, state="pending"):
    with open_journal(site.journal) as journal:
        row = OutboxRow("m1@plant", NOW, ("lead@plant.example",), "night 1", "text", "<p>text</p>")
        enqueue(journal, row)
        if state == "dead":
            record_attempt(journal, "m1@plant", error="554 no", now=NOW, permanent=True)


def test_a_test_mail_says_who_took_it(mail_site, mailbox, capsys):
    assert run(mail_site, "mail", "--test", "ada@plant.example") == 0
    assert "took the test mail for ada@plant.example" in capsys.readouterr().out
    assert mailbox.subjects == ["Subject: blemish: test mail"]


def test_a_test_mail_that_is_refused_says_what_the_server_said(mail_site, capsys):
    assert run(mail_site, "mail", "--test", "nobody@plant.example") == 2
    words = "the test mail was not taken: nobody@plant.example refused: 550 no such user"
    assert words in capsys.readouterr().err


def test_what_is_no_address_is_refused_before_a_server_is_asked(mail_site, capsys):
    assert run(mail_site, "mail", "--test", "ada at plant") == 2
    assert "is not a mail address" in capsys.readouterr().err


def test_the_list_has_every_mail_and_what_became_of_it(mail_site, capsys):
    add(mail_site, state="dead")
    assert run(mail_site, "mail", "--list", "--json") == 0
    found = json.loads(capsys.readouterr().out)
    (mail,) = found["mails"]
    assert (mail["state"], mail["last_error"], mail["waiting_for"]) == ("dead", "554 no", [])
    assert found["outbox"] == {"pending": 0, "sent": 0, "dead": 1}
    assert run(mail_site, "mail", "--list") == 0
    assert "0 of 1" in capsys.readouterr().out


def test_a_dead_mail_can_be_revived_and_sent(mail_site, mailbox, capsys):
    add(mail_site, state="dead")
    assert run(mail_site, "mail", "--revive", "m1@plant") == 0
    assert run(mail_site, "mail", "--send") == 0
    assert "1 sent, 0 not" in capsys.readouterr().out
    assert mailbox.subjects == ["Subject: night 1"]
    with open_journal(mail_site.journal) as journal:
        assert [row.state for row in outbox(journal)] == ["sent"]


def test_without_options_it_counts(mail_site, capsys):
    add(mail_site)
    assert run(mail_site, "mail") == 0
    said = capsys.readouterr().out
    assert "1 pending, 0 sent, 0 dead mails" in said
    assert "alerts: 0 fired = 0 delivered" in said


def test_two_wishes_at_once_are_refused(mail_site, capsys):
    assert run(mail_site, "mail", "--list", "--send") == 2
    assert "choose one of" in capsys.readouterr().err


def test_a_heartbeat_is_0_while_runs_go_well_and_1_when_they_do_not(mail_site, mailbox, capsys):
    assert run(mail_site, "heartbeat") == 0
    assert "no run yet" in capsys.readouterr().out
    long_ago = utc_now() - timedelta(hours=30)
    with open_journal(mail_site.journal) as journal:
        record_success(journal, started_at=long_ago, finished_at=long_ago, trigger="schedule")
    assert run(mail_site, "heartbeat", "--json") == 1
    assert json.loads(capsys.readouterr().out)["alive"] is False
    assert mailbox.subjects == []
    assert run(mail_site, "heartbeat", "--mail") == 1
    assert mailbox.subjects[0].startswith("Subject: blemish: no successful run for 30 h, since")


def test_a_heartbeat_of_a_site_whose_journal_is_gone_is_1(mail_site, capsys):
    mail_site.journal.unlink()
    assert run(mail_site, "heartbeat") == 1
    assert "the journal cannot be read: no journal at" in capsys.readouterr().out


def test_a_preview_of_a_site_without_alerts_says_so(mail_site, tmp_path, capsys):
    publish_site(mail_site)
    assert run(mail_site, "mail", "--preview", str(tmp_path / "mail.html")) == 2
    assert "there is no open alert and no mail to show yet" in capsys.readouterr().err
    assert not (tmp_path / "mail.html").exists()


def test_a_preview_is_a_page_and_a_mail_and_sends_nothing(mail_site, mailbox, tmp_path, capsys):
    add(mail_site)
    publish_site(mail_site)
    page = tmp_path / "shown" / "mail.html"
    assert run(mail_site, "mail", "--preview", str(page)) == 0
    said = capsys.readouterr().out
    assert "night 1" in said
    assert str(page) in said
    assert page.read_text("utf-8") == "<p>text</p>"
    mail = message_from_bytes(page.with_suffix(".eml").read_bytes())
    assert (mail["Subject"], mail["Message-ID"]) == ("night 1", "<m1@plant>")
    assert mailbox.subjects == []
    with open_journal(mail_site.journal) as journal:
        assert [(row.state, row.attempts) for row in outbox(journal)] == [("pending", 0)]
