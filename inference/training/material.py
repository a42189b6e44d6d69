"""The images of a run: to learn from, to set thresholds with, and to be scored on."""

from dataclasses import dataclass

from inference.datasets.dataset import Dataset
from inference.datasets.split import Split
from inference.training.progress import Progress, ReportProgress
from inference.training.renders import render_many
from inference.training.samples import Samples
from inference.training.settings import TrainSettings

# Added to the seed for the held-out surfaces.
_HELD_OUT = 1_000_003


@dataclass(frozen=True, slots=True)
class Material:
    """Sets of images; none is in two of them, but see `scored`.

    Attributes
    ----------
    learned
        The network sees crops of these.
    others
        Renders mixed in where `learned` are photographs; may be empty.
    watched
        Validation while learning; afterwards they set thresholds and minimum areas.
    scored
        Looked at once, at the end. They are `watched` again where a data set has no test images.
    dataset, split
        Where the images come from; None for renders.

    """

    learned: Samples
    others: Samples
    watched: Samples
    scored: Samples
    dataset: Dataset | None = None
    split: Split | None = None


def rendered_material(settings: TrainSettings, report: ReportProgress) -> Material:
    """Surfaces to learn from, and further ones: half to set thresholds, half to be scored on."""
    total = settings.renders + settings.held_out
    renders = render_many(
        settings.renders,
        settings.seed,
        defect_rate=settings.defect_rate,
        processes=settings.threads,
        report=lambda done: report(Progress("rendering", done, total)),
    )
    held_out = render_many(
        settings.held_out,
        settings.seed + _HELD_OUT,
        processes=settings.threads,
        report=lambda done: report(Progress("rendering", settings.renders + done, total)),
    )
    return Material(
        learned=renders,
        others=Samples((), ()),
        watched=held_out.chosen(range(0, len(held_out), 2)),
        scored=held_out.chosen(range(1, len(held_out), 2)),
    )
