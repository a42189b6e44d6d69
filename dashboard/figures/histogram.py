"""The histogram of a characteristic with its specification and control limits."""

from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go

from dashboard.figures.bins import Bins
from dashboard.figures.edge_labels import spread
from dashboard.figures.inputs import FloatArray
from dashboard.figures.palette import Palette, palette, translucent
from dashboard.figures.template import styled
from dashboard.figures.wording import escaped, number

HEIGHT = 290
FARTHEST = 1.5
"""A limit farther from the bars than this many times their span is named at the edge instead."""
LABEL_SHARE = 0.17
"""Width of a limit's name as a share of the axis."""
ROW = 17
"""Height of a row of names: that of the specification stands above that of the control limits."""


@dataclass(frozen=True, slots=True, eq=False)
class Histogram:
    """What is drawn: a sample in bins, and the levels it is compared with.

    `expected` says how many values of each bin the law of the limits in force lets expect;
    `expected_zeros` how many zeros.
    """

    bins: Bins
    title: str
    unit: str
    spec_lower: float | None = None
    spec_upper: float | None = None
    lcl: float | None = None
    ucl: float | None = None
    center: float | None = None
    expected: FloatArray | None = None
    expected_zeros: float | None = None


def histogram_figure(histogram: Histogram, *, theme: str) -> go.Figure:
    """Draw bars, the zeros apart where they are counted apart, and the levels as lines."""
    colours = palette(theme)
    bins = histogram.bins
    figure = go.Figure()
    _add_bars(figure, histogram, colours)
    low, high = levels_range(histogram)
    _add_levels(figure, histogram, colours, low, high)
    _add_tails(figure, bins, colours)
    styled(figure, colours, height=HEIGHT)
    figure.update_layout(margin={"l": 30, "r": 14, "t": 44, "b": 44}, bargap=0.06, dragmode=False)
    apart = bins.zeros is not None
    figure.update_xaxes(range=[low, high], fixedrange=True)
    figure.update_layout(
        xaxis={"domain": [0.13, 1.0] if apart else [0.0, 1.0]},
        yaxis={"fixedrange": True, "rangemode": "tozero", "anchor": "x2" if apart else "x"},
    )
    if apart:
        figure.update_layout(
            xaxis2={
                "domain": [0.0, 0.09], "range": [-0.75, 0.75], "fixedrange": True,
                "tickvals": [0], "ticktext": ["0"], "anchor": "y",
                "tickfont": {"color": colours.muted}, "linecolor": colours.grid,
                "showgrid": False, "zeroline": False,
            }
        )  # fmt: skip
    words = " ".join(part for part in (histogram.title, f"({histogram.unit})") if part != "()")
    figure.update_layout(
        xaxis_title={"text": escaped(words), "font": {"size": 12, "color": colours.muted}},
        yaxis_title={"text": "Parts", "font": {"size": 12, "color": colours.muted}},
    )
    return figure


def levels_range(histogram: Histogram) -> tuple[float, float]:
    """Return the range of the axis: all bars, and the levels that lie near enough."""
    edges = histogram.bins.edges
    low, high = float(edges[0]), float(edges[-1])
    reach = FARTHEST * (high - low)
    near = [at for at, _, _ in levels_of(histogram) if low - reach <= at <= high + reach]
    low, high = min([low, *near]), max([high, *near])
    room = 0.03 * (high - low)
    return low - (0.0 if histogram.bins.zeros is not None else room), high + room


def levels_of(histogram: Histogram) -> list[tuple[float, str, str]]:
    """Return level, name and kind of what is drawn as a line."""
    found = (
        (histogram.spec_lower, "LSL", "spec"),
        (histogram.spec_upper, "USL", "spec"),
        (histogram.lcl, "LCL", "limit"),
        (histogram.ucl, "UCL", "limit"),
    )
    return [(level, name, kind) for level, name, kind in found if level is not None]


def _add_bars(figure: go.Figure, histogram: Histogram, colours: Palette) -> None:
    bins = histogram.bins
    middle = (bins.edges[:-1] + bins.edges[1:]) / 2
    words = [bins.words(at) for at in range(bins.counts.size)]
    share = [f"{100 * count / max(bins.n, 1):.1f} %" for count in bins.counts.tolist()]
    look = {"color": translucent(colours.line, 0.75), "line": {"width": 0}}
    figure.add_bar(
        x=middle,
        y=bins.counts,
        width=np.diff(bins.edges) * (0.9 if bins.whole else 0.96),
        marker=look,
        customdata=list(zip(words, share, strict=True)),
        hovertemplate=("<b>%{customdata[0]}</b><br>%{y:,} parts, %{customdata[1]}<extra></extra>"),
    )
    if bins.zeros is not None:
        figure.add_bar(
            x=[0],
            y=[bins.zeros],
            width=[1.0],
            xaxis="x2",
            marker=look
            | {
                "pattern": {
                    "shape": "/",
                    "fgcolor": colours.surface,
                    "size": 6,
                    "fillmode": "overlay",
                }
            },
            customdata=[f"{100 * bins.zeros / max(bins.n, 1):.1f} %"],
            hovertemplate="<b>exactly 0</b><br>%{y:,} parts, %{customdata}<extra></extra>",
        )
    if histogram.expected is not None:
        figure.add_scatter(
            x=middle,
            y=histogram.expected,
            mode="lines",
            line={"color": colours.center, "width": 1.8, "shape": "spline"},
            hovertemplate="%{y:.1f} expected by the law of the limits<extra></extra>",
        )


def _add_levels(
    figure: go.Figure, histogram: Histogram, colours: Palette, low: float, high: float
) -> None:
    looks = {
        "spec": {"color": colours.spec, "width": 1.6, "dash": "longdashdot"},
        "limit": {"color": colours.limit, "width": 1.4, "dash": "dash"},
    }
    levels = levels_of(histogram)
    # Names stand astride their line, those at the ends of the axis beside it: none is cut.
    edge = LABEL_SHARE / 2 * (high - low)
    for level, _, kind in levels:
        if low <= level <= high:
            figure.add_shape(
                type="line", xref="x", yref="paper", x0=level, x1=level, y0=0, y1=1,
                line=looks[kind],
            )  # fmt: skip
    for row, wanted in enumerate(("limit", "spec")):
        colour = colours.spec if wanted == "spec" else colours.limit
        labels = [
            (
                min(max(level, low + edge), high - edge),
                f"{name} {number(level)}{beyond(level, low, high)}",
                colour,
            )
            for level, name, kind in levels
            if kind == wanted
        ]
        for label in spread(labels, low + edge, high - edge, gap=2 * edge):
            figure.add_annotation(
                text=label.text, xref="x", x=label.at, xanchor="center", yref="paper", y=1,
                yanchor="bottom", yshift=ROW * row, showarrow=False,
                font={"size": 12, "color": label.colour},
            )  # fmt: skip


def beyond(level: float, low: float, high: float) -> str:
    """Return an arrow for a level beyond an end of the axis."""
    return " →" if level > high else " ←" if level < low else ""


def _add_tails(figure: go.Figure, bins: Bins, colours: Palette) -> None:
    """Tell how many values lie beyond the bars."""
    for count, at, anchor, words in (
        (bins.below, bins.edges[0], "left", "below"),
        (bins.above, bins.edges[-1], "right", "above"),
    ):
        if count:
            figure.add_annotation(
                text=f"{count:,} more {words} {number(float(at))}", xref="x", x=float(at),
                xanchor=anchor, yref="paper", y=0.86, showarrow=False,
                font={"size": 12, "color": colours.muted},
            )  # fmt: skip
