"""Centre line, control limits, zones and specification limits of one panel."""

import numpy as np
import plotly.graph_objects as go

from dashboard.figures.edge_labels import spread
from dashboard.figures.inputs import FloatArray, RunChart
from dashboard.figures.palette import translucent
from dashboard.figures.plotting import Plotting
from dashboard.figures.wording import finite_range, level_words

LABEL_PX = 15
"""Height of one line of words at the right edge."""

FARTHEST = 1.5
"""A level farther from all values than this many times their span is left off the scale."""


def panel_range(chart: RunChart, panel: int, *, clip: bool) -> tuple[float, float]:
    """Return the range of a panel's axis.

    A limit far away from all values is left off the scale, where an arrow at the edge names it:
    the limits of heavy-tailed measures would press the values flat. With `clip`, the axis ends
    with the bulk of the values (99 %), so that one excursion does not either. Both are about the
    first panel; the running average has the same scale for every measure.
    """
    trace = chart.panels[panel]
    levels = [trace.center, trace.lcl, trace.ucl]
    if panel == 0:
        specs = [chart.spec_lower, chart.spec_upper]
        specs += [side for one in chart.spec_changes for side in one.before]
        levels.append(np.array([spec for spec in specs if spec is not None]))
    value = trace.value
    present = value[np.isfinite(value)]
    if clip and panel == 0 and present.size:
        # "lower" and "higher": an excursion must not move the edge by interpolation.
        bulk = (
            np.quantile(present, 0.01, method="higher"),
            np.quantile(present, 0.99, method="lower"),
        )
        value = np.clip(value, *bulk)
    drawn = near_levels(value, levels) if panel == 0 else levels
    low, high = finite_range(value, *drawn) or (0.0, 1.0)
    room = (high - low) * 0.06 or max(abs(high), 1.0) * 0.1
    # Nothing measured here is negative: an axis that starts below 0 would only waste room.
    starts_at_zero = low >= 0 and low < 0.3 * high
    return (-0.02 * high if starts_at_zero else low - room), high + room


def near_levels(value: FloatArray, levels: list[FloatArray]) -> list[FloatArray]:
    """Return the levels without those that lie too far from all values to be drawn with them.

    Examples
    --------
    >>> near_levels(np.array([0.0, 4.0]), [np.array([8.0, 40.0, np.nan])])
    [array([8.])]

    """
    found = finite_range(value)
    if found is None:
        return levels
    low, high = found
    reach = FARTHEST * ((high - low) or abs(high) or 1.0)
    return [level[(level >= low - reach) & (level <= high + reach)] for level in levels]


def add_limit_lines(figure: go.Figure, plotting: Plotting, panel: int) -> None:
    """Draw limits and centre per stage, and the zones in the first panel."""
    chart, colours = plotting.chart, plotting.colours
    trace = chart.panels[panel]
    first = panel == 0
    if first and plotting.style.zones:
        for zone in chart.zones:
            _add_level(
                figure,
                plotting,
                panel,
                zone,
                {"color": translucent(colours.center, 0.55), "width": 1, "dash": "dot"},
            )
    _add_level(figure, plotting, panel, trace.center, {"color": colours.center, "width": 1.4})
    limit = {"color": colours.limit, "width": 1.4, "dash": "dash"}
    _add_level(figure, plotting, panel, trace.ucl, limit)
    _add_level(figure, plotting, panel, trace.lcl, limit)


def _add_level(
    figure: go.Figure, plotting: Plotting, panel: int, level: FloatArray, line: dict[str, object]
) -> None:
    x, y = level_steps(plotting.x, level)
    if not np.isfinite(y).any():
        return
    figure.add_scatter(x=x, y=y, mode="lines", line=line, hoverinfo="skip", row=panel + 1, col=1)


def level_steps(x: FloatArray, level: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the corners of a level's line: one straight piece per stretch of equal value.

    A NaN parts two pieces, so that a limit never slopes from one phase to the next.

    Examples
    --------
    >>> x, y = level_steps(np.arange(5.0), np.array([2.0, 2, 2, 7, 7]))
    >>> x.tolist(), y.tolist()
    ([0.0, 2.5, nan, 2.5, 4.0, nan], [2.0, 2.0, nan, 7.0, 7.0, nan])

    """
    if not level.size:
        return x, level
    before, after = level[:-1], level[1:]
    changes = (before != after) & ~(np.isnan(before) & np.isnan(after))
    starts = np.flatnonzero(np.append(True, changes))
    ends = np.append(starts[1:], level.size) - 1
    # Neighbouring pieces meet half way between their points.
    left = np.where(starts > 0, (x[starts] + x[np.maximum(starts - 1, 0)]) / 2, x[starts])
    last = level.size - 1
    right = np.where(ends < last, (x[ends] + x[np.minimum(ends + 1, last)]) / 2, x[ends])
    gap = np.full(starts.size, np.nan)
    corners = np.column_stack([left, right, gap]).ravel()
    heights = np.column_stack([level[starts], level[starts], gap]).ravel()
    return corners, heights


def add_edge_labels(figure: go.Figure, plotting: Plotting, panel: int) -> None:
    """Name the levels in force at the end of the panel, at its right edge."""
    chart, colours = plotting.chart, plotting.colours
    trace = chart.panels[panel]
    low, high = plotting.ranges[panel]
    found = [
        (_last(trace.ucl), "UCL", colours.limit),
        (_last(trace.center), "Centre", colours.center),
        (_last(trace.lcl), "LCL", colours.limit),
    ]
    if panel == 0:
        found += [
            (chart.spec_upper, "Spec", colours.spec),
            (chart.spec_lower, "Spec", colours.spec),
        ]
    labels = [
        (min(max(at, low), high), f"{word} {level_words(at, high - low)}{_arrow(at, low, high)}", c)
        for at, word, c in found
        if at is not None
    ]
    gap = LABEL_PX / plotting.heights[panel] * (high - low)
    for label in spread(labels, low, high, gap=gap):
        figure.add_annotation(
            text=label.text,
            xref="paper",
            x=1,
            xshift=6,
            xanchor="left",
            yref="y" if panel == 0 else f"y{panel + 1}",
            y=label.at,
            yanchor="middle",
            showarrow=False,
            font={"size": 12, "color": label.colour},
        )


def _arrow(level: float, low: float, high: float) -> str:
    """Return an arrow for a level beyond the edge of the panel."""
    return " ↑" if level > high else " ↓" if level < low else ""


def _last(level: FloatArray) -> float | None:
    present = level[np.isfinite(level)]
    return float(present[-1]) if present.size and np.isfinite(level[-1]) else None
