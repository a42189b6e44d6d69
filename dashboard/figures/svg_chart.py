"""The run chart as a drawing in SVG, for reports: no script, sharp on paper."""

from dataclasses import replace
from html import escape

import numpy as np

from dashboard.figures.edge_labels import spread
from dashboard.figures.inputs import ChartStyle, FloatArray, RunChart
from dashboard.figures.limit_lines import level_steps, panel_range
from dashboard.figures.order_axis import order_ticks
from dashboard.figures.palette import LIGHT, translucent
from dashboard.figures.run_chart import axis_range, drawn_indices
from dashboard.figures.signal_marks import flagged, shown_signals
from dashboard.figures.spec_lines import first_judged, spec_levels
from dashboard.figures.svg_scale import Scale, path_of, round_ticks
from dashboard.figures.value_line import MARKED_POINTS
from dashboard.figures.wording import level_words, number

WIDTH, LEFT, RIGHT = 1040.0, 54.0, 108.0
FIRST_HEIGHT, OTHER_HEIGHT, GAP, TOP, BOTTOM = 300.0, 130.0, 44.0, 30.0, 46.0
LABEL_PX = 14.0


def run_chart_svg(chart: RunChart, style: ChartStyle, *, first_number: int = 1) -> str:
    """Return the chart as `run_chart_figure` draws it, in the light colours, as one SVG element.

    Names that come from files are escaped. A chart without points is an empty text.
    """
    if not chart.panels or not chart.local_ms.size:
        return ""
    return _Drawing(chart, replace(style, theme="light"), first_number).svg()


