"""Signals on the chart: an open diamond at the completing point, the run that led to it."""

from collections.abc import Iterable

import numpy as np
import plotly.graph_objects as go

from dashboard.figures.decimation import IndexArray, thinned
from dashboard.figures.inputs import RunChart, SignalMark
from dashboard.figures.palette import translucent
from dashboard.figures.plotting import Plotting
from dashboard.figures.wording import escaped, moment, number

CROWDED = 25
"""Beyond this many signals in a panel the diamonds are drawn smaller."""


MOST_DIAMONDS = 1_500
"""Beyond this many signals in a panel those side by side are thinned: each is an element of the page."""


def shown_signals(chart: RunChart, panel: int) -> IndexArray:
    """Return the places of the signals of a panel that are drawn, ascending.

    A shift that nobody ended signals at every part: of such a stretch its ends and extremes are
    drawn. Zoomed in, and in the CSV, every signal is there.
    """
    found = np.unique([mark.index for mark in chart.signals if mark.panel == panel])
    return thinned(found.astype(np.intp), chart.panels[panel].value, MOST_DIAMONDS)


def add_signals(figure: go.Figure, plotting: Plotting) -> None:
    """Draw the signals of every panel, several rules at one point as one diamond."""
    for panel in range(len(plotting.chart.panels)):
        marks = [mark for mark in plotting.chart.signals if mark.panel == panel]
        if marks:
            _add_runs(figure, plotting, panel, marks)
            _add_diamonds(figure, plotting, panel, marks)


def _add_runs(figure: go.Figure, plotting: Plotting, panel: int, marks: list[SignalMark]) -> None:
    """Draw over the points that led to a signal, once each however many runs share them."""
    low, high = plotting.ranges[panel]
    inside = np.zeros(plotting.x.size, dtype=bool)
    for mark in marks:
        if mark.run[1] > mark.run[0]:
            inside[mark.run[0] : mark.run[1] + 1] = True
    drawn = plotting.drawn
    value = np.where(inside, plotting.chart.panels[panel].value, np.nan)[drawn]
    if not np.isfinite(value).any():
        return
    figure.add_scatter(
        x=plotting.x[drawn],
        y=np.clip(value, low, high),
        mode="lines",
        line={"color": translucent(plotting.colours.limit, 0.35), "width": 6},
        hoverinfo="skip",
        row=panel + 1,
        col=1,
    )


def _add_diamonds(
    figure: go.Figure, plotting: Plotting, panel: int, marks: list[SignalMark]
) -> None:
    chart, colours = plotting.chart, plotting.colours
    low, high = plotting.ranges[panel]
    points = shown_signals(chart, panel).tolist()
    told: dict[int, list[SignalMark]] = {at: [] for at in points}
    for mark in marks:
        told.get(mark.index, []).append(mark)
    value = chart.panels[panel].value[points]
    beyond = (value > high) | (value < low)
    figure.add_scatter(
        x=plotting.x[points],
        y=np.clip(value, low, high),
        mode="markers+text",
        name="Signals",
        # Off the scale, an arrow head and the value in words take the place of the height.
        text=[number(v) if off else "" for v, off in zip(value, beyond, strict=True)],
        textposition="middle right",
        textfont={"size": 12, "color": colours.limit},
        marker={
            "symbol": np.where(
                beyond, np.where(value > high, "triangle-up", "triangle-down"), "diamond-open"
            ).tolist(),
            "size": 12 if len(points) <= CROWDED else 9 if len(points) <= 2 * CROWDED else 7,
            "color": colours.limit,
            "line": {"width": 2.0 if len(points) <= 2 * CROWDED else 1.3, "color": colours.limit},
        },
        customdata=[(chart.keys[at],) for at in points],
        hovertext=[_hover(plotting, panel, at, told[at]) for at in points],
        hovertemplate="%{hovertext}<extra></extra>",
        cliponaxis=False,
        row=panel + 1,
        col=1,
    )


def _hover(plotting: Plotting, panel: int, at: int, marks: list[SignalMark]) -> str:
    chart = plotting.chart
    trace = chart.panels[panel]
    lines = [f"<b>Signal: {escaped(mark.words)}</b>" for mark in marks]
    lines += [f"Cause: {escaped(mark.cause)}" for mark in marks if mark.cause]
    lines.append(
        f"{number(trace.value[at])} {escaped(trace.unit)}, part {escaped(chart.names[at])}"
    )
    if np.isfinite(trace.ucl[at]):
        lines.append(f"UCL {number(trace.ucl[at])}, centre {number(trace.center[at])}")
    lines.append(moment(chart, at))
    return "<br>".join(lines)


def add_flags(figure: go.Figure, plotting: Plotting) -> None:
    """Number the signals whose cause is known, as in the list of causes below the chart."""
    for mark in flagged(plotting.chart.signals):
        low, high = plotting.ranges[mark.panel]
        figure.add_annotation(
            text=f"<b>{mark.number}</b>",
            x=float(plotting.x[mark.index]),
            y=float(np.clip(plotting.chart.panels[mark.panel].value[mark.index], low, high)),
            yshift=19,
            showarrow=False,
            font={"size": 11, "color": plotting.colours.surface},
            bgcolor=plotting.colours.limit,
            borderpad=2,
            hovertext=f"{mark.number}. {escaped(mark.cause or '')}",
            row=mark.panel + 1,
            col=1,
        )


def flagged(marks: Iterable[SignalMark]) -> list[SignalMark]:
    """Return the first mark of each number whose cause is known: it carries the flag."""
    first: dict[int, SignalMark] = {}
    for mark in marks:
        if mark.cause is not None:
            kept = first.setdefault(mark.number, mark)
            first[mark.number] = min(kept, mark, key=lambda one: one.index)
    return list(first.values())
