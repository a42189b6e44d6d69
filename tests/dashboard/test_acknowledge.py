"""The link of a mail opens a page; only its form acknowledges, and nobody can make up a link."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask

from dashboard.acknowledge import JournalAlerts, register
from dashboard.acknowledge_links import LinkSigner
from dashboard.errors import LinkError
from dashboard.guard_posts import PageTokens
from dashboard.security import protect
from dashboard.sessions import Cookies
from warehouse.journal.alerts import FiredSignal, episodes, handle_signals
from warehouse.journal.audit import audit_trail
from warehouse.journal.outbox import OutboxRow
from warehouse.journal.store import create_journal, open_journal

NOW = datetime(2026, 5, 20, 3, 0, tzinfo=UTC)
SIGNER = LinkSigner(b"the secret of the site")
MAIL = "blemish-alert-1@plant.example"


@pytest.fixture
def path(tmp_path):
    """A journal with two alerts that one mail told of."""
    create_journal(tmp_path / "journal.sqlite")
    signals = [
        FiredSignal("a", "L/S/T/F:stain_count", "control", NOW, "<b>Stain count</b> at S / T"),
        FiredSignal("b", "L/S/T/F:scratch_count", "control", NOW, "Scratch count at S / T"),
    ]

    def compose(plan):
        told = tuple(row.episode_id for row in plan.firing)
        return [OutboxRow(MAIL, NOW, ("ann@plant",), "s", "t", "", episodes=told)]

    with open_journal(tmp_path / "journal.sqlite") as journal:
        handle_signals(journal, signals, now=NOW, compose=compose)
    return tmp_path / "journal.sqlite"


def make_client(path, **options):
    server = Flask("test")
    clock = options.pop("clock", lambda: NOW)
    register(server, JournalAlerts(path, SIGNER, clock), site_name="Plant <7>", **options)
    protect(server, "default-src 'self'")
    return server.test_client()


def link(now=NOW):
    return SIGNER.link("http://plant:8050", MAIL, now).removeprefix("http://plant:8050")


def states(path):
    with open_journal(path) as journal:
        return {row.state for row in episodes(journal)}


def test_opening_the_link_shows_the_alerts_and_changes_nothing(path):
    answer = make_client(path).get(link())
    assert answer.status_code == 200
    assert "&lt;b&gt;Stain count&lt;/b&gt;" in answer.text
    assert "<b>Stain count" not in answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    assert states(path) == {"firing"}


def test_the_form_acknowledges_in_somebodys_name(path):
    token = SIGNER.token(MAIL, NOW)
    answer = make_client(path).post("/acknowledge", data={"token": token, "who": "QE-4\r\nB."})
    assert answer.status_code == 200
    assert states(path) == {"acknowledged"}
    with open_journal(path) as journal:
        trail = audit_trail(journal)
    assert {(row.who, row.reason) for row in trail} == {("QE-4 B.", "by mail link")}


def test_without_a_name_nothing_is_acknowledged(path):
    answer = make_client(path).post("/acknowledge", data={"token": SIGNER.token(MAIL, NOW)})
    assert answer.status_code == 400
    assert "Say who you are" in answer.text
    assert states(path) == {"firing"}


def test_where_the_site_has_accounts_the_form_needs_a_login(path):
    token = SIGNER.token(MAIL, NOW)
    nobody = make_client(path, who_is_there=lambda: None)
    assert "Log in" in nobody.get(link()).text
    answer = nobody.post("/acknowledge", data={"token": token, "who": "Mallory"})
    assert answer.status_code == 403
    assert states(path) == {"firing"}
    somebody = make_client(path, who_is_there=lambda: "ann")
    somebody.post("/acknowledge", data={"token": token, "who": "Mallory"})
    with open_journal(path) as journal:
        assert {row.who for row in audit_trail(journal)} == {"ann"}


def test_a_page_of_another_site_cannot_send_the_form(path):
    answer = make_client(path).post(
        "/acknowledge",
        data={"token": SIGNER.token(MAIL, NOW), "who": "Mallory"},
        headers={"Origin": "https://evil.example"},
    )
    assert answer.status_code == 403
    assert states(path) == {"firing"}


def test_behind_a_guard_the_form_needs_the_token_of_its_page(path):
    client = make_client(path, pages=PageTokens(Cookies(b"secret", https=False)))
    given = {"token": SIGNER.token(MAIL, NOW), "who": "QE-4"}
    for token in ("", "0" * 64):
        answer = client.post("/acknowledge", data=given | {"form_token": token})
        assert answer.status_code == 403
        assert "This form is too old" in answer.text
    assert states(path) == {"firing"}
    form = re.search(r'name="form_token" value="(\w+)"', client.get(link()).text)[1]
    assert client.post("/acknowledge", data=given | {"form_token": form}).status_code == 200
    assert states(path) == {"acknowledged"}


@pytest.mark.parametrize(
    "token",
    ["", "nonsense", LinkSigner(b"another secret").token(MAIL, NOW), SIGNER.token(MAIL, NOW)[:-3]],
)
def test_a_link_that_was_not_made_here_is_refused_in_words(path, token):
    client = make_client(path)
    for answer in (
        client.get("/acknowledge", query_string={"token": token}),
        client.post("/acknowledge", data={"token": token, "who": "Mallory"}),
    ):
        assert answer.status_code == 400
        assert "This link was not made by this site" in answer.text
    assert states(path) == {"firing"}


def test_a_link_expires_after_two_weeks(path):
    token = SIGNER.token(MAIL, NOW)
    with pytest.raises(LinkError, match="this link expired on 2026-06-03"):
        SIGNER.read(token, NOW + timedelta(days=14, seconds=1))
    late = make_client(path, clock=lambda: NOW + timedelta(days=15))
    assert late.get(link()).status_code == 400


def test_a_site_without_its_secret_has_no_such_page(tmp_path):
    assert LinkSigner.of_site(tmp_path / "absent") is None
    server = Flask("test")
    register(server, None, site_name="Plant 7")
    assert server.test_client().get("/acknowledge").status_code == 404
