"""A warehouse that lost what was committed is put right at the next start, and says what it lost."""

import shutil
import subprocess
import sys
from datetime import UTC, datetime

import pytest

from jobs.ingest import ingest
from jobs.nightly import run_once
from warehouse.archive import Archive
from warehouse.batch import write_batch
from warehouse.commit_book import CommitBook
from warehouse.connection import log_file, open_master
from warehouse.errors import ArchiveError, WarehouseForeignError, WarehouseMissingError
from warehouse.runs import latest_runs

NOW = datetime(2026, 3, 5, 2, 0, tzinfo=UTC)

# Ends as a power cut does: the last commits are in the log only, and the notes are there.
DIE_BEFORE_THE_CHECKPOINT = """
import os, sys
from pathlib import Path
from jobs.ingest import ingest
from jobs.settings import read_settings
from warehouse.batch_store import BatchStore
from warehouse.site import Site
import jobs.measurement.plan
jobs.measurement.plan.BATCH_IMAGES = 2
BatchStore.close = lambda self: os._exit(0)
site = Site(Path(sys.argv[1]))
ingest(site, read_settings(site.settings_file))
"""


def without_ledger(text):
    return "".join(
        line
        for line in text.splitlines(keepends=True)
        if not line.startswith('{"table": "arrival"')
    )


@pytest.fixture
def cut_off(site, deliver, repository):
    """A site whose last run ended before its checkpoint; its log holds all that it stored."""
    for delivery in deliver(2):
        delivery.put(site.inbox)
    command = [sys.executable, "-c", DIE_BEFORE_THE_CHECKPOINT, str(site.root)]
    subprocess.run(command, cwd=repository, check=True)
    assert log_file(site.master).stat().st_size > 0
    return site


@pytest.fixture
def expected(new_plant_site, deliver, settings, facts, in_process):
    """The facts of an undisturbed run, and the site that has them."""
    other = new_plant_site("undisturbed")
    for delivery in deliver(2):
        delivery.put(other.inbox)
    ingest(other, settings)
    return facts(other)


@pytest.mark.usefixtures("in_process")
@pytest.mark.parametrize(
    ("share", "emptied"),
    [(0.35, False), (0.0, True), (0.8, True)],
    ids=["cut-inbox-full", "gone-inbox-empty", "end-cut-inbox-empty"],
)
def test_e02_a_torn_log_is_noticed_and_what_it_held_is_taken_in_again(
    cut_off, settings, facts, expected, share, emptied
):
    log = log_file(cut_off.master)
    log.write_bytes(log.read_bytes()[: int(log.stat().st_size * share)])
    if emptied:
        shutil.rmtree(cut_off.inbox)
        cut_off.inbox.mkdir()
    warnings = ingest(cut_off, settings).warnings
    print("\n" + "\n".join(warnings))
    assert facts(cut_off) == expected
    assert any("the warehouse had lost" in said and "commits of run 1" in said for said in warnings)
    assert CommitBook(cut_off.archive).notes() == []
    # A number is not given twice, though the row of the run may be gone.
    with open_master(cut_off.master) as connection:
        assert latest_runs(connection, 1)[0].run_id == 2


