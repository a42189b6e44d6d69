"""What a mail chart shows of one statistic, and the words round it: levels at the right, days below."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias
from zoneinfo import ZoneInfo

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import NDArray

from jobs.mail import style

FloatArray: TypeAlias = NDArray[np.float64]

MAX_TICKS = 4
LEVEL_REACH = 1.5
"""Levels further from the values than this many times their span are off the picture."""

LINE_OF_TYPE = 0.19
"""Height of one label at the right edge, in inches: labels are kept this far apart."""


@dataclass(frozen=True, slots=True)
class PanelPicture:
    """One plotted statistic with its limits, one entry per part, NaN where there is none.

    `signals` are positions of completing parts; `run` is the first and last position of the run
    that led to the newest of them.
    """

    name: str
    values: FloatArray
    center: FloatArray
    lcl: FloatArray
    ucl: FloatArray
    signals: tuple[int, ...] = ()
    run: tuple[int, int] | None = None
    specification: tuple[float | None, float | None] = (None, None)


@dataclass(frozen=True, slots=True)
class _Label:
    """One word at the right edge, at a height in data units."""

    height: float
    text: str
    colour: str


def heights(panel: PanelPicture) -> tuple[float, float]:
    """The lowest and highest height drawn.

    The limit of a skewed law may lie ten times above every value; drawn to scale it would flatten
    them to a line. Such a level is off the picture, and its label points to it.
    """
    drawn = np.concatenate([panel.values, panel.center])
    drawn = drawn[np.isfinite(drawn)]
    if not drawn.size:
        return 0.0, 1.0
    low, high = float(drawn.min()), float(drawn.max())
    reach = LEVEL_REACH * ((high - low) or abs(high) or 1.0)
    levels = np.concatenate(
        [panel.lcl, panel.ucl, [level for level in panel.specification if level is not None]]
    )
    near = levels[(levels >= low - reach) & (levels <= high + reach)]
    return min([low, *near.tolist()]), max([high, *near.tolist()])


def day_ticks(times: Sequence[datetime], zone: ZoneInfo) -> list[tuple[int, str]]:
    """Positions of the first part of a plant day with the day's name, at most four of them.

    Within one day the time is written instead.

    Examples
    --------
    >>> from datetime import UTC
    >>> hours = [datetime(2024, 5, 1, h, tzinfo=UTC) for h in (20, 21, 22, 23)]
    >>> day_ticks(hours, ZoneInfo("Europe/Berlin"))
    [(0, '1 May'), (2, '2 May')]

    """
    local = [moment.astimezone(zone) for moment in times]
    if not local:
        return []
    starts = [
        index
        for index, moment in enumerate(local)
        if index == 0 or moment.date() != local[index - 1].date()
    ]
    if len(starts) == 1:
        return [(k, local[k].strftime("%H:%M")) for k in sorted({0, len(local) // 2})]
    step = -(-len(starts) // MAX_TICKS)
    return [(k, f"{local[k].day} {local[k].strftime('%b')}") for k in starts[::step]]


def _edge_labels(panel: PanelPicture) -> list[_Label]:
    """The words at the right edge: what each level is, and its number."""
    low, high = heights(panel)
    span = high - low
    labels = [
        _Label(level, f"spec {style.level(level, span)}", style.SPECIFICATION)
        for level in panel.specification
        if level is not None
    ]
    for name, levels, colour in (
        ("UCL", panel.ucl, style.SIGNAL),
        ("centre", panel.center, style.CENTRE),
        ("LCL", panel.lcl, style.SIGNAL),
    ):
        known = levels[np.isfinite(levels)]
        if known.size:
            last = float(known[-1])
            labels.append(_Label(last, f"{name} {style.level(last, span)}", colour))
    return labels


def write_labels(axes: Axes, panel: PanelPicture, *, axes_height: float) -> None:
    """Write the labels beside the axis, pushed apart where their levels lie close together.

    `axes_height` is in inches.
    """
    low, high = axes.get_ylim()
    gap = LINE_OF_TYPE / axes_height
    placed: float | None = None
    for label in sorted(_edge_labels(panel), key=lambda label: label.height):
        wanted = (label.height - low) / (high - low)
        arrow = " ↑" if wanted > 1 else " ↓" if wanted < 0 else ""
        wanted = min(max(wanted, 0.0), 1.0)
        placed = wanted if placed is None else max(wanted, placed + gap)
        axes.annotate(
            label.text + arrow,
            (1.0, placed),
            xycoords="axes fraction",
            xytext=(5, 0),
            textcoords="offset points",
            va="center",
            fontsize=9.5,
            color=label.colour,
            weight="bold",
        )
