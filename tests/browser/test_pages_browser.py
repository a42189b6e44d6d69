"""Every registered page over real rows: whole, without a finding of axe-core, and fit for a phone."""

from urllib.parse import quote

import pytest

pytest.importorskip("playwright.sync_api", reason="playwright is not installed")

from dashboard.pages.registry import PAGES
from warehouse.records import Stream

pytestmark = pytest.mark.browser

WASH = quote(f"{Stream('A', 'wash <b>1</b>', 'tool-1', 'HS-40').key}:stain_count", safe="")
# What makes a page show rows; a page not named here shows them by itself.
QUERIES = {
    "/chart": (f"characteristic={WASH}&range=all",),
    "/limits": (f"characteristic={WASH}",),
    "/map": ("measure=ratio&range=7d", "split=tool&range=all"),
    "/steps": ("range=all",),
    "/pareto": ("by=station&range=all",),
    "/screening": ("range=all&order=signals",),
    "/alerts": ("state=all",),
    "/health": ("range=all",),
    "/settings": ("", f"edit={WASH}"),
    "/settings/streams": ("", f"edit={WASH.removesuffix('%3Astain_count')}"),
    "/settings/recipients": ("", "new=1"),
}
SEEN = [f"{page.path}?{query}" for page in PAGES for query in QUERIES.get(page.path, ("",))]


@pytest.mark.parametrize("address", SEEN, ids=lambda one: one.split("&")[0].split("%")[0])
def test_every_page_opens_whole_and_can_be_used_by_everybody(
    open_page, served, wait_until, findings, theme, address
):
    if address == "/part?":
        address = f"/part?inspection={quote(served.last_pass, safe='')}"
    page = open_page(address)
    assert page.locator("h1").count() == 1
    assert page.locator("html").get_attribute("lang") == "en"
    assert page.locator("html").get_attribute("data-mantine-color-scheme") == theme
    page.wait_for_load_state("networkidle")
    for graph in page.locator(".js-plotly-plot").all():
        graph.locator(".main-svg").first.wait_for()
    # "Share chart…" would send the data to a cloud.
    assert not any("Share" in bar.inner_html() for bar in page.locator(".modebar").all())
    wait_until(page, "[...document.images].every(one => one.complete && one.naturalWidth)")
    assert findings(page) == []
    # No page is wider than a phone.
    page.set_viewport_size({"width": 390, "height": 844})
    wait_until(page, "document.documentElement.scrollWidth <= 390")
