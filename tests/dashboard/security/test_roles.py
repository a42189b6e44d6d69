"""What a role may do, and in whose name it is done."""

import json
import threading

import pytest

from dashboard.guard_reader import NOT_YOURS, WRITES
from dashboard.reader import Reader
from warehouse.journal.accounts import add_account, change_role, disable_account
from warehouse.journal.accounts_sessions import open_session


@pytest.mark.parametrize("act", ["acknowledged", "investigating", "resolved", "silence"])
def test_a_viewer_changes_nothing_by_any_callback(app, door, posts_of, spy, desk, runs, forms, act):
    posts = posts_of(app, forms | {"act": act})
    viewer, engineer = door.page(app, "vi"), door.page(app, "eng")
    said = [viewer.post(door.callbacks, json=body, headers=door.own) for body in posts]
    assert {answer.status_code for answer in said} <= {200, 204}
    assert (spy.written, desk.written, runs) == ([], [], [])
    assert sum("Your role is viewer" in answer.text for answer in said) >= 6
    # The same posts do change things for an engineer, so they are the right ones.
    for body in posts:
        engineer.post(door.callbacks, json=body, headers=door.own)
    names = {name for name, *_ in spy.written}
    assert {"approve_phase", "turn_down_phase", "save_cause"} <= names
    assert {"end_silence", "revive_mail", "propose_phase"} <= names
    assert ("silence" if act == "silence" else "settle_alert") in names
    assert desk.written == [("save", "eng"), ("drop", "eng")]
    assert runs == ["eng"]


def test_what_is_stored_stands_in_the_name_of_the_session(app, door, posts_of, spy, forms):
    client = door.page(app, "eng")
    for body in posts_of(app, forms):
        client.post(door.callbacks, json=body, headers=door.own)
    assert spy.written
    for name, values, options in spy.written:
        who = values[0].created_by if name == "save_cause" else options["who"]
        assert who == "eng", name


def test_two_people_at_once_each_decide_in_their_own_name(app, door, approval_of, spy, forms):
    body = approval_of(app, forms)

    def decide(name):
        client = door.page(app, name)
        for number in range(50):
            typed = json.loads(json.dumps(body).replace('"x"', f'"{name} {number}"'))
            assert client.post(door.callbacks, json=typed, headers=door.own).status_code == 200

    threads = [threading.Thread(target=decide, args=(name,)) for name in ("eng", "boss")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(spy.written) == 100
    foreign = [
        options
        for _, _, options in spy.written
        if not options["reason"].startswith(f"{options['who']} ")
    ]
    assert foreign == []
    print("2 people x 50 callbacks at once: no foreign name or value")


def test_a_role_holds_from_the_next_request_on(app, door, approval_of, spy, forms):
    add_account(door.journal, "new", "engineer", password=None, who="test", now=door.now)
    token = open_session(door.journal, "new", door.rules.sessions, door.now)
    client = door.client(app)
    client.set_cookie("blemish_session", token)
    door.open(client)
    body = approval_of(app, forms)
    client.post(door.callbacks, json=body, headers=door.own)
    assert len(spy.written) == 1
    change_role(door.journal, "new", "viewer", who="test", now=door.now)
    client.post(door.callbacks, json=body, headers=door.own)
    assert len(spy.written) == 1
    disable_account(door.journal, "new", who="test", now=door.now)
    assert client.post(door.callbacks, json=body, headers=door.own).status_code == 401


def test_every_method_of_a_reader_that_writes_is_locked_for_viewers():
    methods = {name: found for name, found in vars(Reader).items() if callable(found)}
    takes = {
        name
        for name, found in methods.items()
        if {"who", "reason"} & set(getattr(found, "__annotations__", {}))
    }
    assert takes == WRITES


def test_a_viewer_is_told_so(app, door):
    assert NOT_YOURS.startswith("Your role is viewer")
    page = door.client(app, "vi").get("/account")
    assert "You may look at everything and change nothing" in page.text
    assert "boss" not in page.text
    assert "boss" in door.client(app, "boss").get("/account").text
