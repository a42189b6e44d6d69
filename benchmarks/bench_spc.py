"""How near spc is to the speed of plain numpy: processor time, ratios to a floor, memory.

    python -m benchmarks.bench_spc [--rounds N] [--check]

Chart and floor (`benchmarks.spc_floors`) take turns, so that a busy moment hits both, and must find as
many signals. `--check` exits with 1 beyond the bars.
"""

import argparse
import importlib
import math
import sys
import time
import tracemalloc
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from benchmarks.spc_floors import cusum_floor, ewma_floor, individuals_floor
from spc.arrays import FloatArray
from spc.baseline import Baseline, estimate_baseline
from spc.cusum import cusum_chart
from spc.ewma import ewma_chart
from spc.imr import imr_chart
from spc.phase import evaluate_phase, freeze_phase
from spc.result import ChartResult
from spc.streaming import (
    CusumState,
    CusumStream,
    EwmaState,
    EwmaStream,
    TailState,
    TailStream,
    individuals_stream,
)

S = TypeVar("S")

POINTS = 1_000_000
CHARTS, POINTS_PER_CHART, PHASES = 2_400, 500, 10
SHORT_HISTORY = 1_000
# Later points that are timed, one after the other, and how often all of them.
NEXT_POINTS, TURNS = 200, 5
BAR_RATIO = 2.0
BAR_MEMORY = 6.0
BAR_CHARTS_SECONDS = 2.0
# A point after a long history costs what one after a short history costs, up to the clock's noise.
BAR_GROWTH = 1.5
_COLUMN = 68
_SEED = 0


@dataclass(frozen=True, slots=True)
class Pair:
    """A chart and its floor; both return how many signals or flags they found."""

    name: str
    ours: Callable[[], int]
    floor: Callable[[], int]

    def seconds(self, rounds: int) -> tuple[float, float]:
        """Return the best processor time of each, taken in turns."""
        ours, floor = self.ours(), self.floor()
        if ours != floor:
            raise SystemExit(f"{self.name}: {ours} signals, but the floor has {floor}")
        times = [(cpu_seconds(self.ours), cpu_seconds(self.floor)) for _ in range(rounds)]
        return min(time[0] for time in times), min(time[1] for time in times)


def cpu_seconds(work: Callable[[], object]) -> float:
    """Return the processor time of one run."""
    start = time.process_time()
    work()
    return time.process_time() - start


def found(result: ChartResult) -> int:
    """How many signals a chart has."""
    return len(result.signals)


def pairs(values: FloatArray) -> tuple[Pair, ...]:
    """Return the charts of measurements, each with its floor."""
    given = estimate_baseline(values)
    return (
        Pair(
            "I-MR, eight Nelson rules, signals with runs",
            lambda: found(imr_chart(values, estimate_baseline(values))),
            lambda: individuals_floor(values),
        ),
        Pair(
            "EWMA",
            lambda: found(ewma_chart(values, given, smoothing=0.2, width=2.962)),
            lambda: ewma_floor(values, given, smoothing=0.2, width=2.962),
        ),
        Pair(
            "CUSUM, two-sided",
            lambda: found(cusum_chart(values, given, slack=0.5, decision=5.0)),
            lambda: cusum_floor(values, given, slack=0.5, decision=5.0),
        ),
    )


def peak_multiple(values: FloatArray, work: Callable[[], object]) -> float:
    """Return the peak of what `work` holds beside its input, in sizes of the input."""
    tracemalloc.start()
    work()
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return peak / values.nbytes


def site_seconds(random: np.random.Generator) -> tuple[float, float, float]:
    """Return seconds to freeze one site chart, to evaluate all, and for as many I-MR charts."""
    counts = random.negative_binomial(4, 0.45, size=(CHARTS, POINTS_PER_CHART))
    measured = random.normal(size=(CHARTS, POINTS_PER_CHART))
    given = Baseline(0.0, 1.0, "given", 0, math.inf, 0, 0)
    phases = [freeze_phase(row, alpha=2e-5) for row in counts[:PHASES]]
    return (
        min(cpu_seconds(lambda: freeze_phase(counts[0], alpha=2e-5)) for _ in range(3)),
        cpu_seconds(lambda: [evaluate_phase(phases[i % PHASES], x) for i, x in enumerate(counts)]),
        cpu_seconds(lambda: [imr_chart(row, given) for row in measured]),
    )


