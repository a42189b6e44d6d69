"""The SQL page in a real Chromium: keys, answer, cancel, files, links."""

import threading
from pathlib import Path

import pytest

pytest.importorskip("playwright.sync_api", reason="playwright is not installed")

from playwright.sync_api import Page, expect, sync_playwright
from werkzeug.serving import make_server

from dashboard.app import create_app
from warehouse.connection import create_master
from warehouse.journal.store import create_journal
from warehouse.publish import publish
from warehouse.site import Site

pytestmark = pytest.mark.browser

CHROMIUM = Path("/usr/bin/chromium")
expect.set_options(timeout=20_000)


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    site = Site(tmp_path_factory.mktemp("sql") / "site")
    site.create_folders()
    create_master(site.master)
    create_journal(site.journal)
    publish(site)
    app = create_app(site, time_zone="Europe/Berlin", site_name="Line 7")
    server = make_server("127.0.0.1", 0, app.server, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/sql"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def page(address):
    if not CHROMIUM.exists():
        pytest.skip(f"no Chromium at {CHROMIUM}")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"]
        )
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        problems: list[str] = []
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.goto(address)
        expect(page.locator(".sql-table").first).to_be_visible()
        yield page
        browser.close()
    assert problems == []


def ask(page: Page, sql: str) -> None:
    page.fill("#sql-text", sql)
    page.press("#sql-text", "Control+Enter")


def test_a_query_is_run_linked_cancelled_kept_and_handed_out(page, address):
    ask(page, "SELECT '<b>bold</b>' AS words, '=1+1' AS formula -- a remark")
    expect(page.locator(".ag-row")).to_have_count(1)
    expect(page.locator(".ag-row b")).to_have_count(0)
    expect(page.locator("#sql-status")).to_contain_text("1 row")
    expect(page.locator("#sql-paint .sql-remark")).to_have_text("-- a remark")

    with page.expect_download() as handed:
        page.click("#sql-download button:has-text('CSV')")
    assert handed.value.path().read_text().splitlines() == [
        "words,formula",
        "<b>bold</b>,'=1+1",
    ]

    # The address brings query and answer back.
    page.goto(page.url)
    expect(page.locator(".ag-row")).to_have_count(1)

    page.locator(".sql-table summary", has_text="stain_table").click()
    page.fill("#sql-text", "")
    page.locator(".sql-table[open] .sql-name", has_text="NumberOfStains").click()
    expect(page.locator("#sql-text")).to_have_value('"NumberOfStains"')

    ask(page, "SELECT count(*) FROM range(10000000000000)")
    page.click("#sql-cancel")
    expect(page.locator("#sql-result")).to_contain_text("cancelled")

    page.fill("#sql-text", "SELECT 7 AS seven")
    page.fill("#sql-save-name", "seven")
    page.fill("#sql-save-owner", "QE Four")
    page.click("#sql-save")
    expect(page.locator("#sql-save-message")).to_have_text("Saved as 'seven'.")
    page.goto(f"{address}?saved=seven")
    expect(page.locator("#sql-text")).to_have_value("SELECT 7 AS seven")
