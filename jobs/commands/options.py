"""Options that several commands have."""

from pathlib import Path
from typing import Annotated, TypeAlias

import typer

SiteOption: TypeAlias = Annotated[
    Path | None,
    typer.Option(
        "--site", help="The site; else BLEMISH_SITE, else the current folder.", metavar="SITE"
    ),
]
JsonOption: TypeAlias = Annotated[
    bool, typer.Option("--json", help="Print one JSON document instead of a table.")
]
ModelOption: TypeAlias = Annotated[
    Path | None, typer.Option("--model", help="ONNX file; the shipped model unless given.")
]
EngineOption: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--engine",
        metavar="onnxruntime|openvino",
        help="What runs the model; openvino needs the extra of that name.",
    ),
]
