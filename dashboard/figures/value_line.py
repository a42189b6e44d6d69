"""The values of a panel: a line, and dots where it does not show them."""

import numpy as np
import numpy.typing as npt
import plotly.graph_objects as go

from dashboard.figures.decimation import IndexArray
from dashboard.figures.inputs import FloatArray
from dashboard.figures.palette import translucent
from dashboard.figures.plotting import Plotting
from dashboard.figures.wording import escaped, moment, number

MARKED_POINTS = 700
"""Up to this many points each one is a dot; beyond, the line alone is drawn."""
DOT = 4.4


def add_values(figure: go.Figure, plotting: Plotting, panel: int) -> None:
    """Draw the values as a line; few have a dot each, many only where the line does not show them."""
    drawn = plotting.drawn
    trace = plotting.chart.panels[panel]
    value, (low, high) = trace.value[drawn], plotting.ranges[panel]
    colour, every = plotting.colours.line, np.ones(drawn.size, dtype=bool)
    if drawn.size <= MARKED_POINTS:
        line = {"color": translucent(colour, 0.55), "width": 1.2}
        _add_points(
            figure, plotting, panel, every, line=line, marker=_marker(value, low, high, colour)
        )
        return
    _add_points(figure, plotting, panel, every, line={"color": colour, "width": 1.2})
    unseen = (value > high) | (value < low) | alone(value)
    if unseen.any():
        marker = _marker(value[unseen], low, high, colour)
        _add_points(figure, plotting, panel, unseen, marker=marker)


def _add_points(
    figure: go.Figure,
    plotting: Plotting,
    panel: int,
    shown: npt.NDArray[np.bool_],
    *,
    line: dict[str, object] | None = None,
    marker: dict[str, object] | None = None,
) -> None:
    """Add the drawn points that are `shown`, each with its part on hover and on a click."""
    trace = plotting.chart.panels[panel]
    chosen = plotting.drawn[shown]
    value = trace.value[chosen]
    names = plotting.chart.names
    figure.add_scatter(
        x=plotting.x[chosen],
        y=np.clip(value, *plotting.ranges[panel]),
        mode="+".join(["lines"] * (line is not None) + ["markers"] * (marker is not None)),
        name=escaped(trace.title),
        line=line,
        marker=marker,
        customdata=_custom(plotting, chosen),
        text=np.array([escaped(names[at]) for at in chosen.tolist()]),
        hovertext=np.array([number(one) for one in value.tolist()]),
        hovertemplate=_hover_template(plotting, trace.unit),
        cliponaxis=False,
        row=panel + 1,
        col=1,
    )


def alone(value: FloatArray) -> npt.NDArray[np.bool_]:
    """Tell which values stand between two missing ones, where a line shows nothing.

    Examples
    --------
    >>> alone(np.array([1.0, np.nan, 2.0, np.nan, 3.0, 4.0])).tolist()
    [True, False, True, False, False, False]

    """
    known = np.isfinite(value)
    padded = np.concatenate(([False], known, [False]))
    found: npt.NDArray[np.bool_] = known & ~padded[:-2] & ~padded[2:]
    return found


def _marker(value: FloatArray, low: float, high: float, colour: str) -> dict[str, object]:
    """Return the look of points: dots, and arrow heads for those off the scale."""
    above, below = value > high, value < low
    look: dict[str, object] = {"color": colour, "line": {"width": 0}}
    if not above.any() and not below.any():
        # One word for all: Plotly checks lists letter by letter.
        return look | {"symbol": "circle", "size": DOT}
    symbols = np.where(above, "triangle-up", np.where(below, "triangle-down", "circle"))
    return look | {"symbol": symbols.tolist(), "size": np.where(above | below, 9.0, DOT)}


def _hover_template(plotting: Plotting, unit: str) -> str:
    """Return the hover box of a value; what all points share is sent once, not with each."""
    when = (
        f"%{{x|%-d %b %Y %H:%M}} {escaped(plotting.chart.zone_name)}"
        if plotting.style.axis == "time"
        else "%{customdata[1]}"
    )
    return f"<b>%{{hovertext}} {escaped(unit)}</b><br>Part %{{text}}<br>{when}<extra></extra>"


def _custom(plotting: Plotting, chosen: IndexArray) -> npt.NDArray[np.object_]:
    """Return the key of each chosen part, with its time where the axis does not tell it.

    As an array: Plotly walks through lists value by value.
    """
    chart, drawn = plotting.chart, chosen.tolist()
    columns = [[chart.keys[at] for at in drawn]]
    if plotting.style.axis != "time":
        columns.append([moment(chart, at) for at in drawn])
    return np.array(columns, dtype=np.object_).T
