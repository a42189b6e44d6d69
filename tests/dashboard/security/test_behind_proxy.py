"""Behind a trusted proxy: it names the person and the address, and nobody else does."""

from dataclasses import replace
from ipaddress import ip_network

import pytest

PROXY = {"REMOTE_ADDR": "10.0.0.5"}


@pytest.fixture
def behind(door):
    return replace(
        door.rules, proxy_header="X-Forwarded-User", proxy_networks=(ip_network("10.0.0.5/32"),)
    )


def test_only_the_trusted_proxy_names_people(make_app, door, behind):
    client = door.client(make_app(replace(behind, proxy_role="viewer")))

    def status(name, **where):
        return client.get("/", headers={"X-Forwarded-User": name}, **where).status_code

    assert status("somebody", environ_base=PROXY) == 200
    assert status("eng", environ_base=PROXY) == 200
    assert status("eng") == 302
    assert status("eng", environ_base={"REMOTE_ADDR": "10.0.0.6"}) == 302
    # Two headers arrive as one with a comma.
    assert status("eng,boss", environ_base=PROXY) == 302
    assert status("", environ_base=PROXY) == 302
    strict = door.client(make_app(behind))
    asked = {"headers": {"X-Forwarded-User": "somebody"}, "environ_base": PROXY}
    assert strict.get("/", **asked).status_code == 302


def test_the_proxy_gives_a_name_and_the_account_its_role(
    make_app, door, behind, approval_of, forms, spy
):
    app = make_app(replace(behind, proxy_role="viewer"))
    body = approval_of(app, forms)
    for name in ("somebody", "vi", "eng"):
        named = {"headers": door.own | {"X-Forwarded-User": name}, "environ_base": PROXY}
        door.page(app, **named).post(door.callbacks, json=body, **named)
    assert [options["who"] for _, _, options in spy.written] == ["eng"]


def test_the_address_behind_the_proxy_is_the_last_it_did_not_add_itself(make_app, door, behind):
    app, guard = make_app(), door.guard(behind)
    with app.server.test_request_context(
        "/", environ_base=PROXY, headers={"X-Forwarded-For": "1.1.1.1, 7.7.7.7, 10.0.0.5"}
    ) as found:
        assert guard.address(found.request) == "7.7.7.7"
    with app.server.test_request_context(
        "/", environ_base={"REMOTE_ADDR": "127.0.0.1"}, headers={"X-Forwarded-For": "1.1.1.1"}
    ) as found:
        assert guard.address(found.request) == "127.0.0.1"
