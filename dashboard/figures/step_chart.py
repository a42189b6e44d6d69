"""What each process step adds: one bar a step, from the level before it to the level after."""

from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from dashboard.figures.palette import palette, translucent
from dashboard.figures.template import styled
from dashboard.figures.wording import escaped, number

ROW_HEIGHT = 62


@dataclass(frozen=True, slots=True)
class StepBar:
    """A step by its name, the mean before and after it, and the interval of the mean after.

    `tone` is "worse", "better" or "unsure": whether the interval excludes no change.
    """

    name: str
    before: float
    after: float
    low: float
    high: float
    tone: str
    hover: str


def step_chart(bars: Sequence[StepBar], theme: str, *, axis: str) -> go.Figure:
    """Draw the steps from top to bottom; `axis` names the value and its unit."""
    colours = palette(theme)
    tones = {"worse": colours.limit, "better": colours.center, "unsure": colours.muted}
    names = [escaped(bar.name) for bar in bars]
    figure = go.Figure()
    figure.add_bar(
        y=names,
        x=[bar.after - bar.before for bar in bars],
        base=[bar.before for bar in bars],
        orientation="h",
        width=0.42,
        marker={
            "color": [translucent(tones[bar.tone], 0.28) for bar in bars],
            "line": {"color": [tones[bar.tone] for bar in bars], "width": 1.4},
        },
        customdata=[bar.hover for bar in bars],
        hovertemplate="%{customdata}<extra></extra>",
    )
    for at, bar in enumerate(bars):
        # Drawn one by one: error bars of a bar with a base would start at its base.
        figure.add_scatter(
            x=[bar.low, bar.high],
            y=[names[at]] * 2,
            mode="lines+markers",
            line={"color": tones[bar.tone], "width": 2},
            marker={"symbol": "line-ns-open", "size": 11, "color": tones[bar.tone]},
            hoverinfo="skip",
        )
        # Above its bar: beside it, a name would leave a narrow screen no room for the bar.
        figure.add_annotation(
            xref="paper",
            x=0,
            y=names[at],
            yshift=25,
            text=names[at],
            xanchor="left",
            showarrow=False,
            font={"color": colours.ink, "size": 12.5},
        )
        change = bar.after - bar.before
        figure.add_annotation(
            x=max(bar.high, bar.before),
            y=names[at],
            text=f"<b>{'+' if change > 0 else ''}{number(change)}</b>",
            xanchor="left",
            xshift=8,
            showarrow=False,
            font={"color": tones[bar.tone], "size": 13},
        )
    styled(figure, colours, height=90 + ROW_HEIGHT * len(bars))
    figure.update_layout(margin={"l": 10, "r": 60, "t": 18, "b": 46}, bargap=0.3, barmode="overlay")
    figure.update_xaxes(
        rangemode="tozero",
        showgrid=True,
        gridcolor=colours.grid,
        title={"text": escaped(axis), "font": {"size": 12, "color": colours.muted}},
    )
    figure.update_yaxes(autorange="reversed", showgrid=False, showticklabels=False)
    return figure
