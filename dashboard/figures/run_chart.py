"""The run chart: panels of one characteristic that share an axis, limits, phases, signals."""

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from dashboard.figures.decimation import IndexArray, decimate
from dashboard.figures.inputs import ChartStyle, FloatArray, RunChart
from dashboard.figures.limit_lines import add_edge_labels, add_limit_lines, panel_range
from dashboard.figures.order_axis import order_ticks
from dashboard.figures.palette import Palette, palette, translucent
from dashboard.figures.plotting import Plotting
from dashboard.figures.signal_marks import add_flags, add_signals
from dashboard.figures.stage_marks import add_stages
from dashboard.figures.template import message_figure, styled
from dashboard.figures.wording import escaped, moment, number

FIRST_PANEL_HEIGHT = 330
OTHER_PANEL_HEIGHT = 150
MARKED_POINTS = 700
"""Up to this many points each one is a dot; beyond, the line alone is drawn."""

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
        _add_values(figure, plotting, panel)
        add_edge_labels(figure, plotting, panel)
        _add_title(figure, plotting, panel)
    add_stages(figure, plotting)
    add_signals(figure, plotting)
    add_flags(figure, plotting)
    styled(figure, colours, height=total + 48 * (len(chart.panels) - 1) + 78)
    _set_axes(figure, plotting)
    return figure


def drawn_indices(chart: RunChart, budget: int) -> IndexArray:
    """Choose the points to draw: extremes of every panel, borders of stages, all signals."""
    keep = {signal.index for signal in chart.signals}
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


def _add_values(figure: go.Figure, plotting: Plotting, panel: int) -> None:
    """Draw the values: a line with dots, and triangles where a value is off the scale."""
    chart, colours, drawn = plotting.chart, plotting.colours, plotting.drawn
    trace = chart.panels[panel]
    low, high = plotting.ranges[panel]
    value = trace.value[drawn]
    dots = drawn.size <= MARKED_POINTS
    figure.add_scatter(
        x=plotting.x[drawn],
        y=np.clip(value, low, high),
        mode="lines+markers",
        name=escaped(trace.title),
        line={"color": translucent(colours.line, 0.55) if dots else colours.line, "width": 1.2},
        marker={
            "color": colours.line,
            "line": {"width": 0},
            **_marks(value, low, high, size=4.4 if dots else 0.1),
        },
        customdata=_custom(plotting),
        text=[escaped(chart.names[at]) for at in drawn.tolist()],
        hovertext=[number(one) for one in trace.value[drawn].tolist()],
        hovertemplate=_hover_template(plotting, trace.unit),
        cliponaxis=False,
        row=panel + 1,
        col=1,
    )


def _marks(value: FloatArray, low: float, high: float, *, size: float) -> dict[str, object]:
    """Return symbol and size of the points: arrow heads for those off the scale."""
    above, below = value > high, value < low
    if not above.any() and not below.any():
        # One word for all: Plotly checks lists letter by letter.
        return {"symbol": "circle", "size": size}
    symbols = np.where(above, "triangle-up", np.where(below, "triangle-down", "circle"))
    return {"symbol": symbols.tolist(), "size": np.where(above | below, 9.0, size)}


def _hover_template(plotting: Plotting, unit: str) -> str:
    """Return the hover box of a value; what all points share is sent once, not with each."""
    when = (
        f"%{{x|%-d %b %Y %H:%M}} {escaped(plotting.chart.zone_name)}"
        if plotting.style.axis == "time"
        else "%{customdata[1]}"
    )
    return f"<b>%{{hovertext}} {escaped(unit)}</b><br>Part %{{text}}<br>{when}<extra></extra>"


def _custom(plotting: Plotting) -> list[tuple[str, ...]]:
    """Return the key of each drawn part, with its time where the axis does not tell it."""
    chart, drawn = plotting.chart, plotting.drawn.tolist()
    if plotting.style.axis == "time":
        return [(chart.keys[at],) for at in drawn]
    return [(chart.keys[at], moment(chart, at)) for at in drawn]


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


def _set_axes(figure: go.Figure, plotting: Plotting) -> None:
    for panel, (low, high) in enumerate(plotting.ranges):
        figure.update_yaxes(range=[low, high], row=panel + 1, col=1)
    # A small margin: the first and the last dot stand free of the frame.
    first, last = float(plotting.x[0]), float(plotting.x[-1])
    margin = (last - first) * 0.012 or 1.0
    figure.update_xaxes(range=[first - margin, last + margin])
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
