"""`blemish user`, and where `serve` refuses to listen."""

import io
import json
import sys
from datetime import UTC, datetime

import pytest

from jobs.cli import main
from jobs.commands.exposure import check_exposure, stays_here
from jobs.configuration.access import access_rules
from jobs.errors import ServeError, SettingsError
from jobs.page_server import make_server
from jobs.settings import Settings, parse_settings, read_settings
from warehouse.journal.accounts import accounts
from warehouse.journal.accounts_lockout import LockRules
from warehouse.journal.accounts_login import log_in
from warehouse.journal.audit import audit_trail
from warehouse.journal.store import open_journal

PASSWORD = "four words nobody expects"


@pytest.fixture
def user(site, monkeypatch):
    """Run `blemish user` on the site, with a line on standard input."""

    def run(*words, line=PASSWORD):
        monkeypatch.setattr(sys, "stdin", io.StringIO(f"{line}\n"))
        return main(["user", *words, "--site", str(site.root)])

    return run


def rows(site):
    with open_journal(site.journal) as journal:
        return {row.name: row for row in accounts(journal)}


def test_an_account_from_its_making_to_its_end(user, site, capsys):
    assert user("add", "QE Four", "--role", "engineer", "--temporary") == 0
    assert rows(site)["QE Four"].must_change
    assert user("role", "qe four", "--role", "admin") == 0
    assert user("password", "QE Four", line="another four words") == 0
    assert rows(site)["QE Four"].role == "admin"
    assert user("disable", "QE Four") == 0
    assert user("enable", "QE Four", "--expires", "2026-07-01") == 0
    assert rows(site)["QE Four"].expires_at == datetime(2026, 7, 1, tzinfo=UTC)
    assert PASSWORD not in capsys.readouterr().out
    with open_journal(site.journal) as journal:
        row = log_in(
            journal,
            "QE Four",
            "another four words",
            lock=LockRules(),
            now=datetime(2026, 6, 30, tzinfo=UTC),
        )
        assert row.name == "QE Four"
        assert {entry.who for entry in audit_trail(journal)} == {"command line"}


def test_the_list_is_a_table_or_json_without_hashes(user, capsys):
    user("add", "ann", "--role", "viewer", "--by-proxy")
    capsys.readouterr()
    assert user("list", "--json") == 0
    (row,) = json.loads(capsys.readouterr().out)
    assert (row["name"], row["role"], row["usable"]) == ("ann", "viewer", True)
    assert not [key for key in row if "hash" in key]
    assert user("list") == 0
    assert "none: by proxy" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "line", "said"),
    [
        (["add", "ann"], PASSWORD, "needs --role viewer, engineer or admin"),
        (["add"], PASSWORD, "whose account? blemish user add NAME"),
        (["add", "ann", "--role", "viewer"], "", "no password was given"),
        (["add", "ann", "--role", "viewer"], "short", "take at least 12"),
        (["add", "ann", "--role", "viewer", "--expires", "soon"], PASSWORD, "is no day"),
        (["add", "ann", "--role", "king"], PASSWORD, "king"),
        (["disable", "ann"], PASSWORD, "no account 'ann'; `blemish user list` names them"),
        (["password", "ann"], PASSWORD, "no account 'ann'"),
        (["disable", "ann", "--role", "viewer"], PASSWORD, "takes no --role"),
        (["list", "ann"], PASSWORD, "takes no NAME"),
    ],
)
def test_what_cannot_be_done_is_one_sentence(user, site, capsys, words, line, said):
    assert user(*words, line=line) == 2
    error = capsys.readouterr().err
    assert said in error
    assert len(error.splitlines()) == 1
    assert not rows(site)


def test_no_option_takes_a_password(user, capsys):
    assert user("add", "ann", "--role", "viewer", "--password", PASSWORD) == 2
    assert "No such option" in capsys.readouterr().err


def test_only_the_names_of_this_machine_stay_here():
    assert stays_here("127.0.0.1")
    assert stays_here("::1")
    assert not stays_here("0.0.0.0")
    assert not stays_here("::")
    assert not stays_here("192.0.2.1")
    assert not stays_here("name.invalid")


def test_other_machines_are_served_only_with_accounts_or_a_proxy(user, site):
    settings = read_settings(site.settings_file)
    check_exposure(site, settings, "127.0.0.1")
    with pytest.raises(ServeError, match="has no accounts; add one with `blemish user add NAME"):
        check_exposure(site, settings, "0.0.0.0")
    proxied = parse_settings(
        '[access]\nproxy_header = "X-Forwarded-User"\nproxy_addresses = "10.0.0.5"', where="test"
    )
    check_exposure(site, proxied, "0.0.0.0")
    assert main(["serve", "--site", str(site.root), "--host", "0.0.0.0", "--port", "0"]) == 2
    user("add", "ann", "--role", "admin")
    check_exposure(site, settings, "0.0.0.0")


def test_a_proxy_header_without_its_addresses_is_refused():
    with pytest.raises(SettingsError, match="proxy_header needs proxy_addresses"):
        parse_settings('[access]\nproxy_header = "X-User"', where="test")
    with pytest.raises(SettingsError, match="is no address or network"):
        parse_settings('[access]\nproxy_addresses = ["proxy"]', where="test")


def test_the_settings_become_the_rules():
    rules = access_rules(
        parse_settings(
            '[access]\nproxy_role = "none"\nidle_minutes = 5\npassword_days = 90', where="test"
        ).access,
        open_here=False,
    )
    assert (rules.proxy_role, rules.sessions.idle.total_seconds()) == (None, 300)
    assert rules.password_age.days == 90
    assert access_rules(Settings().access, open_here=True).password_age is None


def test_a_served_site_is_open_here_until_it_has_an_account(user, site):
    settings = read_settings(site.settings_file)
    client = make_server(site, settings, open_here=True).test_client()
    assert client.get("/").status_code == 200
    user("add", "ann", "--role", "admin")
    assert client.get("/").status_code == 302
    beyond = make_server(site, settings, open_here=False).test_client()
    assert beyond.get("/").status_code == 302
