"""The chart page in a real Chromium: causes, zoom, following, advice, and what it hands out."""

import csv
import struct
from contextlib import suppress
from urllib.parse import parse_qs, quote, urlsplit

import pytest

pytest.importorskip("playwright.sync_api", reason="playwright is not installed")

from playwright.sync_api import Locator, Page, expect

from warehouse.connection import connect_snapshot, open_master, resolve_snapshot
from warehouse.journal.causes import causes
from warehouse.journal.store import open_journal
from warehouse.publish import publish
from warehouse.records import Stream

pytestmark = pytest.mark.browser

WASH = Stream("A", "wash <b>1</b>", "tool-1", "HS-40")
NAME = f"{WASH.key}:stain_count"
CHART = f"/chart?characteristic={quote(NAME, safe='')}&range=all"
NEW_PART = """
    INSERT INTO inspection
    SELECT * REPLACE (
        pass_id || ' again' AS pass_id,
        'W-NEW' AS part_id,
        captured_at + INTERVAL 10 MINUTE AS captured_at
    )
    FROM inspection WHERE station = $station ORDER BY captured_at DESC LIMIT 1
"""


def drag(page: Page, inside: Locator, start: float, end: float) -> None:
    """Drag over a place from one share of its width to another."""
    # Away from the header and the footer, which stand over what scrolls.
    inside.evaluate("place => place.scrollIntoView({block: 'center'})")
    box = inside.bounding_box()
    y = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + start * box["width"], y)
    page.mouse.down()
    page.mouse.move(box["x"] + (start + end) / 2 * box["width"], y, steps=4)
    page.mouse.move(box["x"] + end * box["width"], y, steps=4)
    page.mouse.up()


def plot(page: Page, name: str = "chart-graph") -> Locator:
    return page.locator(f"#{name} .draglayer .nsewdrag").first


def drawn_points(page: Page) -> int:
    return page.evaluate(
        "document.querySelector('#chart-graph .js-plotly-plot')"
        "._fullData.find(trace => trace.name === 'Stain count').x.length"
    )


def test_a_cause_recorded_for_a_signal_is_a_flag_and_a_line_of_the_list(open_page, served):
    page = open_page(CHART)
    expect(page.get_by_role("heading", name="Causes")).to_have_count(0)
    page.get_by_role("link", name="Record cause").last.click()
    page.get_by_role("textbox", name="Cause").click()
    page.get_by_role("option", name="plating bath").click()
    page.get_by_label("What happened").fill("bath <b>too</b> hot")
    page.get_by_label("What is done about it").fill("thermostat changed")
    page.get_by_label("Owner").fill("C. Person")
    page.get_by_label("Your name").fill("B. Person")
    page.get_by_role("button", name="Save").click()
    line = page.get_by_role("region", name="Causes by the numbers of the flags").get_by_role("row")
    expect(line.last).to_contain_text("bath <b>too</b> hot")
    expect(line.last).to_contain_text("thermostat changed")
    number = line.last.locator(".flag").inner_text()
    flags = page.locator("#chart-graph .annotation-text", has_text=number)
    expect(flags.filter(has_text=number).first).to_be_visible()
    with open_journal(served.site.journal) as journal:
        (stored,) = causes(journal)
    assert (stored.owner, stored.action) == ("C. Person", "thermostat changed")


def test_a_drag_zooms_all_panels_and_stands_in_the_address(open_page, wait_until):
    page = open_page(CHART)
    expect(plot(page)).to_be_attached()
    whole = drawn_points(page)
    drag(page, plot(page), 0.3, 0.6)
    expect(page.get_by_role("link", name="Whole period")).to_be_visible()
    zoom = parse_qs(urlsplit(page.url).query)["zoom"]
    assert 0.2 * whole < drawn_points(page) < 0.4 * whole
    ranges = page.evaluate(
        "(() => { const all = document.querySelector('#chart-graph .js-plotly-plot')._fullLayout;"
        " return [all.xaxis.range, all.xaxis2.range]; })()"
    )
    assert ranges[0] == ranges[1]
    # The link shows the same to whoever opens it, and zones do not undo the zoom.
    page.goto(page.url)
    page.get_by_role("switch", name="Zones").click()
    expect(page.get_by_role("link", name="Whole period")).to_be_visible()
    assert parse_qs(urlsplit(page.url).query)["zoom"] == zoom
    page.wait_for_url("**zones=1**")
    # Twice clicked it shows the whole period again. On a busy machine two clicks may come too far
    # apart to be one, or while the zones are being drawn: then they are clicked once more.
    for _ in range(10):
        plot(page).dblclick()
        with suppress(AssertionError):
            whole_again = page.get_by_role("link", name="Whole period")
            expect(whole_again).to_have_count(0, timeout=3000)
            break
    else:
        pytest.fail("two clicks did not end the zoom")
    wait_until(page, "!location.search.includes('zoom')")
    assert drawn_points(page) == whole


