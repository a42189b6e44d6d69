"""What is wrong with the place files arrive in, or with what stands beside it."""

import errno
import os
import shutil
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest

import jobs.measurement.steps
from jobs.errors import SiteError
from jobs.ingest import ingest
from jobs.nightly import run_once
from warehouse.connection import open_master
from warehouse.site import Site

pytestmark = pytest.mark.usefixtures("in_process")
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def words(report):
    return {file.path: (file.outcome, file.reason) for file in report.files}


def rows(site, sql):
    with open_master(site.master) as connection:
        return connection.execute(sql).fetchall()


def listed_then(monkeypatch, change):
    """Let something happen between the listing of the inbox and the reading of its files."""
    real = jobs.measurement.steps.scan_inbox

    def scan(*arguments):
        found = list(real(*arguments))
        change()
        return found

    monkeypatch.setattr(jobs.measurement.steps, "scan_inbox", scan)


def test_a07_a_file_that_became_a_folder_before_it_was_read_is_not_opened(
    site, settings, picture, monkeypatch
):
    (site.inbox / "A1.png").write_bytes(picture())
    (site.inbox / "A2.png").write_bytes(picture(shade=2))

    def change():
        (site.inbox / "A1.png").unlink()
        (site.inbox / "A1.png").mkdir()

    with monkeypatch.context() as patched:
        listed_then(patched, change)
        report = ingest(site, settings)
    assert words(report) == {"A1.png": ("ignored", "NOT_A_FILE"), "A2.png": ("measured", "")}
    (site.inbox / "A1.png").rmdir()
    (site.inbox / "A1.png").write_bytes(picture())
    assert words(ingest(site, settings)) == {"A1.png": ("measured", "")}


def test_a07_a_folder_that_became_a_file_before_it_was_read_costs_its_files_only(
    site, settings, picture, monkeypatch
):
    (site.inbox / "day").mkdir()
    (site.inbox / "day" / "A1.png").write_bytes(picture())
    (site.inbox / "A2.png").write_bytes(picture(shade=2))

    def change():
        (site.inbox / "day" / "A1.png").unlink()
        (site.inbox / "day").rmdir()
        (site.inbox / "day").write_bytes(b"")

    with monkeypatch.context() as patched:
        listed_then(patched, change)
        report = ingest(site, settings)
    assert words(report) == {"day/A1.png": ("ignored", "VANISHED"), "A2.png": ("measured", "")}


def test_a_share_that_goes_away_while_it_is_read_leaves_its_files_for_the_next_run(
    site, settings, picture, monkeypatch
):
    for number in range(3):
        (site.inbox / f"A{number}.png").write_bytes(picture(shade=number))
    real = os.open

    def stale(path, *arguments, **options):
        if os.fsencode(path).endswith(b"A1.png"):
            raise OSError(errno.ESTALE, "Stale file handle")
        return real(path, *arguments, **options)

    with monkeypatch.context() as patched:
        patched.setattr(os, "open", stale)
        report = ingest(site, settings)
    assert words(report)["A1.png"] == ("quarantined", "UNREADABLE")
    assert report.totals.measured == 2
    assert words(ingest(site, settings))["A1.png"] == ("measured", "")


def test_a_volume_that_turns_read_only_in_the_middle_of_a_run_ends_it_with_a_sentence(
    site, settings, picture, monkeypatch
):
    (site.inbox / "A1.png").write_bytes(picture())

    def refuse(*_arguments):
        raise OSError(errno.EROFS, "Read-only file system")

    with monkeypatch.context() as patched:
        patched.setattr("warehouse.archive.Archive.store_image", refuse)
        with pytest.raises(SiteError, match=r"could not be written: .*Read-only file system"):
            ingest(site, settings)
    assert words(ingest(site, settings)) == {"A1.png": ("measured", "")}


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may write everywhere")
def test_an_inbox_that_may_only_be_read_is_read(site, settings, picture):
    (site.inbox / "A1.png").write_bytes(picture())
    site.inbox.chmod(0o500)
    try:
        assert words(ingest(site, settings)) == {"A1.png": ("measured", "")}
    finally:
        site.inbox.chmod(0o700)


def test_nothing_is_created_changed_or_removed_in_the_inbox(site, settings, picture):
    (site.inbox / "day").mkdir()
    (site.inbox / "day" / "A1.png").write_bytes(picture())
    (site.inbox / "bad.png").write_bytes(b"no picture")
    (site.inbox / "m.csv").write_text("no manifest\n")

    def state():
        return {
            str(path): (path.lstat().st_mtime_ns, path.lstat().st_ctime_ns, path.lstat().st_ino)
            for path in [site.inbox, *site.inbox.rglob("*")]
        }

    before = state()
    ingest(site, settings)
    ingest(site, settings)
    assert state() == before


def test_two_sites_with_one_inbox_take_each_file_once_each(
    site, settings, picture, new_site, tmp_path
):
    other = Site(shutil.copytree(new_site, tmp_path / "other"))
    other.inbox.rmdir()
    other.inbox.symlink_to(site.inbox)
    (site.inbox / "A1.png").write_bytes(picture())
    (site.inbox / "bad.png").write_bytes(b"no picture")
    for each in (site, other, site, other):
        ingest(each, settings)
    for each in (site, other):
        assert rows(each, "SELECT path, outcome FROM arrival ORDER BY path") == [
            ("A1.png", "measured"),
            ("bad.png", "quarantined"),
        ]


def test_h09_a_clock_set_back_between_runs_loses_and_repeats_nothing(site, settings, picture):
    (site.inbox / "A1.png").write_bytes(picture())
    ingest(site, settings, clock=lambda: NOON)
    (site.inbox / "A2.png").write_bytes(picture(shade=2))
    back = ingest(site, settings, clock=lambda: NOON - timedelta(days=400))
    assert (back.totals.measured, back.totals.known) == (1, 1)
    again = ingest(site, settings, clock=lambda: NOON + timedelta(hours=1))
    assert (again.totals.measured, again.totals.known) == (0, 2)
    # Runs are told apart by their number.
    assert rows(site, "SELECT run_id, measured FROM ingest_run ORDER BY run_id") == [
        (1, 1),
        (2, 1),
        (3, 0),
    ]


@pytest.mark.parametrize("readers", ["readers too", "writers only"])
def test_a_journal_that_another_process_holds_delays_no_measuring(
    site, settings, picture, monkeypatch, readers
):
    """A backup program or an editor that keeps it locked for longer than anybody waits."""
    monkeypatch.setattr("warehouse.journal.store.BUSY_TIMEOUT_S", 0.05)
    (site.inbox / "A1.png").write_bytes(picture())
    with closing(sqlite3.connect(site.journal, isolation_level=None)) as holder:
        if readers == "readers too":
            holder.execute("PRAGMA locking_mode = EXCLUSIVE")
        holder.execute("BEGIN EXCLUSIVE")
        holder.execute("CREATE TABLE held (x)")
        report = run_once(site, settings, trigger="test", clock=lambda: NOON)
        holder.execute("ROLLBACK")
    assert report.ingest.totals.measured == 1
    assert report.problems
    assert all("locked" in problem for problem in report.problems), report.problems
    after = run_once(site, settings, trigger="test", clock=lambda: NOON + timedelta(hours=1))
    assert after.problems == ()
    assert (after.ingest.totals.known, after.published is not None) == (1, True)