class _Drawing:
    """One chart being drawn; the pieces are collected in order, the last on top."""

    def __init__(self, chart: RunChart, style: ChartStyle, first_number: int) -> None:
        self.chart, self.style = chart, style
        n = chart.local_ms.size
        time = style.axis == "time"
        self.places = chart.local_ms if time else np.arange(n, dtype=np.float64) + first_number
        self.first_number = first_number
        low, high = axis_range(self.places, style)
        self.x = Scale(low, high, LEFT, WIDTH - RIGHT)
        self.drawn = drawn_indices(chart, style.budget)
        self.parts: list[str] = []
        self.y: list[Scale] = []
        top = TOP
        for panel in range(len(chart.panels)):
            height = FIRST_HEIGHT if panel == 0 else OTHER_HEIGHT
            floor, ceiling = panel_range(chart, panel, clip=style.clip)
            self.y.append(Scale(floor, ceiling, top + height, top))
            top += height + GAP
        self.height = top - GAP + BOTTOM

    def svg(self) -> str:
        for panel in range(len(self.chart.panels)):
            self._frame(panel)
            self._stages(panel)
            self._levels(panel)
            self._values(panel)
            self._signals(panel)
            self._edge_labels(panel)
        self._flags()
        self._x_ticks()
        words = f"Run chart of {self.chart.panels[0].title}, {self.chart.local_ms.size:,} parts"
        return (
            f'<svg viewBox="0 0 {WIDTH:g} {self.height:g}" role="img" '
            f'aria-label="{escape(words)}" xmlns="http://www.w3.org/2000/svg">'
            f"{''.join(self.parts)}</svg>"
        )

    def _path(self, data: str, stroke: str, width: float, *, dashes: str = "") -> None:
        dashed = f' stroke-dasharray="{dashes}"' if dashes else ""
        self.parts.append(
            f'<path d="{data}" fill="none" stroke="{stroke}" stroke-width="{width:g}"{dashed}/>'
        )

    def _text(
        self, words: str, x: float, y: float, *, colour: str, anchor: str = "start", look: str = ""
    ) -> None:
        self.parts.append(
            f'<text x="{x:.1f}" y="{y:.1f}" fill="{colour}" text-anchor="{anchor}"{look}>'
            f"{escape(words)}</text>"
        )

    def _frame(self, panel: int) -> None:
        scale, trace = self.y[panel], self.chart.panels[panel]
        for tick in round_ticks(scale.low, scale.high, 6 if panel == 0 else 3):
            down = scale.at(tick)
            self._path(f"M{LEFT:g} {down:.1f}H{WIDTH - RIGHT:g}", LIGHT.grid, 1)
            self._text(number(tick), LEFT - 8, down + 4, colour=LIGHT.muted, anchor="end")
        unit = f" ({trace.unit})" if trace.unit else ""
        bold = ' font-weight="600"'
        self._text(f"{trace.title}{unit}", LEFT, scale.end - 12, colour=LIGHT.ink, look=bold)

    def _stages(self, panel: int) -> None:
        scale = self.y[panel]
        for stage in self.chart.stages:
            if stage.baseline is not None:
                start, end = (self.x.at(float(self.places[at])) for at in stage.baseline)
                self.parts.append(
                    f'<rect x="{start:.1f}" y="{scale.end:.1f}" width="{end - start:.1f}" '
                    f'height="{scale.start - scale.end:.1f}" '
                    f'fill="{translucent(LIGHT.center, 0.08)}"/>'
                )
                if panel == 0:
                    words = "Proposed baseline" if stage.proposed else "Baseline"
                    self._text(words, start + 4, scale.end + 13, colour=LIGHT.center)
            if stage.first > 0:
                border = float(self.places[stage.first - 1] + self.places[stage.first]) / 2
                across = self.x.at(border)
                self._path(
                    f"M{across:.1f} {scale.end:.1f}V{scale.start:.1f}", LIGHT.muted, 1, dashes="2 3"
                )
                if panel == 0:
                    self._text(stage.label, across + 4, scale.end - 1, colour=LIGHT.muted)

    def _levels(self, panel: int) -> None:
        trace, scale = self.chart.panels[panel], self.y[panel]
        levels = [(trace.center, LIGHT.center, ""), (trace.lcl, LIGHT.limit, "6 4")]
        levels.append((trace.ucl, LIGHT.limit, "6 4"))
        if panel == 0 and self.style.zones:
            levels += [(zone, translucent(LIGHT.center, 0.5), "1 3") for zone in self.chart.zones]
        for level, colour, dashes in levels:
            x, y = level_steps(self.places, level)
            # A limit off the scale is named at the edge; drawn there it would look like one.
            inside = np.where((y >= scale.low) & (y <= scale.high), y, np.nan)
            if np.isfinite(inside).any():
                self._path(path_of(self.x(x), self.y[panel](inside)), colour, 1.3, dashes=dashes)
        for side in (0, 1) if panel == 0 else ():
            x, y = level_steps(self.places, spec_of_points(self.chart, side))
            inside = np.where((y >= scale.low) & (y <= scale.high), y, np.nan)
            if np.isfinite(inside).any():
                path = path_of(self.x(x), scale(inside))
                self._path(path, LIGHT.spec, 1.3, dashes="10 3 2 3")

    def _values(self, panel: int) -> None:
        value = self.chart.panels[panel].value
        x, y = self.x(self.places[self.drawn]), self.y[panel](value[self.drawn])
        dots = self.drawn.size <= MARKED_POINTS
        self._path(path_of(x, y), translucent(LIGHT.line, 0.6) if dots else LIGHT.line, 1)
        if dots:
            known = np.isfinite(y)
            points = "".join(
                f"M{across:.1f} {down:.1f}h0"
                for across, down in zip(x[known].tolist(), y[known].tolist(), strict=True)
            )
            self.parts.append(
                f'<path d="{points}" stroke="{LIGHT.line}" stroke-width="4" '
                'stroke-linecap="round"/>'
            )

    def _signals(self, panel: int) -> None:
        chart = self.chart
        marks = [mark for mark in chart.signals if mark.panel == panel]
        inside = np.zeros(chart.local_ms.size, dtype=bool)
        for mark in marks:
            if mark.run[1] > mark.run[0]:
                inside[mark.run[0] : mark.run[1] + 1] = True
        run = np.where(inside, chart.panels[panel].value, np.nan)[self.drawn]
        if np.isfinite(run).any():
            x = self.x(self.places[self.drawn])
            self._path(path_of(x, self.y[panel](run)), translucent(LIGHT.limit, 0.35), 6)
        points = shown_signals(chart, panel)
        if not points.size:
            return
        x, y = self.x(self.places[points]), self.y[panel](chart.panels[panel].value[points])
        diamonds = "".join(
            f"M{across:.1f} {down - 5:.1f}l5 5l-5 5l-5 -5z"
            for across, down in zip(x.tolist(), y.tolist(), strict=True)
            if np.isfinite(down)
        )
        self._path(diamonds, LIGHT.limit, 1.6)

    def _edge_labels(self, panel: int) -> None:
        trace, scale = self.chart.panels[panel], self.y[panel]
        found = [("UCL", trace.ucl, LIGHT.limit), ("Centre", trace.center, LIGHT.center)]
        found.append(("LCL", trace.lcl, LIGHT.limit))
        levels = [(float(level[-1]), word, colour) for word, level, colour in found]
        if panel == 0:
            specs = (self.chart.spec_upper, self.chart.spec_lower)
            levels += [(spec, "Spec", LIGHT.spec) for spec in specs if spec is not None]
        span = scale.high - scale.low
        labels = []
        for level, word, colour in levels:
            if not np.isfinite(level):
                continue
            off = " ↑" if level > scale.high else " ↓" if level < scale.low else ""
            place = min(max(level, scale.low), scale.high)
            labels.append((place, f"{word} {level_words(level, span)}{off}", colour))
        gap = LABEL_PX / (scale.start - scale.end) * span
        for label in spread(labels, scale.low, scale.high, gap=gap):
            self._text(label.text, WIDTH - RIGHT + 8, scale.at(label.at) + 4, colour=label.colour)

    def _flags(self) -> None:
        for mark in flagged(self.chart.signals):
            value = float(self.chart.panels[mark.panel].value[mark.index])
            if not np.isfinite(value):
                continue
            across = self.x.at(float(self.places[mark.index]))
            down = self.y[mark.panel].at(value) - 22
            wide = 8 + 7 * len(str(mark.number))
            self.parts.append(
                f'<rect x="{across - wide / 2:.1f}" y="{down:.1f}" width="{wide}" height="15" '
                f'rx="2" fill="{LIGHT.limit}"/>'
            )
            self._text(
                str(mark.number), across, down + 11.5, colour=LIGHT.surface, anchor="middle",
                look=' font-weight="700"',
            )  # fmt: skip

    def _x_ticks(self) -> None:
        ticks, words = order_ticks(self.chart.local_ms)
        bottom = self.y[-1].start
        for tick, word in zip(ticks, words, strict=True):
            across = self.x.at(float(self.places[int(tick) - 1]))
            self._path(f"M{across:.1f} {bottom:.1f}v5", LIGHT.muted, 1)
            self._text(word, across, bottom + 18, colour=LIGHT.muted, anchor="middle")
        axis = "Captured at" if self.style.axis == "time" else "Parts in the order of capture"
        self._text(
            f"{axis} ({self.chart.zone_name})", (LEFT + WIDTH - RIGHT) / 2, bottom + 36,
            colour=LIGHT.muted, anchor="middle",
        )  # fmt: skip


def spec_of_points(chart: RunChart, side: int) -> FloatArray:
    """Return the specification limit (0 lower, 1 upper) that each point was judged by, NaN for none."""
    n = chart.local_ms.size
    held = [one for one in chart.spec_changes if first_judged(chart, one) < n]
    if held:
        return spec_levels(chart, held, side)
    today = (chart.spec_lower, chart.spec_upper)[side]
    return np.full(n, np.nan if today is None else today)
