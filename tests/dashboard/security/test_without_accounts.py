"""A site without accounts: this machine gets in, by its own name, and nobody else."""

from dataclasses import replace

import pytest

from dashboard.guard import Guard
from dashboard.sessions import Cookies
from warehouse.journal.accounts import add_account, disable_account
from warehouse.journal.store import create_journal, open_journal


@pytest.fixture
def empty(tmp_path):
    create_journal(tmp_path / "open.sqlite")
    with open_journal(tmp_path / "open.sqlite") as journal:
        yield journal


def test_without_accounts_only_this_machine_gets_in_by_its_own_name(
    make_app, door, approval_of, empty, forms, spy
):
    rules = replace(door.rules, open_here=True)
    guard = Guard(empty, rules, Cookies(door.secret, https=False), lambda: door.now)
    app = make_app(guard=guard)
    client = door.page(app)
    assert client.get("/").status_code == 200
    assert client.get("/", base_url="http://127.0.0.1:8050").status_code == 200
    assert client.get("/", base_url="http://[::1]:8050").status_code == 200
    # A name that its owner points at this machine (DNS rebinding), a proxy, another machine.
    assert client.get("/", base_url="http://evil.example:8050").status_code == 403
    assert client.get("/", headers={"X-Forwarded-For": "10.0.0.9"}).status_code == 403
    away = client.get("/", environ_base={"REMOTE_ADDR": "10.0.0.9"})
    assert (away.status_code, "blemish user add" in away.text) == (403, True)
    client.post(door.callbacks, json=approval_of(app, forms), headers=door.own)
    assert spy.written[0][2]["who"] == "Mallory"
    # The first account closes the door at once.
    add_account(empty, "ann", "admin", password=None, who="test", now=door.now)
    assert client.get("/").status_code == 302
    disable_account(empty, "ann", who="test", now=door.now)
    assert client.get("/").status_code == 302


def test_a_journal_that_cannot_be_read_lets_nobody_in(make_app, door, empty):
    app = make_app(
        guard=Guard(empty, door.rules, Cookies(door.secret, https=False), lambda: door.now)
    )
    with empty.writing() as connection:
        connection.exec_driver_sql("DROP TABLE account")
    client = door.client(app)
    client.set_cookie("blemish_session", "x")
    with empty.writing() as connection:
        connection.exec_driver_sql("DROP TABLE login_session")
    answer = client.get("/")
    assert (answer.status_code, "Traceback" in answer.text) == (503, False)
