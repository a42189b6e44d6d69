"""The run chart: panels of one characteristic that share an axis, limits, phases, signals."""

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from dashboard.figures.decimation import IndexArray, decimate
from dashboard.figures.inputs import ChartStyle, FloatArray, RunChart
from dashboard.figures.limit_lines import add_edge_labels, add_limit_lines, panel_range
from dashboard.figures.order_axis import order_ticks
from dashboard.figures.palette import Palette, palette
from dashboard.figures.plotting import Plotting
from dashboard.figures.signal_marks import add_flags, add_signals, shown_signals
from dashboard.figures.spec_lines import add_specification
from dashboard.figures.stage_marks import add_stages
from dashboard.figures.template import message_figure, styled
from dashboard.figures.value_line import add_values
from dashboard.figures.wording import escaped

FIRST_PANEL_HEIGHT = 330
OTHER_PANEL_HEIGHT = 150
DAY = 86_400_000
TICK_FORMATS = [
    {"dtickrange": [None, 60_000], "value": "%H:%M:%S\n%-d %b"},
    {"dtickrange": [60_000, DAY - 1], "value": "%H:%M\n%-d %b"},
    {"dtickrange": [DAY, "M1"], "value": "%-d %b\n%Y"},
    {"dtickrange": ["M1", None], "value": "%b\n%Y"},
]


def run_chart_figure(chart: RunChart, style: ChartStyle, *, first_number: int = 1) -> go.Figure:
    """Draw `chart`: every panel, centre and limits, phases, specification and signals.

    At most about `style.budget` points are drawn, and every signal whatever the budget.
    `first_number` is the place of the first point on an axis that counts parts.
    """
    colours = palette(style.theme)
    if not chart.panels or not chart.local_ms.size:
        return message_figure("No parts captured in this period", colours)
    plotting = _plotting(chart, style, colours, first_number)
    total = sum(plotting.heights)
    figure = make_subplots(
        rows=len(chart.panels),
        cols=1,
        shared_xaxes=True,
        vertical_spacing=48 / (total + 48),
        row_heights=list(plotting.heights),
    )
    for panel in range(len(chart.panels)):
        add_limit_lines(figure, plotting, panel)
        add_values(figure, plotting, panel)
        add_edge_labels(figure, plotting, panel)
        _add_title(figure, plotting, panel)
    add_specification(figure, plotting)
    add_stages(figure, plotting)
    add_signals(figure, plotting)
    add_flags(figure, plotting)
    styled(figure, colours, height=total + 48 * (len(chart.panels) - 1) + 78)
    _set_axes(figure, plotting)
    return figure


def drawn_indices(chart: RunChart, budget: int) -> IndexArray:
    """Choose the points to draw: extremes of every panel, borders of stages, all signals."""
    keep = {at for panel in range(len(chart.panels)) for at in shown_signals(chart, panel).tolist()}
    for stage in chart.stages:
        keep |= {stage.first, stage.last}
    share = max(4, budget // max(1, len(chart.panels)))
    if chart.local_ms.size <= budget:
        share = budget
    chosen = [decimate(panel.value, share, keep) for panel in chart.panels]
    return np.unique(np.concatenate(chosen)).astype(np.intp)


def _plotting(chart: RunChart, style: ChartStyle, colours: Palette, first_number: int) -> Plotting:
    n = chart.local_ms.size
    return Plotting(
        chart=chart,
        style=style,
        colours=colours,
        x=chart.local_ms if style.axis == "time" else np.arange(n, dtype=np.float64) + first_number,
        drawn=drawn_indices(chart, style.budget),
        ranges=tuple(panel_range(chart, at, clip=style.clip) for at in range(len(chart.panels))),
        heights=(FIRST_PANEL_HEIGHT, *[OTHER_PANEL_HEIGHT] * (len(chart.panels) - 1)),
    )


def _add_title(figure: go.Figure, plotting: Plotting, panel: int) -> None:
    trace = plotting.chart.panels[panel]
    unit = f"  <span style='color:{plotting.colours.muted}'>{escaped(trace.unit)}</span>"
    axis = "" if panel == 0 else str(panel + 1)
    figure.add_annotation(
        text=f"<b>{escaped(trace.title)}</b>{unit if trace.unit else ''}",
        xref="paper",
        yref=f"y{axis} domain",
        x=0,
        y=1,
        xanchor="left",
        yanchor="bottom",
        yshift=8,
        showarrow=False,
        font={"size": 13, "color": plotting.colours.ink},
    )


def axis_range(x: FloatArray, style: ChartStyle) -> list[float]:
    """Return the ends of the axis: the window asked for, else all points and a small margin.

    With the margin the first and the last dot stand free of the frame.

    Examples
    --------
    >>> axis_range(np.array([0.0, 1000.0]), ChartStyle())
    [-12.0, 1012.0]

    """
    if style.window is not None and style.axis == "time":
        return list(style.window)
    first, last = float(x[0]), float(x[-1])
    margin = (last - first) * 0.012 or 1.0
    return [first - margin, last + margin]


def _set_axes(figure: go.Figure, plotting: Plotting) -> None:
    for panel, (low, high) in enumerate(plotting.ranges):
        # A drag chooses a stretch of time; how high the axis reaches follows from it.
        figure.update_yaxes(range=[low, high], fixedrange=True, row=panel + 1, col=1)
    figure.update_xaxes(range=axis_range(plotting.x, plotting.style))
    first = float(plotting.x[0])
    bottom = {"row": len(plotting.ranges), "col": 1}
    if plotting.style.axis == "time":
        figure.update_xaxes(type="date", tickformatstops=TICK_FORMATS)
        title = f"Captured at ({plotting.chart.zone_name})"
    else:
        at, words = order_ticks(plotting.chart.local_ms)
        figure.update_xaxes(
            tickmode="array", tickangle=0, tickvals=[one - 1 + first for one in at], ticktext=words
        )
        title = f"Parts in the order of capture ({plotting.chart.zone_name})"
    figure.update_xaxes(
        title={
            "text": escaped(title),
            "font": {"size": 12, "color": plotting.colours.muted},
            "standoff": 8,
        },
        **bottom,
    )
