"""The second picture in an alert mail: where on the part defects lay before, and lie since."""

from __future__ import annotations

import io

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.image import AxesImage
from matplotlib.patches import Rectangle

from jobs.mail import style
from spc.gathering import CellCounts, Gathering

WIDTH = 4.6
HEIGHT = 2.62
MERGED = 2
"""Cells of the grid that one square of the picture joins: a phone shows 16 across, not 32."""

COLOURS = LinearSegmentedColormap.from_list(
    "surface", ["#f6f4ee", "#f3d9a4", "#e08a4f", "#b02a37", "#5a0f1c"]
)


def draw_map(
    before: CellCounts, since: CellCounts, gathering: Gathering, *, noun: str, began: str
) -> bytes:
    """Draw both periods on one colour scale as a PNG 1104 px wide, the place framed.

    Parameters
    ----------
    noun
        What is counted, such as "stains".
    began
        When the second period starts, in words of the plant's clock.

    """
    figure = Figure(figsize=(WIDTH, HEIGHT), dpi=240, facecolor=style.PAPER)
    FigureCanvasAgg(figure)
    top = float(max(before.shares(MERGED).max(), since.shares(MERGED).max(), 1.0))
    with style.fonts():
        for left, title, cells in ((0.02, "before", before), (0.45, f"since {began}", since)):
            axes = figure.add_axes((left, 0.03, 0.41, 0.41 * WIDTH / HEIGHT))
            image = axes.imshow(
                cells.shares(MERGED),
                cmap=COLOURS,
                vmin=0,
                vmax=top,
                extent=(0, 1, 1, 0),
                interpolation="nearest",
            )
            _dress(axes, f"{title} · {cells.parts_inspected} parts")
        axes.add_patch(_frame(gathering))
        _scale(figure, image, f"{noun.capitalize()} per 100 parts")
        buffer = io.BytesIO()
        figure.savefig(buffer, format="png", metadata={"Software": None})
    return buffer.getvalue()


def _dress(axes: Axes, title: str) -> None:
    """A part without axes: its outline is the frame."""
    axes.set_xticks([])
    axes.set_yticks([])
    for spine in axes.spines.values():
        spine.set_color(style.MUTED)
        spine.set_linewidth(0.8)
    axes.set_title(title, loc="left", fontsize=9.5, color=style.INK, pad=5)


def _frame(gathering: Gathering) -> Rectangle:
    """The place that is hit more often, a little wider than found."""
    room = 0.015
    x0, y0 = max(0.005, gathering.x0 - room), max(0.005, gathering.y0 - room)
    x1, y1 = min(0.995, gathering.x1 + room), min(0.995, gathering.y1 + room)
    return Rectangle((x0, y0), x1 - x0, y1 - y0, fill=False, edgecolor=style.INK, lw=1.8)


def _scale(figure: Figure, image: AxesImage, label: str) -> None:
    """The colour scale at the right, its words along it."""
    axes = figure.add_axes((0.885, 0.09, 0.025, 0.6))
    bar = figure.colorbar(image, cax=axes)
    bar.outline.set_visible(False)
    axes.tick_params(colors=style.MUTED, labelsize=8.5, length=0)
    ticks = np.linspace(0, image.get_clim()[1] or 1.0, 3)
    bar.set_ticks(
        list(ticks), labels=[f"{tick:.0f}" if tick >= 10 else f"{tick:.2g}" for tick in ticks]
    )
    figure.text(0.02, 0.975, label, fontsize=11, weight="bold", color=style.INK, va="top")
