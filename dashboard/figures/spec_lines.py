"""The specification on the chart: a line at each limit, stepped where people changed it."""

import numpy as np
import plotly.graph_objects as go

from dashboard.figures.inputs import FloatArray, RunChart, SpecChange
from dashboard.figures.limit_lines import level_steps
from dashboard.figures.palette import translucent
from dashboard.figures.plotting import Plotting
from dashboard.figures.stage_marks import escaped_lines
from dashboard.figures.wording import escaped, number


def add_specification(figure: go.Figure, plotting: Plotting) -> None:
    """Draw the limits of the first panel as they held for each point, and name each change."""
    chart = plotting.chart
    line = {"color": translucent(plotting.colours.spec, 0.9), "width": 1.4, "dash": "longdashdot"}
    held = [one for one in chart.spec_changes if first_judged(chart, one) < len(chart.local_ms)]
    for side, today in enumerate((chart.spec_lower, chart.spec_upper)):
        if held:
            x, y = level_steps(plotting.x, spec_levels(chart, held, side))
            if np.isfinite(y).any():
                figure.add_scatter(
                    x=x, y=y, mode="lines", line=line, hoverinfo="skip", row=1, col=1
                )
        elif today is not None:
            figure.add_hline(y=today, line=line, row=1, col=1)
    for change in chart.spec_changes:
        _add_change(figure, plotting, change)


def first_judged(chart: RunChart, change: SpecChange) -> int:
    """Return the first point that a change judges; the number of points where none is yet."""
    return int(np.searchsorted(chart.local_ms, change.local_ms, side="left"))


def spec_levels(chart: RunChart, changes: list[SpecChange], side: int) -> FloatArray:
    """Return the limit of one side that held for each point, NaN for none; changes oldest first."""
    levels = np.full(len(chart.local_ms), _level(changes[0].before[side]))
    for change in changes:
        levels[first_judged(chart, change) :] = _level(change.after[side])
    return levels


def change_words(change: SpecChange) -> str:
    """Name a change in few words.

    Examples
    --------
    >>> change_words(SpecChange(0.0, (None, 12.0), (None, 10.5), "QE-4: drawing C"))
    'Spec 12 → 10.5'
    >>> change_words(SpecChange(0.0, (None, None), (0.5, 3.0), "QE-4: first limits"))
    'Spec none → 0.5 to 3'

    """
    return f"Spec {_words(*change.before)} → {_words(*change.after)}"


def _words(lower: float | None, upper: float | None) -> str:
    sides = [number(one) for one in (lower, upper) if one is not None]
    if lower is not None and upper is None:
        return f"≥ {sides[0]}"
    return " to ".join(sides) or "none"


def _level(limit: float | None) -> float:
    return np.nan if limit is None else limit


def _add_change(figure: go.Figure, plotting: Plotting, change: SpecChange) -> None:
    """A border before the first part that it judges; at the end where that part is still to come."""
    x, colours = plotting.x, plotting.colours
    index = first_judged(plotting.chart, change)
    if index == 0 or not len(x):
        return
    at_end = index == len(x)
    border = float(x[-1]) if at_end else float(x[index - 1] + x[index]) / 2
    if not at_end:
        line = {"color": translucent(colours.spec, 0.7), "width": 1, "dash": "dot"}
        figure.add_vline(x=border, line=line, row=1, col=1)
    figure.add_annotation(
        text=escaped(change_words(change) + (", for parts to come" if at_end else "")),
        hovertext=escaped_lines(change.provenance),
        hoverlabel={
            "bgcolor": colours.surface,
            "bordercolor": colours.spec,
            "font": {"size": 12.5, "color": colours.ink},
        },
        x=border,
        xanchor="right" if at_end else "left",
        xref="x",
        yref="y domain",
        y=1,
        yanchor="top",
        showarrow=False,
        font={"size": 11.5, "color": colours.spec},
    )
