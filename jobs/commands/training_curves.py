"""The course of a training run as a picture."""

from collections.abc import Sequence
from pathlib import Path

from matplotlib.figure import Figure

from inference.training.progress import EpochRecord
from inference.training.whole_files import whole_file

_INK, _GREEN, _ORANGE = "#1f2933", "#1b7f4d", "#c2570c"


def draw_curves(epochs: Sequence[EpochRecord], path: Path) -> None:
    """Draw loss and IoU over the epochs as a PNG at `path`."""
    figure = Figure(figsize=(8.0, 3.2), dpi=120, layout="constrained")
    losses, overlaps = figure.subplots(1, 2)
    numbers = [epoch.epoch for epoch in epochs]
    judged = [epoch for epoch in epochs if epoch.validation_loss is not None]
    losses.plot(numbers, [epoch.loss for epoch in epochs], color=_INK, label="training")
    losses.plot(
        [epoch.epoch for epoch in judged],
        [epoch.validation_loss for epoch in judged],
        color=_ORANGE,
        marker=".",
        label="validation",
    )
    losses.set_ylabel("loss")
    for label, colour, values in (
        ("scratch", _ORANGE, [(epoch.epoch, epoch.scratch_iou) for epoch in judged]),
        ("stain", _GREEN, [(epoch.epoch, epoch.stain_iou) for epoch in judged]),
    ):
        known = [(number, iou) for number, iou in values if iou is not None]
        overlaps.plot(
            [number for number, _ in known],
            [iou for _, iou in known],
            color=colour,
            marker=".",
            label=label,
        )
    overlaps.set_ylabel("IoU on validation images")
    overlaps.set_ylim(0.0, 1.0)
    for axes in (losses, overlaps):
        axes.set_xlabel("epoch")
        axes.spines[["top", "right"]].set_visible(False)
        axes.legend(frameon=False)
    with whole_file(path) as partial:
        figure.savefig(partial, format="png", metadata={"Software": None})
