"""The page of a part with its review, and the list of parts, in a browser."""

import csv
from pathlib import Path
from urllib.parse import quote

import pytest

pytest.importorskip("playwright.sync_api", reason="playwright is not installed")

from playwright.sync_api import expect

from warehouse.connection import open_snapshot
from warehouse.journal.audit import audit_trail
from warehouse.journal.reviews import Box, standing_reviews
from warehouse.journal.store import open_journal

pytestmark = pytest.mark.browser


@pytest.fixture
def part(open_page, served):
    return open_page(f"/part?inspection={quote(served.last_pass, safe='')}")


def verdicts(served):
    with open_journal(served.site.journal) as journal:
        return standing_reviews(journal)


def test_a_defect_is_reviewed_and_taken_back(part, served):
    stain = part.locator("tr[data-defect='1']")
    stain.get_by_role("button", name="False call").click()
    expect(part.get_by_text("Please give your name, beside the defects.")).to_be_visible()
    part.get_by_label("Your name").fill("B. Person")
    part.get_by_label("Remark on the next verdict").fill("dust <b>on</b> the lens")
    stain.get_by_role("button", name="False call").click()
    pressed = stain.get_by_role("button", name="False call", pressed=True)
    expect(pressed).to_be_visible()
    (stored,) = verdicts(served)
    assert (stored.verdict, stored.defect_no, stored.defect_class) == ("false call", 1, "stain")
    assert (stored.created_by, stored.remark) == ("B. Person", "dust <b>on</b> the lens")
    expect(pressed).to_have_attribute(
        "title", "B. Person, 20 May 2026, 06:00 CEST: dust <b>on</b> the lens"
    )
    # The name stays for the next verdict, the remark does not.
    expect(part.get_by_label("Remark on the next verdict")).to_have_value("")
    part.locator("tr[data-defect='2']").focus()
    part.keyboard.press("a")
    expect(part.get_by_role("button", name="Agree: defect 2", pressed=True)).to_be_visible()
    part.goto(f"{served.url}/health?range=all")
    expect(part.get_by_text("1 of 2 reviewed defects were false calls: 50 %").first).to_be_visible()
    part.go_back()
    for number in (1, 2):
        row = part.locator(f"tr[data-defect='{number}']")
        row.get_by_role("button", pressed=True).click()
        expect(row.get_by_role("button", pressed=True)).to_have_count(0)
    assert verdicts(served) == []
    with open_journal(served.site.journal) as journal:
        said = [row.what for row in audit_trail(journal, limit=4)]
    assert said == ["review: withdrawn"] * 2 + ["review: agree", "review: false call"]


def test_a_missed_defect_is_drawn_and_taken_back(part, served):
    part.get_by_label("Your name").fill("B. Person")
    part.get_by_text("Report a missed defect").click()
    part.get_by_role("button", name="Save the box").click()
    expect(part.get_by_text("Please draw a box on the picture")).to_be_visible()
    part.locator("label").filter(has_text="scratch").click()
    place = part.locator(".picture").bounding_box()
    # From (10.4, 40.4) to (30.6, 50.6) of 96 × 96 px: whole pixels around it.
    scale = place["width"] / 96
    part.mouse.move(place["x"] + 30.6 * scale, place["y"] + 50.6 * scale)
    part.mouse.down()
    part.mouse.move(place["x"] + 10.4 * scale, place["y"] + 40.4 * scale, steps=4)
    expect(part.locator(".draft.drawn")).to_be_visible()
    part.mouse.up()
    expect(part.get_by_label("Left")).to_have_value("10")
    expect(part.get_by_label("Height")).to_have_value("11")
    part.get_by_role("button", name="Save the box").click()
    expect(part.locator("tr[data-defect='M1']")).to_be_visible()
    stored = verdicts(served)[-1]
    assert (stored.verdict, stored.defect_class, stored.box) == (
        "missed", "scratch", Box(10, 40, 21, 11),
    )  # fmt: skip
    part.get_by_role("button", name="Take back missed defect 1").click()
    expect(part.locator("tr[data-defect='M1']")).to_have_count(0)
    assert [row for row in verdicts(served) if row.verdict == "missed"] == []


