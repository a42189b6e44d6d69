"""The newest values of a characteristic as a large drawing with its levels named: no script."""

import math

from dashboard.figures.palette import Palette, palette
from dashboard.figures.wording import number
from warehouse.records import StateRow

WIDTH, HEIGHT, RIGHT, EDGE = 1600.0, 520.0, 300.0, 26.0
LETTERS = 40


def kiosk_chart(state: StateRow, *, theme: str) -> str:
    """Return an SVG of the values in the state, its centre and limits.

    Values beyond a limit are diamonds, shape as well as colour; a limit far away stays in the
    picture, for that is what a room asks: how near are we?
    """
    colours = palette(theme)
    values = [value for value in state.sparkline if math.isfinite(value)]
    levels = [
        (words, level, colour)
        for words, level, colour in (
            ("UCL", state.ucl, colours.limit),
            ("Centre", state.center, colours.center),
            ("LCL", state.lcl, colours.limit),
        )
        if level is not None and math.isfinite(level)
    ]
    drawn = values + [level for _, level, _ in levels]
    low, high = (min(drawn), max(drawn)) if drawn else (0.0, 1.0)
    span = (high - low) or 1.0

    def down(value: float) -> float:
        return HEIGHT - EDGE - (HEIGHT - 2 * EDGE) * (value - low) / span

    def across(at: int) -> float:
        return EDGE + (WIDTH - RIGHT - EDGE) * at / max(1, len(values) - 1)

    points = [(across(at), down(value)) for at, value in enumerate(values)]
    beyond = [
        point
        for point, value in zip(points, values, strict=True)
        if (state.ucl is not None and value > state.ucl)
        or (state.lcl is not None and value < state.lcl)
    ]
    parts = [*_levels([(words, level, down(level), colour) for words, level, colour in levels])]
    if points:
        path = "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points)
        parts.append(
            f'<path d="{path}" fill="none" stroke="{colours.line}" stroke-width="5" '
            'stroke-linejoin="round"/>'
        )
        parts.append(_dot(points[-1], colours))
    parts += [_diamond(point, colours) for point in beyond]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH:g} {HEIGHT:g}" '
        f'font-family="Inter, sans-serif" font-size="{LETTERS}">{"".join(parts)}</svg>'
    )


def _levels(levels: list[tuple[str, float, float, str]]) -> list[str]:
    """Draw levels from the top down; labels that would overlap move apart."""
    parts, lowest = [], 0.0
    for words, level, y, colour in sorted(levels, key=lambda one: one[2]):
        dashes = "none" if words == "Centre" else "18 14"
        parts.append(
            f'<path d="M0 {y:.1f}H{WIDTH - RIGHT + EDGE:g}" stroke="{colour}" stroke-width="4" '
            f'stroke-dasharray="{dashes}"/>'
        )
        at = min(max(y + 0.35 * LETTERS, lowest + 1.05 * LETTERS), HEIGHT - 4)
        parts.append(
            f'<text x="{WIDTH - RIGHT + 2 * EDGE:g}" y="{at:.1f}" fill="{colour}">'
            f"{words} {number(level)}</text>"
        )
        lowest = at
    return parts


def _dot(point: tuple[float, float], colours: Palette) -> str:
    return f'<circle cx="{point[0]:.1f}" cy="{point[1]:.1f}" r="10" fill="{colours.ink}"/>'


def _diamond(point: tuple[float, float], colours: Palette) -> str:
    x, y = point
    return (
        f'<path d="M{x:.1f} {y - 16:.1f}l16 16l-16 16l-16 -16z" fill="{colours.surface}" '
        f'stroke="{colours.limit}" stroke-width="5"/>'
    )
