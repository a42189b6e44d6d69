"""The pages at scale: callbacks, ten users at once beside a run, and what a browser waits for.

    python -m benchmarks.bench_dashboard [--parts N] [--folder DIR] [--seconds S] [--check]

The site has N parts (default 1,000,000; with --folder it is kept and taken again). Each callback is
set against one that reads nothing ("No such page"), users without a run against users beside a batch
that writes with least priority and one DuckDB thread, each page in a browser against an empty Dash
page; what is compared takes turns, so that a busy moment hits both. `--check` exits with 1 beyond the
bars. 10,000,000 parts need an hour and 20 GB to be made.
"""

import argparse
import random
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from datetime import timedelta
from pathlib import Path

from benchmarks.dashboard_browser import CHROMIUM, in_browser
from benchmarks.dashboard_client import Answer, Visitor
from benchmarks.dashboard_server import serving
from benchmarks.dashboard_site import make_site, newest_part, stream_of
from dashboard.address import (
    ChartView,
    HealthView,
    LimitsView,
    MapView,
    ParetoView,
    PartsView,
    PartView,
    ScreeningView,
    StepsView,
    query_of,
)
from dashboard.pages.registry import PAGES
from warehouse.site import Site

CALLS = 15
USERS = 10
PAUSE = 1.0
"""Mean seconds between two clicks of a user."""
TURNS = 3
BAR_SLOWDOWN = 1.5
BAR_FIRST_LOAD = {"overview": 700_000, "chart": 1_400_000}
BAR_OVERVIEW = 2.0
BAR_CHART = 1.0 / 0.6