def test_rows_and_outlines_light_each_other_up(part):
    row = part.locator("tr[data-defect='1']")
    outline = part.locator(".outline svg g[data-defect='1']")
    expect(outline).to_have_attribute("id", "stain-12-60-18-16")
    row.hover()
    expect(outline).to_have_class("lit")
    expect(part.locator(".shape.lit .circle")).to_be_visible()
    expect(part.locator("#part-shape-words")).to_contain_text("circle of radius 9 px")
    part.locator("h1").hover()
    expect(outline).not_to_have_class("lit")
    # The other way: the scratch lies at 40..80 across, 20..22 down of 96.
    place = part.locator(".picture").bounding_box()
    scale = place["width"] / 96
    part.mouse.move(place["x"] + 60 * scale, place["y"] + 21 * scale)
    expect(part.locator("tr[data-defect='2']")).to_have_class("lit")
    part.mouse.down()
    part.mouse.up()
    part.wait_for_url("**defect=2**")
    part.locator("h1").hover()
    expect(part.locator("tr[data-defect='2']")).to_have_class("lit")


def test_by_keyboard_alone_the_defects_are_walked_through(part):
    rows = [part.locator(f"tr[data-defect='{number}']") for number in (1, 2)]
    expect(part.locator(".outline svg g[data-defect='2']")).to_be_attached()
    for _ in range(2):
        part.keyboard.press("j")
    expect(rows[1].get_by_role("button", name="Agree")).to_be_focused()
    expect(part.locator(".outline svg g[data-defect='2']")).to_have_class("lit")
    part.keyboard.press("k")
    expect(rows[0]).to_have_class("lit")
    rows[0].focus()
    part.keyboard.press("Enter")
    part.wait_for_url("**defect=1**")


def test_classes_and_opacity_are_in_the_address(part, served):
    stains = part.locator(".outline .outlines-stain")
    expect(stains).to_be_visible()
    part.get_by_role("button", name="stain", exact=True).click()
    expect(stains).to_be_hidden()
    expect(part.locator(".outline .outlines-scratch")).to_be_visible()
    slider = part.get_by_label("Opacity of the outlines")
    slider.focus()
    slider.press("ArrowLeft")
    slider.press("ArrowLeft")
    part.wait_for_url("**opacity=80**")
    part.reload()
    expect(part.locator(".outline .outlines-scratch")).to_be_visible()
    expect(part.locator(".outline .outlines-stain")).to_be_hidden()
    expect(part.locator(".outline")).to_have_css("opacity", "0.8")
    part.get_by_role("button", name="stain", exact=True).click()
    expect(part.locator(".outline .outlines-stain")).to_be_visible()


def test_the_nearest_signals_are_beside_the_neighbours(part):
    expect(part.locator("h1")).to_have_text("Part W-0239")
    part.get_by_role("link", name="Previous signal").click()
    expect(part.locator("h1")).to_have_text("Part W-0238")
    part.keyboard.press("}")
    expect(part.locator("h1")).to_have_text("Part W-0239")
    expect(part.get_by_role("link", name="Next signal")).to_have_count(0)


ROW = ".parts-grid .ag-center-cols-container .ag-row"


def names(page):
    """The parts on the screen, from the top."""
    return page.evaluate(
        f"""Array.from(document.querySelectorAll("{ROW}"))
        .sort((one, other) => one.getAttribute("row-index") - other.getAttribute("row-index"))
        .map((row) => row.querySelector("a") ? row.querySelector("a").textContent : "…")"""
    )


def head(page, words):
    return page.locator(".ag-header-cell").filter(has_text=words)


def facts(served, sql):
    with open_snapshot(served.site.current) as connection:
        return [row[0] for row in connection.execute(sql).fetchall()]


def test_the_list_is_scrolled_to_its_end(open_page, served, wait_until):
    page = open_page("/parts")
    expect(page.get_by_text("480 inspections")).to_be_visible()
    expect(page.locator(f"{ROW} a").first).to_be_visible()
    newest = facts(
        served, "SELECT part_id FROM latest_inspection ORDER BY captured_at DESC, pass_id"
    )
    assert names(page)[:5] == newest[:5]
    page.locator(f"{ROW} .ag-cell").first.click(position={"x": 110, "y": 4})
    page.keyboard.press("Control+End")
    wait_until(page, f"""document.querySelector('{ROW}[row-index="479"] a') !== null""")
    assert names(page)[-5:] == newest[-5:]
    page.keyboard.press("Control+Home")
    wait_until(page, f"""document.querySelector('{ROW}[row-index="0"] a') !== null""")
    page.locator(f'{ROW}[row-index="0"] a').click()
    expect(page.locator("h1")).to_have_text(f"Part {newest[0]}")


