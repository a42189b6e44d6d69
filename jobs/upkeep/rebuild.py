"""The warehouse anew: every fact from the archive, the runs it lists, what the quarantine holds.

The new file grows beside the old one under a name of its own and takes its place when it is
complete; the old file is set aside and never written. A rebuild that is killed goes on where it was.
"""

import logging
import shutil
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from jobs.measurement.replay import Replay
from jobs.measurement.run_notes import kept_runs
from jobs.monitor import monitor
from jobs.nightly import publish_site
from jobs.progress import Progress, no_progress
from jobs.settings import Settings
from jobs.upkeep.rebuild_ledger import quarantined_arrivals
from warehouse.archive import Archive
from warehouse.batch import Batch
from warehouse.batch_store import BatchStore, totals_of
from warehouse.commit_book import CommitBook
from warehouse.connection import create_master, log_file, open_master
from warehouse.durable import sync_folder
from warehouse.errors import ArchiveError, WarehouseError
from warehouse.kept_ledger import kept_ledger
from warehouse.ledger import known_arrivals, measured_hashes
from warehouse.lock import run_lock
from warehouse.records import ArrivalRow
from warehouse.runs import latest_runs, store_runs
from warehouse.site import Site
from warehouse.transaction import checkpoint

ROWS_AT_A_TIME = 2000

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class RebuildReport:
    """What was made.

    Attributes
    ----------
    images, inspections, runs, refused : int
        Rows of the new warehouse.
    lost : tuple of (str, str)
        Images of the archive without rows, and why.
    set_aside : str or None
        Where the old file lies now; None where there was none.

    """

    images: int
    inspections: int
    runs: int
    refused: int
    lost: tuple[tuple[str, str], ...] = field(default=())
    set_aside: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """Plain values for `--json`."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class ArchiveCheck:
    """Images that only one of archive and warehouse has."""

    without_row: tuple[str, ...]
    without_original: tuple[str, ...]

    @property
    def agrees(self) -> bool:
        """Whether both have the same images."""
        return not self.without_row and not self.without_original


def check_archive(site: Site) -> ArchiveCheck:
    """Compare the whole archive with the warehouse; nothing is changed."""
    archived = Archive(site.archive).image_hashes()
    with run_lock(site.lock_file, "rebuild --check"), open_master(site.master) as connection:
        stored = measured_hashes(connection)
    return ArchiveCheck(tuple(sorted(archived - stored)), tuple(sorted(stored - archived)))


def rebuild(
    site: Site,
    settings: Settings,
    *,
    clock: Callable[[], datetime],
    progress: Progress = no_progress,
) -> RebuildReport:
    """Make the warehouse anew, evaluate every characteristic on it and publish it.

    Raises
    ------
    RunLockedError
        A run is in progress.
    ArchiveError
        The archive is empty: there is nothing to rebuild from.

    """
    archive = Archive(site.archive)
    if archive.is_empty():
        raise ArchiveError(
            f"nothing to rebuild from: {site.archive} holds no image; is the volume mounted?"
        )
    with run_lock(site.lock_file, "rebuild"):
        fresh = site.warehouse / "rebuild.duckdb"
        notes = site.warehouse / "rebuild-notes"
        _discard_unreadable(fresh)
        if not fresh.exists():
            create_master(fresh)
        report = _filled(fresh, CommitBook(notes), site, settings, progress)
        set_aside = _swap(fresh, site.master)
        shutil.rmtree(notes, ignore_errors=True)
        monitor(site, settings, clock=clock)
        publish_site(site)
    return RebuildReport(**{**report, "set_aside": set_aside and set_aside.name})


def _filled(
    fresh: Path, notes: CommitBook, site: Site, settings: Settings, progress: Progress
) -> dict[str, Any]:
    """Fill the new file and return what it holds then."""
    archive = Archive(site.archive)
    with open_master(fresh) as connection:
        store = BatchStore(connection, notes, 0)
        replayed = Replay(store, archive, settings, progress).run(archive.image_hashes())
        store_runs(connection, kept_runs(archive))
        kept = _kept_rows(site)
        for start in range(0, len(kept), ROWS_AT_A_TIME):
            store.write(Batch(arrivals=kept[start : start + ROWS_AT_A_TIME]))
        rows = quarantined_arrivals(site.quarantine, known_arrivals(connection))
        store.write(Batch(arrivals=rows))
        checkpoint(connection)
        known = known_arrivals(connection).values()
        refused = sum(row.outcome == "quarantined" for row in known)
        newest = latest_runs(connection, 1)
        totals = totals_of(connection, newest[0].run_id if newest else 0)
        # The numbers of runs go on where the archive left off.
        book = CommitBook(site.archive)
        run_id = max(totals.run_id, book.newest_run())
        book.close(totals_of(connection, run_id))
    return {
        "images": totals.images,
        "inspections": totals.inspections,
        "runs": len(kept_runs(archive)),
        "refused": refused,
        "lost": tuple(replayed.lost),
    }


def _kept_rows(site: Site) -> tuple[ArrivalRow, ...]:
    try:
        return tuple(kept_ledger(site.archive))
    except ArchiveError as error:
        logger.warning("the next run decides anew what it meets: %s", error)
        return ()


def _discard_unreadable(fresh: Path) -> None:
    """Begin anew where what an earlier rebuild left cannot be opened; it holds nothing of its own."""
    if not fresh.exists():
        log_file(fresh).unlink(missing_ok=True)
        return
    try:
        with open_master(fresh):
            return
    except WarehouseError:
        fresh.unlink()
        log_file(fresh).unlink(missing_ok=True)


def _swap(fresh: Path, master: Path) -> Path | None:
    """Put the new file in the place of the old one, which is kept with its log."""
    kept = master.with_name(f"{master.stem}-set-aside-{time.time_ns()}{master.suffix}")
    log_file(fresh).unlink(missing_ok=True)
    was_there = master.exists()
    if log_file(master).exists():
        log_file(master).rename(log_file(kept))
    if was_there:
        master.rename(kept)
    fresh.rename(master)
    sync_folder(master.parent)
    return kept if was_there else None
