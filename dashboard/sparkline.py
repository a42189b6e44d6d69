"""A sparkline as a tiny SVG picture: no script, so a wall of fifty costs nothing."""

import math
from collections.abc import Sequence
from urllib.parse import quote

from dashboard.figures.palette import palette

WIDTH, HEIGHT, EDGE = 132.0, 44.0, 5.0
FARTHEST = 1.5
"""A limit farther away than this many times the span of the values is left out."""


def sparkline_svg(
    values: Sequence[float],
    *,
    theme: str,
    center: float | None = None,
    lcl: float | None = None,
    ucl: float | None = None,
) -> str:
    """Return the newest values as a line with its centre and limits.

    Values beyond a limit are rings, the newest is a dot: shape as well as colour. NaN is a gap.
    """
    colours = palette(theme)
    present = [value for value in values if math.isfinite(value)]
    if not present:
        return _svg("")
    ucl, lcl = _near(ucl, present), _near(lcl, present)
    levels = [level for level in (center, lcl, ucl) if level is not None]
    low, high = min(present + levels), max(present + levels)
    span = (high - low) or 1.0

    def across(at: int) -> float:
        return EDGE + (WIDTH - 2 * EDGE) * at / max(1, len(values) - 1)

    def down(value: float) -> float:
        return HEIGHT - EDGE - (HEIGHT - 2 * EDGE) * (value - low) / span

    parts = []
    if center is not None:
        parts.append(_level(down(center), colours.center, dashes="none"))
    parts += [
        _level(down(limit), colours.limit, dashes="3 3")
        for limit in (ucl, lcl)
        if limit is not None
    ]
    commands, pen_down = [], False
    for at, value in enumerate(values):
        if math.isfinite(value):
            commands.append(f"{'L' if pen_down else 'M'}{across(at):.1f} {down(value):.1f}")
        pen_down = math.isfinite(value)
    parts.append(
        f'<path d="{"".join(commands)}" fill="none" stroke="{colours.line}" stroke-width="1.5" '
        'stroke-linejoin="round"/>'
    )
    for at, value in enumerate(values):
        if (ucl is not None and value > ucl) or (lcl is not None and value < lcl):
            parts.append(
                f'<circle cx="{across(at):.1f}" cy="{down(value):.1f}" r="2.6" '
                f'fill="{colours.surface}" stroke="{colours.limit}" stroke-width="1.6"/>'
            )
    if math.isfinite(values[-1]):
        parts.append(
            f'<circle cx="{across(len(values) - 1):.1f}" cy="{down(values[-1]):.1f}" r="2.8" '
            f'fill="{colours.ink}"/>'
        )
    return _svg("".join(parts))


def _near(limit: float | None, values: Sequence[float]) -> float | None:
    """Return a limit that can be drawn without flattening the values; the tile tells it anyway."""
    if limit is None:
        return None
    low, high = min(values), max(values)
    reach = FARTHEST * ((high - low) or abs(high) or 1.0)
    return limit if low - reach <= limit <= high + reach else None


def sparkline_uri(svg: str) -> str:
    """Return a drawing as the address of a picture."""
    return f"data:image/svg+xml,{quote(svg)}"


def _level(y: float, colour: str, *, dashes: str) -> str:
    return (
        f'<path d="M0 {y:.1f}H{WIDTH:g}" stroke="{colour}" stroke-width="1" '
        f'stroke-dasharray="{dashes}" opacity=".75"/>'
    )


def _svg(content: str) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH:g} {HEIGHT:g}" '
        f'width="{WIDTH:g}" height="{HEIGHT:g}">{content}</svg>'
    )