def main() -> int:
    """Print the figures; 1 with `--check` where one is beyond its bar."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--parts", type=int, default=1_000_000)
    parser.add_argument("--folder", type=Path, default=None, help="where the site is made and kept")
    parser.add_argument(
        "--seconds", type=float, default=30.0, help="of ten users, with and without"
    )
    parser.add_argument("--check", action="store_true")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        place = (arguments.folder or Path(folder)) / f"site-{arguments.parts}"
        site = make_site(place, arguments.parts)
        pages = addresses(site)
        with serving(str(site.root)) as origin:
            each_page(origin, pages)
            ratios = {"slowdown beside a run": users(origin, site, pages, arguments.seconds)}
            if CHROMIUM.exists():
                ratios |= browser(origin, pages)
            else:
                print(f"no Chromium at {CHROMIUM}: nothing measured in a browser")
    beyond = [name for name, ratio in ratios.items() if ratio > 1]
    print(f"beyond the bar: {', '.join(beyond) or 'nothing'}")
    return int(arguments.check and bool(beyond))


def addresses(site: Site) -> dict[str, tuple[str, str]]:
    """Return path and query of every registered page, with rows to show."""
    stream = stream_of(site)
    newest, day = newest_part(site, stream)
    # The parts are some years old, so a relative period would find none.
    month, quarter = (f"{day - timedelta(days=days - 1)}..{day}" for days in (30, 90))
    charted = f"{stream.key}:stain_count"
    queries = {
        "/chart": query_of(ChartView(characteristic=charted, range=quarter)),
        "/limits": query_of(LimitsView(characteristic=charted)),
        "/map": query_of(MapView(stream=stream.key, range="all")),
        "/parts": query_of(PartsView(stream=stream.key)),
        "/part": query_of(PartView(inspection=newest)),
        "/steps": query_of(StepsView(range=month)),
        "/pareto": query_of(ParetoView(range=month)),
        "/screening": query_of(ScreeningView(range=month)),
        "/health": query_of(HealthView(range=month)),
    }
    found = {page.label: (page.path, queries.get(page.path, "")) for page in PAGES}
    whole = query_of(ChartView(characteristic=charted, range="all"))
    return found | {"Chart of all parts": ("/chart", whole)}


def each_page(origin: str, pages: dict[str, tuple[str, str]]) -> None:
    """Print the median time and the size of the callback of each page."""
    visitor = Visitor(origin)
    floor = [visitor.show("/nowhere").seconds for _ in range(CALLS)]
    answers: dict[str, list[Answer]] = {name: [] for name in pages}
    for _ in range(CALLS):
        floor.append(visitor.show("/nowhere").seconds)
        for name, (path, search) in pages.items():
            answers[name].append(visitor.show(path, search))
    visitor.close()
    least = statistics.median(floor)
    print(f"\ncallback, median of {CALLS}{'ms':>16}{'x nothing':>12}{'kB wire':>10}{'kB':>10}")
    print(f"{'No such page':28}{1000 * least:12.1f}{1.0:12.1f}")
    for name, found in answers.items():
        # The first one finds nothing in any cache; a reader is seldom the first.
        seconds = statistics.median(one.seconds for one in found[1:])
        wire, size = found[-1].wire / 1000, found[-1].size / 1000
        print(f"{name:28}{1000 * seconds:12.1f}{seconds / least:12.1f}{wire:10.1f}{size:10.1f}")


def users(origin: str, site: Site, pages: dict[str, tuple[str, str]], seconds: float) -> float:
    """Print the p95 of ten users with and without a run that writes; return slowdown over its bar."""
    taken: dict[bool, list[float]] = {False: [], True: []}
    for turn in range(TURNS):
        for writes in (False, True):
            with _writing(site, 2 * seconds) if writes else nullcontext():
                taken[writes] += _clicks(origin, pages, seconds / TURNS, seed=turn)
    idle, busy = (_p95(taken[writes]) for writes in (False, True))
    print(
        f"\n{USERS} users x {seconds:.0f} s: p95 {1000 * idle:.0f} ms of {len(taken[False])} "
        f"callbacks, {1000 * busy:.0f} ms of {len(taken[True])} while a run writes: "
        f"{busy / idle:.2f} x (bar {BAR_SLOWDOWN:g}); medians "
        f"{1000 * statistics.median(taken[False]):.0f} and {1000 * statistics.median(taken[True]):.0f} ms"
    )
    return busy / idle / BAR_SLOWDOWN


def browser(origin: str, pages: dict[str, tuple[str, str]]) -> dict[str, float]:
    """Print what a reader waits for; return each figure over its bar."""
    path, search = pages["Chart of all parts"]
    with serving("--empty") as empty:
        found = in_browser(
            {"overview": f"{origin}/", "chart": f"{origin}{path}{search}"},
            {"overview": f"{empty}/", "chart": f"{empty}/figure"},
        )
    over = {}
    print("\nfirst load, empty cache")
    for name, bar in BAR_FIRST_LOAD.items():
        wire = found[f"{name} bytes, ours"]
        over[f"bytes of the {name}"] = wire / bar
        print(f"{name:28}{wire / 1000:10.0f} kB (bar {bar / 1000:.0f})")
    for words, name in (("an empty", "overview shown"), ("a full", "overview shown again")):
        shown, least = found[f"{name}, ours"], found[f"{name}, empty"]
        over[name] = shown / least / BAR_OVERVIEW
        print(
            f"overview can be used after {shown:.0f} ms with {words} cache, an empty Dash page after "
            f"{least:.0f}: {shown / least:.2f} x (bar {BAR_OVERVIEW:g})"
        )
    after, least = found["chart after data, ours"], found["chart after data, empty"]
    over["chart after data"] = after / least / BAR_CHART
    print(
        f"chart of all parts drawn {after:.0f} ms after its data, an empty figure after {least:.0f}: "
        f"{after / least:.2f} x (bar {BAR_CHART:.2f})"
    )
    return over


def _clicks(
    origin: str, pages: dict[str, tuple[str, str]], seconds: float, *, seed: int
) -> list[float]:
    """Let ten users look at page after page for some time; return the seconds of each callback."""
    taken: list[float] = []
    ends = time.monotonic() + seconds
    looked_at = [pages[name] for name in ("Overview", "Chart", "Map", "Parts", "Part")]

    def look(number: int) -> None:
        dice = random.Random(100 * seed + number)
        visitor = Visitor(origin)
        while time.monotonic() < ends:
            taken.append(visitor.show(*dice.choice(looked_at)).seconds)
            time.sleep(dice.uniform(0, 2 * PAUSE))
        visitor.close()

    threads = [threading.Thread(target=look, args=(number,)) for number in range(USERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return taken


@contextmanager
def _writing(site: Site, seconds: float) -> Iterator[None]:
    """Let a batch write beside the pages, from its first rows on, until the end of the block."""
    command = [
        sys.executable, "-m", "benchmarks.dashboard_writer", str(site.root), str(seconds),
    ]  # fmt: skip
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        process.stdout.readline()
        try:
            yield
        finally:
            process.terminate()
            process.communicate(timeout=60)


def _p95(taken: list[float]) -> float:
    return sorted(taken)[int(0.95 * len(taken))]


if __name__ == "__main__":
    sys.exit(main())
