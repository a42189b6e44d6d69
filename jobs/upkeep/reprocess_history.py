"""Measure the history again with the model in use: new revisions, the old numbers stay."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from jobs.clock import Clock
from jobs.errors import InputError
from jobs.measurement.measuring import model_row, worker_plan
from jobs.measurement.model_choice import ModelChoice, choose_model
from jobs.measurement.pool import MeasuringPool, measuring_pool
from jobs.measurement.reconcile import reconcile
from jobs.measurement.replay import Replay
from jobs.measurement.run_notes import keep_run
from jobs.measurement.sidecar import Measurement, with_measurement
from jobs.measurement.specifications import (
    Specifications,
    measuring_record,
    specifications_in_force,
)
from jobs.progress import Progress, no_progress
from jobs.settings import Settings
from jobs.upkeep.reprocess import Scope
from jobs.upkeep.reprocess_measuring import BATCH_PASSES, AgainBench, Left, MeasuredAgain
from warehouse.archive import Archive
from warehouse.batch import Batch
from warehouse.batch_store import BatchStore
from warehouse.commit_book import CommitBook
from warehouse.connection import Connection
from warehouse.lock import run_lock
from warehouse.recovery import recovered_master
from warehouse.runs import RunTotals, finish_run, mark_interrupted, start_run
from warehouse.shadow import passes_by_others
from warehouse.site import Site

TRIGGER = "reprocess"


@dataclass(frozen=True, slots=True)
class HistoryReport:
    """What was measured again; passes in `left` keep the numbers they had."""

    run_id: int
    model_id: str
    inspections: int
    left: tuple[Left, ...]
    warnings: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """Plain values for `--json`."""
        return {
            "run_id": self.run_id,
            "model_id": self.model_id,
            "inspections": self.inspections,
            "left": [{"pass_id": each.pass_id, "reason": each.reason} for each in self.left],
            "warnings": list(self.warnings),
        }


def reprocess_history(
    site: Site,
    settings: Settings,
    *,
    clock: Clock,
    scope: Scope | None = None,
    progress: Progress = no_progress,
) -> HistoryReport:
    """Give every pass whose newest numbers are another model's a revision by the model in use.

    A call that was killed is completed by the next: what has its revision is not measured again.

    Raises
    ------
    RunLockedError
        A run is in progress on this site.
    InputError
        Nobody has approved the model in use.

    """
    archive = Archive(site.archive)
    wanted = scope or Scope()
    with (
        run_lock(site.lock_file, "reprocess --history") as lock,
        recovered_master(site.master) as (connection, log_kept),
    ):
        choice = choose_model(site, settings, archive, connection)
        if choice.warning:
            raise InputError(f"the history is measured by approved models only: {choice.warning}")
        interrupted = mark_interrupted(connection, now=clock())
        book = CommitBook(site.archive)
        run_id = start_run(
            connection,
            trigger=TRIGGER,
            started_at=clock(),
            model_id=choice.model_id,
            after=book.newest_run(),
        )
        lock.note_run(run_id)
        store = BatchStore(connection, book, run_id)
        specifications, unread = specifications_in_force(site, settings)
        history = _History(store, archive, settings, specifications, clock, progress)
        try:
            # The notes of an earlier run are dropped at the end of this one.
            replay = Replay(store, archive, settings, progress)
            said = [
                *([unread] if unread else []),
                *reconcile(replay, site, interrupted=interrupted, log_kept=log_kept),
            ]
            passes = passes_by_others(
                connection, choice.model_id, start=wanted.since, limit=wanted.parts
            )
            left = history.measure(passes, choice)
        except BaseException as error:
            finish_run(
                connection,
                run_id,
                RunTotals(),
                finished_at=clock(),
                error=str(error) or type(error).__name__,
            )
            raise
        finish_run(connection, run_id, RunTotals(), finished_at=clock(), model_id=choice.model_id)
        keep_run(connection, archive, run_id)
        store.close()
        return HistoryReport(
            run_id, choice.model_id, len(passes) - len(left), tuple(left), tuple(said)
        )


@dataclass(frozen=True, slots=True)
class _History:
    store: BatchStore
    archive: Archive
    settings: Settings
    specifications: Specifications
    clock: Clock
    progress: Progress

    @property
    def connection(self) -> Connection:
        return self.store.connection

    def measure(self, passes: Sequence[str], choice: ModelChoice) -> list[Left]:
        """Measure and write the passes; return those that keep what they have."""
        left: list[Left] = []
        if not passes:
            return left
        self.archive.store_settings(*measuring_record(self.settings, self.specifications))
        with measuring_pool(worker_plan(self.settings, choice.path)) as pool:
            bench = AgainBench(
                self.connection,
                self.archive,
                pool,
                self.settings,
                self.specifications,
                self.store.run_id,
            )
            for start in range(0, len(passes), BATCH_PASSES):
                found = bench.measure(passes[start : start + BATCH_PASSES])
                self._write([one for one in found if isinstance(one, MeasuredAgain)], pool)
                left += [one for one in found if isinstance(one, Left)]
                self.progress("measuring again", start + len(found), len(passes))
        return left

    def _write(self, made: Sequence[MeasuredAgain], pool: MeasuringPool) -> None:
        if not made:
            return
        views = [view for one in made for view in one.views]
        self.store.write(
            Batch(
                images=tuple(view.image for view in views),
                defects=tuple(row for view in views for row in view.defects),
                inspections=tuple(one.inspected.inspection for one in made),
                merged_defects=tuple(row for one in made for row in one.inspected.merged),
                merged_pieces=tuple(row for one in made for row in one.inspected.pieces),
                models=(model_row(pool.model(), self.clock()),),
            ),
            archive=lambda: self._keep(made),
        )

    def _keep(self, made: Sequence[MeasuredAgain]) -> None:
        """Store masks, and note each measurement in the sidecar: a rebuild makes it again."""
        rules_hash, _ = measuring_record(self.settings, self.specifications)
        for one in made:
            for view in one.views:
                image = view.image
                self.archive.store_mask(image.image_id, image.model_id, view.mask_png or b"")
                measurement = Measurement(
                    revision=image.revision,
                    inspection_revision=one.inspected.inspection.revision,
                    model_id=image.model_id,
                    settings_hash=rules_hash,
                    run_id=image.run_id,
                )
                content = self.archive.read_sidecar(image.image_id)
                self.archive.store_sidecar(image.image_id, with_measurement(content, measurement))
