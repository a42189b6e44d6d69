"""What opens above a page, and pages that are none of Dash: no serious finding of axe-core there."""

from datetime import UTC, datetime
from urllib.parse import quote

import pytest

pytest.importorskip("playwright.sync_api", reason="playwright is not installed")

from playwright.sync_api import expect

from warehouse.journal.accounts import add_account
from warehouse.journal.store import open_journal
from warehouse.records import Stream

pytestmark = pytest.mark.browser

WASH = quote(f"{Stream('A', 'wash <b>1</b>', 'tool-1', 'HS-40').key}:stain_count", safe="")
PASSWORD = "four words nobody expects"


def test_menus_can_be_used_by_everybody(open_page, findings):
    page = open_page("/")
    expect(page.locator(".tile").first).to_be_visible()
    page.get_by_role("button", name="More, more pages").click()
    expect(page.get_by_role("menuitem", name="Pareto")).to_be_visible()
    assert findings(page) == []
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Theme").click()
    expect(page.get_by_role("menuitem", name="Dark")).to_be_visible()
    assert findings(page) == []


def test_the_form_of_a_cause_can_be_used_by_everybody(open_page, findings):
    page = open_page(f"/chart?characteristic={WASH}")
    page.get_by_role("link", name="Record cause").first.click()
    expect(page.get_by_role("dialog")).to_be_visible()
    expect(page.get_by_label("What happened")).to_be_visible()
    assert findings(page) == []


def test_the_form_of_an_alert_can_be_used_by_everybody(open_page, findings):
    page = open_page("/alerts")
    page.get_by_role("link", name="Decide").first.click()
    expect(page.get_by_role("dialog")).to_be_visible()
    expect(page.get_by_label("Note")).to_be_visible()
    assert findings(page) == []


def test_a_list_of_choices_can_be_used_by_everybody(open_page, findings):
    page = open_page("/")
    page.get_by_role("textbox", name="Station").click()
    expect(page.get_by_role("option", name="coat")).to_be_visible()
    assert findings(page) == []


def test_an_address_without_a_page_can_be_used_by_everybody(open_page, findings):
    page = open_page("/nowhere")
    expect(page.locator("h1")).to_have_text("No such page")
    assert findings(page) == []


def test_login_and_account_can_be_used_by_everybody(
    open_page, findings, small_site, listen_guarded
):
    site = small_site(0)
    with open_journal(site.journal) as journal:
        add_account(
            journal, "QE Four", "admin", password=PASSWORD, who="test", now=datetime.now(UTC)
        )
    with listen_guarded(site) as url:
        page = open_page("/parts", origin=url)
        expect(page.locator("h1")).to_have_text("Log in")
        assert findings(page) == []
        page.fill("#name", "QE Four")
        page.fill("#password", PASSWORD)
        page.click("button[type=submit]")
        expect(page.locator(".account-link")).to_have_text("QE Four")
        assert findings(page) == []
        page.goto(f"{url}/account")
        expect(page.locator("h1")).to_have_text("QE Four")
        assert findings(page) == []
        page.goto(f"{url}/password")
        assert findings(page) == []
