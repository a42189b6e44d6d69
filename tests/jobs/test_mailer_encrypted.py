"""Encrypted lines and logins, against a server with certificates made by this test."""

import base64
import logging
import shutil
import socket
import ssl
import subprocess
from datetime import UTC, datetime

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult

from jobs.configuration.alert_sections import SmtpSettings
from jobs.errors import SettingsError
from jobs.mail.delivery import deliver
from jobs.mailer import send_due
from jobs.settings import parse_settings, smtp_password
from jobs.upkeep.doctor_smtp import smtp_finding
from warehouse.journal.outbox import OutboxRow, enqueue, outbox
from warehouse.journal.store import create_journal, open_journal

NOW = datetime(2024, 5, 14, 2, 10, tzinfo=UTC)
PASSWORD = "kept quiet"
PERSON = "lead@plant.example"

pytestmark = pytest.mark.skipif(
    shutil.which("openssl") is None, reason="openssl makes the certificates"
)


@pytest.fixture(scope="module")
def certificates(tmp_path_factory):
    """A certificate for 127.0.0.1 signed by an authority of our own, and one for another name."""
    folder = tmp_path_factory.mktemp("certificates")
    _openssl(
        folder, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
        "-keyout", "ca.key", "-out", "ca.pem", "-subj", "/CN=plant authority",
    )  # fmt: skip
    for name, subject in (("here", "IP:127.0.0.1"), ("elsewhere", "DNS:mail.elsewhere.example")):
        _openssl(
            folder, "req", "-new", "-newkey", "rsa:2048", "-nodes",
            "-keyout", f"{name}.key", "-out", f"{name}.csr", "-subj", f"/CN={name}",
        )  # fmt: skip
        (folder / f"{name}.ext").write_text(f"subjectAltName={subject}\n")
        _openssl(
            folder, "x509", "-req", "-in", f"{name}.csr", "-CA", "ca.pem", "-CAkey", "ca.key",
            "-CAcreateserial", "-days", "2", "-extfile", f"{name}.ext", "-out", f"{name}.pem",
        )  # fmt: skip
    return folder


def _openssl(folder, *arguments):
    subprocess.run(
        [shutil.which("openssl"), *arguments], cwd=folder, check=True, capture_output=True
    )


class Mailbox:
    """Keeps what arrives, and whether the line was encrypted when it did."""

    def __init__(self):
        self.taken = []
        self.logins = []
        self.commands = []

    async def handle_EHLO(self, server, session, envelope, hostname, responses):  # noqa: N802 - the server calls it so
        session.host_name = hostname
        self.commands.append("EHLO")
        return responses

    async def handle_MAIL(self, server, session, envelope, address, mail_options):  # noqa: N802
        self.commands.append("MAIL")
        envelope.mail_from = address
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        encrypted = session.ssl is not None or server.transport.get_extra_info("sslcontext")
        self.taken.append((envelope.content, bool(encrypted)))
        return "250 OK"

    def login(self, server, session, envelope, mechanism, data):
        self.logins.append((mechanism, data.login.decode()))
        return AuthResult(success=data.password == PASSWORD.encode(), handled=False)


class StartTls(Controller):
    """A server that begins in plain text and offers STARTTLS."""

    def factory(self):
        return SMTP(self.handler, **self.SMTP_kwargs)


@pytest.fixture
def serving(certificates):
    """Start a server: `serving("starttls" | "tls" | "none", certificate=…, login=…)`."""
    running = []

    def start(security, *, certificate="here", login=False):
        box = Mailbox()
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(
            certificates / f"{certificate}.pem", certificates / f"{certificate}.key"
        )
        with socket.create_server(("127.0.0.1", 0)) as free:
            box.port = free.getsockname()[1]
        options = {"hostname": "127.0.0.1", "port": box.port}
        if login:
            options |= {"authenticator": box.login, "auth_require_tls": security == "starttls"}
        if security == "tls":
            options["ssl_context"] = context
        if security == "starttls":
            options |= {"tls_context": context, "require_starttls": True}
        controller = StartTls(box, **options)
        controller.start()
        running.append(controller)
        return box

    yield start
    for controller in running:
        controller.stop()


def settings_for(box, security, **changes):
    values = {"host": "127.0.0.1", "port": box.port, "security": security, "timeout_seconds": 20.0}
    return SmtpSettings(**(values | changes))


