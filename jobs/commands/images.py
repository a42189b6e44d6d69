"""Options of the commands that work on images without a site."""

from pathlib import Path
from typing import Annotated

import typer

from jobs.commands.options import EngineOption, JsonOption, ModelOption


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
    engine: EngineOption = None,
    as_json: JsonOption = False,
) -> int:
    """Segment images into background, scratch and stain, and measure what is found.

    An image that cannot be measured is named on stderr and the others go on; the status is 2 only
    where none could be measured.
    """
    from jobs.commands import do_segment  # noqa: PLC0415 - loaded when it runs

    return do_segment.run(
        paths, out=out, model=model, engine=engine, um_per_px=um_per_px, as_json=as_json
    )


def render(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Where they are written.")],
    n: Annotated[int, typer.Option("--n", min=1, help="How many surfaces.")] = 20,
    seed: Annotated[int, typer.Option("--seed", min=0, help="The same seed, the same images.")] = 0,
) -> int:
    """Render heat-sink surfaces with their masks."""
    from jobs.commands import do_render  # noqa: PLC0415 - loaded when it runs

    return do_render.run(folder, n=n, seed=seed)
