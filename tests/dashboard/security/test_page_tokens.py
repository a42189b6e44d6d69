"""Posts count only from a page of ours that was opened for whoever is there."""

import re
from dataclasses import replace
from ipaddress import ip_network

import pytest

from dashboard.guard import Guard
from dashboard.guard_posts import OWN_FORMS
from dashboard.sessions import Cookies
from warehouse.journal.accounts_sessions import open_session
from warehouse.journal.store import create_journal, open_journal

HEADER = "X-Blemish-Page"


def token_of(client, **asked):
    return re.search(r'<meta name="blemish-page" content="(\w+)">', client.get("/", **asked).text)[
        1
    ]


def test_every_address_that_takes_posts_refuses_one_without_the_token(app, door, addresses):
    client = door.client(app, "boss")
    posted = {path for method, path in addresses(app) if method == "POST"}
    assert {door.callbacks, "/sql/download", "/acknowledge", "/logout", "/password"} <= posted
    for path in sorted(posted - {"/login"}):
        answer = client.post(path, headers=door.own)
        assert answer.status_code in {400, 403}, (path, answer.status_code)
        if path not in OWN_FORMS:
            assert "reload it" in answer.text
            assert answer.headers["X-Blemish-Refused"] == "reload"
    # Whatever else is sent, and to whatever address.
    for method in ("PUT", "PATCH", "DELETE", "TRACE", "POST"):
        assert client.open("/nothing", method=method, headers=door.own).status_code == 403, method
    print(f"{len(posted)} addresses take posts; each refuses one without the token")


@pytest.mark.parametrize("given", ["", "0" * 64, "é", "x" * 100_000, "null"])
def test_a_made_up_token_changes_nothing(app, door, approval_of, forms, spy, given):
    client = door.client(app, "eng")
    headers = [*door.own.items(), (HEADER, given)]
    answer = client.post(door.callbacks, json=approval_of(app, forms), headers=headers)
    assert answer.status_code == 403
    assert spy.written == []


def test_a_page_of_another_session_changes_nothing(app, door, approval_of, forms, spy):
    body = approval_of(app, forms)
    client = door.client(app, "eng")
    again = open_session(door.journal, "eng", door.rules.sessions, door.now)
    other = door.client(app)
    other.set_cookie("blemish_session", again)
    foreign = {token_of(door.client(app, "boss")), token_of(other)}
    assert token_of(client) not in foreign
    for token in foreign:
        answer = client.post(door.callbacks, json=body, headers=door.own | {HEADER: token})
        assert answer.status_code == 403
    assert spy.written == []
    # The own page does what the others could not.
    client.post(door.callbacks, json=body, headers=door.own | {HEADER: token_of(client)})
    assert [options["who"] for _, _, options in spy.written] == ["eng"]


def test_another_login_in_the_same_browser_makes_the_open_page_old(
    app, door, approval_of, forms, spy
):
    client = door.page(app, "eng")
    client.set_cookie("blemish_session", door.tokens["boss"])
    answer = client.post(door.callbacks, json=approval_of(app, forms), headers=door.own)
    assert (answer.status_code, spy.written) == (403, [])


def test_the_token_is_in_no_address_no_cookie_and_no_cache(app, door):
    client = door.client(app, "eng")
    page = client.get("/parts")
    token = token_of(client)
    assert token in page.text
    assert page.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in page.headers
    assert page.headers["Referrer-Policy"] == "same-origin"
    assert token not in client.get("/_dash-layout").text


def test_without_accounts_the_page_of_this_machine_has_a_token_too(
    make_app, door, tmp_path, approval_of, forms, spy
):
    create_journal(tmp_path / "open.sqlite")
    with open_journal(tmp_path / "open.sqlite") as empty:
        rules = replace(door.rules, open_here=True)
        cookies = Cookies(door.secret, https=False)
        app = make_app(guard=Guard(empty, rules, cookies, lambda: door.now))
        body = approval_of(app, forms)
        bare = door.client(app).post(door.callbacks, json=body, headers=door.own)
        assert (bare.status_code, spy.written) == (403, [])
        page = door.page(app)
        assert page.post(door.callbacks, json=body, headers=door.own).status_code == 200
        assert len(spy.written) == 1


def test_behind_a_proxy_the_page_of_one_person_is_none_of_another(
    make_app, door, approval_of, forms, spy
):
    rules = replace(
        door.rules, proxy_header="X-Forwarded-User", proxy_networks=(ip_network("10.0.0.5/32"),)
    )
    app = make_app(rules)
    body = approval_of(app, forms)

    def asked(name):
        return {
            "headers": door.own | {"X-Forwarded-User": name},
            "environ_base": {"REMOTE_ADDR": "10.0.0.5"},
        }

    page = door.page(app, **asked("boss"))
    assert page.post(door.callbacks, json=body, **asked("eng")).status_code == 403
    assert page.post(door.callbacks, json=body, **asked("boss")).status_code == 200
    assert [options["who"] for _, _, options in spy.written] == ["boss"]
