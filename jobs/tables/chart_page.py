"""A chart as one HTML page that needs nothing else: drawn as SVG, readable in light and dark."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from jinja2 import Environment, PackageLoader, StrictUndefined

from jobs.errors import InputError
from spc.arrays import FloatArray
from spc.result import ChartResult, Panel
from spc.rules import rule_in_words

WIDTH, HEIGHT = 960, 260
LEFT, RIGHT, TOP, BOTTOM = 70, 20, 14, 24
TICKS = 5


@dataclass(frozen=True, slots=True)
class Mark:
    """A signal in the picture: where, and the rules it broke in words."""

    x: float
    y: float
    text: str


@dataclass(frozen=True, slots=True)
class Tick:
    """A number beside an axis."""

    place: float
    text: str


@dataclass(frozen=True, slots=True)
class Drawing:
    """One panel in pixels: paths of lines, marks and ticks."""

    name: str
    value: str
    levels: tuple[tuple[str, str], ...]
    marks: tuple[Mark, ...]
    x_ticks: tuple[Tick, ...]
    y_ticks: tuple[Tick, ...]


def write_chart_page(path: Path, result: ChartResult, *, title: str) -> None:
    """Write `result` to `path`.

    Raises
    ------
    InputError
        The file cannot be written.

    """
    page = Environment(
        loader=PackageLoader("jobs", "templates"), autoescape=True, undefined=StrictUndefined
    ).get_template("chart.html")
    text = page.render(
        title=title,
        result=result,
        drawings=[_drawing(panel, result) for panel in result.panels],
        signals=[(signal, rule_in_words(signal.rule)) for signal in result.signals],
        width=WIDTH,
        height=HEIGHT,
        left=LEFT,
        bottom=HEIGHT - BOTTOM,
        right=WIDTH - RIGHT,
    )
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise InputError(f"{path} cannot be written: {error.strerror}") from error


def _drawing(panel: Panel, result: ChartResult) -> Drawing:
    lines = (panel.value, panel.center, panel.lcl, panel.ucl)
    finite = np.concatenate([line[np.isfinite(line)] for line in lines])
    low, high = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 1.0)
    margin = (high - low) * 0.05 or 1.0
    low, high = low - margin, high + margin
    n = panel.value.size
    x = LEFT + (WIDTH - LEFT - RIGHT) * (np.arange(n) + 0.5) / max(n, 1)

    def y(values: FloatArray) -> FloatArray:
        return TOP + (HEIGHT - TOP - BOTTOM) * (high - values) / (high - low)

    rules: dict[int, list[str]] = {}
    for signal in result.signals:
        if signal.panel == panel.name and np.isfinite(panel.value[signal.index]):
            rules.setdefault(signal.index, []).append(rule_in_words(signal.rule))
    heights = y(panel.value)
    levels = (("center", panel.center), ("limit", panel.lcl), ("limit", panel.ucl))
    grid = np.linspace(low + margin, high - margin, TICKS)
    return Drawing(
        name=panel.name,
        value=_path(x, heights),
        levels=tuple((kind, _path(x, y(level))) for kind, level in levels),
        marks=tuple(
            Mark(float(x[index]), float(heights[index]), f"point {index + 1}: {'; '.join(said)}")
            for index, said in rules.items()
        ),
        x_ticks=tuple(Tick(float(x[index]), str(index + 1)) for index in _spread(n)),
        y_ticks=tuple(
            Tick(float(place), f"{value:.4g}") for place, value in zip(y(grid), grid, strict=True)
        ),
    )


def _spread(n: int) -> list[int]:
    return sorted({round(index) for index in np.linspace(0, n - 1, min(n, 9)).tolist()})


def _path(x: FloatArray, y: FloatArray) -> str:
    """An SVG path that lifts the pen over missing points."""
    return " ".join(_strokes(x, y))


def _strokes(x: FloatArray, y: FloatArray) -> Iterator[str]:
    drawing = False
    for across, down in zip(x.tolist(), y.tolist(), strict=True):
        if np.isfinite(down):
            yield f"{'L' if drawing else 'M'}{across:.1f} {down:.1f}"
        drawing = bool(np.isfinite(down))
