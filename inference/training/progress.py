"""What a training run tells while it goes and when it is done; free of torch."""

import csv
import dataclasses
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from inference.evaluation import Evaluation
from inference.model_contract import ModelContract


@dataclass(frozen=True, slots=True)
class EpochRecord:
    """One line of the log.

    Attributes
    ----------
    epoch
        Counted from 1.
    loss
        Mean over the epoch's batches.
    learning_rate
        Of its last batch.
    minutes
        Time spent on learning and validating so far, whatever interruptions there were.
    validation_loss, scratch_iou, stain_iou
        Of the averaged weights on images that are not learned from; None in an epoch without
        validation, or where a class neither occurs nor is predicted.

    """

    epoch: int
    loss: float
    learning_rate: float
    minutes: float
    validation_loss: float | None = None
    scratch_iou: float | None = None
    stain_iou: float | None = None

    @property
    def mean_iou(self) -> float | None:
        """Mean of the IoU of those defect classes that have one."""
        known = [iou for iou in (self.scratch_iou, self.stain_iou) if iou is not None]
        return sum(known) / len(known) if known else None


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is: the stage, steps done of all; after an epoch its record."""

    stage: str
    done: int
    total: int
    epoch: EpochRecord | None = None


ReportProgress: TypeAlias = Callable[[Progress], None]


@dataclass(frozen=True, slots=True)
class TrainResult:
    """What a run made.

    Attributes
    ----------
    model_path
        The ONNX file; cards, log and curves lie beside it.
    contract
        As written into the file, thresholds chosen.
    minutes
        Spent on learning.
    parameters, gflop
        Size of the network, and its work for one image of the contract's size.
    epochs
        One record each.
    data_hash
        SHA-256 over the images learned from.
    images
        Number of those learned from, of those that set the thresholds, and of those scored.
    scored_apart
        Whether the last are others than the second.
    started_from
        Id of the model that was fine-tuned; None for a fresh one.
    held_out
        Judges the model on images that did not set its weights.
    parity
        Largest difference of a probability between torch and onnxruntime.

    """

    model_path: Path
    contract: ModelContract
    minutes: float
    parameters: int
    gflop: float
    epochs: tuple[EpochRecord, ...]
    data_hash: str
    images: tuple[int, int, int]
    scored_apart: bool
    started_from: str | None
    held_out: Evaluation
    parity: float


def log_text(epochs: Sequence[EpochRecord]) -> str:
    """The records as CSV; an empty cell where there is no value.

    Examples
    --------
    >>> print(log_text([EpochRecord(1, 0.5, 0.003, 1.25)]).splitlines()[1])
    1,0.5,0.003,1.25,,,

    """
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(field.name for field in dataclasses.fields(EpochRecord))
    rows.writerows(
        ["" if value is None else f"{value:.6g}" for value in dataclasses.astuple(epoch)]
        for epoch in epochs
    )
    return text.getvalue()
