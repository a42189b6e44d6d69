"""`blemish train`."""

import os
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final, TypeVar

from inference.datasets.dataset import LABEL_CLASSES, LabelClasses
from inference.segmenter import default_model_path
from inference.training.architecture_names import DEFAULT_ARCHITECTURE
from inference.training.catalogue import architecture_facts
from inference.training.errors import TrainingError
from inference.training.progress import EpochRecord, Progress
from inference.training.settings import TrainSettings, defaults
from inference.training.starting import read_starting_model
from inference.training.train import train
from jobs.commands.output import print_table, say, show
from jobs.commands.training_curves import draw_curves
from jobs.console_progress import console_progress

Number = TypeVar("Number", int, float)

SHIPPED: Final = Path("shipped")
"""In place of a file: the model that comes with blemish."""


@dataclass(frozen=True, slots=True)
class Request:
    """What was asked for; None leaves a value to what is learned from. See `TrainSettings`."""

    folder: Path
    name: str
    arch: str | None
    data: Path | None
    split: Path | None
    classes: str | None
    input_side: int
    fine_tune: Path | None
    encoder_weights: str | None
    renders: int | None
    render_share: float | None
    held_out: int
    epochs: int | None
    visits: int
    seed: int
    threads: int
    device: str
    crop: int
    batch: int
    aimed: float
    learning_rate: float | None
    validate_every: int
    patience: int


def run(request: Request, *, restart: bool, int8: bool) -> int:
    """Train, export and judge a model; write its twin in 8 bits where asked."""
    # Before torch is loaded, which reads it then: threads that wait for each other must sleep, not
    # spin. Where other programs want the processor, too, a step is else several times as long.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    settings = _settings(request)
    with console_progress() as progress:

        def report(step: Progress) -> None:
            progress(step.stage, step.done, step.total)
            if step.epoch is not None:
                say(_line(step.epoch, settings.epochs))

        result = train(settings, report, restart=restart)
        if int8:
            # Loaded here: it needs onnx, and `train` has said by now where that is missing.
            from inference.training.twin import write_twin  # noqa: PLC0415

            say(f"in 8 bits: {write_twin(result.model_path, settings)}")
    draw_curves(result.epochs, settings.folder / f"{settings.name}.curves.png")
    show(f"trained {result.contract.name} in {result.minutes:.1f} minutes: {result.model_path}")
    show(f"its card, with the scores on held-out images, is beside it in {settings.folder}")
    return 0


def show_architectures() -> int:
    """Print the networks that can be trained."""
    print_table(
        ("name", "parameters", "GFLOP at 320 × 320", "what it is"),
        [
            (entry.name, f"{entry.parameters:,}", f"{entry.gflop:.1f}", entry.summary)
            for entry in architecture_facts()
        ],
    )
    return 0


def _settings(request: Request) -> TrainSettings:
    start = default_model_path() if request.fine_tune == SHIPPED else request.fine_tune
    usual = defaults(data=request.data is not None, fine_tune=start is not None)
    arch = request.arch
    if arch is None and start is not None:
        arch = read_starting_model(start).arch
    renders, share = request.renders, request.render_share
    # One of the two at 0 says that there are to be none.
    none = 0 in (renders, share) and request.data is not None
    return TrainSettings(
        folder=request.folder,
        name=request.name,
        arch=arch or DEFAULT_ARCHITECTURE,
        data=request.data,
        split=request.split,
        classes=_classes(request.classes),
        input_side=request.input_side,
        start=start,
        encoder_weights=request.encoder_weights,
        renders=0 if none else _or(renders, usual.renders),
        held_out=request.held_out,
        render_share=0.0 if none else _or(share, usual.render_share),
        epochs=_or(request.epochs, usual.epochs),
        seed=request.seed,
        threads=request.threads,
        device=request.device,
        crop=request.crop,
        batch=request.batch,
        visits=request.visits,
        aimed=request.aimed,
        learning_rate=_or(request.learning_rate, usual.learning_rate),
        validate_every=request.validate_every,
        patience=request.patience,
    )


def _or(value: Number | None, usual: Number) -> Number:
    return usual if value is None else value


def _classes(word: str | None) -> LabelClasses | None:
    if word is None:
        return None
    for known in LABEL_CLASSES:
        if word == known:
            return known
    raise TrainingError(f"classes must be one of {', '.join(LABEL_CLASSES)}, got {word!r}")


def _line(record: EpochRecord, epochs: int) -> str:
    left = record.minutes / record.epoch * (epochs - record.epoch)
    end = datetime.now().astimezone() + timedelta(minutes=left)
    found = (
        ("validation loss", record.validation_loss),
        ("scratch IoU", record.scratch_iou),
        ("stain IoU", record.stain_iou),
    )
    words = [f"{name} {value:.3f}" for name, value in found if value is not None]
    return ", ".join(
        (
            f"epoch {record.epoch}/{epochs}: loss {record.loss:.4f}",
            *words,
            f"{record.minutes:.1f} minutes, end about {end:%H:%M}",
        )
    )
