"""The drawing of a part that lies over its defect maps, from the settings."""

import math

Outline = tuple[tuple[tuple[float, float], ...], ...]


def read_outline(lines: tuple[str, ...]) -> Outline:
    """Return polylines in part coordinates from texts as in the `points` of an SVG polyline.

    Raises
    ------
    ValueError
        A line has fewer than two points, or a point is no pair of numbers from 0 to 1.

    Examples
    --------
    >>> read_outline(("0,0 1,0 1,0.5",))
    (((0.0, 0.0), (1.0, 0.0), (1.0, 0.5)),)

    """
    return tuple(_line(number, text) for number, text in enumerate(lines, start=1))


def _line(number: int, text: str) -> tuple[tuple[float, float], ...]:
    points = tuple(_point(number, word) for word in text.split())
    if len(points) < 2:
        raise ValueError(f"line {number} has {len(points)} points; it needs two or more")
    return points


def _point(number: int, word: str) -> tuple[float, float]:
    try:
        x, y = (float(part) for part in word.split(","))
    except ValueError:
        x = y = math.nan
    if not (0 <= x <= 1 and 0 <= y <= 1):
        raise ValueError(f"line {number}: {word!r} is no point x,y with both from 0 to 1")
    return x, y
