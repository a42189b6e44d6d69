"""Options of the commands that hold a model against labelled images."""

from pathlib import Path
from typing import Annotated, TypeAlias

import typer

from jobs.commands.options import JsonOption

ImagesOption: TypeAlias = Annotated[
    Path | None, typer.Option(metavar="DIR", help="Folder of images.")
]
MasksOption: TypeAlias = Annotated[
    Path | None, typer.Option(metavar="DIR", help="Folder of their masks; it may be the same.")
]
DataOption: TypeAlias = Annotated[
    Path | None, typer.Option(metavar="DIR", help="A data set instead, as `blemish dataset` reads.")
]
ClassesOption: TypeAlias = Annotated[
    str | None,
    typer.Option(metavar="three|scratch|stain", help="What masks of --data mark, if binary."),
]
OnlyOption: TypeAlias = Annotated[
    str | None,
    typer.Option(metavar="A:B", help="The A-th to the B-th image by name, from 1; else all."),
]


def evaluate(
    *,
    images: ImagesOption = None,
    masks: MasksOption = None,
    data: DataOption = None,
    classes: ClassesOption = None,
    model: Annotated[
        list[Path] | None,
        typer.Option("--model", metavar="FILE", help="ONNX file; repeat it to compare models."),
    ] = None,
    tiers: Annotated[
        Path | None,
        typer.Option(metavar="CSV", help="Quality tier of each image; else pairs.csv beside them."),
    ] = None,
    only: OnlyOption = None,
    sheet: Annotated[
        Path | None, typer.Option(metavar="FILE.html", help="Write the worst images as a page.")
    ] = None,
    worst: Annotated[int, typer.Option(min=1, help="How many images the page shows.")] = 12,
    as_json: JsonOption = False,
) -> int:
    """Compare models with masks that people drew."""
    from jobs.commands import do_evaluate  # noqa: PLC0415 - loaded when it runs
    from jobs.commands.labelled import AskedImages  # noqa: PLC0415 - loaded when it runs

    return do_evaluate.run(
        AskedImages(images=images, masks=masks, data=data, classes=classes, only=only),
        models=tuple(model or ()),
        tiers=tiers,
        sheet=sheet,
        worst=worst,
        as_json=as_json,
    )


def calibrate(
    *,
    model: Annotated[Path, typer.Argument(metavar="MODEL", help="ONNX file.")],
    images: ImagesOption = None,
    masks: MasksOption = None,
    data: DataOption = None,
    classes: ClassesOption = None,
    only: OnlyOption = None,
    prior: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Further images, such as `blemish render` writes."),
    ] = None,
    prior_weight: Annotated[
        float, typer.Option(min=0, max=1, help="Share of the criterion that comes from them.")
    ] = 0.5,
    precision_floor: Annotated[
        float, typer.Option(min=0, max=1, help="Pixel precision that is asked for.")
    ] = 0.55,
    out: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="The calibrated model; without it nothing is written."),
    ] = None,
    as_json: JsonOption = False,
) -> int:
    """Choose a model's thresholds and smallest defects on labelled images."""
    from jobs.commands import do_calibrate  # noqa: PLC0415 - loaded when it runs
    from jobs.commands.labelled import AskedImages  # noqa: PLC0415 - loaded when it runs

    return do_calibrate.run(
        model,
        AskedImages(images=images, masks=masks, data=data, classes=classes, only=only),
        prior=prior,
        prior_weight=prior_weight,
        precision_floor=precision_floor,
        out=out,
        as_json=as_json,
    )
