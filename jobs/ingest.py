"""Ingest: every file that arrived is measured once, or has a word that says why not.

The steps of a run: list the inbox, read the manifests, sort the files by name and ledger, plan the
passes, then batch by batch read, measure in worker processes, archive and write. A batch is one
transaction with keys, so a run that was killed is completed by the next one. Before all that the
warehouse is compared with what was committed (`jobs.measurement.reconcile`).
"""

import logging

from jobs.clock import Clock, utc_now
from jobs.errors import SiteError, StorageFullError
from jobs.measurement.context import RunContext
from jobs.measurement.reconcile import reconcile
from jobs.measurement.replay import Replay
from jobs.measurement.report import IngestReport, Tally
from jobs.measurement.run_notes import keep_run
from jobs.measurement.steps import take_in
from jobs.progress import Progress, no_progress
from jobs.settings import Settings
from jobs.upkeep.evidence import keep_evidence
from warehouse.archive import Archive
from warehouse.batch_store import BatchStore
from warehouse.commit_book import CommitBook
from warehouse.errors import WarehouseError
from warehouse.full_volume import FULL, NOT_WRITABLE
from warehouse.lock import RunLock, run_lock
from warehouse.recovery import recovered_master
from warehouse.runs import finish_run, mark_interrupted, start_run
from warehouse.site import Site

logger = logging.getLogger(__name__)


def ingest(
    site: Site,
    settings: Settings,
    *,
    trigger: str = "manual",
    progress: Progress = no_progress,
    clock: Clock = utc_now,
) -> IngestReport:
    """Take in what arrived since the last run; running it again adds nothing.

    Parameters
    ----------
    site : Site
        A folder made by `jobs.configuration.site_setup.init_site`.
    trigger : str
        Who asked: kept with the run.
    progress : Progress
        Told how many pictures are measured.
    clock : Clock
        The time.

    Raises
    ------
    RunLockedError
        Another run is in progress on this site.
    SourceMissingError
        The inbox is not there.
    ModelError
        The model cannot be used; nothing was taken.
    StorageFullError, SiteError
        A volume is full, or takes no writing any more; what was written is whole, and the next run
        goes on from there.

    """
    with run_lock(site.lock_file, "ingest") as lock:
        return ingest_locked(site, settings, lock, trigger=trigger, progress=progress, clock=clock)


def ingest_locked(
    site: Site,
    settings: Settings,
    lock: RunLock,
    *,
    trigger: str,
    progress: Progress = no_progress,
    clock: Clock = utc_now,
) -> IngestReport:
    """Do the same where the caller holds the run `lock`, as the nightly run does."""
    with recovered_master(site.master) as (connection, log_kept):
        started_at = clock()
        keep_evidence(site, connection, now=started_at)
        book = CommitBook(site.archive)
        interrupted = mark_interrupted(connection, now=started_at)
        run_id = start_run(
            connection,
            trigger=trigger,
            started_at=started_at,
            model_id=None,
            after=book.newest_run(),
        )
        lock.note_run(run_id)
        store = BatchStore(connection, book, run_id)
        run = RunContext(site, settings, connection, run_id, started_at, Tally(), progress, store)
        try:
            replay = Replay(store, Archive(site.archive), settings, progress)
            run.tally.warnings.extend(
                reconcile(replay, site, interrupted=interrupted, log_kept=log_kept)
            )
            report = take_in(run)
            _close(run, report, clock)
        except BaseException as error:
            _record_failure(run, error, clock)
            if isinstance(error, OSError) and error.errno in FULL:
                raise StorageFullError(f"no room left below {site.root}: {error}") from error
            if isinstance(error, OSError) and error.errno in NOT_WRITABLE:
                raise SiteError(
                    f"the run ended as {site.root} could not be written: {error}; is its volume "
                    "mounted read-only or failing? The next run goes on from there"
                ) from error
            raise
        return report


def _close(run: RunContext, report: IngestReport, clock: Clock) -> None:
    """Record the end of a whole run; from here on its batches need no notes."""
    finish_run(
        run.connection,
        run.run_id,
        report.totals,
        finished_at=clock(),
        model_id=report.model_id,
    )
    keep_run(run.connection, Archive(run.site.archive), run.run_id)
    run.store.close()


def _record_failure(run: RunContext, error: BaseException, clock: Clock) -> None:
    """Say in the run's record why it ended; what was stored before stays."""
    said = str(error) if isinstance(error, Exception) else "interrupted"
    totals = run.tally.totals()
    try:
        finish_run(
            run.connection,
            run.run_id,
            totals,
            finished_at=clock(),
            error=said or type(error).__name__,
        )
    except WarehouseError:
        # The cause itself is on its way to the caller; the next run marks this one interrupted.
        logger.exception("run %d could not be closed", run.run_id)
