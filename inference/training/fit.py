"""Learning from start, or from a checkpoint, to the end; the run is kept on disk on the way."""

import time
from pathlib import Path
from typing import Any

from torch import nn

from inference.training.checkpoint import Checkpoint, checkpoint_path, write_checkpoint
from inference.training.progress import EpochRecord, Progress, ReportProgress, log_text
from inference.training.run import Run
from inference.training.settings import TrainSettings
from inference.training.whole_files import write_text_whole

_CHECKPOINT_SECONDS = 180.0


def fit(
    settings: TrainSettings,
    run: Run,
    identity: dict[str, Any],
    kept: Checkpoint | None,
    report: ReportProgress,
) -> tuple[nn.Module, tuple[EpochRecord, ...]]:
    """Bring `run` to its end.

    Leaves `NAME.checkpoint`, written after each epoch and every three minutes, and
    `NAME.log.csv` in the run's folder.

    Parameters
    ----------
    settings
        Name and folder of the files, and the number of epochs.
    run
        At its start.
    identity
        What a checkpoint is known by.
    kept
        Where to go on; None starts from the beginning. From there the run goes on to exactly the
        weights that it would have reached undisturbed on the same machine.
    report
        Told after each step, and after each epoch with its record.

    Returns
    -------
    The averaged weights, ready to use, and the record of each epoch.

    """
    path = checkpoint_path(settings.folder, settings.name)
    if kept is not None:
        run.restore(kept.state)
    written = time.monotonic()

    def between() -> None:
        nonlocal written
        report(Progress("learning", run.steps_done, run.steps))
        if time.monotonic() - written > _CHECKPOINT_SECONDS:
            write_checkpoint(path, Checkpoint(identity, run.state()))
            written = time.monotonic()

    while not run.finished():
        run.advance(between)
        write_checkpoint(path, Checkpoint(identity, run.state()))
        written = time.monotonic()
        write_text_whole(log_path(settings.folder, settings.name), log_text(run.records))
        report(Progress("learning", run.steps_done, run.steps, run.records[-1]))
    return run.product(), run.records


def log_path(folder: Path, name: str) -> Path:
    """The log of the run that makes model `name` in `folder`."""
    return folder / f"{name}.log.csv"
