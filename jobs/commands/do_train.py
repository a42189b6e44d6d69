"""`blemish train`."""

from pathlib import Path

from inference.training.settings import Progress, TrainSettings
from inference.training.train import train
from jobs.commands.output import show
from jobs.console_progress import console_progress


def run(
    folder: Path,
    *,
    name: str,
    renders: int,
    epochs: int,
    minutes: float | None,
    seed: int,
    threads: int,
    width: int,
    weights: Path | None,
) -> int:
    """Train, export and judge a model."""
    settings = TrainSettings(
        folder=folder,
        name=name,
        renders=renders,
        epochs=epochs,
        minutes=minutes,
        seed=seed,
        threads=threads,
        width=width,
        weights=weights,
    )
    with console_progress() as progress:

        def report(step: Progress) -> None:
            progress(step.stage, step.done, step.total)

        result = train(settings, report)
    show(f"trained {result.contract.name} in {result.minutes:.1f} minutes: {result.model_path}")
    show(f"its card, with the scores on held-out renders, is beside it in {folder}")
    return 0
