"""A real small site, served on loopback, and a real browser in which nothing may go wrong.

Every test that opens pages runs in one theme, which its module's name decides; in the other one, on a
site of its own, under `make soak`. What each tab showed in the end lies in `out/browser`.
"""

import hashlib
import logging
import re
import subprocess
import sys
import threading
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from werkzeug.serving import make_server

from dashboard.actions import DashboardActions
from dashboard.clock import PlantClock
from inference.overlay import encode_png
from spc.phase import evaluate_phase, freeze_phase, phase_to_dict
from warehouse.archive import Archive
from warehouse.batch import Batch, write_batch
from warehouse.connection import create_master, open_master
from warehouse.journal.alert_plan import FiredSignal
from warehouse.journal.alerts import handle_signals
from warehouse.journal.characteristics import (
    CharacteristicRow,
    add_missing_characteristics,
    characteristic_id,
)
from warehouse.journal.outbox import OutboxRow, claim_due, enqueue, record_attempt
from warehouse.journal.phases import propose_phase
from warehouse.journal.store import create_journal, open_journal
from warehouse.publish import publish
from warehouse.records import (
    METRICS,
    DefectRow,
    ImageRow,
    InspectionRow,
    ModelRow,
    SignalRow,
    StateRow,
    Stream,
)
from warehouse.runs import RunTotals, finish_run, start_run
from warehouse.signals import insert_signals, signal_id
from warehouse.site import Site
from warehouse.states import replace_states

ZONE = ZoneInfo("Europe/Berlin")
CHROMIUM = Path("/usr/bin/chromium")
SHOTS = Path(__file__).parents[2] / "out" / "browser"
SWITCHES = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
)
NOW = datetime(2026, 5, 20, 3, 0, tzinfo=UTC)
MODEL = "c0ffee" * 10 + "beef"
WASH = Stream("A", "wash <b>1</b>", "tool-1", "HS-40")
COAT = Stream("A", "coat", "tool-2", "HS-40")
BASELINE = 150
PARTS = 240
SIZE = 96


@dataclass(frozen=True)
class Served:
    """A site on loopback: where it answers, and what lies in it."""

    url: str
    site: Site
    last_pass: str


def part_name(stream: Stream, at: int) -> str:
    return f"{'W' if stream is WASH else 'C'}-{at:04d}"


def stain_counts(stream: Stream) -> np.ndarray:
    counts = np.random.default_rng(7 if stream is WASH else 8).poisson(4.0, PARTS)
    if stream is WASH:
        counts[-12:] += 11
    return counts


def captured(at: int) -> datetime:
    return NOW - timedelta(hours=PARTS - at)


def picture(stream: Stream, at: int) -> tuple[bytes, np.ndarray]:
    rng = np.random.default_rng(at + (0 if stream is WASH else 10_000))
    pixels = np.clip(np.array([90, 165, 205]) + rng.normal(0, 9, (SIZE, SIZE, 3)), 0, 255).astype(
        np.uint8
    )
    mask = np.zeros((SIZE, SIZE), dtype=np.uint8)
    mask[60:76, 12:30] = 2
    mask[20:22, 40:80] = 1
    pixels[mask == 2] = (30, 70, 110)
    pixels[mask == 1] = (150, 220, 245)
    return encode_png(pixels), mask


def inspection(stream: Stream, at: int, count: int) -> InspectionRow:
    share = round(0.3 * count, 3)
    return InspectionRow(
        pass_id=f"{part_name(stream, at)}@{stream.key}", revision=1,
        part_id=part_name(stream, at), line=stream.line, station=stream.station,
        tool=stream.tool, family=stream.family, lot="L7", captured_at=captured(at),
        model_id=MODEL, run_id=1, views_expected=1, views_present=1, stain_count=count,
        largest_stain_area_px=40.0 + count, largest_stain_radius_px=4.0, largest_stain_x=0.2,
        largest_stain_y=0.7, total_stain_area_px=50.0 * count, total_stain_pct=share,
        scratch_count=1, longest_scratch_px=40.0, total_scratch_area_px=80.0,
        total_scratch_pct=0.9, largest_stain_area_mm2=None, longest_scratch_mm=None,
        total_stain_area_mm2=None, total_scratch_area_mm2=None, surface_px=SIZE * SIZE,
        passed=count <= 12, failed_criteria=() if count <= 12 else (f"stain_count {count} > 12",),
    )  # fmt: skip


