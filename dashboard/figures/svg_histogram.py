"""The histogram as a drawing in SVG, for reports."""

from html import escape

import numpy as np

from dashboard.figures.edge_labels import spread
from dashboard.figures.histogram import (
    LABEL_SHARE,
    ROW,
    Histogram,
    beyond,
    levels_of,
    levels_range,
)
from dashboard.figures.palette import LIGHT, translucent
from dashboard.figures.svg_scale import Scale, path_of, round_ticks
from dashboard.figures.wording import number

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 640.0, 300.0, 54.0, 12.0, 42.0, 48.0
APART = 62.0
"""Width of the place of the zeros, left of the axis."""


def histogram_svg(histogram: Histogram) -> str:
    """Return bars, levels and the law of the limits as one SVG element."""
    return _Drawing(histogram).svg()


class _Drawing:
    """One histogram being drawn; the pieces are collected in order, the last on top."""

    def __init__(self, histogram: Histogram) -> None:
        bins = histogram.bins
        self.histogram = histogram
        self.low, self.high = levels_range(histogram)
        left = LEFT + (0.0 if bins.zeros is None else APART)
        self.x = Scale(self.low, self.high, left, WIDTH - RIGHT)
        tallest = max(int(bins.counts.max(initial=0)), bins.zeros or 0, 1)
        self.y = Scale(0.0, 1.04 * tallest, HEIGHT - BOTTOM, TOP)
        self.parts: list[str] = []

    def svg(self) -> str:
        self._grid()
        self._bars()
        self._law()
        self._levels()
        words = f"Histogram of {self.histogram.title}, {self.histogram.bins.n:,} parts"
        return (
            f'<svg viewBox="0 0 {WIDTH:g} {HEIGHT:g}" role="img" aria-label="{escape(words)}" '
            f'xmlns="http://www.w3.org/2000/svg">{"".join(self.parts)}</svg>'
        )

    def _text(self, words: str, x: float, y: float, colour: str, anchor: str = "middle") -> None:
        self.parts.append(
            f'<text x="{x:.1f}" y="{y:.1f}" fill="{colour}" text-anchor="{anchor}">'
            f"{escape(words)}</text>"
        )

    def _line(self, path: str, colour: str, *, width: float = 1.0, dashes: str = "none") -> None:
        self.parts.append(
            f'<path d="{path}" stroke="{colour}" stroke-width="{width:g}" '
            f'stroke-dasharray="{dashes}" fill="none"/>'
        )

    def _grid(self) -> None:
        floor = self.y.start
        for tick in round_ticks(0.0, self.y.high, 4):
            down = self.y.at(tick)
            self._line(f"M{LEFT:g} {down:.1f}H{WIDTH - RIGHT:g}", LIGHT.grid)
            self._text(number(tick), LEFT - 8, down + 4, LIGHT.muted, "end")
        for tick in round_ticks(self.low, self.high, 7):
            self._text(number(tick), self.x.at(tick), floor + 16, LIGHT.muted)
        unit = f" ({self.histogram.unit})" if self.histogram.unit else ""
        middle = (self.x.start + WIDTH) / 2
        self._text(f"{self.histogram.title}{unit}", middle, floor + 36, LIGHT.muted)

    def _bars(self) -> None:
        bins = self.histogram.bins
        if bins.zeros is not None:
            self._bar(LEFT + 10, LEFT + 40, bins.zeros, "exactly 0", 0.45)
            self._text("exactly 0", LEFT + 25, self.y.start + 16, LIGHT.muted)
        edges = self.x(bins.edges).tolist()
        for at, count in enumerate(bins.counts.tolist()):
            self._bar(edges[at] + 0.5, edges[at + 1] - 0.5, count, bins.words(at), 0.75)
        for count, place, anchor, words in (
            (bins.below, edges[0], "start", "below"),
            (bins.above, edges[-1], "end", "above"),
        ):
            if count:
                self._text(f"{count:,} more {words}", place, TOP + 30, LIGHT.muted, anchor)

    def _bar(self, start: float, end: float, count: int, words: str, alpha: float) -> None:
        top, floor = self.y.at(count), self.y.start
        self.parts.append(
            f'<rect x="{start:.1f}" y="{top:.1f}" width="{max(end - start, 0.5):.1f}" '
            f'height="{floor - top:.1f}" fill="{translucent(LIGHT.line, alpha)}">'
            f"<title>{escape(words)}: {count:,} parts</title></rect>"
        )

    def _law(self) -> None:
        histogram = self.histogram
        if histogram.expected is None:
            return
        middle = self.x((histogram.bins.edges[:-1] + histogram.bins.edges[1:]) / 2)
        expected = np.asarray(histogram.expected)
        self._line(path_of(middle, self.y(expected)), LIGHT.center, width=1.6)

    def _levels(self) -> None:
        span = self.high - self.low
        edge = LABEL_SHARE / 2 * span
        for row, wanted in enumerate(("limit", "spec")):
            colour = LIGHT.spec if wanted == "spec" else LIGHT.limit
            dashes = "10 3 2 3" if wanted == "spec" else "6 4"
            labels = []
            for level, name, kind in levels_of(self.histogram):
                if kind != wanted:
                    continue
                off = beyond(level, self.low, self.high)
                place = min(max(level, self.low + edge), self.high - edge)
                labels.append((place, f"{name} {number(level)}{off}", colour))
                if not off:
                    path = f"M{self.x.at(level):.1f} {TOP:g}V{self.y.start:.1f}"
                    self._line(path, colour, width=1.4, dashes=dashes)
            for label in spread(labels, self.low + edge, self.high - edge, gap=2 * edge):
                self._text(label.text, self.x.at(label.at), TOP - 8 - ROW * row, label.colour)
