"""Charts point by point: a state and one new value in, the next state and its signals out.

Each step costs as much as the longest rule is long, however many points came before, and gives the
signals that the chart of the whole series would give at that point. States are plain values, so they
can be stored between two points. Limits are frozen; what a point may change is only its own verdict.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Self

import numpy as np

from spc.arrays import FloatArray
from spc.baseline import Baseline
from spc.cusum import DEFAULT_DECISION, DEFAULT_SLACK
from spc.errors import ValuesError
from spc.ewma import DEFAULT_SMOOTHING, DEFAULT_WIDTH
from spc.imr import imr_chart
from spc.patterns import limit_rule
from spc.result import ChartResult, Signal
from spc.rules import rule_set


@dataclass(frozen=True, slots=True)
class TailState:
    """The last values of a series, and how many there were in all."""

    seen: int = 0
    tail: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class TailStream:
    """A chart whose verdict on a point rests on the last few values alone.

    Attributes
    ----------
    evaluate : evaluates values, oldest first, with frozen limits.
    memory : values that a verdict rests on, the newest included.

    Examples
    --------
    >>> given = Baseline(0.0, 1.0, "given", 0, math.inf, 0, 0)
    >>> stream, state = individuals_stream(given), TailState()
    >>> for value in [2.5, 0.0, 2.6]:
    ...     state, signals = stream.advance(state, value)
    >>> [(signal.index, signal.rule, signal.run) for signal in signals]
    [(2, 'nelson-5', (0, 2))]

    """

    evaluate: Callable[[FloatArray], ChartResult]
    memory: int

    def advance(self, state: TailState, value: float) -> tuple[TailState, tuple[Signal, ...]]:
        """Take one value, NaN for missing.

        Raises
        ------
        SpcError
            A value that the chart cannot take.

        """
        tail = (*state.tail, value)[-self.memory :]
        offset = state.seen + 1 - len(tail)
        newest = len(tail) - 1
        signals = tuple(
            Signal(
                state.seen,
                signal.panel,
                signal.rule,
                (signal.run[0] + offset, state.seen),
            )
            for signal in self.evaluate(np.array(tail)).signals
            if signal.index == newest
        )
        return TailState(state.seen + 1, tail), signals


def tail_stream(
    evaluate: Callable[[FloatArray], ChartResult], *, rules: str = "nelson", reach: int = 1
) -> TailStream:
    """Make a stream of any chart without memory: c, nb, g, t, imr, moving averages.

    Parameters
    ----------
    evaluate : such as `lambda values: c_chart(values, 4.0)`
    rules : of the chart, whose longest window has to be kept
    reach : values that one plotted point is made of: 2 for moving ranges, the span of an average

    """
    longest = max((rule.m for rule in rule_set(rules)), default=1)
    return TailStream(evaluate, longest + reach)


def individuals_stream(baseline: Baseline, *, rules: str = "nelson") -> TailStream:
    """Make the stream of an individuals and moving range chart."""
    return tail_stream(
        lambda values: imr_chart(values, baseline, rules=rules), rules=rules, reach=2
    )


@dataclass(frozen=True, slots=True)
class Excursion:
    """Since when a running statistic has been on the side of its centre where it is."""

    side: int = 0
    start: int = 0

    def moved(self, index: int, distance: float) -> Self:
        """Return the excursion after a point that lies `distance` from the centre."""
        side = (distance > 0) - (distance < 0)
        return self if side == self.side else type(self)(side, index)


@dataclass(frozen=True, slots=True)
class EwmaState:
    """Points seen and counted, distance of the average from its centre, and its excursion."""

    seen: int = 0
    age: int = 0
    distance: float = 0.0
    excursion: Excursion = field(default_factory=Excursion)


@dataclass(frozen=True, slots=True)
class EwmaStream:
    """An EWMA chart point by point; its attributes are those of `spc.ewma.ewma_chart`.

    Examples
    --------
    >>> stream = EwmaStream(Baseline(5.0, 1.0, "given", 0, math.inf, 0, 0))
    >>> state = EwmaState()
    >>> for value in [5.0, 5.0, 9.0, 9.0]:
    ...     state, signals = stream.advance(state, value)
    >>> round(5.0 + state.distance, 2), [signal.run for signal in signals]
    (6.44, [(2, 3)])

    """

    baseline: Baseline
    smoothing: float = DEFAULT_SMOOTHING
    width: float = DEFAULT_WIDTH
    rules: str = "beyond-limits"

    def advance(self, state: EwmaState, value: float) -> tuple[EwmaState, tuple[Signal, ...]]:
        """Take one value, NaN for missing; infinity raises ValuesError."""
        if math.isnan(value):
            return EwmaState(state.seen + 1, state.age, state.distance, state.excursion), ()
        _refuse_infinity(value, state.seen)
        kept = 1 - self.smoothing
        age = state.age + 1
        distance = kept * state.distance + self.smoothing * (value - self.baseline.center)
        excursion = state.excursion.moved(state.seen, distance)
        variance = self.smoothing / (2 - self.smoothing) * (1 - kept ** (2 * age))
        limit = self.width * self.baseline.sigma * math.sqrt(variance)
        signals = _signal("ewma", self.rules, excursion, state.seen, outside=abs(distance) > limit)
        return EwmaState(state.seen + 1, age, distance, excursion), signals


@dataclass(frozen=True, slots=True)
class CusumState:
    """Points seen, both sums in sigma (None before the first point), and their excursions."""

    seen: int = 0
    high: float | None = None
    low: float | None = None
    above: Excursion = field(default_factory=Excursion)
    below: Excursion = field(default_factory=Excursion)


@dataclass(frozen=True, slots=True)
class CusumStream:
    """A CUSUM chart point by point; its attributes are those of `spc.cusum.cusum_chart`.

    Examples
    --------
    >>> stream = CusumStream(Baseline(10.0, 1.0, "given", 0, math.inf, 0, 0), decision=4.0)
    >>> state = CusumState()
    >>> for value in [10.0, 12.0, 13.0, 12.5]:
    ...     state, signals = stream.advance(state, value)
    >>> state.high, [(signal.panel, signal.run) for signal in signals]
    (6.0, [('cusum-high', (1, 3))])

    """

    baseline: Baseline
    slack: float = DEFAULT_SLACK
    decision: float = DEFAULT_DECISION
    head_start: float = 0.0
    rules: str = "beyond-limits"

    def advance(self, state: CusumState, value: float) -> tuple[CusumState, tuple[Signal, ...]]:
        """Take one value, NaN for missing; infinity raises ValuesError."""
        if math.isnan(value):
            return (
                CusumState(state.seen + 1, state.high, state.low, state.above, state.below),
                (),
            )
        _refuse_infinity(value, state.seen)
        z = (value - self.baseline.center) / self.baseline.sigma
        before = (
            self.head_start if state.high is None else state.high,
            self.head_start if state.low is None else state.low,
        )
        high = max(0.0, before[0] + z - self.slack)
        low = max(0.0, before[1] - z - self.slack)
        above = state.above.moved(state.seen, high)
        below = state.below.moved(state.seen, -low)
        signals = _signal(
            "cusum-high", self.rules, above, state.seen, outside=high > self.decision
        ) + _signal("cusum-low", self.rules, below, state.seen, outside=low > self.decision)
        return CusumState(state.seen + 1, high, low, above, below), signals


def _signal(
    panel: str, rules: str, excursion: Excursion, index: int, *, outside: bool
) -> tuple[Signal, ...]:
    rule = limit_rule(rules) if outside else None
    return () if rule is None else (Signal(index, panel, rule, (excursion.start, index)),)


def _refuse_infinity(value: float, index: int) -> None:
    if math.isinf(value):
        raise ValuesError(
            f"values[{index}] is infinite; a measurement must be finite or missing (NaN)"
        )