def image(row: InspectionRow, image_id: str) -> ImageRow:
    return ImageRow(
        image_id=image_id, revision=1, pass_id=row.pass_id, part_id=row.part_id, view_row=None,
        view_column=None, path=f"{row.part_id}.png", line=row.line, station=row.station,
        tool=row.tool, family=row.family, lot=row.lot, captured_at=row.captured_at,
        captured_at_source="manifest", um_per_px=None, width=SIZE, height=SIZE,
        image_format="PNG", model_id=MODEL, run_id=1, brightness=150.0, contrast=20.0, focus=9.0,
        mean_confidence=0.97, background_share=0.95, entropy=0.04, inference_ms=11.0,
    )  # fmt: skip


def defect(image_id: str, number: int, *, stain: bool) -> DefectRow:
    x, y, wide, high = (12, 60, 18, 16) if stain else (40, 20, 40, 2)
    return DefectRow(
        image_id=image_id, revision=1, defect_no=number,
        defect_class="stain" if stain else "scratch", contour_area=(wide - 1.0) * (high - 1.0),
        pixel_count=wide * high, circle_x=x + wide / 2, circle_y=y + high / 2,
        circle_radius=max(wide, high) / 2, box_x=x + wide / 2, box_y=y + high / 2,
        box_width=float(wide), box_height=float(high), box_angle=0.0,
        length=float(max(wide, high)), bounds_x=x, bounds_y=y, bounds_width=wide,
        bounds_height=high, confidence=0.94, part_x=(x + wide / 2) / SIZE,
        part_y=(y + high / 2) / SIZE,
    )  # fmt: skip


def build_site(root: Path) -> Site:
    """Two streams: one in control, one whose stain count jumps for the last twelve parts."""
    site = Site(root)
    site.create_folders()
    create_master(site.master)
    create_journal(site.journal)
    archive = Archive(site.archive)
    images, defects, rows = [], [], []
    for stream in (WASH, COAT):
        for at, count in enumerate(stain_counts(stream).tolist()):
            row = inspection(stream, at, count)
            image_id = hashlib.sha256(row.pass_id.encode()).hexdigest()
            if at >= PARTS - 2:
                data, mask = picture(stream, at)
                image_id = hashlib.sha256(data).hexdigest()
                archive.store_image(image_id, data)
                archive.store_mask(image_id, MODEL, encode_png(mask))
            rows.append(row)
            images.append(image(row, image_id))
            defects += [defect(image_id, 1, stain=True), defect(image_id, 2, stain=False)]
    classes = ("background", "scratch", "stain")
    model = ModelRow(MODEL, "small net", classes, (SIZE, SIZE), {"stain": 0.5}, "{}", NOW)
    with open_master(site.master) as connection:
        start_run(connection, trigger="command line", started_at=NOW, model_id=MODEL)
        write_batch(connection, Batch((), tuple(images), tuple(defects), tuple(rows), (model,)))
        finish_run(
            connection, 1, RunTotals(seen=483, measured=480, quarantined=2, ignored=1),
            finished_at=NOW + timedelta(minutes=2),
        )  # fmt: skip
        with open_journal(site.journal) as journal:
            states, signals = judge(journal)
            raise_alerts(journal, signals)
        replace_states(connection, states)
        insert_signals(connection, signals)
    publish(site)
    return site


def raise_alerts(journal, signals: list[SignalRow]) -> None:
    """One alert for the first rule of the wild stream, one of a camera, and a mail given up."""
    fired = [
        FiredSignal(
            one.signal_id,
            one.characteristic_id,
            "control",
            one.completing_at,
            "stains: 9 <b>more</b>",
        )
        for one in signals
    ]
    camera = FiredSignal(
        "dark", f"{COAT.key}:brightness", "control", NOW, "darker since 19 May", kind="camera"
    )
    handle_signals(journal, [*fired, camera], now=NOW)
    mail = OutboxRow(
        message_id="<one@site>", created_at=NOW, recipients=("a@plant.example", "b@plant.example"),
        subject="stains at wash", body_text="", body_html="",
    )  # fmt: skip
    enqueue(journal, mail)
    refused = {"b@plant.example": "550 no such mailbox"}
    claim_due(journal, now=NOW, limit=1, lease=timedelta(minutes=1))
    record_attempt(
        journal, mail.message_id, now=NOW, delivered={"a@plant.example"}, refused=refused,
        error="550 no such mailbox",
    )  # fmt: skip


