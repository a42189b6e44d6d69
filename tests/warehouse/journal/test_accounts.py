"""Accounts, their passwords, sessions and lock-out."""

import sqlite3
from datetime import UTC, datetime, timedelta

import pytest

from warehouse.errors import AccountError, UnknownRowError
from warehouse.evidence import new_key
from warehouse.journal import accounts
from warehouse.journal.accounts_lockout import LockRules
from warehouse.journal.accounts_login import REFUSED, log_in
from warehouse.journal.accounts_passwords import fits, hashed
from warehouse.journal.accounts_sessions import (
    SessionRules,
    account_of_session,
    end_session,
    open_session,
)
from warehouse.journal.audit import audit_trail, first_broken
from warehouse.journal.decision_seals import checked
from warehouse.journal.store import create_journal, open_journal

NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)
GOOD = "correct horse battery"
LOCK = LockRules(failures=3, longest=timedelta(minutes=15))
RULES = SessionRules(idle=timedelta(minutes=30), absolute=timedelta(hours=8))


def add(journal, name="QE Four", role="engineer", **options):
    options = {"password": GOOD, "who": "admin", "now": NOW} | options
    return accounts.add_account(journal, name, role, **options)


def enter(journal, password=GOOD, name="QE Four", now=NOW):
    return log_in(journal, name, password, lock=LOCK, now=now)


def test_an_account_logs_in_by_its_name_in_any_spelling(journal):
    add(journal)
    row = enter(journal, name=" qe  FOUR ")
    assert (row.name, row.role) == ("QE Four", "engineer")


def test_a_password_is_kept_as_an_argon2id_hash_only(journal, tmp_path):
    add(journal)
    with sqlite3.connect(tmp_path / "journal.sqlite") as connection:
        (kept,) = connection.execute("SELECT password_hash FROM account").fetchone()
        everything = "\n".join(connection.iterdump())
    connection.close()
    assert kept.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert GOOD not in everything


def test_two_spellings_of_an_accent_are_one_password():
    assert fits(hashed("crème brûlée tarte", name="x-1"), "crème brûlée tarte")


def test_an_account_without_a_password_has_none_that_fits(journal):
    add(journal, password=None)
    for tried in ("", "x", GOOD):
        with pytest.raises(AccountError, match=REFUSED):
            enter(journal, tried)


@pytest.mark.parametrize(
    ("password", "said"),
    [
        ("elevensigns", "has 11 letters; take at least 12"),
        ("a" * 257, "take at most 256"),
        ("abababababab", "repeats a few signs"),
        ("my name is QE FOUR", "holds the name"),
    ],
)
def test_easy_passwords_are_refused(journal, password, said):
    with pytest.raises(AccountError, match=said):
        add(journal, password=password)


@pytest.mark.parametrize("name", ["", " ", "a\x00b", "<b>", "=1+1", "x" * 81, "-a", "a;b"])
def test_odd_names_are_refused(journal, name):
    with pytest.raises(AccountError, match="is no name of an account"):
        add(journal, name)


def test_a_name_is_taken_in_every_spelling(journal):
    add(journal)
    with pytest.raises(AccountError, match="already"):
        add(journal, "qe four")


def test_wrong_passwords_lock_an_account_for_longer_each_time(journal):
    add(journal)
    now = NOW
    for wait in (0, 0, 30, 60, 120):
        with pytest.raises(AccountError, match=REFUSED):
            enter(journal, "wrong", now=now)
        now += timedelta(seconds=wait)
        if wait:
            with pytest.raises(AccountError, match=REFUSED):
                enter(journal, now=now - timedelta(seconds=1))
    # The right password at the end of the lock is taken, and the count begins anew.
    enter(journal, now=now)
    with pytest.raises(AccountError):
        enter(journal, "wrong", now=now)
    enter(journal, now=now)


def test_every_refusal_says_the_same(journal):
    add(journal)
    add(journal, "Gone")
    accounts.disable_account(journal, "Gone", who="admin", now=NOW)
    said = set()
    for name, password in (("nobody", GOOD), ("QE Four", "wrong"), ("Gone", GOOD)):
        with pytest.raises(AccountError) as caught:
            enter(journal, password, name)
        said.add(str(caught.value))
    assert said == {REFUSED}