def test_the_strip_selects_a_stretch_by_number_or_by_time(open_page, wait_until):
    page = open_page(f"{CHART}&axis=order")
    expect(plot(page, "chart-strip")).to_be_attached()
    drag(page, plot(page, "chart-strip"), 0.5, 0.9)
    expect(page.get_by_role("link", name="Whole period")).to_be_visible()
    wait_until(page, "location.search.includes('zoom')")
    # The box stays where it was drawn, and is no zoom of its own.
    expect(page.locator("#chart-strip .selectionlayer path").first).to_be_attached()
    address = page.url
    page.wait_for_timeout(1_000)
    assert page.url == address
    page.go_back()
    expect(page.get_by_role("link", name="Whole period")).to_have_count(0)


def test_following_shows_the_newest_part_and_ends_with_a_zoom(open_page, small_site, listen):
    site = small_site(40)
    with listen(site) as url:
        page = open_page(CHART, origin=url)
        page.get_by_role("switch", name="Follow newest").click()
        expect(page.get_by_text("Following the newest part")).to_be_visible()
        with open_master(site.master) as connection:
            connection.execute(NEW_PART, {"station": WASH.station})
        publish(site)
        # What happens each minute.
        page.evaluate("window.dash_clientside.set_props('tick', {n_intervals: 1})")
        expect(page.get_by_text("41 parts,")).to_be_visible()
        drag(page, plot(page), 0.2, 0.6)
        expect(page.get_by_role("link", name="Whole period")).to_be_visible()
        expect(page.get_by_text("Following the newest part")).to_have_count(0)
        expect(page.get_by_role("switch", name="Follow newest")).not_to_be_checked()


def test_the_csv_says_what_the_warehouse_says(open_page, served):
    page = open_page(CHART)
    with page.expect_download() as handed:
        page.get_by_role("link", name="CSV").click()
    lines = handed.value.path().read_text("utf-8").splitlines()
    head = [line for line in lines if line.startswith("#")]
    assert f"# characteristic,{NAME}" in head
    assert "# period,all time" in head
    assert any(line.startswith("# specification,upper 12") for line in head)
    assert any("by A. Person" in line for line in head)
    rows = list(csv.DictReader(lines[len(head) :]))
    with connect_snapshot(resolve_snapshot(served.site.current)) as connection:
        facts = connection.execute(
            "SELECT pass_id, part_id, stain_count FROM inspection WHERE station = ? "
            "ORDER BY captured_at",
            [WASH.station],
        ).fetchall()
        fired = connection.execute(
            "SELECT DISTINCT completing_pass_id FROM signal WHERE characteristic_id = ?", [NAME]
        ).fetchall()
        limits = connection.execute(
            "SELECT DISTINCT ucl FROM signal WHERE characteristic_id = ? AND panel = 'individuals'",
            [NAME],
        ).fetchall()
    found = [(row["pass_id"], row["part_id"], int(float(row["stain_count"]))) for row in rows]
    assert found == facts
    assert {row["pass_id"] for row in rows if row["signals"]} == {key for (key,) in fired}
    assert {float(row["ucl"]) for row in rows} == {ucl for (ucl,) in limits}
    assert {row["phase"] for row in rows} == {"1"}


def test_the_picture_has_the_filters_above_the_chart(open_page):
    page = open_page(CHART)
    expect(plot(page)).to_be_attached()
    with page.expect_download() as handed:
        page.get_by_role("button", name="PNG", exact=True).click()
    data = handed.value.path().read_bytes()
    assert handed.value.suggested_filename.startswith("stain-count-line-a")
    assert data.startswith(b"\x89PNG")
    # 1280 points wide at two pixels each; higher than the chart by the lines above it.
    width, height = struct.unpack(">II", data[16:24])
    on_page = page.evaluate("document.querySelector('#chart-graph .js-plotly-plot').clientHeight")
    assert width == 2560
    assert height > 2 * on_page + 60


def test_the_report_is_one_file_that_prints(open_page):
    page = open_page(CHART)
    assert page.get_by_role("link", name="Report").get_attribute("target") == "_blank"
    page = open_page(f"/report{CHART}")
    expect(page.locator("h1")).to_have_text("Stain count")
    expect(page.locator("svg[aria-label^='Run chart of Stain count, 240 parts']")).to_be_visible()
    expect(page.locator("svg[aria-label^='Histogram']")).to_be_visible()
    for words in ("line A, station wash <b>1</b>", "by A. Person", "Plant <i>7</i>", "upper 12"):
        expect(page.get_by_text(words).first).to_be_visible()
    asked = page.evaluate("performance.getEntriesByType('resource').map(entry => entry.name)")
    assert asked == []
    assert page.pdf().startswith(b"%PDF")


def test_advice_appears_on_request(open_page):
    page = open_page(CHART)
    page.get_by_role("link", name="Show advice").click()
    expect(page.get_by_role("cell", name="a c chart with Nelson's rules")).to_be_visible()
    expect(page.get_by_role("row").filter(has_text="In use")).to_contain_text("negative binomial")
    # A zoom draws the page anew and keeps the advice.
    drag(page, plot(page), 0.3, 0.6)
    expect(page.get_by_role("link", name="Whole period")).to_be_visible()
    expect(page.get_by_role("cell", name="a c chart with Nelson's rules")).to_be_visible()
