"""The guard: who gets in, what a role may do, what a browser sees of an error."""

import json
import random
import re
import threading
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network

import numpy as np
import pytest

from dashboard.acknowledge import JournalAlerts
from dashboard.acknowledge_links import LinkSigner
from dashboard.actions import DashboardActions
from dashboard.address import LimitsView, query_of
from dashboard.alert_board import AlertBoard
from dashboard.app import build_app
from dashboard.guard import Guard
from dashboard.guard_identity import AccessRules
from dashboard.guard_reader import NOT_YOURS, WRITES
from dashboard.pages.cause_form import CODES
from dashboard.reader import ChartData, Reader
from dashboard.sessions import Cookies
from warehouse.errors import QueryError
from warehouse.journal.accounts import add_account, change_role, disable_account
from warehouse.journal.accounts_sessions import open_session
from warehouse.journal.alert_plan import EpisodeRow
from warehouse.journal.saved_queries import SavedQuery
from warehouse.journal.store import create_journal, open_journal

NOW = datetime(2026, 5, 20, 4, 0, tzinfo=UTC)
PASSWORD = "four words nobody expects"
SECRET = b"the secret of the site"
RULES = AccessRules(logins=1000, exports=100_000, requests=100_000)
SHA, MODEL = "ab" * 32, "cd" * 32
OWN = {"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"}
PATH = "/_dash-update-component"

TRAVERSALS = [
    piece.replace("~", target)
    for piece in ("../~", "..%2f~", "%2e%2e/~", "..%252f~", "....//~", "..\\~", "/~", "%00../~")
    for target in ("etc/passwd", "blemish.toml", "secret.key", "journal.sqlite", "evidence.key")
]
FILE_ROUTES = ("/image/", "/mask/", "/outline/", "/assets/", "/_dash-component-suites/dash/")


def parsed(component: str):
    return json.loads(component) if component.startswith("{") else component


def filled(component, prop: str, values: dict):
    """One input or state with a value; a pattern stands for one component of its kind."""
    found = parsed(component)
    if isinstance(found, dict):
        one = {key: value if isinstance(value, str) else "7" for key, value in found.items()}
        if one.get("type") == "alert-act":
            one["name"] = values.get("act", "acknowledged")
        entry = {"id": one, "property": prop, "value": value_of(str(one["type"]), prop, values)}
        return [entry] if ["ALL"] in found.values() else entry
    return {"id": found, "property": prop, "value": value_of(found, prop, values)}


def value_of(name: str, prop: str, values: dict):
    if f"{name}.{prop}" in values:
        return values[f"{name}.{prop}"]
    if prop in {"n_clicks", "n_intervals"}:
        return 1
    return values.get(prop, "x")


def outputs_of(key: str):
    """The outputs that a page names beside the key of a callback."""
    several = key.startswith("..")
    parts = key[2:-2].split("...") if several else [key]
    found = []
    for part in parts:
        component, _, prop = part.rpartition(".")
        name = parsed(component)
        if isinstance(name, dict):
            name = {key: value if isinstance(value, str) else "7" for key, value in name.items()}
        found.append({"id": name, "property": prop.split("@")[0]})
    return found if several else found[0]


def callback_posts(app, values: dict | None = None) -> list[dict]:
    """A post for each input of each callback, that input being the one that was touched."""
    made = []
    for key, callback in app.callback_map.items():
        if "callback" not in callback:
            continue  # runs in the browser
        inputs, state = (
            [filled(one["id"], one["property"], values or {}) for one in callback[part]]
            for part in ("inputs", "state")
        )
        for one in inputs:
            touched = one[0] if isinstance(one, list) else one
            name = touched["id"]
            text = json.dumps(name, separators=(",", ":"), sort_keys=True)
            text = text if isinstance(name, dict) else name
            made.append(
                {
                    "output": key,
                    "outputs": outputs_of(key),
                    "inputs": inputs,
                    "state": state,
                    "changedPropIds": [f"{text}.{touched['property']}"],
                }
            )
    return made


@dataclass
class SpyReader:
    """Any reader; what it is asked to write is noted instead."""

    behind: object
    written: list = field(default_factory=list)

    def __getattr__(self, name):
        if name in WRITES:
            return lambda *values, **options: self.written.append((name, values, options))
        return getattr(self.behind, name)


@dataclass
class SpyDesk:
    """A SQL desk with one saved query; what it is asked to keep is noted."""

    written: list = field(default_factory=list)

    def run(self, sql, job):
        raise QueryError("not in this test")

    def cancel(self, job):
        return False

    def tables(self):
        return []

    def saved(self):
        return [SavedQuery("q", "eng", "SELECT 1", NOW)]

    def save(self, row):
        self.written.append(("save", row.owner))

    def drop(self, name, *, who, now):
        self.written.append(("drop", who))


