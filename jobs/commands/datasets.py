"""Options of the command that looks at labelled images."""

from pathlib import Path
from typing import Annotated

import typer

from jobs.commands.options import JsonOption


def dataset(
    *,
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="Images with their labels.")],
    split: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="CSV of the training, validation and test sets: made where it is missing, "
            "else held against the folder.",
        ),
    ] = None,
    seed: Annotated[
        int | None, typer.Option(min=0, help="Of a new split; 0 unless given.", metavar="S")
    ] = None,
    classes: Annotated[
        str | None,
        typer.Option(
            metavar="three|scratch|stain", help="What the masks mark, where they are binary."
        ),
    ] = None,
    as_json: JsonOption = False,
) -> int:
    """Report what a folder of labelled images holds, and split it by part."""
    from jobs.commands import do_dataset  # noqa: PLC0415 - loaded when it runs

    return do_dataset.run(folder, split_file=split, seed=seed, classes=classes, as_json=as_json)
