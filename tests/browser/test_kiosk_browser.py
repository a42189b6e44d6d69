"""The wall screen: large letters, slides that turn, a server that comes back."""

import socket

import pytest

pytest.importorskip("playwright.sync_api", reason="playwright is not installed")

from playwright.sync_api import expect

pytestmark = pytest.mark.browser

# Capitals of 16 minutes of arc at three metres (ISO 9241-303): 14 mm, which on a 43-inch screen of
# 1920 x 1080 (2.02 px a mm) are 28 px, and with Inter's capitals of 0.727 em letters of 39 px.
SMALLEST = 39


def test_the_wall_screen_turns_its_slides_in_letters_for_three_metres(open_page, findings):
    page = open_page("/?kiosk=1&rotate=5")
    page.set_viewport_size({"width": 1920, "height": 1080})
    slides = page.locator(".k-slide")
    expect(slides.first).to_be_visible()
    expect(page.locator(".mantine-AppShell-header")).not_to_be_visible()
    # The stations, one slide for each of two, and the chart that signals.
    assert slides.count() == 4
    assert findings(page) == []
    seen = set()
    for _ in range(4):
        shown = page.locator(".k-slide:not([hidden])")
        expect(shown).to_have_count(1)
        seen.add(shown.locator("h2").inner_text())
        letters = page.evaluate(
            """[...document.querySelectorAll('.k-state, .k-age, .k-clock, .k-slide:not([hidden]) *')]
                .filter(one => [...one.childNodes].some(
                    part => part.nodeType === 3 && part.textContent.trim()))
                .map(one => parseFloat(getComputedStyle(one).fontSize))"""
        )
        assert min(letters) >= SMALLEST
        assert page.evaluate("document.documentElement.scrollHeight") <= 1080
        before = shown.locator("h2").inner_text()
        if len(seen) > 1:
            page.evaluate("document.querySelector('[data-kiosk=next]').click()")
        # The first turn is that of the clock.
        expect(page.locator(".k-slide:not([hidden]) h2")).not_to_have_text(before)
        if len(seen) == 1:
            page.evaluate("document.querySelector('[data-kiosk=pause]').click()")
    assert len(seen) == 4
    assert any("wash <b>1</b>" in title for title in seen)


def test_the_wall_screen_goes_on_after_the_server_was_away(tabs_of, listen, served):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    page = tabs_of.new_page()
    page.clock.install()
    with listen(served.site, port=port) as url:
        page.goto(f"{url}/?kiosk=1&rotate=3600")
        expect(page.locator(".k-slide").first).to_be_visible()
        expect(page.locator(".k-age")).to_have_text("Data: 58 min ago")
    page.evaluate("window.before = true")
    page.clock.run_for(11_000)
    expect(page.locator(".k-lost")).to_contain_text("No answer from the server since")
    # The age goes on growing meanwhile.
    page.clock.run_for(3_600_000)
    expect(page.locator(".k-age")).to_have_text("Data: 1 h ago")
    with listen(served.site, port=port):
        page.clock.run_for(11_000)
        expect(page.locator(".k-lost")).to_have_text("")
        expect(page.locator(".k-slide").first).to_be_visible()
        assert page.evaluate("window.before === undefined")
    page.close()