class Door:
    """A site with accounts, and clients that are logged in."""

    def __init__(self, folder):
        create_journal(folder / "journal.sqlite")
        self.journal = open_journal(folder / "journal.sqlite")
        self.now = NOW
        for name, role in (("eng", "engineer"), ("vi", "viewer"), ("boss", "admin")):
            add_account(self.journal, name, role, password=PASSWORD, who="test", now=NOW)
        self.tokens = {
            name: open_session(self.journal, name, RULES.sessions, NOW)
            for name in ("eng", "vi", "boss")
        }

    def guard(self, rules=RULES):
        cookies = Cookies(SECRET, https=rules.https)
        return Guard(self.journal, rules, cookies, lambda: self.now, ticks=lambda: 0.0)


@pytest.fixture(scope="module")
def door(tmp_path_factory):
    door = Door(tmp_path_factory.mktemp("door"))
    yield door
    door.journal.close()


@pytest.fixture
def spy(reader, characteristic):
    reader.image = lambda sha256: b"secret"
    return SpyReader(reader)


@pytest.fixture
def forms(reader, characteristic, make_series, make_state):
    """What Mallory typed into every form of the pages, over data that can be decided on."""
    name = characteristic.characteristic_id
    values = np.random.default_rng(5).poisson(4.0, 240).astype(float)
    reader.charts[name] = ChartData(
        characteristic, make_series(values), [], [], {}, make_state("in control")
    )
    reader.board = AlertBoard(
        [
            EpisodeRow(
                episode_id="e1", characteristic_id=name, rule_family="control", kind="process",
                state="firing", opened_at=NOW, first_signal_at=NOW, last_signal_at=NOW, signals=1,
                closed_at=None, closed_reason="", headline="Stain count",
            )
        ]
    )  # fmt: skip
    typed = {
        f"{field}.value": "Mallory"
        for field in ("chart-approve-who", "limits-who", "alert-who", "chart-cause-who")
    }
    return typed | {
        "sql-save-owner.value": "Mallory",
        "chart-proposal.data": 7,
        "chart-cause-code.value": CODES[0],
        "decisions.data": 0,
        "limits-tried.data": query_of(LimitsView(characteristic=name)),
        "limits-others.checked": False,
        "alert-id.data": "e1",
        "alert-silence-scope.value": "alert",
        "alert-silence-time.value": "8h",
        "theme-now.data": "light",
        "address.pathname": "/",
        "address.search": "",
    }


@pytest.fixture
def desk():
    return SpyDesk()


@pytest.fixture
def runs():
    return []


@pytest.fixture
def make_app(spy, desk, runs, clock, door, tmp_path):
    def make(rules=RULES, guard=None):
        signer = LinkSigner(SECRET)
        actions = DashboardActions(
            run_now=lambda who: runs.append(who) or "requested",
            acknowledging=JournalAlerts(tmp_path / "none.sqlite", signer, lambda: NOW),
        )
        return build_app(
            spy,
            clock=clock,
            site_name="Plant 7",
            actions=actions,
            sql=desk,
            guard=guard or door.guard(rules),
        )

    return make


@pytest.fixture
def app(make_app):
    return make_app()


def client_of(app, door=None, name=None):
    client = app.server.test_client()
    if name is not None:
        client.set_cookie("blemish_session", door.tokens[name])
    return client


def addresses(app):
    """Every address of the URL map with each of its methods."""
    for rule in app.server.url_map.iter_rules():
        path = re.sub(r"<[^>]*package_name>", "dash", rule.rule)
        path = re.sub(r"<[^>]*>", "x", path)
        for method in sorted(rule.methods):
            yield method, path


def test_every_registered_address_is_closed_without_login(app):
    client, refused = client_of(app), []
    for method, path in addresses(app):
        answer = client.open(path, method=method, headers=OWN)
        if path.startswith("/assets/") or path == "/login":
            continue
        led = answer.status_code == 302 and answer.headers["Location"].startswith("/login?next=")
        assert led or answer.status_code in {401, 403}, (method, path, answer.status_code)
        refused.append(path)
    assert {"/", "/_dash-layout", PATH, "/image/x", "/chart.csv", "/sql/download"} <= set(refused)
    assert {"/account", "/password", "/logout", "/acknowledge"} <= set(refused)
    print(f"{len(refused)} of {len(list(addresses(app)))} addresses refused, the rest is the login")