def judge(journal) -> tuple[list[StateRow], list[SignalRow]]:
    """Freeze limits for the stain counts; the other metrics have none."""
    states, signals = [], []
    for stream in (WASH, COAT):
        for metric in METRICS:
            charted = characteristic_id(stream, metric)
            unit = "stains" if metric == "stain_count" else ""
            spec = 12.0 if metric == "stain_count" else None
            row = CharacteristicRow(
                charted, stream, metric, None, "beyond-limits", None, spec, unit, enabled=True
            )
            add_missing_characteristics(journal, [row], who="blemish", now=NOW)
            if metric != "stain_count":
                states.append(
                    StateRow(
                        charted,
                        "too few points",
                        NOW,
                        1.0,
                        captured(PARTS - 1),
                        None,
                        None,
                        None,
                        unit,
                        PARTS,
                        0,
                        (),
                        None,
                        NOW,
                        "no variation",
                    )
                )
                continue
            values = stain_counts(stream).astype(float)
            phase = freeze_phase(values[:BASELINE], alpha=0.0005)
            number = propose_phase(
                journal, characteristic_id=charted, model_id=MODEL, valid_from=captured(0),
                first_pass_at=captured(0), last_pass_at=captured(BASELINE - 1),
                phase=phase_to_dict(phase), created_by="A. Person", created_at=NOW,
                reason="a calm week", activate=stream is WASH,
            )  # fmt: skip
            found = []
            if stream is WASH:
                result = evaluate_phase(phase, values[BASELINE:])
                panels = {panel.name: panel for panel in result.panels}
                for one in result.signals:
                    place = BASELINE + one.index
                    name = f"{part_name(stream, place)}@{stream.key}"
                    panel = panels[one.panel]
                    found.append(
                        SignalRow(
                            signal_id(charted, number, one.rule, one.panel, name),
                            charted,
                            number,
                            one.rule,
                            one.panel,
                            name,
                            captured(place),
                            1,
                            float(panel.value[one.index]),
                            float(panel.center[one.index]),
                            None,
                            float(panel.ucl[one.index]),
                            (name,),
                            NOW,
                            None,
                            None,
                        )
                    )
            signals += found
            states.append(
                StateRow(
                    charted,
                    "signal" if found else "in control",
                    found[0].completing_at if found else None,
                    float(values[-1]),
                    captured(PARTS - 1),
                    phase.center,
                    phase.lcl,
                    phase.ucl,
                    unit,
                    PARTS,
                    len(found),
                    tuple(values[-60:].tolist()),
                    number,
                    NOW,
                    "limits from 150 parts",
                )
            )
    return states, signals


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "theme" not in metafunc.fixturenames:
        return
    themes = ["light", "dark"]
    if zlib.crc32(metafunc.module.__name__.encode()) % 2:
        themes.reverse()
    usual, other = themes
    both = [usual, pytest.param(other, marks=pytest.mark.soak)]
    metafunc.parametrize("theme", both, scope="module")


