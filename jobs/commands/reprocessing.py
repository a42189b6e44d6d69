"""Options of `blemish reprocess`."""

from pathlib import Path
from typing import Annotated

import typer

from inference.engines.choice import Precision
from jobs.commands.options import EngineOption, JsonOption, SiteOption


def reprocess(
    *,
    site: SiteOption = None,
    model: Annotated[
        Path | None,
        typer.Option("--model", help="Measure the baseline with this ONNX file, in shadow."),
    ] = None,
    engine: EngineOption = None,
    precision: Annotated[
        Precision | None,
        typer.Option(help="fp32, or int8: the 8-bit twin of the model.", metavar="fp32|int8"),
    ] = None,
    parts: Annotated[
        int | None, typer.Option(min=1, help="Not the baseline: the newest N parts.", metavar="N")
    ] = None,
    since: Annotated[
        str | None,
        typer.Option(help="Not the baseline: parts captured since YYYY-MM-DD.", metavar="DAY"),
    ] = None,
    activate: Annotated[
        str | None,
        typer.Option(help="The next run uses this model, and its limits.", metavar="MODEL_ID"),
    ] = None,
    turn_down: Annotated[
        str | None, typer.Option(help="Turn a model in shadow down.", metavar="MODEL_ID")
    ] = None,
    who: Annotated[str, typer.Option(help="Who decides.", metavar="NAME")] = "",
    reason: Annotated[str, typer.Option(help="Why: kept in the audit trail.")] = "",
    history: Annotated[
        bool, typer.Option("--history", help="Measure the history again with the model in use.")
    ] = False,
    as_json: JsonOption = False,
) -> int:
    """Compare a new model with the one in use on the baseline, in shadow; then decide."""
    from jobs.commands import do_reprocess  # noqa: PLC0415 - loaded when it runs

    return do_reprocess.run(
        site,
        do_reprocess.Order(
            model=model,
            engine=engine,
            precision=precision,
            parts=parts,
            since=since,
            activate=activate,
            turn_down=turn_down,
            who=who,
            reason=reason,
            history=history,
        ),
        as_json=as_json,
    )
