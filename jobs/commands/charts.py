"""Options of the command that charts a table of numbers."""

from pathlib import Path
from typing import Annotated

import typer

from jobs.commands.options import JsonOption

Number = float | None
Text = str | None


def chart(
    *,
    table: Annotated[Path, typer.Argument(metavar="FILE.csv", help="A table with a header.")],
    value: Annotated[
        list[str],
        typer.Option("--value", metavar="COL", help="Column to chart; x,y for t2 and mewma."),
    ],
    kind: Annotated[
        Text,
        typer.Option(
            "--chart",
            metavar="KIND",
            help="imr, xbar-r, xbar-s, three-way, p, np, c, u, laney-p, laney-u, nb, beta-binomial, g, t, "
            "ewma, cusum, ma, two-part, residual, combined, t2, mewma, z or run; else what fits the data.",
        ),
    ] = None,
    rules: Annotated[
        str,
        typer.Option(
            metavar="SET",
            help="Such as nelson, western-electric, beyond-limits; or rules such as "
            "nelson-1,2-of-3-beyond-1.5; or a FILE.json of rules.",
        ),
    ] = "nelson",
    baseline: Annotated[
        Text,
        typer.Option(metavar="A:B", help="Points, from 1, that give the limits; else all."),
    ] = None,
    exclude: Annotated[
        list[str] | None,
        typer.Option(metavar="POINT:REASON", help="Leave a point out of the limits; repeatable."),
    ] = None,
    trial_limits: Annotated[
        bool,
        typer.Option("--trial-limits", help="Leave out points outside the limits, step by step."),
    ] = False,
    stage: Annotated[
        Text, typer.Option(metavar="COL", help="Column whose changes begin new limits.")
    ] = None,
    subgroup: Annotated[
        Text, typer.Option(metavar="COL", help="Column that tells subgroups apart.")
    ] = None,
    size: Annotated[
        int | None,
        typer.Option(min=2, help="Values per subgroup, instead of --subgroup; for ma its span."),
    ] = None,
    window: Annotated[
        Text, typer.Option(metavar="TIME", help="Subgroups by time, such as 8h; needs --time.")
    ] = None,
    time: Annotated[
        Text, typer.Option(metavar="COL", help="Column of times, checked to be in order.")
    ] = None,
    opportunities: Annotated[
        Text, typer.Option(metavar="COL", help="Column with the number inspected.")
    ] = None,
    part: Annotated[Text, typer.Option(metavar="COL", help="z: column of part types.")] = None,
    targets: Annotated[
        Text, typer.Option(metavar="COL", help="z: column with the target of each value.")
    ] = None,
    center: Annotated[Number, typer.Option(help="Known centre.")] = None,
    target: Annotated[Number, typer.Option(help="Another word for --center.")] = None,
    sigma: Annotated[Number, typer.Option(help="Known standard deviation.")] = None,
    estimator: Annotated[Text, typer.Option(help="Of sigma, such as mr or median-mr.")] = None,
    smoothing: Annotated[
        Number, typer.Option("--lambda", help="EWMA, MEWMA: weight of the newest point.")
    ] = None,
    width: Annotated[Number, typer.Option("--L", help="EWMA, ma: distance of the limits.")] = None,
    slack: Annotated[Number, typer.Option("--k", help="CUSUM: slack, in sigma or counts.")] = None,
    decision: Annotated[
        Number, typer.Option("--h", help="CUSUM: decision, in sigma or counts; MEWMA: limit.")
    ] = None,
    head_start: Annotated[
        Number, typer.Option("--head-start", help="CUSUM: first value of the sums.")
    ] = None,
    span: Annotated[int | None, typer.Option(help="ma: points in the average.")] = None,
    law: Annotated[Text, typer.Option(help="EWMA, CUSUM: normal, poisson or nb.")] = None,
    method: Annotated[
        Text,
        typer.Option(help="g: three-sigma or probability; t: nelson, weibull or exponential."),
    ] = None,
    autocorrelation: Annotated[
        Text, typer.Option(help="EWMA, residual: none, ar1 or arma11.")
    ] = None,
    probability: Annotated[Number, typer.Option(help="t2: of a false alarm at a point.")] = None,
    arl: Annotated[
        Number, typer.Option("--arl", help="MEWMA, CUSUM of counts: run length in control.")
    ] = None,
    detect: Annotated[Number, typer.Option(help="CUSUM of counts: mean to find.")] = None,
    budget: Annotated[
        Number, typer.Option(help="combined: share of points flagged in control; 0.005 by default.")
    ] = None,
    advise: Annotated[
        bool,
        typer.Option("--advise", help="Only say which chart fits the data, why, and at what cost."),
    ] = False,
    as_json: JsonOption = False,
    html: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write the chart as one HTML page, too.")
    ] = None,
) -> int:
    """Chart a column of numbers: limits, signals, and how often the chart errs."""
    from jobs.commands import chart_request, do_advise, do_chart  # noqa: PLC0415 - loaded when it runs
    from spc.options import ChartOptions  # noqa: PLC0415

    asked = chart_request.Asked(
        table=table,
        values=tuple(value),
        kind=kind,
        rules=rules,
        baseline=baseline,
        exclude=tuple(exclude or ()),
        trial_limits=trial_limits,
        stage=stage,
        subgroup=subgroup,
        size=size,
        window=window,
        time=time,
        opportunities=opportunities,
        part=part,
        targets=targets,
        target=target,
        options=ChartOptions(
            center=center,
            sigma=sigma,
            estimator=estimator,
            smoothing=smoothing,
            width=width,
            slack=slack,
            decision=decision,
            head_start=head_start,
            span=span,
            law=law,
            method=method,
            autocorrelation=autocorrelation,
            probability=probability,
            arl=arl,
            detect=detect,
            budget=budget,
        ),
    )
    if advise:
        return do_advise.advise(asked, as_json=as_json)
    return do_chart.run(asked, as_json=as_json, html=html)
