"""What a training run is told; free of torch, so commands can read it."""

import dataclasses
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from inference.datasets.dataset import LabelClasses
from inference.model_contract import SIDE_MULTIPLE
from inference.rendering.planning import PART_SIZE
from inference.training.architecture_names import DEFAULT_ARCHITECTURE
from inference.training.errors import TrainingError

DEVICES: Final = ("auto", "cpu", "cuda")
# They do not change what is learned.
_NO_MATTER: Final = frozenset({"folder", "note"})
_LEAST: Final = {
    "renders": 0,
    # Two at least: one sets the thresholds, the other is scored.
    "held_out": 2,
    "epochs": 1,
    "seed": 0,
    "threads": 1,
    "batch": 1,
    "visits": 0,
    "validate_every": 1,
    "patience": 0,
}
_SIDES: Final = ("crop", "input_side")
_POSITIVE: Final = ("defect_rate", "learning_rate", "defect_weight")


@dataclass(frozen=True, slots=True)
class TrainSettings:
    """One training run.

    Attributes
    ----------
    folder
        Where the model file and its cards are written.
    name
        Stem of those files and name of the model.
    arch
        One of `ARCHITECTURE_NAMES`.
    note
        A sentence for the card.
    data
        Folder of labelled images to learn from; None learns from renders.
    split
        CSV of training, validation and test images of `data`; None makes one.
    classes
        What binary masks in `data` mark; None where they have all classes.
    input_side
        Images of `data` are scaled to fit a square of so many pixels, as the model will do when
        it is used. A model that is fine-tuned keeps its own.
    start
        Model file to go on from with the images of `data`; None starts afresh.
    encoder_weights
        File of encoder weights learned on photographs, or "installed"; None has none.
    renders, held_out
        Number of surfaces to learn from, and, without `data`, of further ones for thresholds and
        scores.
    render_share
        With `data`: share of the crops that are cut from renders.
    defect_rate
        Factor on the number of defects in the surfaces to learn from; the held-out ones have
        as many as real parts.
    epochs
        Passes over the images; the learning rate falls to zero at the end of the last.
    seed
        Of renders, split, initial weights and crops.
    threads
        Of torch; as many processes render.
    device
        "auto" takes CUDA where there is a device, else the CPU.
    crop, batch
        Side in pixels and number of the crops of one step.
    visits
        Crops from each image in an epoch; 0 takes as many as make at least 200 crops.
    aimed
        Share of the crops that are placed so that they hold a defect.
    learning_rate, weight_decay
        Of AdamW; the rate rises over the first 3 % and then falls along a cosine.
    defect_weight
        Weight of defect pixels against background in the cross-entropy.
    validate_every
        Epochs between validations; the last epoch always has one.
    patience
        Validations without a better mean IoU of the defects after which the run ends; the
        weights of the best one are then kept. 0: the run goes through, and the last weights are
        kept. That is the rule unless asked otherwise: along a cosine the last third, at low
        rates, brings much of the gain, and stopping before it would forgo that.

    """

    folder: Path
    name: str = "heat_sink_fast"
    arch: str = DEFAULT_ARCHITECTURE
    note: str = ""
    data: Path | None = None
    split: Path | None = None
    classes: LabelClasses | None = None
    input_side: int = PART_SIZE
    start: Path | None = None
    encoder_weights: str | None = None
    renders: int = 2600
    held_out: int = 240
    render_share: float = 0.0
    defect_rate: float = 1.5
    epochs: int = 60
    seed: int = 2
    threads: int = 2
    device: str = "auto"
    crop: int = 192
    batch: int = 8
    visits: int = 0
    aimed: float = 0.25
    learning_rate: float = 3e-3
    weight_decay: float = 1e-2
    defect_weight: float = 2.0
    validate_every: int = 5
    patience: int = 0

    def __post_init__(self) -> None:
        if not self.name or Path(self.name).name != self.name:
            raise TrainingError(f"name must be that of a file without a folder, got {self.name!r}")
        if self.device not in DEVICES:
            raise TrainingError(f"device must be one of {', '.join(DEVICES)}, got {self.device!r}")
        self._check_numbers()
        self._check_source()

    def _check_numbers(self) -> None:
        for field, least in _LEAST.items():
            if getattr(self, field) < least:
                raise TrainingError(f"{field} must be at least {least}, got {getattr(self, field)}")
        for field in _POSITIVE:
            if not getattr(self, field) > 0.0:
                raise TrainingError(f"{field} must be above 0, got {getattr(self, field)}")
        if not 0.0 <= self.aimed <= 1.0:
            raise TrainingError(f"aimed must be in [0, 1], got {self.aimed}")
        if not 0.0 <= self.render_share < 1.0:
            raise TrainingError(f"render_share must be in [0, 1), got {self.render_share}")
        for field in _SIDES:
            side = getattr(self, field)
            if side <= 0 or side % SIDE_MULTIPLE:
                raise TrainingError(
                    f"{field} must be a positive multiple of {SIDE_MULTIPLE}, got {side}"
                )

    def _check_source(self) -> None:
        if self.data is None:
            for field in ("split", "classes", "start"):
                if getattr(self, field) is not None:
                    raise TrainingError(
                        f"{field} goes with labelled images: name their folder as data"
                    )
            if self.renders < 1:
                raise TrainingError("there is nothing to learn from: no data and no renders")
        elif (self.render_share > 0.0) != (self.renders > 0):
            raise TrainingError(
                f"{self.renders} renders for a share of {self.render_share:g} of the crops: "
                "either both are 0 or none is"
            )
        if self.start is not None and self.encoder_weights is not None:
            raise TrainingError("a model that is fine-tuned has its encoder's weights already")

    def identity(self) -> dict[str, Any]:
        """All that decides what is learned, as JSON takes it."""
        return {
            field.name: _plain(getattr(self, field.name))
            for field in dataclasses.fields(self)
            if field.name not in _NO_MATTER
        }


@dataclass(frozen=True, slots=True)
class Defaults:
    """Settings that depend on what is learned from; see `TrainSettings`."""

    epochs: int
    learning_rate: float
    renders: int
    render_share: float


def defaults(*, data: bool, fine_tune: bool) -> Defaults:
    """What serves for renders, for a data set, and for a few images of one's own.

    A model that is fine-tuned goes on at a tenth of the rate, and one crop in four is rendered:
    twenty images do not show everything that the model has learned.
    """
    if fine_tune:
        return Defaults(epochs=40, learning_rate=3e-4, renders=300, render_share=0.25)
    if data:
        return Defaults(epochs=60, learning_rate=3e-3, renders=0, render_share=0.0)
    return Defaults(epochs=60, learning_rate=3e-3, renders=2600, render_share=0.0)


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, Path) else value
