"""The measuring part of a run: workers, batches, and the model they use."""

import hashlib
from collections.abc import Sequence
from pathlib import Path

from inference.errors import ModelError
from inference.reading import ReadLimits
from inference.segmenter import default_model_path
from jobs.arrival.passes import PlannedPass
from jobs.measurement.archive import Keeper, keeper
from jobs.measurement.context import RunContext
from jobs.measurement.ledger import LedgerBook
from jobs.measurement.plan import batches
from jobs.measurement.pool import MeasuringPool, WorkerPlan, measuring_pool
from jobs.measurement.reading import BatchReader, ReadBatch
from jobs.measurement.rows import specification_limits
from jobs.measurement.verdicts import Judge
from jobs.measurement.views import Inspector
from jobs.measurement.worker import Ready
from jobs.measurement.writing import BatchWriter, Settler
from jobs.settings import Settings, model_file, settings_hash
from warehouse.archive import Archive
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
    model_id, model_copy = archived_model(run.settings, run.site.root, archive)
    of_run = {"run_id": run.run_id, "settings_hash": settings_hash(run.settings)}
    with (
        measuring_pool(worker_plan(run.settings, model_copy)) as pool,
        keeper(archive, of_run) as keeps,
    ):
        reader = BatchReader(run.site.inbox, ledger, run.settings.inference.max_bytes)
        writer = _writer(run, keeps, settler, pool)
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
    return model_id


def archived_model(settings: Settings, root: Path, archive: Archive) -> tuple[str, Path]:
    """Copy the model into the archive; return its id and the copy.

    The workers read the copy, whose name is its hash: a file swapped while a run goes on is not
    seen before the next one.

    Raises
    ------
    ModelError
        There is no such file.

    """
    path = model_file(settings, root) or default_model_path()
    try:
        model_id = hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        raise ModelError(
            f"no readable model at {path} ({error.strerror}); see [inference] model in the settings"
        ) from error
    return model_id, archive.store_model(model_id, path)


def worker_plan(settings: Settings, model: Path) -> WorkerPlan:
    """Return how the settings want images measured."""
    inference = settings.inference
    return WorkerPlan(
        model=model,
        workers=inference.workers,
        threads=inference.threads,
        limits=ReadLimits(
            max_bytes=inference.max_bytes,
            max_pixels=inference.max_pixels,
            max_side=inference.max_side,
            min_side=inference.min_side,
        ),
    )


def _writer(run: RunContext, keeps: Keeper, settler: Settler, pool: MeasuringPool) -> BatchWriter:
    ready = pool.model()
    inspector = Inspector(
        connection=run.connection,
        archive=keeps.archive,
        pool=pool,
        model_id=ready.model_id,
        run_id=run.run_id,
        views_expected=run.settings.inbox.views_expected,
        limits=specification_limits(run.settings.specification),
    )
    return BatchWriter(
        connection=run.connection,
        keeper=keeps,
        settler=settler,
        inspector=inspector,
        judge=Judge(run.settings.inbox.quiet_seconds, run.started_at),
        model=_model_row(run, ready),
    )


def _model_row(run: RunContext, ready: Ready) -> ModelRow:
    contract = ready.contract
    return ModelRow(
        model_id=ready.model_id,
        name=contract.name,
        classes=contract.classes,
        input_size=contract.input_size,
        thresholds=contract.thresholds,
        card=contract.to_json(),
        first_used_at=run.started_at,
    )
