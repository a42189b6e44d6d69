"""A chart as one HTML page that needs nothing else: drawn as SVG, readable in light and dark."""

import re
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined

from jobs.errors import InputError
from jobs.tables.chart_drawing import BOTTOM, HEIGHT, LEFT, RIGHT, TOP, WIDTH, draw, numbered
from jobs.tables.chart_provenance import provenance, steps
from spc.result import ChartResult, Signal
from spc.rules import rule_in_words

MOST_LISTED = 1000


@dataclass(frozen=True, slots=True)
class ListedPoint:
    """A point with signals: its number in the drawing, and what it broke in words."""

    number: int
    point: int
    panel: str
    value: str
    rules: tuple[str, ...]
    blamed: str


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
    listed = _listed(result)
    text = page.render(
        title=title,
        result=result,
        advice=sentences(result.advice or ""),
        drawings=[draw(panel, result) for panel in result.panels],
        listed=listed[:MOST_LISTED],
        unlisted=max(len(listed) - MOST_LISTED, 0),
        provenance=provenance(result),
        steps=steps(result),
        width=WIDTH,
        height=HEIGHT,
        left=LEFT,
        top=TOP,
        bottom=HEIGHT - BOTTOM,
        right=WIDTH - RIGHT,
    )
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise InputError(f"{path} cannot be written: {error.strerror}") from error


def sentences(text: str) -> list[str]:
    """Return the sentences of a text, which end in a full stop before a capital letter.

    Examples
    --------
    >>> sentences("It flags 1.0 % of them. The c chart flags more.")
    ['It flags 1.0 % of them.', 'The c chart flags more.']

    """
    return re.split(r"(?<=\.) (?=[A-Z])", text) if text else []


def _listed(result: ChartResult) -> list[ListedPoint]:
    """The points with signals, numbered as in the drawing, each with all that it broke."""
    values = {panel.name: panel.value for panel in result.panels}
    points: dict[tuple[str, int], list[str]] = {}
    for signal in result.signals:
        points.setdefault((signal.panel, signal.index), []).append(_said(signal))
    return [
        ListedPoint(
            number=number,
            point=index + 1,
            panel=panel,
            value=f"{values[panel][index]:.5g}",
            rules=tuple(points[panel, index]),
            blamed=_blamed(result, index),
        )
        for (panel, index), number in numbered(result.signals).items()
    ]


def _said(signal: Signal) -> str:
    first, last = signal.run
    words = rule_in_words(signal.rule)
    return words if first == last else f"{words} (points {first + 1}–{last + 1})"


def _blamed(result: ChartResult, index: int) -> str:
    shares = {name: values[index] for name, values in result.contributions.items()}
    ordered = sorted(shares, key=lambda name: -shares[name])
    return ", ".join(f"{name} {shares[name]:.3g}" for name in ordered)
