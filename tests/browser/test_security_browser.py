"""Logging in with a real Chromium, and what a page of another site can do there: nothing."""

import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest

pytest.importorskip("playwright.sync_api", reason="playwright is not installed")

from flask import Flask
from playwright.sync_api import expect, sync_playwright
from werkzeug.serving import make_server

from dashboard.app import create_app
from warehouse.connection import create_master
from warehouse.journal.accounts import add_account
from warehouse.journal.store import create_journal, open_journal
from warehouse.publish import publish
from warehouse.site import Site

pytestmark = pytest.mark.browser

CHROMIUM = Path("/usr/bin/chromium")
PASSWORD = "four words nobody expects"
TARGETS = ("/_dash-update-component", "/logout", "/password", "/login", "/sql/download")


def listening(app):
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    return server, thread


@pytest.fixture
def addresses(tmp_path):
    """The pages of a site with one account, and another site on another port."""
    site = Site(tmp_path / "site")
    site.create_folders()
    create_master(site.master)
    create_journal(site.journal)
    publish(site)
    with open_journal(site.journal) as journal:
        now = datetime.now(UTC)
        add_account(journal, "QE Four", "engineer", password=PASSWORD, who="test", now=now)
    ours = create_app(site, time_zone="Europe/Berlin", site_name="Line 7").server
    asked: list[tuple[str, int]] = []
    evil = Flask("evil")
    evil.add_url_rule("/", "page", lambda: "<p>another site</p>")
    servers = [listening(noting(ours, asked)), listening(evil)]
    first, second = (server.server_port for server, _ in servers)
    yield f"http://localhost:{first}", second, asked
    for server, thread in servers:
        server.shutdown()
        thread.join()
        server.server_close()


def noting(app, asked):
    """The same application; address and status of each post are noted."""

    def answer(environ, start_response):
        def start(status, headers, *more):
            foreign = environ.get("HTTP_ORIGIN") != f"http://{environ['HTTP_HOST']}"
            if environ["REQUEST_METHOD"] == "POST" and foreign:
                asked.append((environ["PATH_INFO"], int(status[:3])))
            return start_response(status, headers, *more)

        return app(environ, start)

    return answer


def post_from(page, evil, address):
    """Post by script, as simple and as readable request, and by a form."""
    page.goto(evil)
    for mode in ("no-cors", "cors"):
        page.evaluate(
            """([address, mode]) => fetch(address, {method: "POST", mode,
                credentials: "include", body: "{}"}).catch(() => null)""",
            [address, mode],
        )
    page.evaluate(
        """(address) => {
            const form = document.createElement("form");
            form.method = "post";
            form.action = address;
            document.body.append(form);
            form.submit();
        }""",
        address,
    )
    page.wait_for_url(address)


def log_in(page):
    expect(page.locator("h1")).to_have_text("Log in")
    page.fill("#name", "QE Four")
    page.fill("#password", PASSWORD)
    page.click("button[type=submit]")


def test_a_login_shows_the_pages_and_another_site_can_post_nothing(addresses):
    ours, port, asked = addresses
    if not CHROMIUM.exists():
        pytest.skip(f"no Chromium at {CHROMIUM}")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"]
        )
        context = browser.new_context()
        context.set_default_timeout(20_000)
        page = context.new_page()
        page.goto(f"{ours}/parts?range=7d")
        log_in(page)
        page.wait_for_url(f"{ours}/parts?range=7d")
        expect(page.locator(".account-link")).to_have_text("QE Four")

        # Of one site with ours, so the browser sends the cookie, and of another, so it does not.
        for evil, refusal in ((f"http://localhost:{port}", 403), (f"http://127.0.0.1:{port}", 401)):
            asked.clear()
            for target in TARGETS:
                post_from(page, evil, ours + target)
            assert {path for path, _ in asked} == set(TARGETS)
            assert {status for path, status in asked if path != "/login"} == {refusal}
            assert {status for path, status in asked if path == "/login"} == {403}
            print(f"{len(asked)} posts of {evil}: all refused with {refusal}")

        # Another login in another tab: what is open says so, and a new load mends it.
        old, tab = context.new_page(), context.new_page()
        old.goto(f"{ours}/parts")
        expect(old.locator(".account-link")).to_have_text("QE Four")
        tab.goto(f"{ours}/login")
        log_in(tab)
        tab.wait_for_url(f"{ours}/")
        old.click(".navigation a[href='/']")
        expect(old.locator("#banner")).to_contain_text("This page is out of date")
        old.click("#banner a")
        expect(old.locator("h1")).to_have_text("Overview")
        expect(old.locator("#banner")).not_to_contain_text("out of date")

        # The session has survived it.
        page.goto(f"{ours}/account")
        expect(page.locator("h1")).to_have_text("QE Four")
        page.click("text=Log out")
        expect(page.locator("h1")).to_have_text("Log in")
        browser.close()
