"""The picture in an alert mail: the run chart that led to a signal, drawn from the rows.

matplotlib's Agg canvas and the object interface only: no display, no global figure, 0.2 s a
picture. The type is large for the picture's width, since a phone shows it 350 px wide.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from jobs.mail import style
from jobs.mail.chart_labels import PanelPicture, day_ticks, heights, write_labels
from jobs.mail.content import one_line

WIDTH = 4.6
PANEL_HEIGHT = 2.15
AXES_HEIGHT = 1.79
"""Inches, as the others; the rest of a panel is its title and the gap to the next."""

HEAD_HEIGHT = 0.30
FOOT_HEIGHT = 0.34
FEW_POINTS = 120
FEW_SIGNALS = 30


@dataclass(frozen=True, slots=True)
class ChartPicture:
    """What one mail chart shows, oldest part first.

    `times` are aware, one per part. `baseline_end` is the position of the first part after the
    baseline, None where the picture begins later.
    """

    title: str
    times: tuple[datetime, ...]
    panels: tuple[PanelPicture, ...]
    baseline_end: int | None = None


def draw_chart(picture: ChartPicture, zone: ZoneInfo) -> bytes:
    """Draw `picture` as a PNG 1104 px wide, its dates in the plant's `zone`.

    Parts stand at equal distances in their order: a plant makes parts in bursts, and a weekend
    must not take a quarter of the picture. The dates below say which day a part belongs to.
    """
    count = len(picture.panels)
    height = HEAD_HEIGHT + count * PANEL_HEIGHT + FOOT_HEIGHT
    figure = Figure(figsize=(WIDTH, height), dpi=240, facecolor=style.PAPER)
    FigureCanvasAgg(figure)
    with style.fonts():
        for position, panel in enumerate(picture.panels):
            bottom = FOOT_HEIGHT + (count - 1 - position) * PANEL_HEIGHT
            shape = (0.095, bottom / height, 0.69, AXES_HEIGHT / height)
            axes = figure.add_axes(shape)
            _draw_panel(axes, panel, picture)
            last = position == count - 1
            ticks = day_ticks(picture.times, zone)
            axes.set_xticks([k for k, _ in ticks], [text if last else "" for _, text in ticks])
        figure.text(
            0.018,
            1 - 0.12 / height,
            one_line(picture.title),
            fontsize=11,
            weight="bold",
            color=style.INK,
            va="top",
        )
        buffer = io.BytesIO()
        figure.savefig(buffer, format="png", metadata={"Software": None})
    return buffer.getvalue()


def _draw_panel(axes: Axes, panel: PanelPicture, picture: ChartPicture) -> None:
    """One statistic: baseline, levels, values, signals, labels."""
    _set_axes(axes, panel)
    _draw_levels(axes, panel, picture.baseline_end)
    _draw_values(axes, panel)
    write_labels(axes, panel, axes_height=AXES_HEIGHT)
    axes.set_title(panel.name, loc="left", fontsize=9.5, color=style.MUTED, pad=5, x=-0.105)


def _draw_levels(axes: Axes, panel: PanelPicture, baseline_end: int | None) -> None:
    """Baseline as a shaded span; centre, control limits and specification as lines."""
    x = np.arange(len(panel.values))
    if baseline_end is not None and baseline_end > 0:
        axes.axvspan(-0.5, baseline_end - 0.5, color=style.BASELINE, lw=0, zorder=0)
        axes.annotate(
            "baseline",
            (0.0, 1.0),
            xycoords=("data", "axes fraction"),
            xytext=(3, -3),
            textcoords="offset points",
            va="top",
            fontsize=8.5,
            color=style.MUTED,
        )
    for level in panel.specification:
        if level is not None:
            axes.axhline(level, color=style.SPECIFICATION, lw=1.2, dashes=(4, 2), zorder=2)
    for limit in (panel.lcl, panel.ucl):
        axes.step(x, limit, where="mid", color=style.SIGNAL, lw=1.2, zorder=2)
    axes.step(x, panel.center, where="mid", color=style.CENTRE, lw=1.2, zorder=2)


def _draw_values(axes: Axes, panel: PanelPicture) -> None:
    """The statistic; completing parts as open diamonds, a shape as well as a colour."""
    x = np.arange(len(panel.values))
    size = 3.2 if len(x) <= FEW_POINTS else 1.8
    axes.plot(x, panel.values, color=style.LINE, lw=0.9, alpha=0.85, zorder=3)
    axes.plot(x, panel.values, "o", color=style.LINE, ms=size, mec="none", zorder=4)
    if panel.run is not None:
        first, last = panel.run
        span = slice(first, last + 1)
        axes.plot(x[span], panel.values[span], color=style.SIGNAL, lw=1.7, zorder=5)
    if panel.signals:
        marked = np.array(panel.signals)
        size = 6.0 if len(marked) <= FEW_SIGNALS else 3.5
        axes.plot(
            marked,
            panel.values[marked],
            "D",
            ms=size,
            mew=1.3 if len(marked) <= FEW_SIGNALS else 0.8,
            mfc="none",
            clip_on=False,
            mec=style.SIGNAL,
            zorder=6,
        )


def _set_axes(axes: Axes, panel: PanelPicture) -> None:
    """Horizontal grid only, and room for every value and every level in reach of the values."""
    axes.set_xlim(-0.5, max(len(panel.values), 2) - 0.5)
    low, high = heights(panel)
    room = 0.08 * (high - low) or 0.5
    axes.set_ylim(low - room, high + 1.6 * room)
    axes.set_facecolor(style.PAPER)
    axes.grid(axis="y", color=style.GRID, lw=0.7)
    axes.set_axisbelow(True)
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.spines["bottom"].set_color(style.GRID)
    axes.yaxis.set_major_locator(MaxNLocator(nbins=4, steps=[1, 2, 5, 10]))
    axes.tick_params(colors=style.MUTED, labelsize=9.5, length=0)
