"""How long a change stays unseen: detection delay of a chart that has run in control before."""

from dataclasses import dataclass

import numpy as np

from spc.arrays import FloatArray
from spc.errors import SpcError
from spc.false_alarms import Chart
from spc.laws.law import Law
from spc.options import ChartOptions
from spc.run_lengths.changes import DOUBLING, ONE_SIGMA, Change, changed
from spc.run_lengths.charts import STANDARD, run_length
from spc.run_lengths.result import RunLength
from spc.simulation import SeriesModel

_REPLAYS = 200
_BURN_IN, _HORIZON = 60, 500
_SEED = 21


@dataclass(frozen=True, slots=True)
class Delays:
    """Detection delays that every recommended chart states, in points, the signal included."""

    one_sigma: RunLength
    doubling: RunLength


def detection_delay(
    kind: str,
    law: Law | SeriesModel = STANDARD,
    *,
    change: Change = ONE_SIGMA,
    rules: str = "beyond-limits",
    options: ChartOptions | None = None,
    size: int = 1,
    chances: float = 1.0,
) -> RunLength:
    """Points from a change until the signal, on a chart that was in control for long before.

    Parameters
    ----------
    change : of the process; `ONE_SIGMA`, `DOUBLING` or another
    kind, law, rules, options, size, chances : as `spc.run_lengths.charts.run_length`

    Returns
    -------
    RunLength
        Mean (`arl`), `median` and other quantiles of the delay; exact where there is no standard
        error.

    Examples
    --------
    >>> round(detection_delay("imr").arl, 1), detection_delay("imr").median
    (43.9, 31)
    >>> detection_delay("cusum").median
    8

    """
    return run_length(
        kind,
        law,
        rules=rules,
        options=options,
        change=change,
        steady=True,
        size=size,
        chances=chances,
    )


def detection_delays(
    kind: str,
    law: Law | SeriesModel,
    *,
    rules: str = "beyond-limits",
    options: ChartOptions | None = None,
) -> Delays:
    """Delays for a shift of one sigma and for a doubling; parameters as `detection_delay`."""
    found = [
        detection_delay(kind, law, change=change, rules=rules, options=options)
        for change in (ONE_SIGMA, DOUBLING)
    ]
    return Delays(*found)


def replay_detection_delay(
    chart: Chart,
    model: SeriesModel,
    change: Change,
    *,
    n: int,
    panels: frozenset[str] | None = None,
    replays: int = _REPLAYS,
    seed: int = _SEED,
) -> RunLength:
    """Detection delay of any chart whose limits are learnt from a baseline of `n` points.

    Every replay draws a baseline, some points in control, and then points after the change; the
    autocorrelation runs through. Replays with a signal before the change are left out, as somebody
    has looked after the process then.

    Parameters
    ----------
    chart : takes the baseline and new points, and evaluates the new ones.
    model : of the process in control
    change : of its law, lasting
    n : points in a baseline
    panels : count the signals of these panels only; the default is all.
    replays, seed : of the simulation

    Raises
    ------
    ChartError
        No replay has a signal, or no baseline gives limits.

    """
    random = np.random.default_rng(seed)
    after = changed(model.law, change)
    delays: list[int] = []
    missed = 0
    for _ in range(replays):
        paths = model.paths(random, 1)
        before = paths.take(n + _BURN_IN)[0]
        paths.change(after)
        points = np.concatenate([before[n:], paths.take(_HORIZON)[0]])
        delay = _delay(chart, before[:n], points, panels)
        if delay is None or delay <= 0:
            continue
        missed += delay > _HORIZON
        delays.append(min(delay, _HORIZON))
    found = np.array(delays, dtype=np.intp)
    return RunLength.of_sample(found, f"replay of {found.size} baselines", censored=missed)


def _delay(
    chart: Chart, base: FloatArray, points: FloatArray, panels: frozenset[str] | None
) -> int | None:
    """Points from the change to the first signal; 0 or less where it came before."""
    try:
        result = chart(base, points)
    except SpcError:
        # This baseline has no limits: nothing would be watched.
        return None
    flagged = [s.index for s in result.signals if panels is None or s.panel in panels]
    return min(flagged) - _BURN_IN + 1 if flagged else _HORIZON + 1
