"""Sites with nothing, one part, old data or no published file: every page says so in words."""

from datetime import timedelta

import pytest

pytest.importorskip("playwright.sync_api", reason="playwright is not installed")

from playwright.sync_api import expect

from dashboard.pages.registry import PAGES
from warehouse.connection import create_master
from warehouse.journal.store import create_journal
from warehouse.site import Site

pytestmark = pytest.mark.browser


def look_at_every_page(page) -> dict[str, str]:
    """Go from page to page, as a link does, and return what each shows."""
    said = {}
    for one in reversed(PAGES):
        page.evaluate(
            """path => {
                history.pushState({}, "", path);
                window.dispatchEvent(new CustomEvent("_dashprivate_pushstate"));
            }""",
            one.path,
        )
        expect(page).to_have_title(f"{one.label} · Plant <i>7</i>")
        expect(page.locator("h1")).to_have_count(1)
        page.wait_for_load_state("networkidle")
        said[one.path] = page.locator("#content").inner_text()
    return said


def test_a_site_without_a_published_file_says_what_fills_it(open_page, listen, tmp_path):
    site = Site(tmp_path / "site")
    site.create_folders()
    create_master(site.master)
    create_journal(site.journal)
    with listen(site) as url:
        page = open_page("/", origin=url)
        said = look_at_every_page(page)
        expect(page.locator("#status-line")).to_contain_text("Nothing published yet")
    assert "blemish run" in said["/"]
    silent = [path for path in ("/map", "/parts", "/steps") if "blemish run" not in said[path]]
    assert silent == []
    assert {path for path, words in said.items() if len(words) < 20} == set()


def test_an_empty_warehouse_says_so_on_every_page(open_page, listen, small_site):
    with listen(small_site(0)) as url:
        said = look_at_every_page(open_page("/", origin=url))
    assert "No run yet" in said["/"]
    assert {path for path, words in said.items() if len(words) < 20} == set()


def test_a_single_part_is_shown_on_every_page(open_page, listen, small_site):
    with listen(small_site(1)) as url:
        page = open_page("/chart?range=all", origin=url)
        page.locator(".js-plotly-plot .main-svg").first.wait_for()
        expect(page.locator(".scatterlayer .point")).not_to_have_count(0)
        said = look_at_every_page(page)
        page.keyboard.press("g")
        page.keyboard.press("p")
        expect(page.get_by_text("W-0239").first).to_be_visible()
    assert "1 of 20 parts for limits" in said["/"]


def test_old_data_carry_a_banner_and_a_mark_on_every_page(open_page, listen, small_site):
    with listen(small_site(1), later=timedelta(days=9)) as url:
        page = open_page("/", origin=url)
        expect(page.get_by_text("These data are old: no run for 9 days")).to_be_visible()
        said = look_at_every_page(page)
        expect(page.locator("#status-line")).to_contain_text("Old data: 9 d ago")
    assert "That no alert came since says nothing of the parts" in said["/"]


def test_a_file_that_vanishes_meanwhile_is_said_and_the_pages_go_on(open_page, listen, small_site):
    site = small_site(1)
    with listen(site) as url:
        page = open_page("/", origin=url)
        expect(page.locator(".tile")).to_have_count(1)
        for path in site.current.parent.iterdir():
            path.unlink()
        said = look_at_every_page(page)
    assert {path for path, words in said.items() if len(words) < 20} == set()
