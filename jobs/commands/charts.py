"""Options of the command that charts a table of numbers."""

from pathlib import Path
from typing import Annotated

import typer

from jobs.commands.options import JsonOption

Number = float | None


def chart(
    *,
    table: Annotated[Path, typer.Argument(metavar="FILE.csv", help="A table with a header.")],
    value: Annotated[list[str], typer.Option("--value", metavar="COL", help="Column to chart.")],
    kind: Annotated[
        str | None,
        typer.Option(
            "--chart",
            metavar="KIND",
            help="imr, xbar-r, xbar-s, p, np, c, u, laney-p, laney-u, nb, two-part, ewma or cusum; "
            "else what fits the data.",
        ),
    ] = None,
    rules: Annotated[
        str, typer.Option(metavar="SET", help="Such as nelson, western-electric, beyond-limits.")
    ] = "nelson",
    baseline: Annotated[
        str | None,
        typer.Option(metavar="A:B", help="Points, from 1, that give the limits; else all."),
    ] = None,
    subgroup: Annotated[
        str | None, typer.Option(metavar="COL", help="Column that tells subgroups apart.")
    ] = None,
    size: Annotated[
        int | None, typer.Option(min=2, help="Values per subgroup, instead of --subgroup.")
    ] = None,
    opportunities: Annotated[
        str | None, typer.Option(metavar="COL", help="Column with the number inspected.")
    ] = None,
    center: Annotated[Number, typer.Option(help="Known centre.")] = None,
    target: Annotated[Number, typer.Option(help="Another word for --center.")] = None,
    sigma: Annotated[Number, typer.Option(help="Known standard deviation.")] = None,
    estimator: Annotated[
        str | None, typer.Option(help="Of sigma, such as mr or median-mr.")
    ] = None,
    smoothing: Annotated[
        Number, typer.Option("--lambda", help="EWMA: weight of the newest point.")
    ] = None,
    width: Annotated[Number, typer.Option("--L", help="EWMA: distance of the limits.")] = None,
    slack: Annotated[Number, typer.Option("--k", help="CUSUM: slack, in sigma.")] = None,
    decision: Annotated[Number, typer.Option("--h", help="CUSUM: decision, in sigma.")] = None,
    advise: Annotated[
        bool, typer.Option("--advise", help="Only say which chart fits the data, and why.")
    ] = False,
    as_json: JsonOption = False,
    html: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write the chart as one HTML page, too.")
    ] = None,
) -> int:
    """Chart a column of numbers: limits, signals, and how often the chart errs."""
    from jobs.commands import do_chart  # noqa: PLC0415 - loaded when it runs

    asked = do_chart.Asked(
        table=table,
        values=tuple(value),
        kind=kind,
        rules=rules,
        baseline=baseline,
        subgroup=subgroup,
        size=size,
        opportunities=opportunities,
        center=center,
        target=target,
        sigma=sigma,
        estimator=estimator,
        smoothing=smoothing,
        width=width,
        slack=slack,
        decision=decision,
    )
    if advise:
        return do_chart.advise(asked, as_json=as_json)
    return do_chart.run(asked, as_json=as_json, html=html)
