"""Phases on the chart: baseline spans shaded, borders named, provenance on hover."""

import plotly.graph_objects as go

from dashboard.figures.inputs import Stage
from dashboard.figures.palette import translucent
from dashboard.figures.plotting import Plotting
from dashboard.figures.wording import escaped


def add_stages(figure: go.Figure, plotting: Plotting) -> None:
    """Mark every stage of the chart in all panels."""
    for stage in plotting.chart.stages:
        _add_baseline(figure, plotting, stage)
        _add_border(figure, plotting, stage)


def _add_baseline(figure: go.Figure, plotting: Plotting, stage: Stage) -> None:
    if stage.baseline is None:
        return
    x, colours = plotting.x, plotting.colours
    first, last = float(x[stage.baseline[0]]), float(x[stage.baseline[1]])
    for panel in range(len(plotting.chart.panels)):
        figure.add_vrect(
            x0=first,
            x1=last,
            fillcolor=translucent(colours.center, 0.08),
            line_width=0,
            layer="below",
            row=panel + 1,
            col=1,
        )
    words = "Proposed baseline" if stage.proposed else "Baseline"
    # Shapes have no hover: a word that has one tells where the limits come from.
    figure.add_scatter(
        x=[first],
        y=[plotting.ranges[0][1]],
        mode="text",
        text=[f" {words}, {stage.baseline[1] - stage.baseline[0] + 1:,} parts"],
        textposition="bottom right",
        textfont={"size": 11.5, "color": colours.center},
        hovertext=[escaped_lines(stage.provenance)],
        hovertemplate="%{hovertext}<extra></extra>",
        cliponaxis=False,
        row=1,
        col=1,
    )


def _add_border(figure: go.Figure, plotting: Plotting, stage: Stage) -> None:
    x, colours = plotting.x, plotting.colours
    if stage.first == 0:
        if stage.baseline is not None:
            # The word at its baseline tells where the limits come from.
            return
        # Inside the panel: above it stands the panel's title.
        border, anchor = float(x[0]), "top"
    else:
        border, anchor = float(x[stage.first - 1] + x[stage.first]) / 2, "bottom"
        for panel in range(len(plotting.chart.panels)):
            figure.add_vline(
                x=border,
                line={"color": colours.muted, "width": 1, "dash": "dot"},
                row=panel + 1,
                col=1,
            )
    figure.add_annotation(
        text=escaped(stage.label),
        hovertext=escaped_lines(stage.provenance),
        hoverlabel={
            "bgcolor": colours.surface,
            "bordercolor": colours.muted,
            "font": {"size": 12.5, "color": colours.ink},
        },
        x=border,
        xanchor="left",
        xref="x",
        yref="y domain",
        y=1,
        yanchor=anchor,
        showarrow=False,
        font={"size": 11.5, "color": colours.muted},
    )


def escaped_lines(words: str) -> str:
    r"""Escape each line of `words`, for a hover box.

    Examples
    --------
    >>> escaped_lines("a <b>\nc")
    'a &lt;b&gt;<br>c'

    """
    return "<br>".join(escaped(line) for line in words.splitlines())
