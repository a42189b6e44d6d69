"""The measuring part of a run: workers, batches, and the model they use."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from pathlib import Path

from inference.plausibility import PlausibilityLimits
from inference.reading import ReadLimits
from jobs.arrival.passes import PlannedPass
from jobs.measurement.archive import Keeper, keeper
from jobs.measurement.context import RunContext
from jobs.measurement.ledger import LedgerBook
from jobs.measurement.model_choice import choose_model
from jobs.measurement.plan import batches
from jobs.measurement.pool import MeasuringPool, WorkerPlan, measuring_pool
from jobs.measurement.reading import BatchReader, ReadBatch
from jobs.measurement.same_pixels import PixelBook
from jobs.measurement.specifications import (
    Specifications,
    measuring_record,
    specifications_in_force,
)
from jobs.measurement.verdicts import Judge
from jobs.measurement.views import Inspector
from jobs.measurement.worker import ImageRules, Ready
from jobs.measurement.writing import BatchWriter, Settler
from jobs.settings import Settings
from warehouse.archive import Archive
from warehouse.connection import Connection
from warehouse.ledger import pixel_paths
from warehouse.records import ModelRow


def measure_passes(
    run: RunContext, planned: Sequence[PlannedPass], ledger: LedgerBook, settler: Settler
) -> str:
    """Measure and store every picture of `planned`; return the id of the model.

    Raises
    ------
    ModelError
        The model cannot be used; no picture was taken.

    """
    archive = Archive(run.site.archive)
    choice = choose_model(run.site, run.settings, archive, run.connection)
    if choice.warning:
        run.tally.warnings.append(choice.warning)
    specifications, unread = specifications_in_force(run.site, run.settings)
    if unread:
        run.tally.warnings.append(unread)
    rules_hash, rules = measuring_record(run.settings, specifications)
    archive.store_settings(rules_hash, rules)
    with (
        measuring_pool(worker_plan(run.settings, choice.path)) as pool,
        keeper(archive) as keeps,
    ):
        reader = BatchReader(
            run.site.inbox,
            ledger,
            max_bytes=run.settings.inference.max_bytes,
            quiet_seconds=run.settings.inbox.quiet_seconds,
        )
        writer = _writer(run, specifications, keeps, settler, pool)
        total = sum(len(each.sightings) for each in planned)
        done = 0
        waiting: ReadBatch | None = None
        # One batch is being measured while the one before it is stored.
        for batch in batches(planned):
            following = reader.read(batch, run.connection, pool)
            if waiting:
                writer.write(waiting)
                done += waiting.size
                run.progress("measuring", done, total)
            waiting = following
        if waiting:
            writer.write(waiting)
            run.progress("measuring", done + waiting.size, total)
    return choice.model_id


def worker_plan(settings: Settings, model: Path) -> WorkerPlan:
    """Return how the settings want images measured."""
    inference = settings.inference
    return WorkerPlan(
        model=model,
        workers=inference.workers,
        threads=inference.threads,
        rules=ImageRules(
            limits=ReadLimits(
                max_bytes=inference.max_bytes,
                max_pixels=inference.max_pixels,
                max_side=inference.max_side,
                min_side=inference.min_side,
            ),
            plausibility=PlausibilityLimits(**settings.plausibility.model_dump()),
            memory_mb=inference.image_memory_mb,
        ),
        image_seconds=inference.image_seconds,
    )


def inspector_of(
    settings: Settings,
    specifications: Specifications,
    *,
    connection: Connection,
    archive: Archive,
    pool: MeasuringPool,
    run_id: int,
) -> Inspector:
    """Return what makes inspections by the rules of `settings` and the model of `pool`."""
    return Inspector(
        connection=connection,
        archive=archive,
        pool=pool,
        model_id=pool.model().model_id,
        run_id=run_id,
        views_expected=settings.inbox.views_expected,
        specifications=specifications,
        seam_gap_px=settings.inbox.seam_gap_px if settings.inbox.views == "adjoining" else None,
        grid=settings.inbox.view_grid,
    )


def _writer(
    run: RunContext,
    specifications: Specifications,
    keeps: Keeper,
    settler: Settler,
    pool: MeasuringPool,
) -> BatchWriter:
    inspector = inspector_of(
        run.settings,
        specifications,
        connection=run.connection,
        archive=keeps.archive,
        pool=pool,
        run_id=run.run_id,
    )
    return BatchWriter(
        keeper=keeps,
        settler=settler,
        inspector=inspector,
        judge=Judge(
            run.settings.inbox.quiet_seconds,
            run.started_at,
            PixelBook(partial(pixel_paths, run.connection)),
        ),
        model=model_row(pool.model(), run.started_at),
        settings_hash=measuring_record(run.settings, specifications)[0],
    )


def model_row(ready: Ready, first_used_at: datetime) -> ModelRow:
    """Return the row of the model a worker has loaded."""
    contract = ready.contract
    return ModelRow(
        model_id=ready.model_id,
        name=contract.name,
        classes=contract.classes,
        input_size=contract.input_size,
        thresholds=contract.thresholds,
        card=contract.to_json(),
        first_used_at=first_used_at,
    )
