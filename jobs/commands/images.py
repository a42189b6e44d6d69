"""Options of the commands that work on images without a site."""

from pathlib import Path
from typing import Annotated

import typer

from jobs.commands.options import JsonOption, ModelOption


def segment(
    *,
    paths: Annotated[
        list[Path], typer.Argument(metavar="PATH...", help="Images, and folders of images.")
    ],
    out: Annotated[
        Path | None,
        typer.Option(help="Folder for NAME_mask.png, NAME_overlay.png and metrics.csv."),
    ] = None,
    model: ModelOption = None,
    um_per_px: Annotated[
        float | None, typer.Option(help="Micrometres per pixel: adds measures in mm and mm².")
    ] = None,
    as_json: JsonOption = False,
) -> int:
    """Segment images into background, scratch and stain, and measure what is found.

    An image that cannot be measured is named on stderr and the others go on; the status is 2 only
    where none could be measured.
    """
    from jobs.commands import do_segment  # noqa: PLC0415 - loaded when it runs

    return do_segment.run(paths, out=out, model=model, um_per_px=um_per_px, as_json=as_json)


def evaluate(
    images: Annotated[Path, typer.Option(help="Folder of images.")],
    masks: Annotated[Path, typer.Option(help="Folder of their masks.")],
    model: ModelOption = None,
    as_json: JsonOption = False,
) -> int:
    """Compare the model with masks that people drew."""
    from jobs.commands import do_evaluate  # noqa: PLC0415 - loaded when it runs

    return do_evaluate.run(images, masks, model=model, as_json=as_json)


def render(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Where they are written.")],
    n: Annotated[int, typer.Option("--n", min=1, help="How many surfaces.")] = 20,
    seed: Annotated[int, typer.Option("--seed", min=0, help="The same seed, the same images.")] = 0,
) -> int:
    """Render heat-sink surfaces with their masks."""
    from jobs.commands import do_render  # noqa: PLC0415 - loaded when it runs

    return do_render.run(folder, n=n, seed=seed)


def train(
    *,
    folder: Annotated[
        Path, typer.Option("--out", metavar="DIR", help="Where model and card are written.")
    ] = Path("model"),
    name: Annotated[str, typer.Option(help="Name of the model.")] = "heat_sink_fast",
    renders: Annotated[int, typer.Option(min=1, help="Rendered surfaces to learn from.")] = 2600,
    epochs: Annotated[int, typer.Option(min=1, help="Passes over them.")] = 40,
    minutes: Annotated[float | None, typer.Option(min=0, help="Stop learning after.")] = None,
    seed: Annotated[int, typer.Option(min=0, help="Of renders and weights.")] = 2,
    threads: Annotated[int, typer.Option(min=1, help="Threads of torch.")] = 2,
    width: Annotated[int, typer.Option(min=1, help="Channels at half resolution.")] = 24,
    weights: Annotated[
        Path | None, typer.Option(metavar="NAME.pt", help="Continue from an earlier run.")
    ] = None,
) -> int:
    """Train a model on rendered surfaces (needs the extra `train`)."""
    from jobs.commands import do_train  # noqa: PLC0415 - loaded when it runs

    return do_train.run(
        folder,
        name=name,
        renders=renders,
        epochs=epochs,
        minutes=minutes,
        seed=seed,
        threads=threads,
        width=width,
        weights=weights,
    )
