"""A Pareto chart: counts from the greatest down, and the share they make together."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from dashboard.figures.palette import palette, translucent
from dashboard.figures.template import styled
from dashboard.figures.wording import escaped

SHORTENED = 30


def pareto_chart(
    labels: Sequence[str], counts: Sequence[int], theme: str, *, axis: str
) -> go.Figure:
    """Draw `counts`, greatest first, as bars and their running share of all as a line."""
    colours = palette(theme)
    shares = 100.0 * np.cumsum(counts) / np.sum(counts)
    places = list(range(len(labels)))
    words = [
        f"<b>{escaped(label)}</b><br>{count:,}<br>together {share:.0f} %"
        for label, count, share in zip(labels, counts, shares, strict=True)
    ]
    figure = go.Figure()
    figure.add_bar(
        x=places,
        y=list(counts),
        width=0.7,
        marker={
            "color": translucent(colours.line, 0.35),
            "line": {"color": colours.line, "width": 1.3},
        },
        customdata=words,
        hovertemplate="%{customdata}<extra></extra>",
    )
    figure.add_scatter(
        x=places,
        y=shares.tolist(),
        yaxis="y2",
        mode="lines+markers",
        line={"color": colours.center, "width": 1.6},
        marker={"size": 6, "color": colours.center},
        customdata=words,
        hovertemplate="%{customdata}<extra></extra>",
    )
    styled(figure, colours, height=380)
    figure.update_layout(
        margin={"l": 30, "r": 56, "t": 16, "b": 40},
        yaxis2={
            "overlaying": "y",
            "side": "right",
            "range": [0, 104],
            "tickvals": [0, 25, 50, 75, 100],
            "ticksuffix": " %",
            "showgrid": False,
            "tickfont": {"color": colours.center},
        },
    )
    figure.update_xaxes(tickvals=places, ticktext=[escaped(_short(label)) for label in labels])
    figure.update_yaxes(
        rangemode="tozero",
        title={"text": escaped(axis), "font": {"size": 12, "color": colours.muted}},
        selector={"overlaying": None},
    )
    return figure


def _short(label: str) -> str:
    # The end tells stations and tools of one line apart.
    return label if len(label) <= SHORTENED else "…" + label[1 - SHORTENED :]
