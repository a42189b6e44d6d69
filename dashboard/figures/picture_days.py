"""Pictures a day: measured ones, and those refused on top."""

from collections.abc import Sequence
from datetime import date

import plotly.graph_objects as go

from dashboard.figures.palette import palette, translucent
from dashboard.figures.template import styled


def picture_days(
    days: Sequence[date], measured: Sequence[int], refused: Sequence[int], theme: str
) -> go.Figure:
    """Draw one bar a day; refused pictures are hatched, so that colour is not all that tells."""
    colours = palette(theme)
    figure = go.Figure()
    for name, counts, colour, pattern in (
        ("measured", measured, colours.line, ""),
        ("refused", refused, colours.limit, "/"),
    ):
        figure.add_bar(
            x=[day.isoformat() for day in days],
            y=list(counts),
            name=name,
            marker={
                "color": translucent(colour, 0.4),
                "line": {"color": colour, "width": 1},
                "pattern": {"shape": pattern, "fgcolor": colour},
            },
            hovertemplate=f"%{{x|%a %-d %b %Y}}: %{{y:,}} {name}<extra></extra>",
        )
    styled(figure, colours, height=260)
    figure.update_layout(
        barmode="stack",
        showlegend=True,
        legend={"orientation": "h", "y": 1.14, "x": 0},
        margin={"l": 30, "r": 16, "t": 30, "b": 40},
    )
    figure.update_xaxes(type="date")
    figure.update_yaxes(rangemode="tozero")
    return figure
