"""Figures of the chart page in their places, with what a reader may do to them."""

from typing import Any

from dash import dcc, html

from dashboard.components import named
from dashboard.figures.template import GRAPH_CONFIG

CHART_CONFIG: Any = GRAPH_CONFIG | {
    # Twice clicked, the axis shows all it may; the server then draws the whole period.
    "doubleClick": "autosize",
    "modeBarButtonsToRemove": [
        "select2d", "lasso2d", "zoomIn2d", "zoomOut2d", "resetScale2d", "toImage",
    ],
}  # fmt: skip
STILL_CONFIG: Any = GRAPH_CONFIG | {"displayModeBar": False, "doubleClick": False}


def placed_graph(figure: Any, name: str, config: Any, words: str) -> html.Div:
    """Return a figure as high as it says, with a summary in words for those who cannot see it."""
    style = {"height": f"{figure.layout.height}px"}
    return html.Div(
        dcc.Graph(id=name, figure=figure, config=config, style=style),
        role="figure",
        className="graph",
        **named(words),
    )
