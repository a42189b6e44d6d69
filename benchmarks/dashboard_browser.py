"""What a reader waits for in a browser: bytes of the first load, until a page can be used, a chart."""

import statistics
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, sync_playwright

CHROMIUM = Path("/usr/bin/chromium")
SWITCHES = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
]
ROUNDS = 5
AGAIN = 2
LIMIT_MS = 120_000
# Notes when what is wanted is there and has been painted; and when the last answer had arrived.
_WATCH = """(selector) => {
    const look = () => {
        if (!document.querySelector(selector)) { return requestAnimationFrame(look); }
        requestAnimationFrame(() => requestAnimationFrame(() => {
            const answers = performance.getEntriesByType("resource")
                .filter(one => one.name.includes("_dash-update-component"));
            window.shownAt = performance.now();
            window.dataAt = Math.max(...answers
                .filter(one => one.responseEnd < window.shownAt && one.transferSize > SMALLEST)
                .map(one => one.responseEnd), 0);
        }));
    };
    look();
}"""


def in_browser(ours: dict[str, str], empty: dict[str, str]) -> dict[str, float]:
    """Return medians: bytes and milliseconds by name.

    Parameters
    ----------
    ours
        Addresses of "overview" and "chart", the latter of 100,000 points.
    empty
        Addresses of "overview" and "chart" of an app that shows nearly nothing.

    """
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=SWITCHES)
        try:
            taken: dict[str, list[float]] = {}
            for _ in range(ROUNDS):
                for whose, addresses in (("ours", ours), ("empty", empty)):
                    _round(browser, whose, addresses, taken)
        finally:
            browser.close()
    return {name: statistics.median(found) for name, found in taken.items()}


def _round(
    browser: Browser, whose: str, addresses: dict[str, str], taken: dict[str, list[float]]
) -> None:
    """Open each page with an empty cache, then with a full one."""
    # Ours asks for status and title, too: those answers are no data.
    smallest = 4_000 if whose == "ours" else 0
    for name, address in addresses.items():
        context = browser.new_context(viewport={"width": 1440, "height": 900})
        wanted = ".tile" if name == "overview" else ".js-plotly-plot .scatterlayer .trace"
        found = _open(context, address, wanted, smallest)
        taken.setdefault(f"{name} bytes, {whose}", []).append(found["bytes"])
        taken.setdefault(f"{name} shown, {whose}", []).append(found["shown"])
        # A browser keeps what it has compiled once it has met it a second time.
        for _ in range(AGAIN):
            found = _open(context, address, wanted, smallest)
        taken.setdefault(f"{name} shown again, {whose}", []).append(found["shown"])
        taken.setdefault(f"{name} after data, {whose}", []).append(found["after"])
        context.close()


def _open(context: Any, address: str, wanted: str, smallest: int) -> dict[str, float]:
    page = context.new_page()
    page.set_default_timeout(LIMIT_MS)
    wire = 0

    def count(event: dict[str, Any]) -> None:
        nonlocal wire
        wire += int(event["encodedDataLength"])

    session = context.new_cdp_session(page)
    session.send("Network.enable")
    session.on("Network.loadingFinished", count)
    script = _WATCH.replace("SMALLEST", str(smallest))
    page.add_init_script(f"({script})({wanted!r})")
    page.goto(address)
    for _ in range(LIMIT_MS // 50):
        if page.evaluate("window.shownAt"):
            break
        page.wait_for_timeout(50)
    page.wait_for_load_state("networkidle")
    shown, data = page.evaluate("[window.shownAt, window.dataAt]")
    page.close()
    return {"bytes": wire, "shown": shown, "after": shown - data}
