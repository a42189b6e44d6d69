"""Panels of a chart as paths of an SVG: values, limits, baseline, stages and numbered signals."""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from spc.arrays import FloatArray
from spc.result import ChartResult, Panel, Signal
from spc.rules import rule_in_words

WIDTH, HEIGHT = 960, 280
LEFT, RIGHT, TOP, BOTTOM = 70, 84, 18, 26
TICKS = 5
# Numbers below a panel.
FEW = 9
# More points than this cannot be told apart: lowest and highest of each bucket are drawn.
MOST_DRAWN = 4000
BUCKETS = 1500
MOST_DOTS = 400
# Numbers of points with signals that are closer than this lie on each other: pixels per digit across,
# pixels down.
DIGIT, LINE = 8.0, 11.0


@dataclass(frozen=True, slots=True)
class Mark:
    """A point with signals: where, its number in the list, and the rules it broke in words.

    `readable` says whether the number has room of its own beside those before it.
    """

    x: float
    y: float
    number: int
    text: str
    readable: bool


@dataclass(frozen=True, slots=True)
class Tick:
    """A number beside an axis."""

    place: float
    text: str


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of points, from x to x."""

    start: float
    end: float
    text: str


@dataclass(frozen=True, slots=True)
class Drawing:
    """One panel in pixels."""

    name: str
    value: str
    dots: str
    levels: tuple[tuple[str, str], ...]
    level_texts: tuple[Tick, ...]
    runs: tuple[str, ...]
    marks: tuple[Mark, ...]
    baseline: Span | None
    stages: tuple[Span, ...]
    x_ticks: tuple[Tick, ...]
    y_ticks: tuple[Tick, ...]


def numbered(signals: Sequence[Signal]) -> Mapping[tuple[str, int], int]:
    """Number the points with signals, in the order of the list, by panel and index."""
    places = dict.fromkeys((signal.panel, signal.index) for signal in signals)
    return {place: number for number, place in enumerate(places, start=1)}


def draw(panel: Panel, result: ChartResult) -> Drawing:
    """Return the drawing of one panel of a chart."""
    low, high = _range(panel)
    n = panel.value.size
    x = LEFT + (WIDTH - LEFT - RIGHT) * (np.arange(n) + 0.5) / max(n, 1)

    def y(values: FloatArray) -> FloatArray:
        return TOP + (HEIGHT - TOP - BOTTOM) * (high - values) / (high - low)

    heights = y(panel.value)
    own = [
        signal
        for signal in result.signals
        if signal.panel == panel.name and np.isfinite(panel.value[signal.index])
    ]
    grid = _round_numbers(low, high)
    levels = (("center", panel.center), ("limit", panel.lcl), ("limit", panel.ucl))
    half = (WIDTH - LEFT - RIGHT) / max(n, 1) / 2
    return Drawing(
        name=panel.name,
        value=_path(*_thinned(x, heights)),
        dots=_dots(x, heights) if n <= MOST_DOTS else "",
        levels=tuple((kind, _stairs(x, y(level), half)) for kind, level in levels),
        level_texts=_level_texts(panel, y),
        runs=tuple(_runs(own, x, heights)),
        marks=_marks(own, result, x, heights),
        baseline=_baseline(result, x),
        stages=_stages(result, x),
        x_ticks=tuple(Tick(float(x[index]), str(index + 1)) for index in _spread(n)),
        y_ticks=tuple(
            Tick(float(place), f"{value:.6g}") for place, value in zip(y(grid), grid, strict=True)
        ),
    )


def _range(panel: Panel) -> tuple[float, float]:
    lines = (panel.value, panel.center, panel.lcl, panel.ucl)
    finite = np.concatenate([line[np.isfinite(line)] for line in lines])
    low, high = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 1.0)
    margin = (high - low) * 0.08 or abs(high) * 0.08 or 1.0
    return low - margin, high + margin


def _level_texts(panel: Panel, y: Callable[[FloatArray], FloatArray]) -> tuple[Tick, ...]:
    """Name centre and limits at the right end, where they are."""
    found: list[Tick] = []
    for name, level in (("UCL", panel.ucl), ("CL", panel.center), ("LCL", panel.lcl)):
        known = level[np.isfinite(level)]
        if known.size:
            found.append(Tick(float(y(known[-1:])[0]), f"{name} {known[-1]:.4g}"))
    # Texts that would lie on each other are drawn once, the outer limits before the centre.
    kept: list[Tick] = []
    for tick in sorted(found, key=lambda tick: tick.text.startswith("CL")):
        if all(abs(tick.place - other.place) >= 12 for other in kept):
            kept.append(tick)
    return tuple(kept)


def _marks(
    own: Sequence[Signal], result: ChartResult, x: FloatArray, y: FloatArray
) -> tuple[Mark, ...]:
    numbers = numbered(result.signals)
    rules: dict[int, list[str]] = {}
    for signal in own:
        rules.setdefault(signal.index, []).append(rule_in_words(signal.rule))
    marks: list[Mark] = []
    for index, said in rules.items():
        number = numbers[own[0].panel, index]
        across, down = float(x[index]), float(y[index])
        readable = all(
            abs(across - other.x) >= DIGIT * len(str(number)) or abs(down - other.y) >= LINE
            for other in marks
            if other.readable
        )
        text = f"point {index + 1}: {'; '.join(said)}"
        marks.append(Mark(across, down, number, text, readable))
    return tuple(marks)


def _runs(own: Sequence[Signal], x: FloatArray, y: FloatArray) -> Iterator[str]:
    """The points that led to each signal, overlapping runs of a rule joined into one stroke."""
    joined: dict[str, list[tuple[int, int]]] = {}
    for signal in own:
        first, last = signal.run
        spans = joined.setdefault(signal.rule, [])
        if spans and first <= spans[-1][1]:
            spans[-1] = (min(spans[-1][0], first), last)
        elif first < last:
            spans.append((first, last))
    for spans in joined.values():
        for first, last in spans:
            yield _path(*_thinned(x[first : last + 1], y[first : last + 1]))


def _baseline(result: ChartResult, x: FloatArray) -> Span | None:
    first, last = result.phase.get("first"), result.phase.get("last")
    if "stages" in result.phase or not isinstance(first, int) or not isinstance(last, int):
        return None
    if first == 1 and last == x.size:
        return None
    return Span(float(x[first - 1]), float(x[last - 1]), f"baseline {first}–{last}")


def _stages(result: ChartResult, x: FloatArray) -> tuple[Span, ...]:
    stages = result.phase.get("stages")
    if not isinstance(stages, list):
        return ()
    return tuple(
        Span(float(x[stage["first"] - 1]), float(x[stage["last"] - 1]), str(stage["stage"]))
        for stage in stages
    )


def _round_numbers(low: float, high: float) -> FloatArray:
    """Multiples of 1, 2 or 5 times a power of ten between `low` and `high`, about `TICKS` of them."""
    step = _round_step((high - low) / TICKS)
    # Adding 0 makes of −0 a plain 0.
    numbers: FloatArray = np.arange(np.ceil(low / step), np.floor(high / step) + 1) * step + 0.0
    return numbers


def _round_step(rough: float) -> float:
    """Return the next 1, 2 or 5 times a power of ten."""
    power = 10.0 ** math.floor(math.log10(rough))
    return next(power * factor for factor in (1, 2, 5, 10) if power * factor >= rough)


def _spread(n: int) -> list[int]:
    """Places of the numbers below: the first point, and multiples of a round number of points."""
    if n <= FEW:
        return list(range(n))
    step = max(int(_round_step(n / FEW)), 1)
    return [0, *range(step - 1 if step > 1 else step, n, step)]


def _thinned(x: FloatArray, y: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Lowest and highest point of each bucket, where there are more points than pixels."""
    if x.size <= MOST_DRAWN:
        return x, y
    edges = np.linspace(0, x.size, BUCKETS + 1).astype(np.intp)
    kept: list[int] = []
    for start, end in zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True):
        part = y[start:end]
        if np.isnan(part).all():
            kept.append(start)
        else:
            kept.extend(sorted({start + int(np.nanargmin(part)), start + int(np.nanargmax(part))}))
    return x[kept], y[kept]