@pytest.fixture(scope="module")
def served(theme: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The sample site behind a threaded server; one for each theme, since flows change it."""
    site = build_site(tmp_path_factory.mktemp("browser") / "site")
    last = f"{part_name(WASH, PARTS - 1)}@{WASH.key}"
    with listening(site) as url:
        yield Served(url, site, last)


@pytest.fixture
def small_site(tmp_path: Path) -> Callable[[int], Site]:
    """Make a published site of few parts, none at all if so asked, without limits."""

    def make(parts: int) -> Site:
        site = Site(tmp_path / f"site of {parts}")
        site.create_folders()
        create_master(site.master)
        create_journal(site.journal)
        rows = [inspection(WASH, PARTS - 1 - at, 4) for at in range(parts)]
        names = [hashlib.sha256(row.pass_id.encode()).hexdigest() for row in rows]
        batch = Batch(
            (),
            tuple(image(row, name) for row, name in zip(rows, names, strict=True)),
            tuple(defect(name, 1, stain=True) for name in names),
            tuple(rows),
            (
                ModelRow(
                    MODEL, "small net", ("background", "scratch", "stain"), (96, 96), {}, "{}", NOW
                ),
            ),
        )
        with open_master(site.master) as connection:
            if parts:
                start_run(connection, trigger="command line", started_at=NOW, model_id=MODEL)
                write_batch(connection, batch)
                finish_run(connection, 1, RunTotals(seen=parts, measured=parts), finished_at=NOW)
                with open_journal(site.journal) as journal:
                    replace_states(connection, [few_points(journal, parts)])
        publish(site)
        return site

    return make


def few_points(journal, parts: int) -> StateRow:
    charted = characteristic_id(WASH, "stain_count")
    row = CharacteristicRow(
        charted, WASH, "stain_count", None, "beyond-limits", None, 12.0, "stains", enabled=True
    )
    add_missing_characteristics(journal, [row], who="blemish", now=NOW)
    return StateRow(
        charted, "too few points", NOW, 4.0, captured(PARTS - 1), None, None, None, "stains",
        parts, 0, (4.0,) * parts, None, NOW, f"{parts} of 20 parts for limits",
    )  # fmt: skip


@pytest.fixture
def listen() -> Callable:
    """What serves the pages of a site for the length of a `with`."""
    return listening


@pytest.fixture
def listen_guarded() -> Callable:
    """What serves the pages of a site with accounts for the length of a `with`."""

    @contextmanager
    def listening_guarded(site: Site) -> Iterator[str]:
        from dashboard.app import create_app  # noqa: PLC0415

        app = create_app(site, time_zone=str(ZONE), site_name="Plant <i>7</i>")
        with on_loopback(app.server) as url:
            yield url

    return listening_guarded


@contextmanager
def listening(site: Site, *, port: int = 0, later: timedelta = timedelta(hours=1)) -> Iterator[str]:
    """Serve the pages of `site` on loopback, so much `later` than its newest part."""
    from dashboard.app import build_app  # noqa: PLC0415 - what has no browser loads no Dash
    from dashboard.settings_desk import open_settings_desk  # noqa: PLC0415
    from dashboard.site_reader import open_site_reader  # noqa: PLC0415

    reader, desk = open_site_reader(site), open_settings_desk(site)
    clock = PlantClock(ZONE, lambda: NOW + later)
    app = build_app(
        reader,
        clock=clock,
        site_name="Plant <i>7</i>",
        actions=DashboardActions(),
        desk=desk,
    )
    try:
        with on_loopback(app.server, port=port) as url:
            yield url
    finally:
        desk.close()
        reader.close()


@contextmanager
def on_loopback(server, *, port: int = 0) -> Iterator[str]:
    """Serve a WSGI application in threads, on any free port unless one is named."""
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    listener = make_server("127.0.0.1", port, server, threaded=True)
    thread = threading.Thread(target=listener.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.server_port}"
    finally:
        listener.shutdown()
        thread.join()
        listener.server_close()


@pytest.fixture(scope="module")
def browser():
    """Chromium, asking nobody but who is named in an address."""
    sync = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    if not CHROMIUM.exists():
        pytest.skip(f"no Chromium at {CHROMIUM}")
    # Its driver is a program with a library of its own to look for (libatomic1 on Debian).
    driver = subprocess.run(
        [sys.executable, "-m", "playwright", "--version"], capture_output=True, check=False
    )
    if driver.returncode:
        pytest.skip(f"playwright does not start: {driver.stderr.decode().strip()}")
    # A busy machine is no fault of a page.
    sync.expect.set_options(timeout=20_000)
    with sync.sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=list(SWITCHES))
        yield opened
        opened.close()


class Watched:
    """A tab that remembers what went wrong in it."""

    def __init__(self, page, origin: str) -> None:
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
def tabs_of(browser, theme):
    """One browser profile, so that scripts are fetched once."""
    made = browser.new_context(
        viewport={"width": 1440, "height": 900}, color_scheme=theme, reduced_motion="reduce"
    )
    yield made
    made.close()


@pytest.fixture
def open_page(tabs_of, request: pytest.FixtureRequest) -> Iterator[Callable]:
    """Open a path of the sample site, or another address; at the end nothing may have gone wrong."""
    tabs: list[Watched] = []

    def open_at(path: str, *, origin: str | None = None):
        origin = request.getfixturevalue("served").url if origin is None else origin
        watched = Watched(tabs_of.new_page(), origin)
        tabs.append(watched)
        watched.page.goto(origin + path)
        watched.page.wait_for_selector("h1")
        return watched.page

    yield open_at
    problems = [problem for watched in tabs for problem in watched.problems]
    SHOTS.mkdir(parents=True, exist_ok=True)
    for number, watched in enumerate(tabs, start=1):
        name = re.sub(r"\W+", "-", f"{request.node.name} {number}").strip("-")
        watched.page.screenshot(path=SHOTS / f"{name}.png")
        watched.page.close()
    assert problems == []


@pytest.fixture
def wait_until() -> Callable:
    """Ask from outside: `wait_for_function` would need `eval`, which the pages refuse."""

    def wait(page, expression: str) -> None:
        for _ in range(200):
            if page.evaluate(expression):
                return
            page.wait_for_timeout(100)
        pytest.fail(f"never became true: {expression}")

    return wait


@pytest.fixture
def findings() -> Callable:
    """Return the serious and critical findings of axe-core on what a tab shows now."""
    axe = pytest.importorskip("axe_playwright_python.base", reason="axe-core is not installed")

    def found(page) -> list[str]:
        # Given by the debugger, which no content policy binds.
        page.evaluate(axe.AXE_SCRIPT)
        answer = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
        return [
            f"{one['id']} ({one['impact']}): {node['html'][:200]}"
            for one in answer["violations"]
            if one["impact"] in ("serious", "critical")
            for node in one["nodes"]
        ]

    return found
