"""The pages in a real Chromium over a real small site: both themes, no error, no foreign host."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

pytest.importorskip("playwright.sync_api", reason="playwright is not installed")

from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from warehouse.journal.alerts import episodes
from warehouse.journal.causes import causes
from warehouse.journal.outbox import outbox
from warehouse.journal.phases import phases
from warehouse.journal.store import open_journal
from warehouse.records import Stream

pytestmark = pytest.mark.browser

CHROMIUM = Path("/usr/bin/chromium")
# A busy machine is no fault of a page.
expect.set_options(timeout=20_000)

SWITCHES = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
)
WASH_STREAM = Stream("A", "wash <b>1</b>", "tool-1", "HS-40")
WASH = quote(f"{WASH_STREAM.key}:stain_count", safe="")
COAT = quote("A/coat/tool-2/HS-40:stain_count", safe="")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if not CHROMIUM.exists():
        pytest.skip(f"no Chromium at {CHROMIUM}")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=list(SWITCHES))
        yield opened
        opened.close()


class Watched:
    """A tab that remembers what went wrong in it."""

    def __init__(self, page: Page, origin: str) -> None:
        self.page = page
        self.problems: list[str] = []
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.problems.append(f"error: {error}"))
        page.on(
            "request",
            lambda request: (
                None
                if request.url.startswith((origin, "data:", "blob:"))
                else self.problems.append(f"foreign host: {request.url}")
            ),
        )
        page.on(
            "response",
            lambda answer: (
                None
                if answer.status < 400
                else self.problems.append(f"{answer.status}: {answer.url}")
            ),
        )

    def _console(self, message) -> None:
        if message.type in ("error", "warning"):
            self.problems.append(f"console: {message.text}")


@pytest.fixture(scope="module")
def contexts(browser) -> Iterator[dict[str, BrowserContext]]:
    """One browser profile per theme, so that scripts are fetched once."""
    made = {
        theme: browser.new_context(
            viewport={"width": 1440, "height": 900}, color_scheme=theme, reduced_motion="reduce"
        )
        for theme in ("light", "dark")
    }
    yield made
    for context in made.values():
        context.close()


@pytest.fixture
def open_page(contexts, served):
    """Open a path; at the end nothing may have gone wrong in any tab."""
    tabs = []

    def open_at(path: str, *, theme: str = "light") -> Page:
        watched = Watched(contexts[theme].new_page(), served.url)
        tabs.append(watched)
        watched.page.goto(served.url + path)
        watched.page.wait_for_selector("h1")
        return watched.page

    yield open_at
    problems = [problem for watched in tabs for problem in watched.problems]
    for watched in tabs:
        watched.page.close()
    assert problems == []


def wait_until(page: Page, expression: str) -> None:
    """Ask from outside: `wait_for_function` would need `eval`, which the pages refuse."""
    for _ in range(200):
        if page.evaluate(expression):
            return
        page.wait_for_timeout(100)
    pytest.fail(f"never became true: {expression}")


def paths(served) -> dict[str, str]:
    return {
        "overview": "/",
        "chart": f"/chart?characteristic={WASH}",
        "map": "/map?measure=ratio&range=7d",
        "parts": "/parts",
        "part": f"/part?inspection={quote(served.last_pass, safe='')}",
        "limits": f"/limits?characteristic={WASH}",
        "steps": "/steps?range=all",
        "pareto": "/pareto?by=station&range=all",
        "screening": "/screening?range=all&order=signals",
        "small maps": "/map?split=tool&range=all",
        "alerts": "/alerts?state=all",
        "health": "/health?range=all",
    }


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(
    "name",
    [
        "overview",
        "chart",
        "map",
        "parts",
        "part",
        "limits",
        "steps",
        "pareto",
        "screening",
        "small maps",
        "alerts",
        "health",
    ],
)
def test_every_page_opens_in_both_themes(open_page, served, name, theme):
    page = open_page(paths(served)[name], theme=theme)
    assert page.locator("h1").count() == 1
    assert page.locator("html").get_attribute("lang") == "en"
    assert page.locator("html").get_attribute("data-mantine-color-scheme") == theme
    if name in ("chart", "map", "limits", "pareto"):
        page.wait_for_selector(".js-plotly-plot .main-svg")
        assert "Share" not in page.locator(".modebar").first.inner_html()
    if name in ("part", "small maps"):
        wait_until(page, "[...document.images].every(one => one.complete && one.naturalWidth)")
    # No page is wider than a phone.
    page.set_viewport_size({"width": 390, "height": 844})
    wait_until(page, "document.documentElement.scrollWidth <= 390")


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
    page.locator(".scatterlayer .points path").last.click(force=True)
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


def test_a_cause_is_stored_in_the_journal(open_page, served):
    page = open_page(f"/chart?characteristic={WASH}")
    page.get_by_role("link", name="Record cause").first.click()
    page.get_by_role("textbox", name="Cause").click()
    page.get_by_role("option", name="cleaning").click()
    page.get_by_label("What happened").fill("a rag with oil")
    page.get_by_label("Your name").fill("B. Person")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("cleaning: a rag with oil")).to_be_visible()
    with open_journal(served.site.journal) as journal:
        (stored,) = causes(journal)
    assert (stored.code, stored.text, stored.created_by) == (
        "cleaning", "a rag with oil", "B. Person",
    )  # fmt: skip


def test_a_proposal_is_approved_with_a_name(open_page, served):
    page = open_page(f"/chart?characteristic={COAT}")
    page.get_by_role("button", name="Approve").click()
    expect(page.get_by_text("Please give your name")).to_be_visible()
    page.get_by_label("Your name").fill("B. Person")
    page.get_by_role("button", name="Approve").click()
    expect(page.get_by_text("In force", exact=True)).to_be_visible()
    expect(page.get_by_role("button", name="Approve")).to_have_count(0)
    with open_journal(served.site.journal) as journal:
        found = [row.status for row in phases(journal) if "coat" in row.characteristic_id]
    assert found == ["active"]


def test_limits_are_tried_out_and_put_in_force(open_page, served):
    name = f"{WASH_STREAM.key}:scratch_count"
    page = open_page(f"/limits?characteristic={quote(name, safe='')}")
    expect(page.get_by_text("No limits from this baseline")).to_be_visible()
    page = open_page(f"/limits?characteristic={WASH}&last=2026-05-17")
    points = page.locator("#limits-graph .scatterlayer .point")
    expect(points.first).to_be_attached()
    # In the middle of the baseline, where the point clicked is left out of it.
    box = points.nth(40).bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.wait_for_timeout(300)
    page.mouse.down()
    page.mouse.up()
    expect(page.get_by_text("Left out of the baseline")).to_be_visible()
    page.get_by_role("button", name="Put in force").click()
    expect(page.get_by_text("Please give your name")).to_be_visible()
    page.get_by_label("Your name").fill("B. Person")
    page.get_by_label("Reason").fill("a calm week, one part wiped by hand")
    page.get_by_role("button", name="Put in force").click()
    expect(page.get_by_text("In force from the next run on.")).to_be_visible()
    with open_journal(served.site.journal) as journal:
        found = phases(journal, f"{WASH_STREAM.key}:stain_count")
    newest = max(found, key=lambda row: row.phase_id)
    assert (newest.status, newest.created_by) == ("active", "B. Person")
    (excluded,) = newest.phase["exclusions"]
    assert excluded[1] == "a calm week, one part wiped by hand"
    assert [row.status for row in found if row.phase_id != newest.phase_id] == ["retired"]


def test_an_alert_is_taken_on_with_a_name_and_a_note(open_page, served):
    page = open_page("/alerts?kind=camera")
    expect(page.get_by_text("stains: 9 <b>more</b>")).to_have_count(0)
    page.get_by_role("link", name="Decide").click()
    page.get_by_role("button", name="Investigate").click()
    expect(page.get_by_text("Please give your name.")).to_be_visible()
    page.get_by_label("Your name").fill("B. Person")
    page.get_by_role("button", name="Investigate").click()
    expect(page.get_by_text("Please add a note")).to_be_visible()
    page.get_by_label("Note").fill("lamp is changed")
    page.get_by_role("button", name="Investigate").click()
    expect(page.get_by_text("Investigating", exact=True)).to_be_visible()
    with open_journal(served.site.journal) as journal:
        states = {row.kind: row.state for row in episodes(journal)}
    assert states == {"process": "firing", "camera": "investigating"}


def test_a_mail_that_was_given_up_is_tried_again(open_page, served):
    page = open_page("/alerts")
    expect(page.get_by_text("b@plant.example: 550 no such mailbox")).to_be_visible()
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_text("1 mails wait to be sent")).to_be_visible()
    with open_journal(served.site.journal) as journal:
        assert [row.state for row in outbox(journal)] == ["pending"]


def test_pages_looked_at_less_often_are_in_a_menu(open_page):
    page = open_page("/")
    page.get_by_role("button", name="More, more pages").click()
    page.get_by_role("menuitem", name="Pareto").click()
    page.wait_for_url("**/pareto")
    expect(page.get_by_role("button", name="Pareto, more pages")).to_be_visible()


def test_keys_lead_through_the_pages(open_page):
    page = open_page("/")
    page.keyboard.press("g")
    page.keyboard.press("m")
    page.wait_for_url("**/map")


def test_an_unknown_address_says_so(open_page):
    page = open_page("/nowhere")
    expect(page.locator("h1")).to_have_text("No such page")
