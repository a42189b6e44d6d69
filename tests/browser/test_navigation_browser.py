"""Getting about: filters, addresses, tiles, points, cells, theme, menu."""

from urllib.parse import quote

import pytest

pytest.importorskip("playwright.sync_api", reason="playwright is not installed")

from playwright.sync_api import expect

from warehouse.records import Stream

pytestmark = pytest.mark.browser

WASH_STREAM = Stream("A", "wash <b>1</b>", "tool-1", "HS-40")
WASH = quote(f"{WASH_STREAM.key}:stain_count", safe="")


def test_a_filter_goes_into_the_address_and_back_again(open_page):
    page = open_page("/")
    page.get_by_label("Needs action only").check(force=True)
    page.wait_for_url("**/?action=1")
    expect(page.locator(".tile")).to_have_count(1)
    page.reload()
    expect(page.locator(".tile")).to_have_count(1)
    page.go_back()
    expect(page.locator(".tile")).to_have_count(12)
    expect(page.get_by_label("Needs action only")).not_to_be_checked()


def test_a_filter_keeps_the_focus_while_the_page_changes(open_page):
    page = open_page(f"/chart?characteristic={WASH}")
    clip = page.get_by_label("Clip excursions")
    clip.focus()
    page.keyboard.press("Space")
    page.wait_for_url("**clip=1*")
    expect(clip).to_be_focused()


def test_a_tile_leads_to_its_chart_and_a_point_to_its_part(open_page):
    page = open_page("/")
    page.locator(".tile").first.click()
    page.wait_for_url("**/chart?characteristic=*stain_count")
    page.wait_for_selector(".js-plotly-plot .main-svg")
    # The first graph is the chart; the strip below it only shows the period.
    chart = page.locator(".js-plotly-plot").first
    chart.locator(".subplot.xy .points path").last.click(force=True)
    page.wait_for_url("**/part?inspection=*")
    expect(page.locator("h1")).to_contain_text("Part W-")


def test_a_cell_of_the_map_leads_to_its_parts(open_page):
    page = open_page("/map?range=all")
    page.wait_for_selector(".heatmaplayer image")
    page.wait_for_timeout(500)
    box = page.locator(".nsewdrag").bounding_box()
    # The stain of the sample lies at 0.22 across, 0.71 down.
    page.mouse.click(box["x"] + 0.22 * box["width"], box["y"] + 0.71 * box["height"])
    page.wait_for_url("**/parts?*region=stain*")
    expect(page.get_by_text("480 inspections")).to_be_visible()


def test_the_theme_is_remembered(open_page):
    page = open_page("/")
    page.get_by_label("Theme").click()
    page.get_by_role("menuitem", name="Dark").click()
    html = page.locator("html")
    expect(html).to_have_attribute("data-mantine-color-scheme", "dark")
    page.reload()
    expect(html).to_have_attribute("data-mantine-color-scheme", "dark")
    page.evaluate("localStorage.clear()")


def test_markup_in_a_name_is_shown_not_run(open_page):
    page = open_page("/")
    expect(page.get_by_text("Station wash <b>1</b>")).to_be_visible()
    expect(page).to_have_title("Overview · Plant <i>7</i>")


def test_pages_looked_at_less_often_are_in_a_menu(open_page):
    page = open_page("/")
    page.get_by_role("button", name="More, more pages").click()
    page.get_by_role("menuitem", name="Pareto").click()
    page.wait_for_url("**/pareto")
    expect(page.get_by_role("button", name="Pareto, more pages")).to_be_visible()


def test_an_unknown_address_says_so(open_page):
    page = open_page("/nowhere")
    expect(page.locator("h1")).to_have_text("No such page")