def test_pages_lead_to_the_login_and_back(app):
    answer = client_of(app).get("/chart?characteristic=a%26b&range=7d")
    assert answer.status_code == 302
    assert answer.headers["Location"] == (
        "/login?next=%2Fchart%3Fcharacteristic%3Da%2526b%26range%3D7d"
    )
    assert answer.headers["Cache-Control"] == "no-store"


def test_every_callback_is_refused_without_login(app, spy, desk, runs):
    posts, client = callback_posts(app), client_of(app)
    for body in posts:
        answer = client.post(PATH, json=body, headers=OWN)
        assert answer.status_code == 401
        assert answer.text == "log in first\n"
    assert len({body["output"] for body in posts}) >= 20
    assert (spy.written, desk.written, runs) == ([], [], [])
    print(f"{len(posts)} posts to {len({body['output'] for body in posts})} callbacks refused")


@pytest.mark.parametrize("act", ["acknowledged", "investigating", "resolved", "silence"])
def test_a_viewer_changes_nothing_by_any_callback(app, door, spy, desk, runs, forms, act):
    posts = callback_posts(app, forms | {"act": act})
    viewer, engineer = client_of(app, door, "vi"), client_of(app, door, "eng")
    said = [viewer.post(PATH, json=body, headers=OWN) for body in posts]
    assert {answer.status_code for answer in said} <= {200, 204}
    assert (spy.written, desk.written, runs) == ([], [], [])
    assert sum("Your role is viewer" in answer.text for answer in said) >= 6
    # The same posts do change things for an engineer, so they are the right ones.
    for body in posts:
        engineer.post(PATH, json=body, headers=OWN)
    names = {name for name, *_ in spy.written}
    assert {"approve_phase", "turn_down_phase", "save_cause"} <= names
    assert {"end_silence", "revive_mail", "propose_phase"} <= names
    assert ("silence" if act == "silence" else "settle_alert") in names
    assert desk.written == [("save", "eng"), ("drop", "eng")]
    assert runs == ["eng"]


def test_what_is_stored_stands_in_the_name_of_the_session(app, door, spy, forms):
    for body in callback_posts(app, forms):
        client_of(app, door, "eng").post(PATH, json=body, headers=OWN)
    assert spy.written
    for name, values, options in spy.written:
        who = values[0].created_by if name == "save_cause" else options["who"]
        assert who == "eng", name


def test_two_people_at_once_each_decide_in_their_own_name(app, door, spy, forms):
    (body,) = [one for one in callback_posts(app, forms) if "chart-approve.n" in str(one)][:1]

    def decide(name):
        client = client_of(app, door, name)
        for number in range(50):
            typed = json.loads(json.dumps(body).replace('"x"', f'"{name} {number}"'))
            assert client.post(PATH, json=typed, headers=OWN).status_code == 200

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


def test_a_role_holds_from_the_next_request_on(door, make_app, spy, forms):
    app = make_app()
    add_account(door.journal, "new", "engineer", password=None, who="test", now=NOW)
    token = open_session(door.journal, "new", RULES.sessions, NOW)
    client = app.server.test_client()
    client.set_cookie("blemish_session", token)
    (body,) = [one for one in callback_posts(app, forms) if "chart-approve.n" in str(one)][:1]
    client.post(PATH, json=body, headers=OWN)
    assert len(spy.written) == 1
    change_role(door.journal, "new", "viewer", who="test", now=NOW)
    client.post(PATH, json=body, headers=OWN)
    assert len(spy.written) == 1
    disable_account(door.journal, "new", who="test", now=NOW)
    assert client.post(PATH, json=body, headers=OWN).status_code == 401


def test_every_method_of_a_reader_that_writes_is_locked_for_viewers():
    methods = {name: found for name, found in vars(Reader).items() if callable(found)}
    takes = {
        name
        for name, found in methods.items()
        if {"who", "reason"} & set(getattr(found, "__annotations__", {}))
    }
    assert takes == WRITES


@pytest.mark.parametrize("route", FILE_ROUTES)
def test_no_file_route_follows_a_traversal(app, door, route):
    assert len(TRAVERSALS) == 40
    client = client_of(app, door, "boss")
    for piece in TRAVERSALS:
        answer = client.get(route + piece)
        assert answer.status_code == 404, (route, piece, answer.status_code)


