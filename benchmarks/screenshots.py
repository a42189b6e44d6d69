"""Take pictures of the pages of a site, in both themes: `screenshots.py SITE OUT [--phone]`.

Serves the site on a free port of this machine, drives a headless Chromium, and ends by itself.
"""

import argparse
import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright
from werkzeug.serving import make_server

from dashboard.address import ChartView, MapView, OverviewView, PartsView, PartView, address
from dashboard.app import create_app
from dashboard.metric_names import defect_class_of
from dashboard.pages.registry import PAGES
from dashboard.site_reader import open_site_reader
from dashboard.wall import wall
from jobs.settings import read_settings
from warehouse.parts import PartFilters
from warehouse.site import Site

CHROMIUM = Path("/usr/bin/chromium")
SWITCHES = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
]


def pages_of(site: Site) -> dict[str, str]:
    """Return a name and an address for each page: some about the worst tile, the others as they open."""
    reader = open_site_reader(site)
    try:
        overview = reader.overview()
        tile = wall(overview.states, overview.streams, OverviewView()).groups[0].tiles[0]
        worst = PartFilters(streams=[tile.stream], order=tile.metric)  # type: ignore[arg-type]
        (part,) = reader.parts(worst, 1, 0).rows
    finally:
        reader.close()
    defect = defect_class_of(tile.metric)
    others = {
        page.path.strip("/").replace("/", "-"): page.path for page in PAGES if page.path != "/"
    }
    return others | {
        "overview": address(OverviewView()),
        "chart": address(ChartView(characteristic=tile.state.characteristic_id)),
        "map": address(MapView(stream=tile.stream.key, defect=defect, range="24h")),
        "map-ratio": address(
            MapView(stream=tile.stream.key, defect=defect, range="24h", measure="ratio")
        ),
        "parts": address(PartsView(stream=tile.stream.key, order=tile.metric)),
        "part": address(PartView(inspection=part.pass_id)),
    }


@contextmanager
def served(site: Site) -> Iterator[str]:
    """Serve the pages of `site` on loopback and yield their address."""
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    settings = read_settings(site.settings_file)
    app = create_app(site, time_zone=settings.site.time_zone, site_name=settings.site.name)
    server = make_server("127.0.0.1", 0, app.server, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def wait_for_images(tab: Page) -> None:
    """Wait until every picture is there; asked from outside, as the pages allow no `eval`."""
    for _ in range(100):
        if tab.evaluate("[...document.images].every(one => one.complete && one.naturalWidth)"):
            return
        tab.wait_for_timeout(100)


def shoot(browser: Browser, origin: str, pages: dict[str, str], out: Path, *, phone: bool) -> None:
    """Write one picture for each page and theme."""
    size = {"width": 390, "height": 844} if phone else {"width": 1440, "height": 900}
    for theme in ("light", "dark"):
        context = browser.new_context(
            viewport=size, color_scheme=theme, reduced_motion="reduce", device_scale_factor=1
        )
        for name, path in pages.items():
            tab = context.new_page()
            tab.goto(origin + path)
            tab.wait_for_selector("h1")
            if name in ("chart", "map", "map-ratio"):
                tab.wait_for_selector(".js-plotly-plot .main-svg")
            wait_for_images(tab)
            tab.wait_for_timeout(600)
            target = out / f"{name}-{theme}{'-phone' if phone else ''}.png"
            tab.screenshot(path=target)
            print(target)
            tab.close()
        context.close()


def main() -> None:
    """Parse, serve, shoot."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("site", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--phone", action="store_true", help="the width of a phone as well")
    arguments = parser.parse_args()
    site = Site(arguments.site.resolve())
    arguments.out.mkdir(parents=True, exist_ok=True)
    pages = pages_of(site)
    with served(site) as origin, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=SWITCHES)
        shoot(browser, origin, pages, arguments.out, phone=False)
        if arguments.phone:
            shoot(browser, origin, pages, arguments.out, phone=True)
        browser.close()


if __name__ == "__main__":
    main()
