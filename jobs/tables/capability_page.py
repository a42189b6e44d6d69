"""A capability report as one HTML page that needs nothing else: histogram, limits, indices."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from jinja2 import Environment, PackageLoader, StrictUndefined

from jobs.errors import InputError
from spc.capability.interval import Estimate
from spc.capability.report import Capability

WIDTH, HEIGHT = 960, 300
SIDE, TOP, BOTTOM = 30, 30, 28
MOST_BARS = 60


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar of the histogram in pixels, and how many values it stands for in words."""

    x: float
    y: float
    width: float
    height: float
    text: str


@dataclass(frozen=True, slots=True)
class Line:
    """A vertical line in pixels: LSL, target or USL."""

    x: float
    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the table of indices, ready to read."""

    name: str
    value: str
    low: str
    high: str


def write_capability_page(
    path: Path, report: Capability, values: Sequence[float], *, title: str
) -> None:
    """Write `report` with a histogram of `values` to `path`.

    Raises
    ------
    InputError
        The file cannot be written.

    """
    page = Environment(
        loader=PackageLoader("jobs", "templates"), autoescape=True, undefined=StrictUndefined
    ).get_template("capability.html")
    bars, lines, ticks = _histogram(report, values)
    text = page.render(
        title=title,
        report=report,
        rows=_rows(report),
        bars=bars,
        lines=lines,
        ticks=ticks,
        width=WIDTH,
        height=HEIGHT,
        top=TOP,
        bottom=HEIGHT - BOTTOM,
        side=SIDE,
    )
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise InputError(f"{path} cannot be written: {error.strerror}") from error


def _rows(report: Capability) -> list[Row]:
    estimates = (
        *report.indices(),
        ("ppm", report.ppm),
        ("equivalent Ppk", report.equivalent_ppk),
        ("Ppk, correlation counted", report.ppk_correlated),
    )
    return [
        Row(name, _text(each.value), _text(each.low), _text(each.high))
        for name, each in estimates
        if each != Estimate()
    ]


def _text(value: float | None) -> str:
    return "" if value is None else f"{value:.4g}"


def _histogram(
    report: Capability, values: Sequence[float]
) -> tuple[list[Bar], list[Line], list[Line]]:
    known = np.asarray(values, dtype=np.float64)
    known = known[~np.isnan(known)]
    limits = report.specification
    marks = [
        (value, kind, f"{name} {value:.4g}")
        for value, kind, name in (
            (limits.lower, "limit", "LSL"),
            (limits.target, "target", "target"),
            (limits.upper, "limit", "USL"),
        )
        if value is not None
    ]
    everything = np.concatenate([known, [value for value, _, _ in marks]])
    low, high = float(everything.min()), float(everything.max())
    margin = (high - low) * 0.04 or 1.0
    low, high = low - margin, high + margin
    scale = (WIDTH - 2 * SIDE) / (high - low)
    bins = min(MOST_BARS, max(8, round(2 * known.size ** (1 / 3))))
    counts, edges = np.histogram(known, bins=bins)
    tallest = (HEIGHT - TOP - BOTTOM) / max(int(counts.max()), 1)

    def x(value: float) -> float:
        return SIDE + (value - low) * scale

    bars = [
        Bar(
            x=x(left),
            y=HEIGHT - BOTTOM - count * tallest,
            width=max((right - left) * scale - 1, 0.5),
            height=count * tallest,
            text=f"{count} values from {left:.4g} to {right:.4g}",
        )
        for count, left, right in zip(
            counts.tolist(), edges[:-1].tolist(), edges[1:].tolist(), strict=True
        )
        if count
    ]
    lines = [Line(x(value), kind, text) for value, kind, text in marks]
    places = np.linspace(low + margin, high - margin, 7).tolist()
    return bars, lines, [Line(x(place), "tick", f"{place:.4g}") for place in places]