def mutated(body: dict, dice: random.Random) -> object:
    """A post with one thing wrong, as a fuzzer makes it."""
    odd = [
        None,
        0,
        -1,
        1e308,
        "",
        "x" * 5000,
        [],
        {},
        [[]],
        True,
        "../../etc/passwd",
        "\u0000",
        {"a": 1},
    ]
    text = json.loads(json.dumps(body))
    kind = dice.randrange(6)
    if kind == 0:
        text.pop(dice.choice(sorted(text)))
    elif kind == 1:
        text[dice.choice(sorted(text))] = dice.choice(odd)
    elif kind == 2:
        part = dice.choice([one for one in ("inputs", "state") if text[one]] or ["inputs"])
        one = dice.choice(text[part])
        entry = one[0] if isinstance(one, list) else one
        entry[dice.choice(["value", "id", "property"])] = dice.choice(odd)
    elif kind == 3:
        text["output"] = text["output"][: dice.randrange(len(text["output"]))] + dice.choice("é.{@")
    elif kind == 4:
        return dice.choice(odd)
    else:
        for part in ("inputs", "state"):
            dice.shuffle(text[part])
        text["inputs"] = text["inputs"][: dice.randrange(len(text["inputs"]) + 1)]
    return text


def test_mutated_callback_posts_show_no_traceback(app, door, forms, caplog):
    dice, posts = random.Random(20260520), callback_posts(app, forms)
    inside, outside = client_of(app, door, "eng"), client_of(app)
    counts: dict[int, int] = {}
    for number in range(300):
        body = mutated(dice.choice(posts), dice)
        answer = inside.post(PATH, json=body, headers=OWN)
        counts[answer.status_code] = counts.get(answer.status_code, 0) + 1
        assert answer.status_code < 500, (number, body, answer.text)
        for sign in ("Traceback", 'File "', "site-packages", "/dashboard/", "sqlalchemy"):
            assert sign not in answer.text, (number, body)
        # Without a login nothing is answered at all.
        assert outside.post(PATH, json=body, headers=OWN).text == "log in first\n"
    print(f"300 mutated posts: {counts}")


@pytest.mark.parametrize("data", [b"", b"{", b"\xff\xfe", b"[" * 100_000, b"null"])
def test_a_body_that_is_no_json_is_refused_in_words(app, door, data):
    answer = client_of(app, door, "eng").post(
        PATH, data=data, headers=OWN, content_type="application/json"
    )
    assert answer.status_code == 400
    assert "Traceback" not in answer.text


def test_an_error_has_a_number_that_the_log_has_too(app, door, spy, caplog):
    def broken(*_values):
        raise RuntimeError("secret detail")

    spy.behind.image = broken
    answer = client_of(app, door, "eng").get(f"/image/{SHA}.png")
    assert answer.status_code == 500
    number = re.search(r"error ([0-9a-f]{8})$", answer.text.strip())[1]
    assert "secret detail" not in answer.text
    assert f"error {number}" in caplog.text
    assert "secret detail" in caplog.text


def test_the_headers_stand_on_refusals_too(app):
    for path in ("/", "/image/x", "/login"):
        headers = client_of(app).get(path).headers
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"


def test_a_post_of_another_site_is_refused_before_anything_else(app, door):
    client = client_of(app, door, "eng")
    for path in ("/login", "/logout", "/password", "/acknowledge", "/sql/download", PATH):
        for headers in ({"Origin": "http://127.0.0.1:9"}, {"Sec-Fetch-Site": "same-site"}):
            assert client.post(path, headers=headers).status_code == 403, path


def test_requests_beyond_the_rate_are_told_to_wait(make_app, door):
    client = client_of(make_app(replace(RULES, exports=3)), door, "eng")
    codes = [client.get("/chart.csv?characteristic=none").status_code for _ in range(5)]
    assert codes == [404, 404, 404, 429, 429]
    assert client.get("/chart.csv").headers["Retry-After"] == "20"
    flooded = client_of(make_app(replace(RULES, requests=3)))
    # The first of the three is the app's own, which sets Dash up.
    assert [flooded.get("/login").status_code for _ in range(3)] == [200, 200, 429]


# Without accounts


@pytest.fixture
def empty(tmp_path):
    create_journal(tmp_path / "open.sqlite")
    with open_journal(tmp_path / "open.sqlite") as journal:
        yield journal


