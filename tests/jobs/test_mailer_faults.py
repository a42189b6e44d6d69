"""Alerts through a mail server that does everything wrong, and a sender that is killed meanwhile.

Nothing is lost, one alert has one Message-ID, and every recipient is accounted for.
"""

import asyncio
import random
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import defaultdict
from contextlib import suppress
from datetime import UTC, datetime
from email import message_from_bytes
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller

from jobs.configuration.alert_sections import SmtpSettings
from jobs.mail.connection import longest_connection
from jobs.mail.delivery import deliver
from warehouse.journal import outbox as outbox_module
from warehouse.journal.outbox import OutboxRow, outbox
from warehouse.journal.store import create_journal, open_journal

BEGAN = datetime(2024, 5, 14, 2, 0, tzinfo=UTC)
PEOPLE = ("ann@plant.example", "bob@plant.example", "gone@plant.example")
FAULTS = (
    "none", "none", "refused", "421", "451", "slow", "dropped after DATA", "half", "garbage",
    "cut off",
)  # fmt: skip
AWAY_AT = 5
"""Every so many kills nobody listens at first."""


def drip(listening):
    """Answer whoever calls with one digit at a time, for as long as they listen."""
    client, _ = listening.accept()
    with client, suppress(OSError):
        while True:
            client.sendall(b"2")
            time.sleep(0.05)


class FaultyServer:
    """Takes mail, with a fault drawn for each attempt; keeps who got which Message-ID."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.taken = defaultdict(list)
        self.done = {}
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self.controller = None

    def listen(self):
        self.controller = Controller(self, hostname="127.0.0.1", port=self.port)
        self.controller.start()

    def away(self):
        """Listen no more: whoever calls is refused by the machine itself."""
        self.controller.stop()

    def fault(self, session):
        if not hasattr(session, "fault"):
            session.fault = self.random.choice(FAULTS)
            self.done[session.fault] = self.done.get(session.fault, 0) + 1
        return session.fault

    async def handle_MAIL(self, server, session, envelope, address, mail_options):  # noqa: N802 - the server calls it so
        fault = self.fault(session)
        if fault == "refused":
            return "550 not from there"
        if fault == "421":
            return "421 closing, come back later"
        if fault == "garbage":
            return "\x00\x07 no SMTP at all"
        if fault == "cut off":
            server.transport.abort()
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(self, server, session, envelope, address, rcpt_options):  # noqa: N802
        if address.startswith("gone"):
            return "550 no such user"
        if self.fault(session) == "half" and address.startswith("bob"):
            return "450 mailbox busy"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        fault = self.fault(session)
        if fault == "451":
            return "451 try later"
        if fault == "slow":
            await asyncio.sleep(0.5)
            return "451 too late"
        message = message_from_bytes(envelope.content)
        alert = message["Subject"]
        for recipient in envelope.rcpt_tos:
            self.taken[alert, recipient].append(message["Message-ID"])
        if fault == "dropped after DATA":
            server.transport.abort()
        return "250 OK"


@pytest.fixture
def faulty():
    server = FaultyServer(seed=20240514)
    server.listen()
    yield server
    server.away()


def fill(path, alerts):
    create_journal(path)
    with open_journal(path) as journal, journal.writing() as connection:
        for number in range(alerts):
            row = OutboxRow(
                f"alert-{number}@plant.example", BEGAN, PEOPLE, f"alert {number}", "text", ""
            )
            outbox_module.add(connection, row)


def send_with_kills(path, faulty, kills):
    """Start senders and kill all but the last with signal 9, each after a few more attempts."""
    moments = random.Random(7)
    script = Path(__file__).with_name("sender_process.py")
    command = [sys.executable, str(script), str(path), str(faulty.port), "2000", str(time.time())]
    killed = away = 0
    for number in range(kills):
        until = sum(faulty.done.values()) + moments.randint(2, 12)
        is_away = number % AWAY_AT == AWAY_AT - 1
        before = turned_away(path)
        if is_away:
            faulty.away()
        sender = subprocess.Popen(command)
        if is_away:
            while sender.poll() is None and turned_away(path) <= before:
                time.sleep(0.05)
            away += len(turned_away(path) - before)
            faulty.listen()
        while sender.poll() is None and sum(faulty.done.values()) < until:
            time.sleep(0.002)
        time.sleep(0.02 * moments.random())
        if sender.poll() is None:
            sender.send_signal(signal.SIGKILL)
            killed += 1
        sender.wait()
    # A thousand mails take a busy machine hours.
    subprocess.run(command, check=True, timeout=6 * 3600)
    faulty.done["nobody there"] = away
    return killed


def turned_away(path):
    """The attempts, by mail and number, at which nobody listened."""
    with open_journal(path) as journal:
        rows = outbox(journal)
    return {
        (row.message_id, row.attempts)
        for row in rows
        if "Connection refused" in (row.last_error or "")
    }


def proves(tmp_path, faulty, *, alerts, kills):
    path = tmp_path / "journal.sqlite"
    fill(path, alerts)
    killed = send_with_kills(path, faulty, kills)
    with open_journal(path) as journal:
        rows = outbox(journal)
    assert len(rows) == alerts
    unaccounted = lost = copies = 0
    ids = defaultdict(set)
    for row in rows:
        unaccounted += len(row.remaining)
        for person in row.recipients:
            found = faulty.taken[row.subject, person]
            ids[row.subject].update(found)
            copies += max(0, len(found) - 1)
            # Whoever is written down as having it has it; nobody else is left waiting.
            assert bool(found) == (person in row.delivered_to)
            lost += not found and person not in row.refused
    states = {
        state: sum(row.state == state for row in rows) for state in ("sent", "dead", "pending")
    }
    second = sum(len(found) > 1 for found in ids.values())
    sys.stdout.write(
        f"{alerts} alerts x {len(PEOPLE)} recipients, {killed} kill -9, faults {faulty.done}: "
        f"{lost} lost, {second} with a second Message-ID, {unaccounted} recipients unaccounted for, "
        f"{copies} extra copies, outbox {states}\n"
    )
    assert (lost, second, unaccounted) == (0, 0, 0)
    # One address is refused for good: that must not look like "sent".
    assert states == {"sent": 0, "dead": alerts, "pending": 0}
    assert all(row.refused == {"gone@plant.example": "550 no such user"} for row in rows)


def test_alerts_outlive_a_faulty_server_and_a_killed_sender(tmp_path, faulty):
    proves(tmp_path, faulty, alerts=12, kills=AWAY_AT)


@pytest.mark.soak
def test_a_thousand_alerts_outlive_a_faulty_server_and_twenty_kills(tmp_path, faulty):
    proves(tmp_path, faulty, alerts=1000, kills=20)


def test_a_server_that_answers_one_letter_at_a_time_is_left_in_time():
    with socket.create_server(("127.0.0.1", 0)) as listening:
        dripping = threading.Thread(target=drip, args=[listening], daemon=True)
        dripping.start()
        smtp = SmtpSettings(
            host="127.0.0.1",
            port=listening.getsockname()[1],
            security="none",
            timeout_seconds=0.2,
        )
        row = OutboxRow("m@plant.example", BEGAN, PEOPLE, "s", "text", "")
        began = time.monotonic()
        delivery = deliver(row, smtp, sender="blemish@plant.example", password=None)
        took = time.monotonic() - began
    dripping.join(timeout=60)
    assert not dripping.is_alive()
    assert delivery.accepted == ()
    assert not delivery.permanent
    # It would drip for ever; a busy machine may take its time.
    assert took < longest_connection(smtp).total_seconds() + 60