@pytest.mark.usefixtures("in_process")
def test_e03_a_corrupt_log_is_set_aside_and_the_next_run_restores_what_it_held(
    cut_off, settings, facts, expected
):
    log = log_file(cut_off.master)
    content = bytearray(log.read_bytes())
    content[len(content) // 2] ^= 0xFF
    log.write_bytes(content)
    warnings = ingest(cut_off, settings).warnings
    print("\n" + "\n".join(warnings))
    assert facts(cut_off) == expected
    (kept,) = cut_off.warehouse.glob("*.damaged-*")
    assert kept.read_bytes() == bytes(content)
    assert warnings[0].startswith("the write-ahead log of the warehouse was damaged; it is kept as")
    assert "commits of run 1" in warnings[1]
    assert ingest(cut_off, settings).warnings == ()


@pytest.mark.usefixtures("in_process")
def test_e04_an_older_copy_of_the_warehouse_is_completed_from_the_archive(
    site, settings, deliver, facts, expected
):
    first, second = deliver(2)
    first.put(site.inbox)
    ingest(site, settings)
    shutil.copyfile(site.master, site.root / "older")
    second.put(site.inbox)
    ingest(site, settings)
    shutil.copyfile(site.root / "older", site.master)
    shutil.rmtree(site.inbox)
    site.inbox.mkdir()
    warnings = ingest(site, settings).warnings
    assert "the whole archive was compared: 9 images had no row" in warnings
    assert facts(site, ledger=False) == without_ledger(expected)


@pytest.mark.usefixtures("in_process")
def test_a_start_after_a_whole_run_looks_at_nothing_but_the_totals(
    site, settings, deliver, monkeypatch
):
    deliver(1)[0].put(site.inbox)
    ingest(site, settings)

    def walked(_archive):
        raise AssertionError("the archive was walked")

    monkeypatch.setattr(Archive, "image_hashes", walked)
    monkeypatch.setattr(Archive, "read_sidecar", lambda *_arguments: walked(None))
    assert ingest(site, settings).totals.measured == 0


@pytest.mark.usefixtures("in_process")
def test_e04_what_is_no_warehouse_is_refused_with_the_next_step(site, settings, deliver):
    deliver(1)[0].put(site.inbox)
    ingest(site, settings)
    away = site.root / "away"
    for refused, error in (
        (b"", WarehouseForeignError),
        (b"SQLite format 3\0" * 300, WarehouseForeignError),
        (None, WarehouseMissingError),
    ):
        site.master.rename(away)
        if refused is not None:
            site.master.write_bytes(refused)
        with pytest.raises(error, match=r"`blemish restore` .* `blemish rebuild`"):
            ingest(site, settings)
        assert (site.master.read_bytes() if refused is not None else None) == refused
        site.master.unlink(missing_ok=True)
        away.rename(site.master)
    site.warehouse.rename(away)
    with pytest.raises(WarehouseMissingError, match="is the volume mounted"):
        ingest(site, settings)
    assert not site.master.exists()


@pytest.mark.usefixtures("in_process")
def test_e04_an_archive_that_is_not_mounted_ends_the_run_before_anything_is_taken(
    site, settings, deliver
):
    first, second = deliver(2)
    first.put(site.inbox)
    ingest(site, settings)
    site.archive.rename(site.root / "away")
    site.archive.mkdir()
    second.put(site.inbox)
    with pytest.raises(ArchiveError, match=r"archive missing: .* is the volume mounted"):
        ingest(site, settings)
    assert list(site.archive.iterdir()) == []
    site.archive.rmdir()
    (site.root / "away").rename(site.archive)
    assert ingest(site, settings).totals.measured == 9


@pytest.mark.usefixtures("in_process")
def test_a_note_that_cannot_be_read_stops_no_run(site, settings, deliver, facts):
    deliver(1)[0].put(site.inbox)
    ingest(site, settings)
    before = facts(site)
    note = site.archive / "commits" / "00000009-000001.json"
    note.write_bytes(b"{half")
    report = ingest(site, settings)
    assert "cannot be read" in report.warnings[0]
    assert facts(site) == before
    assert not note.exists()


@pytest.mark.usefixtures("in_process")
def test_what_was_taken_away_between_a_kill_and_the_next_run_comes_from_the_archive(
    site, settings, deliver, facts, expected, monkeypatch
):
    for delivery in deliver(2):
        delivery.put(site.inbox)

    def cut(connection, batch):
        if batch.images:
            raise KeyboardInterrupt
        return write_batch(connection, batch)

    with monkeypatch.context() as patched:
        # After the archive has everything, before the commit.
        patched.setattr("warehouse.batch_store.write_batch", cut)
        with pytest.raises(KeyboardInterrupt):
            ingest(site, settings)
    shutil.rmtree(site.inbox)
    site.inbox.mkdir()
    ingest(site, settings)
    assert facts(site) == expected


@pytest.mark.usefixtures("in_process")
def test_e03_a_damaged_log_stops_neither_the_states_nor_the_pages_of_a_nightly_run(
    cut_off, settings
):
    log = log_file(cut_off.master)
    content = bytearray(log.read_bytes())
    content[len(content) // 2] ^= 0xFF
    log.write_bytes(content)
    report = run_once(cut_off, settings, trigger="test", clock=lambda: NOW)
    assert report.problems == ()
    assert report.published is not None