def test_without_accounts_only_this_machine_gets_in_by_its_own_name(make_app, empty, forms, spy):
    rules = replace(RULES, open_here=True)
    guard = Guard(empty, rules, Cookies(SECRET, https=False), lambda: NOW)
    app = make_app(guard=guard)
    client = client_of(app)
    assert client.get("/").status_code == 200
    assert client.get("/", base_url="http://127.0.0.1:8050").status_code == 200
    assert client.get("/", base_url="http://[::1]:8050").status_code == 200
    # A name that its owner points at this machine (DNS rebinding), a proxy, another machine.
    assert client.get("/", base_url="http://evil.example:8050").status_code == 403
    assert client.get("/", headers={"X-Forwarded-For": "10.0.0.9"}).status_code == 403
    away = client.get("/", environ_base={"REMOTE_ADDR": "10.0.0.9"})
    assert (away.status_code, "blemish user add" in away.text) == (403, True)
    (body,) = [one for one in callback_posts(app, forms) if "chart-approve.n" in str(one)][:1]
    client.post(PATH, json=body, headers=OWN)
    assert spy.written[0][2]["who"] == "Mallory"
    # The first account closes the door at once.
    add_account(empty, "ann", "admin", password=None, who="test", now=NOW)
    assert client.get("/").status_code == 302
    disable_account(empty, "ann", who="test", now=NOW)
    assert client.get("/").status_code == 302


def test_a_journal_that_cannot_be_read_lets_nobody_in(make_app, empty):
    app = make_app(guard=Guard(empty, RULES, Cookies(SECRET, https=False), lambda: NOW))
    with empty.writing() as connection:
        connection.exec_driver_sql("DROP TABLE account")
    client = client_of(app)
    client.set_cookie("blemish_session", "x")
    with empty.writing() as connection:
        connection.exec_driver_sql("DROP TABLE login_session")
    answer = client.get("/")
    assert (answer.status_code, "Traceback" in answer.text) == (503, False)


# The trusted proxy

BEHIND = replace(
    RULES, proxy_header="X-Forwarded-User", proxy_networks=(ip_network("10.0.0.5/32"),)
)
PROXY = {"REMOTE_ADDR": "10.0.0.5"}


def test_only_the_trusted_proxy_names_people(make_app, door):
    client = client_of(make_app(replace(BEHIND, proxy_role="viewer")))

    def status(name, **where):
        return client.get("/", headers={"X-Forwarded-User": name}, **where).status_code

    assert status("somebody", environ_base=PROXY) == 200
    assert status("eng", environ_base=PROXY) == 200
    assert status("eng") == 302
    assert status("eng", environ_base={"REMOTE_ADDR": "10.0.0.6"}) == 302
    # Two headers arrive as one with a comma.
    assert status("eng,boss", environ_base=PROXY) == 302
    assert status("", environ_base=PROXY) == 302
    strict = client_of(make_app(BEHIND))
    asked = {"headers": {"X-Forwarded-User": "somebody"}, "environ_base": PROXY}
    assert strict.get("/", **asked).status_code == 302


def test_the_proxy_gives_a_name_and_the_account_its_role(make_app, door, forms, spy):
    app = make_app(replace(BEHIND, proxy_role="viewer"))
    (body,) = [one for one in callback_posts(app, forms) if "chart-approve.n" in str(one)][:1]
    for name in ("somebody", "vi", "eng"):
        client_of(app).post(
            PATH, json=body, headers=OWN | {"X-Forwarded-User": name}, environ_base=PROXY
        )
    assert [options["who"] for _, _, options in spy.written] == ["eng"]


def test_the_address_behind_the_proxy_is_the_last_it_did_not_add_itself(make_app, door):
    app, guard = make_app(), door.guard(BEHIND)
    with app.server.test_request_context(
        "/", environ_base=PROXY, headers={"X-Forwarded-For": "1.1.1.1, 7.7.7.7, 10.0.0.5"}
    ) as found:
        assert guard.address(found.request) == "7.7.7.7"
    with app.server.test_request_context(
        "/", environ_base={"REMOTE_ADDR": "127.0.0.1"}, headers={"X-Forwarded-For": "1.1.1.1"}
    ) as found:
        assert guard.address(found.request) == "127.0.0.1"


def test_a_session_ends_after_its_time(make_app, door):
    client = client_of(make_app(), door, "vi")
    assert client.get("/").status_code == 200
    try:
        door.now = NOW + timedelta(minutes=59)
        tick = {"output": "x", "inputs": [], "changedPropIds": ["tick.n_intervals"]}
        assert client.post(PATH, json=tick, headers=OWN).status_code == 400
        # A page that refreshes itself is no person.
        door.now = NOW + timedelta(hours=1)
        assert client.get("/").status_code == 302
    finally:
        door.now = NOW


def test_a_viewer_is_told_so(app, door):
    assert NOT_YOURS.startswith("Your role is viewer")
    page = client_of(app, door, "vi").get("/account")
    assert "You may look at everything and change nothing" in page.text
    assert "boss" not in page.text
    assert "boss" in client_of(app, door, "boss").get("/account").text