def test_an_expired_account_does_not_log_in(journal):
    add(journal, expires_at=NOW + timedelta(days=1))
    enter(journal)
    with pytest.raises(AccountError, match=REFUSED):
        enter(journal, now=NOW + timedelta(days=1))


def test_an_aged_or_first_password_must_be_changed(journal):
    add(journal, must_change=True)
    assert accounts.find_account(journal, "QE Four").needs_password(NOW, None)
    row = accounts.change_password(journal, "QE Four", GOOD + "!", who="QE Four", now=NOW)
    age = timedelta(days=90)
    assert not row.needs_password(NOW + age - timedelta(seconds=1), age)
    assert row.needs_password(NOW + age, age)
    assert not row.needs_password(NOW + age, None)


def test_a_session_ends_by_rest_by_age_and_by_logout(journal):
    add(journal)

    def whose(token, minutes):
        return account_of_session(journal, token, RULES, NOW + timedelta(minutes=minutes))

    resting = open_session(journal, "qe four", RULES, NOW)
    assert whose(resting, 29) == "qe four"
    assert whose(resting, 58) == "qe four"
    assert whose(resting, 88) is None
    busy = open_session(journal, "qe four", RULES, NOW)
    assert {whose(busy, minutes) for minutes in range(20, 480, 20)} == {"qe four"}
    assert whose(busy, 480) is None
    left = open_session(journal, "qe four", RULES, NOW)
    end_session(journal, left)
    assert whose(left, 1) is None
    assert whose("made up", 1) is None


def test_another_password_and_disabling_end_every_session(journal):
    add(journal)
    for end in (
        lambda: accounts.change_password(journal, "QE Four", GOOD + "!", who="x", now=NOW),
        lambda: accounts.disable_account(journal, "QE Four", who="x", now=NOW),
    ):
        tokens = [open_session(journal, "qe four", RULES, NOW) for _ in range(2)]
        end()
        assert [account_of_session(journal, one, RULES, NOW) for one in tokens] == [None, None]


def test_the_token_of_a_session_is_not_kept(journal, tmp_path):
    add(journal)
    token = open_session(journal, "qe four", RULES, NOW)
    with sqlite3.connect(tmp_path / "journal.sqlite") as connection:
        assert token not in "\n".join(connection.iterdump())
    connection.close()


def test_every_change_of_an_account_is_audited_without_a_hash(journal):
    add(journal)
    accounts.change_role(journal, "QE Four", "admin", who="boss", now=NOW)
    accounts.change_password(journal, "QE Four", GOOD + "!", who="QE Four", now=NOW)
    accounts.disable_account(journal, "QE Four", who="boss", now=NOW)
    accounts.enable_account(journal, "QE Four", expires_at=None, who="boss", now=NOW)
    trail = audit_trail(journal, subject="user QE Four")
    assert [row.what for row in reversed(trail)] == [
        "user added",
        "user role",
        "user password",
        "user disabled",
        "user enabled",
    ]
    (role,) = [row for row in trail if row.what == "user role"]
    assert (role.who, role.before["role"], role.after["role"]) == ("boss", "engineer", "admin")
    assert "argon2" not in str(trail)
    assert first_broken(journal) is None


def test_an_unknown_account_is_named_with_the_next_step(journal):
    with pytest.raises(UnknownRowError, match="no account 'x'; `blemish user list`"):
        accounts.disable_account(journal, "x", who="admin", now=NOW)


def test_an_account_edited_by_hand_breaks_the_seal(tmp_path):
    path, key = tmp_path / "journal.sqlite", new_key(complete=True, now=NOW)
    create_journal(path)
    with open_journal(path, key=key) as journal:
        add(journal, role="viewer")
        with journal.reading() as connection:
            assert checked(connection)["account"]
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE account SET role = 'admin'")
    connection.close()
    with open_journal(path, key=key) as journal, journal.reading() as connection:
        assert not checked(connection)["account"]
