"""The help page and the keys: what they say is what the packages and the manual say."""

import re
from pathlib import Path

import pytest

from dashboard.actions import DashboardActions
from dashboard.address import HelpView
from dashboard.app import build_app
from dashboard.keyboard import MOVES, PAGE_KEYS, key_list
from dashboard.manual import manual_pages
from dashboard.metric_names import NAMES
from dashboard.pages import help as help_page
from dashboard.pages.help_words import CHARTS, STATES, rules_in_words
from dashboard.pages.registry import PAGES
from dashboard.state_words import STATES as LOOKS
from spc.kinds import KINDS
from spc.rules import RULE_SETS

DOCS = Path(__file__).parents[2] / "docs"


def table_of(page: str) -> list[list[str]]:
    """The rows of all tables of a page of the manual, without marks."""
    text = (DOCS / page).read_text("utf-8")
    rows = re.findall(r"^\| (.*) \|$", text, re.MULTILINE)
    return [[re.sub(r"[`*]", "", cell).strip() for cell in row.split(" | ")] for row in rows]


def test_every_kind_of_chart_is_explained_and_none_that_is_not_there():
    assert set(CHARTS) == set(KINDS)


def test_charts_are_explained_as_in_the_manual():
    written = {
        kind: row[1]
        for row in table_of("charts.md")
        for kind in row[0].split(", ")
        if kind in KINDS
    }
    assert set(written) == set(KINDS)
    for kind, words in CHARTS.items():
        # The manual adds the options of the command line and links.
        said = set(re.findall(r"\w+", written[kind].lower()))
        assert set(re.findall(r"\w+", words.lower())) <= said | {"with"}, kind


def test_states_are_explained_as_in_the_manual_and_none_is_missing():
    assert set(STATES) == set(LOOKS)
    written = {row[0]: row[1] for row in table_of("monitoring.md") if row[0] in LOOKS}
    assert written == dict(STATES)


def test_every_rule_of_every_set_is_listed_once():
    words = [words for words, _ in rules_in_words()]
    assert len(words) == len(set(words))
    named = {name for _, sets in rules_in_words() for name in sets.split(", ")}
    expected = {
        f"{name} {at}" for name, rules in RULE_SETS.items() for at in range(1, len(rules) + 1)
    }
    assert named == expected | {"running average", "run chart"}


def test_the_help_page_says_all_of_it(context, words_of):
    said = words_of(help_page.content(HelpView(), context))
    for one in (*CHARTS, *STATES.values(), *(name.meaning for name in NAMES.values())):
        assert one in said
    assert all(key.words in said for key in (*MOVES, *PAGE_KEYS.values()))
    assert "Metrics dictionary" in said


def test_every_page_of_the_navigation_has_a_key_of_its_own():
    expected = {page.path: page.label for page in PAGES if page.place != "nowhere"}
    assert {path: key.words for path, key in PAGE_KEYS.items()} == expected
    letters = [key.keys for key in PAGE_KEYS.values()]
    assert len(set(letters)) == len(letters)
    assert key_list().id == "key-list"


@pytest.fixture
def client(reader, clock):
    app = build_app(reader, clock=clock, site_name="Plant 7", actions=DashboardActions())
    return app.server.test_client()


def test_the_manual_is_served_as_text_by_its_names_only(client):
    answer = client.get("/help/charts.md")
    assert answer.content_type == "text/plain; charset=utf-8"
    assert answer.text == (DOCS / "charts.md").read_text("utf-8")
    for name in ("..%2fREADME", "adr%2f0001-two-stores", "README", "%2e%2e/README", "charts.md%00"):
        other = client.get(f"/help/{name}.md")
        # Beyond the names it is an address like any other: a page that finds nothing there.
        assert other.status_code == 404 or other.content_type.startswith("text/html")
        assert "# " not in other.text
    assert {"charts", "monitoring", "user-guide"} <= set(manual_pages())
