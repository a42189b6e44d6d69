"""What a chart costs in control, on data like this: found by replaying baseline and monitoring.

Two figures, never mixed: flagged points per 1000, and episodes (alarm starts, 1000 / ARL) per 1000.
Every replay draws a new baseline, learns limits from it and watches new points, so the figures hold
the error of estimating the limits. After an alarm the chart starts anew on fresh points, as if the
process had been looked after: so episodes are alarm starts whatever the chart remembers, and a
baseline with bad limits counts as often as any other.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from spc.arrays import FloatArray
from spc.errors import SpcError
from spc.result import ChartResult

Draw = Callable[[np.random.Generator, int], FloatArray]
Chart = Callable[[FloatArray, FloatArray], ChartResult]

REPLAYS = 200
_POINTS = 250
# Fewer replays are enough where both figures are known to this share of themselves.
_FEWEST_REPLAYS = 60
_PRECISE = 0.04
_EVALUATIONS = 1000
# A baseline whose limits alarm this often within the points watched is known well enough.
_STARTS = 8


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
    replays: int = REPLAYS,
    points: int = _POINTS,
    seed: int = 20,
    precision: float = _PRECISE,
) -> FalseAlarms | None:
    """Replay baseline and monitoring of a process in control.

    Parameters
    ----------
    chart : takes a baseline of n points and new ones (first axis: points) and evaluates the new
        ones with limits learnt from the baseline.
    draw : returns that many points of the process in control, one series
    n : points in a baseline
    panels : count the signals of these panels only; the default is all.
    replays, points, seed : of the simulation; the same seed gives the same figures.
    precision : replays end early where the standard errors are below this share of both figures;
        0 runs them all.

    Returns
    -------
    FalseAlarms, or None where no drawn baseline gives limits
        A point with several signals counts once. Both figures are means over baselines.

    """
    random = np.random.default_rng(seed)
    shares: list[float] = []
    episodes: list[float] = []
    evaluations = 0
    for _ in range(replays):
        series = draw(random, n + points)
        base = series[:n]
        try:
            flagged = _flagged(chart(base, series[n:]), panels)
        except SpcError:
            # This baseline has no limits (no variation, no defect): nothing would be watched.
            continue
        shares.append(len(flagged) / points)
        starts, watched = 0, 0
        while flagged:
            starts += 1
            watched += min(flagged) + 1
            if starts == _STARTS or watched == points:
                break
            flagged = _flagged(chart(base, draw(random, points - watched)), panels)
        # Up to a given number of starts their rate is estimated without bias by one less.
        enough = starts == _STARTS and watched > 1
        episodes.append((starts - 1) / (watched - 1) if enough else starts / points)
        evaluations += 1 + starts
        if len(shares) >= _FEWEST_REPLAYS and (
            evaluations > _EVALUATIONS
            or all(_error(found) < precision * np.mean(found) for found in (shares, episodes))
        ):
            break
    if not shares:
        return None
    # No alarm at all is no certainty: one in all the points watched is what could be missed.
    missed = 1 / (points * len(shares))
    return FalseAlarms(
        flagged_points_per_1000=1000 * float(np.mean(shares)),
        episodes_per_1000=1000 * float(np.mean(episodes)),
        flagged_error=1000 * max(_error(shares), missed),
        episodes_error=1000 * max(_error(episodes), missed),
    )


def _flagged(result: ChartResult, panels: frozenset[str] | None) -> set[int]:
    return {s.index for s in result.signals if panels is None or s.panel in panels}


def _error(values: list[float]) -> float:
    """Standard error of their mean."""
    return float(np.std(values) / np.sqrt(len(values)))
