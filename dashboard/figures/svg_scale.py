"""Where values lie in a drawing of fixed size, and the numbers beside its axes."""

import math
from dataclasses import dataclass

import numpy as np

from dashboard.figures.inputs import FloatArray


@dataclass(frozen=True, slots=True)
class Scale:
    """Maps values in [low, high] to pixels in [start, end]; `end` may lie before `start`.

    Examples
    --------
    >>> Scale(0.0, 10.0, 100.0, 0.0)(np.array([0.0, 2.5])).tolist()
    [100.0, 75.0]

    """

    low: float
    high: float
    start: float
    end: float

    def __call__(self, values: FloatArray) -> FloatArray:
        """Return the pixels of `values`, those outside at the edge."""
        share = (np.clip(values, self.low, self.high) - self.low) / ((self.high - self.low) or 1.0)
        return self.start + share * (self.end - self.start)

    def at(self, value: float) -> float:
        """Return the pixel of one value."""
        return float(self(np.array([value]))[0])


def round_ticks(low: float, high: float, about: int = 5) -> list[float]:
    """Return multiples of 1, 2 or 5 times a power of ten in [low, high], about `about` of them.

    Examples
    --------
    >>> round_ticks(0.0, 9.3)
    [0.0, 2.0, 4.0, 6.0, 8.0]

    """
    rough = (high - low) / about
    if not rough > 0 or not math.isfinite(rough):
        return [low]
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(power * factor for factor in (1, 2, 5, 10) if power * factor >= rough)
    first, last = math.ceil(low / step), math.floor(high / step)
    # Adding 0 makes of −0 a plain 0.
    return [at * step + 0.0 for at in range(first, last + 1)]


def path_of(x: FloatArray, y: FloatArray) -> str:
    """Return an SVG path that lifts the pen over missing points.

    Examples
    --------
    >>> path_of(np.array([0.0, 1, 2, 3]), np.array([5.0, np.nan, 6, 7]))
    'M0.0 5.0 M2.0 6.0 L3.0 7.0'

    """
    words, drawing = [], False
    for across, down in zip(x.tolist(), y.tolist(), strict=True):
        known = math.isfinite(across) and math.isfinite(down)
        if known:
            words.append(f"{'L' if drawing else 'M'}{across:.1f} {down:.1f}")
        drawing = known
    return " ".join(words)
