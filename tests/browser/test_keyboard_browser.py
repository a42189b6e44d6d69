"""The keys: every page, every row, and a flow from the wall to a part without a mouse."""

import pytest

pytest.importorskip("playwright.sync_api", reason="playwright is not installed")

from playwright.sync_api import expect

from dashboard.keyboard import PAGE_KEYS

pytestmark = pytest.mark.browser


def focused(page) -> str:
    return page.evaluate("document.activeElement.textContent")


def test_keys_alone_lead_from_the_wall_to_a_chart_a_signal_and_its_part(open_page):
    page = open_page("/")
    expect(page.locator(".tile").first).to_be_visible()
    page.keyboard.press("j")
    assert "Stain count" in focused(page)
    page.keyboard.press("j")
    assert "Stained area" in focused(page)
    page.keyboard.press("k")
    page.keyboard.press("Enter")
    page.wait_for_url("**/chart?characteristic=*stain_count")
    signal = page.locator("tbody tr").first
    expect(signal).to_be_visible()
    page.keyboard.press("j")
    expect(signal.locator("a").first).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url("**/part?inspection=*")
    expect(page.locator("h1")).to_contain_text("Part W-0239")
    page.keyboard.press("[")
    expect(page.locator("h1")).to_contain_text("Part W-0238")
    page.keyboard.press("]")
    expect(page.locator("h1")).to_contain_text("Part W-0239")


def test_g_and_a_letter_open_every_page_of_the_list(open_page):
    page = open_page("/parts")
    for path, key in PAGE_KEYS.items():
        for letter in key.keys:
            page.keyboard.press(letter)
        expect(page).to_have_title(f"{key.words} · Plant <i>7</i>")
        assert page.evaluate("location.pathname") == path


def test_brackets_go_from_period_to_period(open_page):
    page = open_page("/parts?range=7d")
    # The clock of the sample stands at 20 May.
    expect(page.locator(".period-steps")).to_be_visible()
    page.keyboard.press("[")
    page.wait_for_url("**/parts?range=2026-05-07..2026-05-13")
    expect(page.get_by_role("link", name="Later")).to_be_visible()
    page.keyboard.press("]")
    page.wait_for_url("**/parts?range=7d")


def test_no_key_acts_while_somebody_types(open_page):
    page = open_page("/screening")
    expect(page.locator(".filters input").first).to_be_visible()
    page.keyboard.press("/")
    field = page.locator("input:focus")
    expect(field).to_have_count(1)
    page.keyboard.type("gm?j")
    expect(field).to_have_value("gm?j")
    assert page.url.split("?")[0].endswith("/screening")
    expect(page.locator("#key-list")).not_to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    expect(page.locator("input:focus")).to_have_count(0)
    page.keyboard.press("?")
    expect(page.locator("#key-list")).to_be_visible()


def test_the_list_of_keys_is_usable_by_everybody_and_turns_them_off(open_page, findings):
    page = open_page("/")
    expect(page.locator(".tile").first).to_be_visible()
    page.keyboard.press("?")
    keys = page.locator("#key-list")
    expect(keys).to_be_visible()
    assert findings(page) == []
    keys.get_by_role("button", name="Turn off").click()
    expect(keys).to_contain_text("Keys are off")
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    expect(keys).not_to_be_visible()
    page.get_by_role("button", name="Keys", exact=True).click()
    keys.get_by_role("button", name="Turn on").click()
    keys.get_by_role("button", name="Close").click()
    page.keyboard.press("g")
    page.keyboard.press("m")
    page.wait_for_url("**/map")
