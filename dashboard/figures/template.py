"""The plain look shared by all figures: transparent, horizontal grid only, own font."""

from typing import Any

import plotly.graph_objects as go

from dashboard.figures.palette import FONT_FAMILY, Palette

GRAPH_CONFIG: Any = {
    # Plotly 7 offers to upload a chart to a cloud unless told otherwise.
    "showSendToCloud": False,
    "displaylogo": False,
    "responsive": True,
    "scrollZoom": False,
    "modeBarButtonsToRemove": ["select2d", "lasso2d", "autoScale2d", "zoomIn2d", "zoomOut2d"],
    "toImageButtonOptions": {"format": "png", "scale": 2},
}


def styled(figure: go.Figure, colours: Palette, *, height: int | None) -> go.Figure:
    """Give `figure` the common look and return it; without a height it fills its place."""
    figure.update_layout(
        template=None,
        height=height,
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        font={"family": FONT_FAMILY, "size": 12.5, "color": colours.ink},
        margin={"l": 30, "r": 96, "t": 30, "b": 44},
        showlegend=False,
        hovermode="closest",
        dragmode="zoom",
        hoverlabel={
            "bgcolor": colours.surface,
            "bordercolor": colours.muted,
            "font": {"family": FONT_FAMILY, "size": 12.5, "color": colours.ink},
            "align": "left",
        },
        modebar={
            "bgcolor": colours.surface,
            "color": colours.muted,
            "activecolor": colours.ink,
            "orientation": "h",
        },
    )
    figure.update_xaxes(
        showgrid=False,
        zeroline=False,
        linecolor=colours.grid,
        tickcolor=colours.grid,
        ticks="outside",
        tickfont={"color": colours.muted},
        automargin=True,
    )
    figure.update_yaxes(
        showgrid=True,
        gridcolor=colours.grid,
        zeroline=False,
        ticks="",
        tickfont={"color": colours.muted},
        automargin=True,
    )
    return figure


def message_figure(words: str, colours: Palette, *, height: int = 320) -> go.Figure:
    """Return an empty figure that says in words why nothing is drawn."""
    figure = go.Figure()
    figure.add_annotation(
        text=words, showarrow=False, font={"size": 14, "color": colours.muted}, x=0.5, y=0.5
    )
    styled(figure, colours, height=height)
    figure.update_xaxes(visible=False)
    figure.update_yaxes(visible=False)
    return figure
