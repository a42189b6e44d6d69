"""What a chart costs in control, on data like this: found by replaying baseline and monitoring.

Two figures, never mixed: flagged points per 1000, and episodes (alarm starts, 1000 / ARL) per 1000.
Every replay draws a new baseline, learns limits from it and watches new points, so the figures hold
the error of estimating the limits.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from spc.arrays import FloatArray
from spc.errors import SpcError
from spc.result import ChartResult

Draw = Callable[[np.random.Generator, int], FloatArray]
Chart = Callable[[FloatArray, FloatArray], ChartResult]

_REPLAYS = 200
_POINTS = 250


@dataclass(frozen=True, slots=True)
class FalseAlarms:
    """Expected false alarms per 1000 points in control, with standard errors of the simulation."""

    flagged_points_per_1000: float
    episodes_per_1000: float
    flagged_error: float
    episodes_error: float


def replay_false_alarms(
    chart: Chart,
    draw: Draw,
    *,
    n: int,
    panels: frozenset[str] | None = None,
    replays: int = _REPLAYS,
    points: int = _POINTS,
    seed: int = 20,
) -> FalseAlarms | None:
    """Replay baseline and monitoring of a process in control.

    Parameters
    ----------
    chart : takes a baseline of n points and `points` new ones (first axis: points) and evaluates
        the new ones with limits learnt from the baseline.
    draw : returns that many points of the process in control, one series
    n : points in a baseline
    panels : count the signals of these panels only; the default is all.
    replays, points, seed : of the simulation; the same seed gives the same figures.

    Returns
    -------
    FalseAlarms, or None where no drawn baseline gives limits
        A point with several signals counts once. Episodes are the reciprocal of the mean run
        length: replays with a signal over points watched until the first signal of each.

    """
    random = np.random.default_rng(seed)
    shares: list[float] = []
    watched = alarms = 0
    for _ in range(replays):
        series = draw(random, n + points)
        try:
            result = chart(series[:n], series[n:])
        except SpcError:
            # This baseline has no limits (no variation, no defect): nothing would be watched.
            continue
        found = {s.index for s in result.signals if panels is None or s.panel in panels}
        shares.append(len(found) / points)
        alarms += bool(found)
        watched += min(found) + 1 if found else points
    if not shares:
        return None
    rate = alarms / watched
    return FalseAlarms(
        flagged_points_per_1000=1000 * float(np.mean(shares)),
        episodes_per_1000=1000 * rate,
        flagged_error=1000 * float(np.std(shares) / np.sqrt(len(shares))),
        episodes_error=1000 * rate / np.sqrt(max(alarms, 1)),
    )
