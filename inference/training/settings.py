"""What a training run is told and what it tells; free of torch, so commands can read it."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from inference.evaluation import Evaluation
from inference.model_contract import SIDE_MULTIPLE, ModelContract
from inference.rendering.planning import PART_SIZE
from inference.training.errors import TrainingError


@dataclass(frozen=True, slots=True)
class TrainSettings:
    """One training run.

    Attributes
    ----------
    folder
        Where the model file and its cards are written.
    name
        Stem of those files and name of the model.
    weights
        `NAME.pt` of an earlier run of equal width to continue from; None starts afresh.
    note
        A sentence for the card, such as where `weights` come from.
    renders, held_out
        Number of surfaces to learn from, and of further ones for thresholds and scores.
    defect_rate
        Factor on the number of defects in the surfaces to learn from; the held-out ones have
        as many as real parts.
    epochs
        Passes over the renders.
    minutes
        Wall time for learning; the learning rate falls to zero when `epochs` or `minutes` is
        reached, whichever comes first. None: no limit, and the run can be repeated exactly.
    seed
        Of renders, initial weights and crops.
    threads
        Of torch; as many processes render.
    width
        Channels of the network at half resolution.
    crop, batch
        Side in pixels and number of the crops of one step.
    learning_rate, weight_decay
        Of AdamW; the rate rises over the first 3 % and then falls along a cosine.
    defect_weight
        Weight of defect pixels against background in the cross-entropy.

    """

    folder: Path
    name: str = "heat_sink_fast"
    weights: Path | None = None
    note: str = ""
    renders: int = 2600
    held_out: int = 240
    defect_rate: float = 1.5
    epochs: int = 40
    minutes: float | None = None
    seed: int = 2
    threads: int = 2
    width: int = 24
    crop: int = 192
    batch: int = 8
    learning_rate: float = 2e-3
    weight_decay: float = 1e-2
    defect_weight: float = 2.0

    def __post_init__(self) -> None:
        # Two held-out surfaces at least: one sets the thresholds, the other is scored.
        smallest = {
            "renders": 1,
            "held_out": 2,
            "epochs": 1,
            "threads": 1,
            "width": 1,
            "batch": 1,
            "seed": 0,
        }
        for field, least in smallest.items():
            if getattr(self, field) < least:
                raise TrainingError(f"{field} must be at least {least}, got {getattr(self, field)}")
        if not self.defect_rate > 0.0:
            raise TrainingError(f"defect_rate must be above 0, got {self.defect_rate}")
        if self.minutes is not None and not self.minutes > 0.0:
            raise TrainingError(f"minutes must be above 0, got {self.minutes}")
        if self.crop % SIDE_MULTIPLE or not SIDE_MULTIPLE <= self.crop <= PART_SIZE:
            raise TrainingError(
                f"crop must be a multiple of {SIDE_MULTIPLE} up to {PART_SIZE}, got {self.crop}"
            )
        if self.renders < self.batch:
            raise TrainingError(
                f"renders must be at least the batch of {self.batch}, got {self.renders}"
            )


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is: the stage, steps done of all, and a number worth showing."""

    stage: str
    done: int
    total: int
    loss: float | None = None


ReportProgress: TypeAlias = Callable[[Progress], None]


@dataclass(frozen=True, slots=True)
class TrainResult:
    """What a run made.

    `losses` has one mean loss per epoch; `held_out` judges the model on renders it never saw;
    `parity` is the largest difference of a probability between torch and onnxruntime.
    """

    model_path: Path
    contract: ModelContract
    minutes: float
    parameters: int
    gflop: float
    losses: tuple[float, ...]
    held_out: Evaluation
    parity: float