def _path(x: FloatArray, y: FloatArray) -> str:
    """An SVG path that lifts the pen over missing points."""
    return " ".join(_strokes(x, y))


def _strokes(x: FloatArray, y: FloatArray) -> Iterator[str]:
    drawing = False
    for across, down in zip(x.tolist(), y.tolist(), strict=True):
        if np.isfinite(down):
            yield f"{'L' if drawing else 'M'}{across:.1f} {down:.1f}"
        drawing = bool(np.isfinite(down))


def _stairs(x: FloatArray, y: FloatArray, half: float) -> str:
    """A level line: flat over the points that share it, no slope where it changes."""
    changes = np.flatnonzero(np.append(True, (y[1:] != y[:-1]) & ~np.isnan(y[1:] + y[:-1])))
    gaps = np.flatnonzero(np.append(False, np.isnan(y[1:]) != np.isnan(y[:-1])))
    starts = np.union1d(changes, gaps)
    ends = np.append(starts[1:], x.size)
    if starts.size > BUCKETS:
        return _path(*_thinned(x, y))
    return " ".join(
        f"M{x[start] - half:.1f} {y[start]:.1f}H{x[end - 1] + half:.1f}"
        for start, end in zip(starts.tolist(), ends.tolist(), strict=True)
        if np.isfinite(y[start])
    )


def _dots(x: FloatArray, y: FloatArray) -> str:
    """Strokes of no length with round ends: a dot at each point, alone ones included."""
    return " ".join(
        f"M{across:.1f} {down:.1f}h0"
        for across, down in zip(x.tolist(), y.tolist(), strict=True)
        if np.isfinite(down)
    )
