"""Twenty people at once: nobody sees a word of another's view, and nobody decides in another's name."""

import random
import re
import sys
import threading

import pytest

from dashboard.actions import DashboardActions
from dashboard.app import build_app
from dashboard.figures.palette import palette
from dashboard.guard import Guard
from dashboard.guard_identity import AccessRules
from dashboard.sessions import Cookies
from warehouse.journal.accounts import add_account
from warehouse.journal.accounts_sessions import open_session
from warehouse.journal.audit_page import AuditPage
from warehouse.journal.store import create_journal, open_journal
from warehouse.records import Stream

PEOPLE = 20
CALLS = 20
PATH = "/_dash-update-component"
OWN = {"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"}


def person(number: int) -> str:
    return f"person-{number:02d}-x"


def station(number: int) -> str:
    return f"station-{number:02d}-x"


def marks(number: int) -> tuple[str, ...]:
    return person(number), station(number), f"words-{number:02d}-x"


@pytest.fixture
def twenty(reader, clock, make_state, tmp_path):
    """The app over one stream for each person, and a client with a session for each."""
    reader.states = [
        make_state(
            "signal", stream=Stream("A", station(at), "tool", "HS"), reason=f"words-{at:02d}-x"
        )
        for at in range(PEOPLE)
    ]
    reader.audit = lambda find, limit, offset: AuditPage((), 0)
    create_journal(tmp_path / "journal.sqlite")
    with open_journal(tmp_path / "journal.sqlite") as journal:
        rules = AccessRules(logins=10_000, exports=10_000, requests=10_000)
        guard = Guard(journal, rules, Cookies(b"secret", https=False), clock.now)
        actions = DashboardActions(run_now=lambda who: f"asked by {who}")
        app = build_app(reader, clock=clock, site_name="Plant 7", actions=actions, guard=guard)
        clients = []
        for number in range(PEOPLE):
            add_account(
                journal, person(number), "engineer", password=None, who="test", now=clock.now()
            )
            client = app.server.test_client()
            token = open_session(journal, person(number), rules.sessions, clock.now())
            client.set_cookie("blemish_session", token)
            clients.append(client)
        yield app, clients


def post(app, output: str, values: dict[str, object], touched: str) -> dict:
    """The post of a callback that writes `output`, as a page sends it."""
    key = next(key for key in app.callback_map if output in key)
    callback = app.callback_map[key]
    parts = key[2:-2].split("...") if key.startswith("..") else [key]
    outputs = [
        {"id": part.rpartition(".")[0], "property": part.rpartition(".")[2].split("@")[0]}
        for part in parts
    ]

    def given(one):
        if one["id"].startswith("{"):
            return []
        name = f"{one['id']}.{one['property']}"
        return {"id": one["id"], "property": one["property"], "value": values.get(name)}

    return {
        "output": key,
        "outputs": outputs if key.startswith("..") else outputs[0],
        "inputs": [given(one) for one in callback["inputs"]],
        "state": [given(one) for one in callback["state"]],
        "changedPropIds": [touched],
    }


def shown(app, number: int, path: str, search: str) -> dict:
    values = {
        "address.pathname": path,
        "address.search": search,
        "theme-now.data": theme(number),
        "decisions.data": 0,
    }
    return post(app, "page-content.children", values, "address.search")


def theme(number: int) -> str:
    return "dark" if number % 2 else "light"


def calls(app, number: int) -> list[dict]:
    """Twenty callbacks of one person: the wall, the audit trail, the status, a run asked for."""
    wall = shown(app, number, "/", f"?station={station(number)}")
    trail = shown(app, number, "/audit", f"?find=words-{number:02d}-x")
    status = post(app, "status-line.children", {"shown.data": "/"}, "shown.data")
    run = post(
        app, "banner.children", {"overview-run-now.n_clicks": 1}, "overview-run-now.n_clicks"
    )
    made = [wall, trail, status, run] * (CALLS // 4)
    random.Random(number).shuffle(made)
    return made


def test_twenty_sessions_of_twenty_callbacks_at_once_see_no_foreign_value(twenty):
    app, clients = twenty
    answers: list[list[str]] = [[] for _ in clients]
    start = threading.Barrier(PEOPLE)

    def work(number: int) -> None:
        client = clients[number]
        frame = client.get("/").text
        found = re.search(r'name="blemish-page" content="([^"]*)"', frame)
        headers = OWN | {"X-Blemish-Page": found[1] if found else ""}
        answers[number].append(client.get("/_dash-layout").text)
        start.wait(timeout=60)
        for body in calls(app, number):
            answer = client.post(PATH, json=body, headers=headers)
            assert answer.status_code in {200, 204}, answer.text
            answers[number].append(answer.text)

    before = sys.getswitchinterval()
    # As often as the interpreter can: whatever two callbacks share, they meet in it.
    sys.setswitchinterval(1e-6)
    try:
        threads = [threading.Thread(target=work, args=(number,)) for number in range(PEOPLE)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        sys.setswitchinterval(before)
    foreign = [
        (number, mark)
        for number, said in enumerate(answers)
        for other in range(PEOPLE)
        if other != number
        for mark in marks(other)
        # The choices of the filter name every station; what is shown names one.
        if any(mark in without_choices(one) for one in said)
    ]
    assert foreign == []
    for number, said in enumerate(answers):
        assert len(said) == 1 + CALLS
        own = " ".join(said)
        assert all(mark in own for mark in marks(number))
        surface = {name: palette(name).line.replace("#", "%23") for name in ("light", "dark")}
        assert surface[theme(number)] in own
        other = "light" if theme(number) == "dark" else "dark"
        assert surface[other] not in own
    print(f"{PEOPLE} sessions x {CALLS} callbacks at once: no foreign value")


def without_choices(answer: str) -> str:
    return re.sub(r'"data":\s*\[\{"value": ?"".*?\]', "", answer)


def test_an_export_is_of_whoever_asks_for_it(twenty):
    _, clients = twenty
    for number, client in enumerate(clients):
        frame = client.get("/account").text
        assert person(number) in frame
        assert not any(person(other) in frame for other in range(PEOPLE) if other != number)
