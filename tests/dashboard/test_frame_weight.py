"""What every page loads, and what it does not."""

import re
from pathlib import Path

import pytest
from plotly.offline import get_plotlyjs_version

from dashboard.actions import DashboardActions
from dashboard.app import assets_folder, build_app
from dashboard.pages.registry import PAGES
from dashboard.slim_plotly import ASKED_FOR

ROOT = Path(__file__).parents[2]


@pytest.fixture
def frame(reader, clock):
    app = build_app(reader, clock=clock, site_name="Plant 7", actions=DashboardActions())
    return app.server.test_client().get("/").text


def test_no_page_loads_the_scripts_of_tables_and_charts_at_once(frame):
    scripts = re.findall(r'<script src="([^"]*)"', frame)
    assert scripts
    assert not [one for one in scripts if re.search("dash_table|ag_grid|plotly", one)]


def test_pages_with_charts_begin_to_load_plotly_before_the_data(frame):
    early = (assets_folder() / "early.js").read_text("utf-8")
    (listed,) = re.findall(r"drawn = \[(.*?)\]", early)
    assert set(re.findall(r'"(.*?)"', listed)) <= {page.path for page in PAGES}
    # Dash's own address of it: the browser keeps one copy.
    assert ASKED_FOR in early


def test_make_plotly_fetches_the_version_that_python_writes_for():
    (pinned,) = re.findall(
        r"^PLOTLY_JS := (\S+)$", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE
    )
    assert pinned == get_plotlyjs_version()
