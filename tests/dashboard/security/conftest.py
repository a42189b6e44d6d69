"""A site with accounts behind its guard, clients of it, and posts to all of its callbacks."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

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
from dashboard.guard_reader import WRITES
from dashboard.pages.cause_form import CODES
from dashboard.reader import ChartData
from dashboard.sessions import Cookies
from warehouse.errors import QueryError
from warehouse.journal.accounts import add_account
from warehouse.journal.accounts_sessions import open_session
from warehouse.journal.alert_plan import EpisodeRow
from warehouse.journal.saved_queries import SavedQuery
from warehouse.journal.store import create_journal, open_journal

NOW = datetime(2026, 5, 20, 4, 0, tzinfo=UTC)
PASSWORD = "four words nobody expects"
SECRET = b"the secret of the site"
RULES = AccessRules(logins=1000, exports=100_000, requests=100_000)
OWN = {"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"}
CALLBACKS = "/_dash-update-component"


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

    now = NOW
    rules = RULES
    secret = SECRET
    callbacks = CALLBACKS
    own = OWN
    """What a browser says of a post of our own page."""

    def __init__(self, folder):
        create_journal(folder / "journal.sqlite")
        self.journal = open_journal(folder / "journal.sqlite")
        for name, role in (("eng", "engineer"), ("vi", "viewer"), ("boss", "admin")):
            add_account(self.journal, name, role, password=PASSWORD, who="test", now=NOW)
        self.tokens = {
            name: open_session(self.journal, name, RULES.sessions, NOW)
            for name in ("eng", "vi", "boss")
        }

    def guard(self, rules=RULES):
        cookies = Cookies(SECRET, https=rules.https)
        return Guard(self.journal, rules, cookies, lambda: self.now, ticks=lambda: 0.0)

    def client(self, app, name=None):
        """A browser that is logged in, but has no page open."""
        client = app.server.test_client()
        if name is not None:
            client.set_cookie("blemish_session", self.tokens[name])
        return client

    def page(self, app, name=None, **asked):
        """A browser with a page open: what it posts carries the page's token."""
        return self.open(self.client(app, name), **asked)

    @staticmethod
    def open(client, **asked):
        """Open a page in a browser, and send its token from then on."""
        page = client.get("/", **asked)
        assert page.status_code == 200
        token = re.search(r'<meta name="blemish-page" content="(\w+)">', page.text)[1]
        client.environ_base["HTTP_X_BLEMISH_PAGE"] = token
        return client


def addresses_of(app):
    """Every address of the URL map with each of its methods."""
    for rule in app.server.url_map.iter_rules():
        path = re.sub(r"<[^>]*package_name>", "dash", rule.rule)
        path = re.sub(r"<[^>]*>", "x", path)
        for method in sorted(rule.methods):
            yield method, path


def approval(app, values):
    """The post by which a person approves limits."""
    return next(one for one in callback_posts(app, values) if "chart-approve.n" in str(one))


@pytest.fixture
def posts_of() -> Callable[..., list[dict]]:
    return callback_posts


@pytest.fixture
def approval_of() -> Callable[..., dict]:
    return approval


@pytest.fixture
def addresses() -> Callable:
    return addresses_of


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