def microseconds(advance: Callable[[S, float], tuple[S, object]], state: S) -> float:
    """Return the processor time of one more point, the best mean of a few turns."""
    following = np.random.default_rng(_SEED + 1).normal(size=NEXT_POINTS).tolist()

    def turn() -> None:
        now = state
        for value in following:
            now, _signals = advance(now, value)

    return 1e6 * min(cpu_seconds(turn) for _ in range(TURNS)) / NEXT_POINTS


def tail_after(stream: TailStream, values: Sequence[float]) -> TailState:
    """Return the state after `values`: the stream keeps the last few and how many there were."""
    return TailState(len(values), tuple(values[-stream.memory :]))


def point_rows(values: FloatArray) -> list[tuple[str, float, float]]:
    """Return for each stream what one point costs after a short and after a long history."""
    given = Baseline(0.0, 1.0, "given", 0, math.inf, 0, 0)
    history = values.tolist()
    short = history[:SHORT_HISTORY]
    individuals, ewma, cusum = individuals_stream(given), EwmaStream(given), CusumStream(given)
    lived = after(individuals.advance, TailState(), short)
    if lived != tail_after(individuals, short):
        raise SystemExit("the state of the individuals chart is not what it is taken for")
    return [
        (
            "I-MR, eight Nelson rules",
            microseconds(individuals.advance, lived),
            microseconds(individuals.advance, tail_after(individuals, history)),
        ),
        (
            "EWMA",
            microseconds(ewma.advance, after(ewma.advance, EwmaState(), short)),
            microseconds(ewma.advance, after(ewma.advance, EwmaState(), history)),
        ),
        (
            "CUSUM, two-sided",
            microseconds(cusum.advance, after(cusum.advance, CusumState(), short)),
            microseconds(cusum.advance, after(cusum.advance, CusumState(), history)),
        ),
    ]


def after(advance: Callable[[S, float], tuple[S, object]], state: S, values: Sequence[float]) -> S:
    """Return the state after `values`."""
    for value in values:
        state, _signals = advance(state, value)
    return state


def other_program(values: FloatArray) -> str:
    """Return how long pccpy takes for the same I-MR chart; it is no dependency of ours."""
    try:
        pccpy = importlib.import_module("pccpy")
    except ModuleNotFoundError:
        return "not installed"
    return f"{cpu_seconds(lambda: pccpy.imr_chart(values, tests=tuple(range(1, 9)))):.3f} s"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--check", action="store_true", help="exit with 1 beyond the bars")
    arguments = parser.parse_args()
    random = np.random.default_rng(_SEED)
    values = random.normal(size=POINTS)
    missed: list[str] = []

    def row(name: str, text: str, *, within: bool = True) -> None:
        print(f"{name:{_COLUMN}}{text}")
        if not within:
            missed.append(name)

    for pair in pairs(values):
        ours, floor = pair.seconds(arguments.rounds)
        row(
            f"{pair.name}, {POINTS:,} points",
            f"{ours:8.3f} s   floor {floor:6.3f} s{ours / floor:6.2f} x   (bar: {BAR_RATIO:g} x)",
            within=ours / floor <= BAR_RATIO,
        )
    row(f"the same I-MR chart by pccpy, {POINTS:,} points", f"{other_program(values):>10}")
    for pair in pairs(values):
        multiple = peak_multiple(values, pair.ours)
        row(
            f"{pair.name}: peak memory",
            f"{multiple:8.1f} x the input   (bar: {BAR_MEMORY:g} x)",
            within=multiple <= BAR_MEMORY,
        )
    freezing, evaluating, individuals = site_seconds(random)
    row(f"freeze one site chart, {POINTS_PER_CHART} points", f"{freezing:8.3f} s")
    for name, seconds in (("site", evaluating), ("I-MR", individuals)):
        row(
            f"{CHARTS:,} {name} charts of {POINTS_PER_CHART} points",
            f"{seconds:8.2f} s   (bar: {BAR_CHARTS_SECONDS:g} s)",
            within=seconds < BAR_CHARTS_SECONDS,
        )
    for name, short, long in point_rows(values):
        row(
            f"one more point after {SHORT_HISTORY:,} / {POINTS:,}: {name}",
            f"{short:8.1f} / {long:.1f} µs   (bar: {BAR_GROWTH:g} x)",
            within=long <= BAR_GROWTH * short,
        )
    if missed:
        print(f"beyond the bar: {'; '.join(missed)}")
    return int(arguments.check and bool(missed))


if __name__ == "__main__":
    sys.exit(main())
