"""Options of the commands that judge a process or a gage by a table of numbers."""

from pathlib import Path
from typing import Annotated

import typer

from jobs.commands.options import JsonOption

Number = float | None
TableArgument = Annotated[Path, typer.Argument(metavar="FILE.csv", help="A table with a header.")]
ConfidenceOption = Annotated[
    float, typer.Option(metavar="SHARE", help="Of the intervals, between 0 and 1.")
]
HtmlOption = Annotated[
    Path | None,
    typer.Option("--html", metavar="FILE", help="Write the report as one HTML page, too."),
]


def capability(
    *,
    table: TableArgument,
    value: Annotated[str, typer.Option("--value", metavar="COL", help="Column to judge.")],
    lower: Annotated[Number, typer.Option("--lsl", help="Lower specification limit.")] = None,
    upper: Annotated[Number, typer.Option("--usl", help="Upper specification limit.")] = None,
    target: Annotated[Number, typer.Option(help="Where the values ought to be: adds Cpm.")] = None,
    subgroup: Annotated[
        str | None, typer.Option(metavar="COL", help="Column that tells subgroups apart.")
    ] = None,
    size: Annotated[
        int | None, typer.Option(min=2, help="Values per subgroup, instead of --subgroup.")
    ] = None,
    method: Annotated[
        str,
        typer.Option(
            help="normal, boxcox, percentile, two-part, law, lognormal, weibull, gamma; "
            "for counts binomial or poisson."
        ),
    ] = "normal",
    estimator: Annotated[
        str | None, typer.Option(help="Of sigma within: rbar, sbar, pooled; mr, median-mr.")
    ] = None,
    opportunities: Annotated[
        str | None, typer.Option(metavar="COL", help="Counts: column with the number inspected.")
    ] = None,
    confidence: ConfidenceOption = 0.95,
    as_json: JsonOption = False,
    html: HtmlOption = None,
) -> int:
    """Judge how well a process keeps its specification, with intervals."""
    from jobs.commands import do_capability  # noqa: PLC0415 - loaded when it runs

    asked = do_capability.Asked(
        table=table,
        value=value,
        lower=lower,
        upper=upper,
        target=target,
        subgroup=subgroup,
        size=size,
        method=method,
        estimator=estimator,
        opportunities=opportunities,
        confidence=confidence,
    )
    return do_capability.run(asked, as_json=as_json, html=html)


def gage(
    *,
    table: TableArgument,
    value: Annotated[str, typer.Option("--value", metavar="COL", help="Column measured.")],
    part: Annotated[str, typer.Option("--part", metavar="COL", help="Column that names parts.")],
    operator: Annotated[
        str, typer.Option("--operator", metavar="COL", help="Column that names who measured.")
    ],
    method: Annotated[
        str, typer.Option(help="anova, range, or attribute where --value holds judgements.")
    ] = "anova",
    tolerance: Annotated[
        Number, typer.Option(help="Width of the specification: adds the share of it.")
    ] = None,
    pooled_above: Annotated[
        float, typer.Option("--alpha", help="anova: pool an interaction with a larger p-value.")
    ] = 0.25,
    reference: Annotated[
        str | None, typer.Option(metavar="COL", help="attribute: column with the true category.")
    ] = None,
    bad: Annotated[str | None, typer.Option(help="attribute: the category of bad parts.")] = None,
    confidence: ConfidenceOption = 0.95,
    as_json: JsonOption = False,
) -> int:
    """Judge a measurement system: repeatability, reproducibility, agreement."""
    from jobs.commands import do_gage  # noqa: PLC0415 - loaded when it runs

    asked = do_gage.Asked(
        table=table,
        value=value,
        part=part,
        operator=operator,
        method=method,
        tolerance=tolerance,
        pooled_above=pooled_above,
        reference=reference,
        bad=bad,
        confidence=confidence,
    )
    return do_gage.run(asked, as_json=as_json)
