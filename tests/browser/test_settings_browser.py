"""A specification limit changed by an engineer in a real Chromium, and a viewer who cannot."""

import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest

pytest.importorskip("playwright.sync_api", reason="playwright is not installed")

from playwright.sync_api import expect, sync_playwright
from werkzeug.serving import make_server

from dashboard.app import create_app
from warehouse.connection import create_master
from warehouse.journal.accounts import add_account
from warehouse.journal.characteristics import (
    CharacteristicRow,
    add_missing_characteristics,
    characteristic,
)
from warehouse.journal.store import create_journal, open_journal
from warehouse.publish import publish
from warehouse.records import Stream
from warehouse.site import Site

pytestmark = pytest.mark.browser

CHROMIUM = Path("/usr/bin/chromium")
PASSWORD = "four words nobody expects"
WASH = Stream("A", "wash <b>1</b>", "tool-1", "HS-40")
NAME = f"{WASH.key}:stain_count"


@pytest.fixture
def site(tmp_path):
    """A site with one characteristic, an engineer and a viewer."""
    site = Site(tmp_path / "site")
    site.create_folders()
    create_master(site.master)
    create_journal(site.journal)
    publish(site)
    now = datetime.now(UTC)
    row = CharacteristicRow(
        NAME, WASH, "stain_count", None, "beyond-limits", None, 12.0, "stains", enabled=True
    )
    with open_journal(site.journal) as journal:
        add_missing_characteristics(journal, [row], who="blemish", now=now)
        for name, role in (("QE Four", "engineer"), ("Visitor", "viewer")):
            add_account(journal, name, role, password=PASSWORD, who="test", now=now)
    return site


@pytest.fixture
def address(site):
    app = create_app(site, time_zone="Europe/Berlin", site_name="Line 7")
    server = make_server("127.0.0.1", 0, app.server, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://localhost:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def log_in(browser, address, name, errors):
    page = browser.new_page()
    page.set_default_timeout(20_000)
    page.on("console", lambda one: errors.append(one.text) if one.type == "error" else None)
    page.goto(f"{address}/settings")
    page.fill("#name", name)
    page.fill("#password", PASSWORD)
    page.click("button[type=submit]")
    expect(page.locator("h1")).to_have_text("Settings")
    return page


def test_an_engineer_changes_a_limit_the_trail_shows_it_and_a_viewer_cannot(site, address):
    if not CHROMIUM.exists():
        pytest.skip(f"no Chromium at {CHROMIUM}")
    errors: list[str] = []
    expect.set_options(timeout=20_000)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"]
        )
        page = log_in(browser.new_context(), address, "QE Four", errors)
        page.get_by_role("link", name="Change Stain count, A / wash <b>1</b>").click()
        dialog = page.get_by_role("dialog")
        expect(dialog.get_by_text("Nothing is changed yet.")).to_be_visible()
        dialog.get_by_label("Upper limit").fill("10")
        expect(dialog.locator(".settings-changes")).to_contain_text("at most 10")
        expect(dialog.get_by_text("Parts captured from now on pass or fail by it")).to_be_visible()
        dialog.get_by_role("button", name="Save").click()
        expect(dialog.get_by_text("Please say why")).to_be_visible()
        dialog.get_by_label("Reason").fill("drawing 4711 C")
        dialog.get_by_role("button", name="Save").click()
        expect(page.locator("#banner")).to_contain_text("1 characteristic changed")
        expect(page.get_by_role("dialog")).to_have_count(0)
        expect(page.locator("#page-content table")).to_contain_text("at most 10")
        assert "edit" not in page.url

        page.goto(f"{address}/audit")
        newest = page.locator("tbody tr").first
        for words in ("QE Four", "characteristic changed", "12.0 → 10.0", "drawing 4711 C"):
            expect(newest).to_contain_text(words)

        viewer = log_in(browser.new_context(), address, "Visitor", errors)
        expect(viewer.locator("#page-content")).to_contain_text("at most 10")
        expect(viewer.locator("#page-content")).to_contain_text("engineers change them")
        viewer.goto(f"{address}/settings?edit={NAME}")
        expect(viewer.locator("#page-content")).to_contain_text("at most 10")
        expect(viewer.get_by_role("dialog")).to_have_count(0)
        expect(viewer.get_by_role("link", name="Change Stain count")).to_have_count(0)
        browser.close()
    assert errors == []
    with open_journal(site.journal) as journal:
        assert characteristic(journal, NAME).spec_upper == 10.0