def send(smtp, password=None):
    row = OutboxRow("alert-1@plant.example", NOW, (PERSON,), "an alert", "text", "")
    return deliver(row, smtp, sender="blemish@plant.example", password=password)


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_trusted_server_gets_the_mail_over_an_encrypted_line(serving, certificates, security):
    box = serving(security)
    sent = send(settings_for(box, security, ca_file=str(certificates / "ca.pem")))
    assert (sent.accepted, sent.error) == ((PERSON,), "")
    ((_, encrypted),) = box.taken
    assert encrypted


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_certificate_nobody_here_trusts_is_refused_with_what_to_set(serving, security):
    box = serving(security)
    sent = send(settings_for(box, security))
    assert (sent.accepted, box.taken, sent.permanent) == ((), [], False)
    assert sent.error.startswith(f"127.0.0.1:{box.port}: its certificate is refused, ")
    assert "set [smtp] ca_file" in sent.error
    assert "MAIL" not in box.commands


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_trusted_certificate_for_another_name_is_refused(serving, certificates, security):
    box = serving(security, certificate="elsewhere")
    sent = send(settings_for(box, security, ca_file=str(certificates / "ca.pem")))
    assert (sent.accepted, box.taken) == ((), [])
    assert "not valid for '127.0.0.1'" in sent.error


def test_a_server_without_starttls_gets_nothing_in_plain_text(serving):
    box = serving("none", login=True)
    sent = send(settings_for(box, "starttls", user="blemish"), PASSWORD)
    assert (sent.accepted, box.taken, box.logins) == ((), [], [])
    assert "MAIL" not in box.commands
    assert "offers no STARTTLS, and nothing is sent unencrypted" in sent.error


@pytest.mark.parametrize(("offered", "asked"), [("none", "tls"), ("starttls", "tls")])
def test_a_server_that_speaks_in_plain_text_where_tls_is_set_gets_nothing(serving, offered, asked):
    box = serving(offered)
    sent = send(settings_for(box, asked))
    assert (sent.accepted, box.taken, box.commands) == ((), [], [])
    assert "does not encrypt as [smtp] security 'tls' asks" in sent.error


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_the_right_password_logs_in_over_the_encrypted_line(serving, certificates, security):
    box = serving(security, login=True)
    smtp = settings_for(box, security, ca_file=str(certificates / "ca.pem"), user="blemish")
    assert send(smtp, PASSWORD).accepted == (PERSON,)
    assert {login for _, login in box.logins} == {"blemish"}
    assert smtp_finding(smtp, PASSWORD).well


def test_a_wrong_password_is_said_and_stands_nowhere(serving, certificates, tmp_path, caplog):
    box = serving("starttls", login=True)
    settings = parse_settings(
        f"[smtp]\nhost = '127.0.0.1'\nport = {box.port}\nuser = 'blemish'\n"
        f"ca_file = '{(certificates / 'ca.pem').as_posix()}'\npassword_env = 'MAIL_WORD'",
        where="test",
    )
    wrong = "zebra crossing 77"
    path = tmp_path / "journal.sqlite"
    create_journal(path)
    with open_journal(path) as journal, caplog.at_level(logging.DEBUG):
        enqueue(journal, OutboxRow("m1@plant", NOW, (PERSON,), "an alert", "text", ""))
        report = send_due(
            journal,
            settings.smtp,
            sender="blemish@plant.example",
            password=smtp_password(settings, {"MAIL_WORD": wrong}),
            clock=lambda: NOW,
        )
        (row,) = outbox(journal)
    assert (report.sent, row.state, box.taken) == (0, "pending", [])
    assert row.last_error.startswith("login refused: 535 ")
    assert "[smtp] user" in row.last_error
    found = smtp_finding(settings.smtp, wrong)
    said = f"{caplog.text}{report}{row}{found}{settings}"
    coded = base64.b64encode(wrong.encode()).decode()
    plain = base64.b64encode(f"\0blemish\0{wrong}".encode()).decode()
    stored = b"".join(one.read_bytes() for one in tmp_path.iterdir())
    for secret in (wrong, coded, plain):
        assert secret not in said
        assert secret.encode() not in stored


def test_a_user_without_a_password_is_told_which_variable_is_missing(serving):
    box = serving("starttls", login=True)
    sent = send(settings_for(box, "starttls", user="blemish", password_env="MAIL_WORD"))
    assert sent.error == "no password for [smtp] user 'blemish': the environment has no MAIL_WORD"
    assert box.commands == []


@pytest.mark.parametrize(
    ("content", "reason"),
    [(None, "No such file or directory"), ("no certificate", "no certificate in PEM format")],
)
def test_an_authority_that_cannot_be_read_is_named(serving, tmp_path, content, reason):
    file = tmp_path / "ca.pem"
    if content is not None:
        file.write_text(content)
    box = serving("tls")
    sent = send(settings_for(box, "tls", ca_file=str(file)))
    assert f"[smtp] ca_file {file} cannot be used: " in sent.error
    assert reason in sent.error
    assert not sent.permanent


def test_a_login_over_an_unencrypted_line_is_refused_in_the_settings():
    with pytest.raises(SettingsError, match="would send the password unencrypted"):
        parse_settings(
            "[smtp]\nhost = 'mail.test'\nuser = 'u'\nsecurity = 'none'", where="blemish.toml"
        )
