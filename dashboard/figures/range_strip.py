"""The whole period in a strip below the chart, with the stretch shown as a box to drag."""

import numpy as np
import plotly.graph_objects as go

from dashboard.figures.decimation import decimate
from dashboard.figures.inputs import ChartStyle, RunChart
from dashboard.figures.order_axis import order_ticks
from dashboard.figures.palette import palette, translucent
from dashboard.figures.run_chart import TICK_FORMATS, axis_range
from dashboard.figures.template import styled
from dashboard.figures.wording import finite_range

HEIGHT = 74
BUDGET = 600
MOST_MARKS = 300


def range_strip(
    chart: RunChart, style: ChartStyle, shown: tuple[int, int] | None = None
) -> go.Figure:
    """Draw the first panel of the whole period small, its signals as ticks above it.

    `shown` are the first and last place of the points in the chart above, from 0; without it the
    chart shows the whole period. Dragging in the strip selects another stretch.
    """
    colours = palette(style.theme)
    time = style.axis == "time"
    n = chart.local_ms.size
    x = chart.local_ms if time else np.arange(n, dtype=np.float64) + 1
    value = chart.panels[0].value
    low, high = finite_range(value) or (0.0, 1.0)
    top = high + 0.16 * ((high - low) or 1.0)
    drawn = decimate(value, BUDGET)
    figure = go.Figure()
    figure.add_scatter(
        x=x[drawn], y=value[drawn], mode="lines", line={"color": colours.line, "width": 1},
        hoverinfo="skip",
    )  # fmt: skip
    marks = np.unique([mark.index for mark in chart.signals]).astype(np.intp)
    if marks.size > MOST_MARKS:
        marks = marks[np.linspace(0, marks.size - 1, MOST_MARKS).astype(np.intp)]
    if marks.size:
        figure.add_scatter(
            x=x[marks], y=np.full(marks.size, top), mode="markers", hoverinfo="skip",
            marker={"symbol": "line-ns-open", "size": 7, "color": colours.limit},
        )  # fmt: skip
    styled(figure, colours, height=HEIGHT)
    figure.update_layout(
        margin={"l": 30, "r": 96, "t": 4, "b": 22},
        dragmode="select",
        selectdirection="h",
        newselection={"line": {"color": colours.line, "width": 1.5, "dash": "solid"}},
        activeselection={"fillcolor": translucent(colours.line, 0.16), "opacity": 1.0},
    )
    figure.update_yaxes(visible=False, fixedrange=True, range=[low, top + 0.1 * (top - low)])
    figure.update_xaxes(
        range=axis_range(x, ChartStyle(axis=style.axis)), fixedrange=True, nticks=6, tickangle=0
    )
    if time:
        figure.update_xaxes(type="date", tickformatstops=TICK_FORMATS)
    else:
        ticks, words = order_ticks(chart.local_ms)
        figure.update_xaxes(tickmode="array", tickvals=ticks, ticktext=words, tickangle=0)
    ends = style.window if time else None
    if shown is not None and ends is None:
        ends = (float(x[shown[0]]), float(x[shown[1]]))
    if ends is not None:
        figure.add_selection(
            x0=ends[0], x1=ends[1], y0=low, y1=top, xref="x", yref="y",
            line={"color": colours.line, "width": 1.5},
        )  # fmt: skip
    return figure
