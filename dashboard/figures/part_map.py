"""The defect map: a grid over the part, y down as in the image."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import plotly.graph_objects as go

from dashboard.figures.inputs import FloatArray
from dashboard.figures.palette import Palette, palette
from dashboard.figures.template import styled
from dashboard.figures.wording import number

Outline = tuple[tuple[tuple[float, float], ...], ...]
"""Polylines of (x, y) in part coordinates."""


@dataclass(frozen=True, slots=True)
class PartMap:
    """One value per cell, `values[row, column]` with row 0 at the top; NaN is not drawn.

    `kind` "level" runs from nothing to much; "ratio" from far less to far more than expected,
    with 1 in the middle; "difference" from less to more, with 0 in the middle. `hover` has the
    words of each cell, already free of markup.
    """

    values: FloatArray
    hover: tuple[tuple[str, ...], ...]
    title: str
    kind: Literal["level", "ratio", "difference"] = "level"
    marked: tuple[tuple[int, int], ...] = ()
    """(row, column) of the cells in the table, worst first; numbered on the map."""
    hatched: tuple[tuple[int, int], ...] = ()
    """(row, column) of the cells that surely changed."""
    outline: Outline = ()
    """Lines of the part's drawing, to lie over the map."""


def part_map_figure(part_map: PartMap, theme: str) -> go.Figure:
    """Draw `part_map` in part coordinates (0..1) with equal scales on both axes."""
    colours = palette(theme)
    rows, columns = part_map.values.shape
    x = (np.arange(columns) + 0.5) / columns
    y = (np.arange(rows) + 0.5) / rows
    figure = go.Figure()
    figure.add_heatmap(
        x=x,
        y=y,
        z=_heights(part_map),
        customdata=np.array(part_map.hover, dtype=object),
        hovertemplate="%{customdata}<extra></extra>",
        xgap=1,
        ygap=1,
        hoverongaps=False,
        **_colours(part_map, colours),
    )
    _add_outline(figure, part_map.outline, colours)
    _add_hatching(figure, part_map, colours)
    _add_selectable(figure, x, y)
    _add_marks(figure, part_map, colours)
    styled(figure, colours, height=None)
    figure.update_layout(margin={"l": 30, "r": 8, "t": 10, "b": 44}, dragmode="select")
    axis = {"range": [0, 1], "showgrid": False, "tickvals": [0, 0.25, 0.5, 0.75, 1]}
    figure.update_xaxes(
        **axis, constrain="domain", title={"text": "Across the part (share of its width)"}
    )
    figure.update_yaxes(
        **{**axis, "range": [1, 0]},
        scaleanchor="x",
        constrain="domain",
        title={"text": "Down the part (share of its height)"},
    )
    figure.update_xaxes(title_font={"size": 12, "color": colours.muted})
    figure.update_yaxes(title_font={"size": 12, "color": colours.muted})
    # The edge of the part.
    figure.add_shape(
        type="rect", x0=0, x1=1, y0=0, y1=1, line={"color": colours.muted, "width": 1.2}
    )
    return figure


def _heights(part_map: PartMap) -> FloatArray:
    if part_map.kind != "ratio":
        return part_map.values
    # Twice as many and half as many stand equally far from the middle.
    with np.errstate(divide="ignore"):
        return np.clip(np.log2(part_map.values), -3, 3)


def _colours(part_map: PartMap, colours: Palette) -> dict[str, object]:
    bar: dict[str, object] = {
        "title": {"text": part_map.title, "side": "top", "font": {"size": 12.5}},
        "orientation": "h",
        "thickness": 12,
        "y": 1.0,
        "yanchor": "bottom",
        "ypad": 9,
        "outlinewidth": 0,
        "len": 1.0,
        "tickfont": {"color": colours.muted, "size": 11.5},
    }
    if part_map.kind == "ratio":
        bar |= {"tickvals": [-3, -2, -1, 0, 1, 2, 3]}
        bar |= {"ticktext": ["⅛", "¼", "½", "1", "2×", "4×", "8×"]}
        scale = colours.divided
        limits = {"zmin": -3.0, "zmax": 3.0}
    elif part_map.kind == "difference":
        reach = float(np.nanmax(np.abs(part_map.values), initial=0.0)) or 1.0
        scale = colours.divided
        limits = {"zmin": -reach, "zmax": reach}
    else:
        scale = colours.heat
        top = np.nanmax(part_map.values, initial=0.0)
        limits = {"zmin": 0.0, "zmax": float(top) or 1.0}
    steps = np.linspace(0, 1, len(scale))
    colourscale = [[float(at), colour] for at, colour in zip(steps, scale, strict=True)]
    return {"colorscale": colourscale, "colorbar": bar, **limits}


def _add_outline(figure: go.Figure, outline: Outline, colours: Palette) -> None:
    for line in outline:
        figure.add_scatter(
            x=[x for x, _ in line],
            y=[y for _, y in line],
            mode="lines",
            line={"color": colours.muted, "width": 1.4},
            hoverinfo="skip",
        )


def _add_hatching(figure: go.Figure, part_map: PartMap, colours: Palette) -> None:
    """Draw two slanted lines through each cell that surely changed, all as one trace."""
    rows, columns = part_map.values.shape
    x: list[float | None] = []
    y: list[float | None] = []
    for row, column in part_map.hatched:
        for first, last in (((0.0, 0.6), (0.6, 0.0)), ((0.4, 1.0), (1.0, 0.4))):
            x += [(column + first[0]) / columns, (column + last[0]) / columns, None]
            y += [(row + first[1]) / rows, (row + last[1]) / rows, None]
    if x:
        figure.add_scatter(
            x=x, y=y, mode="lines", line={"color": colours.ink, "width": 1}, hoverinfo="skip"
        )


def _add_selectable(figure: go.Figure, x: FloatArray, y: FloatArray) -> None:
    """Lay unseen points over the cells: a heat map cannot be brushed, points can."""
    across, down = np.meshgrid(x, y)
    figure.add_scatter(
        x=across.ravel(),
        y=down.ravel(),
        mode="markers",
        marker={"opacity": 0, "size": 8},
        hoverinfo="skip",
        selected={"marker": {"opacity": 0}},
        unselected={"marker": {"opacity": 0}},
    )


def _add_marks(figure: go.Figure, part_map: PartMap, colours: Palette) -> None:
    rows, columns = part_map.values.shape
    for rank, (row, column) in enumerate(part_map.marked, start=1):
        figure.add_shape(
            type="rect",
            x0=column / columns,
            x1=(column + 1) / columns,
            y0=row / rows,
            y1=(row + 1) / rows,
            line={"color": colours.ink, "width": 2},
        )
        figure.add_annotation(
            text=f"<b>{number(rank)}</b>",
            x=(column + 0.5) / columns,
            y=row / rows,
            yshift=9,
            showarrow=False,
            bgcolor=colours.surface,
            borderpad=1,
            opacity=0.92,
            font={"size": 11.5, "color": colours.ink},
        )
