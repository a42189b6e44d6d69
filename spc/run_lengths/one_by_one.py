"""Run lengths of charts that only their own code knows: run one by one, on a very long baseline."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np

from spc.arrays import FloatArray, IntArray
from spc.errors import ChartError
from spc.kinds import chart_kind
from spc.layout import Layout
from spc.run_lengths.result import RunLength
from spc.run_lengths.simulated import BURN_IN
from spc.run_lengths.situation import Situation
from spc.simulation import Paths, SeriesModel
from spc.task import Task

_RUNS, _BASELINE = 400, 4000
_FIRST, _LONGEST = 128, 8192


def run_one_by_one(case: Situation, rules: str, seed: int) -> RunLength:
    """Run the chart itself on series after series.

    Points are single values, subgroups of `case.size`, counts over `case.chances` opportunities, or
    values of one part type.

    Raises
    ------
    ChartError
        A chart without a rate of alarms, such as a run chart.

    """
    kind = chart_kind(case.kind)
    if kind.in_control is None or kind.layout not in _POINTS:
        raise ChartError(
            f"a {case.kind} chart has no run length: it judges a whole series, not point by point"
        )
    random = np.random.default_rng(seed)
    base = _taken(case, case.model.paths(random, 1), _BASELINE)
    lengths: list[int] = []
    censored = 0
    start = BURN_IN if case.steady else 0
    names = ("part",) if kind.layout is Layout.PARTS else ()

    def flagged(points: FloatArray) -> list[int]:
        task = Task(base, points, rules, case.options, names=names)
        signals = kind.evaluate(task).signals
        return [s.index for s in signals if kind.panels is None or s.panel in kind.panels]

    for _ in range(_RUNS):
        length = _first_signal(case, flagged, random, start)
        if length is None:
            continue
        censored += length > _LONGEST
        lengths.append(min(length, _LONGEST))
    found: IntArray = np.array(lengths, dtype=np.intp)
    return RunLength.of_sample(found, f"simulation of {found.size} charts", censored=censored)


def _first_signal(
    case: Situation,
    flagged: Callable[[FloatArray], list[int]],
    random: np.random.Generator,
    start: int,
) -> int | None:
    """Points until the first signal; None where one came before the change."""
    first = case.before if case.steady else case.after
    paths = SeriesModel(first, case.model.share, case.model.decay).paths(random, 1)
    points = _taken(case, paths, start)
    paths.change(case.after)
    piece = _FIRST
    while points.shape[0] - start < _LONGEST:
        points = np.concatenate([points, _taken(case, paths, piece)])
        piece = points.shape[0]
        if found := flagged(points):
            at = min(found)
            return at - start + 1 if at >= start else None
    return _LONGEST + 1


def _taken(case: Situation, paths: Paths, n: int) -> FloatArray:
    """Return the next `n` points in the layout of the chart."""
    layout = chart_kind(case.kind).layout
    each = case.size if layout is Layout.SUBGROUPS else 1
    values = paths.take(n * each)[0] if n else np.empty(0)
    return _POINTS[layout](case, values)


_POINTS: Mapping[Layout, Callable[[Situation, FloatArray], FloatArray]] = MappingProxyType(
    {
        Layout.SINGLE: lambda _case, values: values,
        Layout.MEANS: lambda _case, values: values,
        Layout.SUBGROUPS: lambda case, values: values.reshape(-1, case.size),
        Layout.PARTS: lambda _case, values: np.column_stack(
            [values, np.zeros(values.size), np.full(values.size, np.nan)]
        ),
    }
)
