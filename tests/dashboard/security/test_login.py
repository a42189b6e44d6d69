"""Logging in and out: forms, cookies, tokens, passwords."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from dashboard.actions import DashboardActions
from dashboard.app import build_app
from dashboard.guard import Guard
from dashboard.guard_identity import AccessRules
from dashboard.sessions import Cookies
from warehouse.journal.accounts import add_account, change_password
from warehouse.journal.accounts_lockout import LockRules
from warehouse.journal.store import create_journal, open_journal

NOW = datetime(2026, 5, 20, 4, 0, tzinfo=UTC)
PASSWORD = "four words nobody expects"
OTHER = "five words that nobody expects"
RULES = AccessRules(logins=1000, lock=LockRules(failures=3))
COOKIE = "blemish_session"


@pytest.fixture
def journal(tmp_path):
    create_journal(tmp_path / "journal.sqlite")
    with open_journal(tmp_path / "journal.sqlite") as journal:
        add_account(journal, "QE Four", "engineer", password=PASSWORD, who="test", now=NOW)
        yield journal


@pytest.fixture
def make_client(journal, reader, clock):
    def make(rules=RULES):
        guard = Guard(
            journal,
            rules,
            Cookies(b"secret", https=rules.https),
            lambda: NOW,
            ticks=lambda: 0.0,
        )
        app = build_app(
            reader, clock=clock, site_name="<Plant>", actions=DashboardActions(), guard=guard
        )
        return app.server.test_client()

    return make


@pytest.fixture
def client(make_client):
    return make_client()


def form_token(answer):
    return re.search(r'name="form_token" value="(\w+)"', answer.text)[1]


def log_in(client, name="QE Four", password=PASSWORD, target="/parts?range=7d"):
    token = form_token(client.get("/login"))
    fields = {"form_token": token, "name": name, "password": password, "next": target}
    return client.post("/login", data=fields)


def test_a_login_leads_to_where_one_wanted_to_go(client):
    answer = log_in(client)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/parts?range=7d")
    assert client.get("/").status_code == 200
    said = client.get("/account").text
    assert "QE Four" in said
    assert "Role: engineer" in said
    assert "&lt;Plant&gt;" in said


def test_the_header_names_who_is_logged_in(client):
    log_in(client)
    layout = client.get("/_dash-layout").text
    assert "Account of QE Four" in layout


@pytest.mark.parametrize(
    "target", ["//evil.example", "https://evil.example/", "/\\evil", "/a\r\nb"]
)
def test_a_login_leads_to_no_other_site(client, target):
    assert log_in(client, target=target).headers["Location"] == "/"


def test_the_cookie_is_for_the_server_only(make_client):
    (cookie,) = [
        one for one in log_in(make_client()).headers.getlist("Set-Cookie") if COOKIE in one
    ]
    assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= set(cookie.split("; "))
    assert "Secure" not in cookie
    assert "Domain" not in cookie
    assert "Expires" not in cookie


def test_by_https_the_cookie_travels_by_https_only(make_client, journal):
    client = make_client(replace(RULES, https=True))
    base = {"base_url": "https://localhost"}
    page = client.get("/login", **base)
    fields = {"form_token": form_token(page), "name": "QE Four", "password": PASSWORD}
    answer = client.post("/login", data=fields, **base)
    (cookie,) = [one for one in answer.headers.getlist("Set-Cookie") if COOKIE in one]
    assert cookie.startswith(f"__Host-{COOKIE}=")
    assert "Secure" in cookie
    assert client.get("/", **base).status_code == 200
    assert "max-age=" in client.get("/", **base).headers["Strict-Transport-Security"]


def test_each_login_has_a_session_of_its_own(client):
    client.set_cookie(COOKIE, "chosen by an attacker")
    log_in(client)
    first = client.get_cookie(COOKIE).value
    assert first != "chosen by an attacker"
    log_in(client)
    second = client.get_cookie(COOKIE).value
    assert second != first
    # The one before has ended.
    client.set_cookie(COOKIE, first)
    assert client.get("/").status_code == 302


def test_a_login_without_the_token_of_its_form_is_refused(client):
    fields = {"name": "QE Four", "password": PASSWORD}
    for token in ("", "0" * 64, "é"):
        answer = client.post("/login", data=fields | {"form_token": token})
        assert answer.status_code == 400
        assert "This form is too old" in answer.text
    token = form_token(client.get("/login"))
    client.delete_cookie("blemish_form")
    assert client.post("/login", data=fields | {"form_token": token}).status_code == 400


def test_a_refused_login_says_nothing_of_the_reason(client, caplog):
    said = {log_in(client, name, "wrong").text for name in ("QE Four", "<b>nobody</b>")}
    plain = {re.sub(r'value="[^"]*"', "", text) for text in said}
    assert len(plain) == 1
    assert "Name or password is wrong" in plain.pop()
    assert "<b>nobody" not in "".join(said)
    assert "wrong'" not in caplog.text


def test_wrong_passwords_lock_the_account(client):
    codes = [log_in(client, password="wrong").status_code for _ in range(3)]
    assert codes == [403, 403, 403]
    assert log_in(client).status_code == 403


def test_logins_beyond_the_rate_are_told_to_wait(make_client):
    client = make_client(replace(RULES, logins=2))
    codes = [log_in(client, password="wrong").status_code for _ in range(3)]
    assert codes == [403, 403, 429]


def test_a_logout_ends_the_session_and_needs_its_form(client):
    log_in(client)
    token = client.get_cookie(COOKIE).value
    assert client.post("/logout").status_code == 400
    assert client.get("/").status_code == 200
    answer = client.post("/logout", data={"form_token": form_token(client.get("/account"))})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/login")
    assert client.get_cookie(COOKIE) is None
    client.set_cookie(COOKIE, token)
    assert client.get("/").status_code == 302


def set_password(client, old=PASSWORD, new=OTHER, again=OTHER):
    fields = {"form_token": form_token(client.get("/password"))}
    return client.post("/password", data=fields | {"old": old, "new": new, "again": again})


def test_another_password_ends_every_other_session(make_client):
    here, elsewhere = make_client(), make_client()
    log_in(here)
    log_in(elsewhere)
    before = here.get_cookie(COOKIE).value
    assert set_password(here).status_code == 303
    assert here.get_cookie(COOKIE).value != before
    assert here.get("/").status_code == 200
    assert elsewhere.get("/").status_code == 302
    assert log_in(elsewhere).status_code == 403
    assert log_in(elsewhere, password=OTHER).status_code == 303


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"old": "wrong"}, "The present password is not right"),
        ({"again": "another one"}, "The two new passwords differ"),
        ({"new": PASSWORD, "again": PASSWORD}, "The new password is the present one"),
        ({"new": "short", "again": "short"}, "The password has 5 letters"),
    ],
)
def test_a_password_that_cannot_be_set_is_told(client, fields, said):
    log_in(client)
    answer = set_password(client, **fields)
    assert answer.status_code == 400
    assert said in answer.text
    assert client.get("/").status_code == 200


def test_a_given_out_password_leads_to_the_form_of_another_and_nowhere_else(client, journal):
    change_password(journal, "QE Four", PASSWORD, must_change=True, who="test", now=NOW)
    log_in(client)
    answer = client.get("/")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/password")
    assert client.get("/_dash-layout").status_code == 403
    assert client.post("/_dash-update-component", json={}).status_code == 403
    assert set_password(client).status_code == 303
    assert client.get("/").status_code == 200


def test_an_old_password_must_be_changed(make_client, journal):
    add_account(
        journal, "old", "viewer", password=PASSWORD, who="test", now=NOW - timedelta(days=90)
    )
    client = make_client(replace(RULES, password_age=timedelta(days=90)))
    log_in(client, "old")
    assert client.get("/").headers["Location"] == "/password"


def writes_of_failed(journal):
    """What failed logins have written, whoever they were for."""
    with journal.reading() as connection:
        rows = connection.exec_driver_sql("SELECT failures FROM login_failure").fetchall()
    return sum(failures for (failures,) in rows)


def test_a_refused_login_writes_once_whether_or_not_the_name_exists_or_is_locked(client, journal):
    """A write is what takes time: 16 ms more told a known name from an unknown one, measured."""
    for name in ("QE Four", "nobody", "QE Four", "nobody", "QE Four", "QE Four", "QE Four"):
        before = writes_of_failed(journal)
        assert log_in(client, name, "wrong").status_code == 403
        assert writes_of_failed(journal) == before + 1, name
    # The account is locked by now, and no name without an account ever gets a row of its own.
    assert log_in(client).status_code == 403
    with journal.reading() as connection:
        rows = connection.exec_driver_sql("SELECT account_key FROM login_failure").fetchall()
    assert len(rows) == 2