def test_order_and_conditions_of_the_list_are_in_the_address(open_page, served, wait_until):
    page = open_page("/parts")
    head(page, "Stain count").locator(".ag-header-cell-label").click()
    page.wait_for_url("**order=stain_count")
    by_stains = "SELECT part_id FROM latest_inspection {} ORDER BY stain_count DESC, captured_at DESC, pass_id"
    worst = facts(served, by_stains.format(""))
    wait_until(
        page, f"document.querySelector('{ROW}[row-index=\"0\"]').innerText.includes('{worst[0]}')"
    )
    assert names(page)[:5] == worst[:5]
    head(page, "Stain count").locator(".ag-header-cell-filter-button").click()
    page.locator(".ag-popup input[type=number]:visible").fill("16")
    page.get_by_role("button", name="Apply").click()
    page.wait_for_url("**where=stain_count**")
    some = facts(served, by_stains.format("WHERE stain_count >= 16"))
    assert 2 < len(some) < 30
    expect(page.get_by_text(f"{len(some)} inspections")).to_be_visible()
    expect(page.get_by_text("with Stain count at least 16")).to_be_visible()
    wait_until(page, f"document.querySelectorAll('{ROW} a').length === {len(some)}")
    assert names(page) == some
    page.reload()
    wait_until(page, f"document.querySelectorAll('{ROW} a').length === {len(some)}")
    assert names(page) == some
    page.get_by_role("link", name="Remove").click()
    expect(page.get_by_text("480 inspections")).to_be_visible()
    wait_until(page, f"document.querySelectorAll('{ROW} a').length > {len(some)}")
    assert names(page)[:5] == worst[:5]


def test_filters_above_the_list_keep_its_order(open_page, served, wait_until):
    page = open_page("/parts?order=stain_count-up")
    page.locator("label").filter(has_text="Failed only").click()
    page.wait_for_url("**failed=1**")
    failed = facts(
        served,
        "SELECT part_id FROM latest_inspection WHERE NOT passed "
        "ORDER BY stain_count, captured_at, pass_id DESC",
    )
    expect(page.get_by_text(f"{len(failed)} inspections")).to_be_visible()
    wait_until(page, f"document.querySelector('{ROW}[row-index=\"0\"] a') !== null")
    wait_until(
        page, f"document.querySelector('{ROW}[row-index=\"0\"]').innerText.includes('{failed[0]}')"
    )
    assert names(page)[:5] == failed[:5]


def test_the_exported_list_is_that_of_the_warehouse(open_page, served):
    page = open_page("/parts?failed=1&order=stain_count")
    with page.expect_download() as waiting:
        page.get_by_role("link", name="CSV").click()
    lines = Path(waiting.value.path()).read_text("utf-8").splitlines()
    rows = list(
        csv.DictReader(
            line for line in lines if not line.startswith('"# ') and not line.startswith("# ")
        )
    )
    expected = facts(
        served,
        "SELECT pass_id FROM latest_inspection WHERE NOT passed "
        "ORDER BY stain_count DESC, captured_at DESC, pass_id",
    )
    assert [row["pass_id"].removeprefix("'") for row in rows] == expected
    assert f"# rows,{len(expected)} inspections" in lines
    assert "# verdict,failed only" in lines


def test_only_pages_with_a_grid_fetch_its_script(open_page):
    page = open_page("/")
    fetched = "performance.getEntriesByType('resource').filter((one) => one.name.includes('ag_grid')).length"
    page.locator(".tile-link").first.wait_for()
    assert page.evaluate(fetched) == 0
    page.get_by_role("link", name="Parts").click()
    expect(page.locator(f"{ROW} a").first).to_be_visible()
    assert page.evaluate(fetched) == 2


@pytest.mark.parametrize("path", ["/parts", "part"])
def test_nothing_keeps_anybody_out(open_page, served, findings, path):
    page = open_page(
        path if path != "part" else f"/part?inspection={quote(served.last_pass, safe='')}"
    )
    page.locator(f"{ROW} a, .outline svg").first.wait_for()
    assert findings(page) == []
