"""Many files: what a night over an inbox that nobody clears costs, and what it leaves behind."""

import hashlib
import json
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from jobs.arrival.scan import scan_inbox
from jobs.ingest import ingest
from warehouse.batch import Batch, write_batch
from warehouse.connection import open_master
from warehouse.records import ArrivalRow

NIGHT = timedelta(days=1)
# The files of a test are of today; the nights that follow are made up.
BEGIN = datetime.now(UTC)
MEGABYTES = 1000.0


def fill(site, count):
    """So many files in the inbox that the ledger knows as measured."""
    for number in range(count):
        folder = site.inbox / f"day{number // 1000:03}"
        folder.mkdir(exist_ok=True)
        (folder / f"P{number:06}.png").write_bytes(b"%d" % number)
    rows = tuple(
        ArrivalRow(
            path=found.path,
            change_no=1,
            outcome="measured",
            reason="",
            sha256=hashlib.sha256(b"%d" % int(found.path[-10:-4])).hexdigest(),
            size=found.size,
            mtime_ns=found.mtime_ns,
            inode=found.inode,
            first_seen_at=BEGIN,
            run_id=0,
            detail="",
        )
        for found in scan_inbox(site.inbox, {".png"})
    )
    with open_master(site.master) as connection:
        write_batch(connection, Batch(arrivals=rows))


def ledger_rows(site):
    with open_master(site.master) as connection:
        return connection.execute("SELECT count(*) FROM arrival").fetchone()[0]


@pytest.mark.usefixtures("in_process")
@pytest.mark.parametrize(
    ("count", "nights"), [(1000, 25), pytest.param(20_000, 365, marks=pytest.mark.soak)]
)
def test_a_year_of_nights_over_an_untouched_inbox_adds_no_row(site, settings, count, nights):
    fill(site, count)
    # What is met each night and never measured must not be noted each night either.
    for name in ("notes.txt", ".hidden.png", "copy.png.part", "bad\x07.png", "text.png"):
        (site.inbox / name).write_bytes(b"no picture")
    ingest(site, settings, clock=lambda: BEGIN + NIGHT / 2)
    before = ledger_rows(site)
    began = time.process_time()
    for night in range(1, nights + 1):
        report = ingest(site, settings, clock=lambda night=night: BEGIN + night * NIGHT)
        assert (report.totals.known, report.files, report.warnings) == (count + 5, (), ())
    seconds = (time.process_time() - began) / nights
    print(f"{nights} nights over {count} known files: {seconds:.3f} s of processor a night")
    assert ledger_rows(site) == before


def ingested(site):
    """Totals, seconds and the largest memory of a run of the command, in MB."""
    peak = [0.0]
    began = time.monotonic()
    process = subprocess.Popen(
        [sys.executable, "-m", "jobs", "ingest", "--site", str(site.root), "--json"],
        cwd=Path(__file__).resolve().parents[2],
        stdout=subprocess.PIPE,
    )

    def watch():
        status = Path(f"/proc/{process.pid}/status")
        while process.poll() is None:
            lines = status.read_text("utf-8").splitlines() if status.exists() else []
            peak[0] = max([peak[0], *(int(x.split()[1]) / 1024 for x in lines if "VmHWM" in x)])
            time.sleep(0.1)

    watcher = threading.Thread(target=watch)
    watcher.start()
    out, _ = process.communicate()
    watcher.join()
    assert process.returncode == 0
    return json.loads(out), time.monotonic() - began, peak[0]


@pytest.mark.soak
@pytest.mark.parametrize("count", [20_000, 100_000])
def test_a16_so_many_known_files_at_once_are_met_within_bounded_memory(site, count):
    fill(site, count)
    report, seconds, megabytes = ingested(site)
    print(f"{count} known files: {seconds:.1f} s, at most {megabytes:.0f} MB")
    assert report["known"] == count
    assert megabytes < MEGABYTES


@pytest.mark.soak
def test_a16_twenty_thousand_new_pictures_are_taken_in_within_bounded_memory(site, picture):
    for number in range(20_000):
        folder = site.inbox / f"day{number // 1000:03}"
        folder.mkdir(exist_ok=True)
        # The shade differs in one pixel; the place of a stain in the rest.
        spot = (number // 500 % 50, number // 25000, 6)
        (folder / f"P{number:06}.png").write_bytes(picture(spot, shade=number % 500))
    report, seconds, megabytes = ingested(site)
    print(f"20,000 new pictures: {seconds:.0f} s, at most {megabytes:.0f} MB")
    assert report["measured"] + report["known"] == 20_000
    assert report["measured"] > 19_000
    assert megabytes < MEGABYTES


def test_progress_says_how_much_is_done_of_how_much(site, settings, picture, in_process):
    for number in range(70):
        (site.inbox / f"P{number}.png").write_bytes(picture(shade=number))
    told = []
    ingest(site, settings, progress=lambda *note: told.append(note))
    assert told[-1] == ("measuring", 70, 70)
    assert all(done <= total for _, done, total in told)
