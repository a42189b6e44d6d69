"""Learn limits from the beginning of a stream, or say in words why there are none yet."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from jobs.configuration.chart_sections import SpcSettings
from spc.errors import ConstantSeriesError, TooFewPointsError
from spc.phase import Phase, freeze_phase

FloatArray: TypeAlias = NDArray[np.float64]

GROWTH = 1.5
"""Limits are learnt anew when a stream has this many times the points they were last learnt from."""

MOST_ATTEMPTS = 6
"""Baselines tried until one is worth enough points; each is longer than the one before."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """Limits learnt from the first `length` points of a stream."""

    phase: Phase
    length: int


@dataclass(frozen=True, slots=True)
class NoLimits:
    """Why a stream has no limits yet, in words for its tile."""

    reason: str


def milestone(points: int, spc: SpcSettings) -> int:
    """Return how many points of a stream limits may be learnt from: it grows in steps.

    From `minimum_points` on it grows by halves, and passes `approve_points` on its way. So a stream
    that gives no limits is looked at a few times in its life and not every night.

    Examples
    --------
    >>> [milestone(points, SpcSettings()) for points in (19, 20, 44, 99, 100, 149, 150, 400)]
    [0, 20, 30, 67, 100, 100, 150, 337]

    """
    reached, step = 0, float(spc.minimum_points)
    while (now := min(math.floor(step), spc.approve_points)) <= points and step > 0:
        reached = now
        if now == spc.approve_points:
            break
        step *= GROWTH
    if reached < spc.approve_points:
        return reached
    step = float(spc.approve_points)
    while math.floor(step) <= points:
        reached = math.floor(step)
        step *= GROWTH
    return reached


def propose_limits(
    values: FloatArray,
    times: NDArray[np.datetime64],
    *,
    chart: str | None,
    alpha: float,
    spc: SpcSettings,
) -> Proposal | NoLimits:
    """Learn limits from the first points of a stream, or say why there are none.

    Parameters
    ----------
    values : shape (n,)
        The first points of the stream, oldest first, NaN for missing; the baseline is as short a
        beginning of them as is worth enough.
    times : shape (n,)
        When the parts were captured; parts of one instant are never parted by the baseline's end.
    chart
        Kind of chart; None lets the data choose.
    alpha
        The share of the false-alarm budget that each point gets, see `jobs.monitoring.budget`.

    """
    known = np.flatnonzero(~np.isnan(values))
    if known.size < spc.minimum_points:
        return NoLimits(f"{known.size} of {spc.minimum_points} parts needed for limits")
    length = _length_with(min(spc.approve_points, known.size), known, times)
    outcome: Proposal | NoLimits = NoLimits("")
    for attempt in range(1, MOST_ATTEMPTS + 1):
        try:
            phase = freeze_phase(
                values[:length],
                chart=chart,
                alpha=alpha,
                ewma_lambda=spc.ewma_lambda,
                minimum_points=spc.minimum_points,
                approve_points=spc.approve_points,
            )
        except ConstantSeriesError:
            first = values[known[0]]
            outcome = NoLimits(f"no variation: all of the first {length} values are {first:g}")
            # Rare defects: the next parts may have one.
            wanted = 2 * length
        except TooFewPointsError as error:
            outcome = NoLimits(str(error))
            wanted = 2 * length
        else:
            outcome = Proposal(phase=phase, length=length)
            if not phase.provisional:
                return outcome
            # Neighbouring parts resemble each other, so more of them are needed.
            wanted = math.ceil(phase.n * spc.approve_points / max(phase.effective_n, 1.0)) + 1
            wanted = max(wanted, phase.n + 10)
        if attempt == MOST_ATTEMPTS - 1:
            wanted = known.size
        longer = _length_with(min(wanted, known.size), known, times)
        if longer <= length:
            break
        length = longer
    return outcome


def outgrown(phase: Phase, points: int, spc: SpcSettings) -> bool:
    """Whether a stream of `points` has outgrown proposed limits, so that better ones can be learnt.

    Limits that a person may approve stay as they are until somebody does.
    """
    if not phase.provisional:
        return False
    reached = phase.n < spc.approve_points <= points
    return reached or points >= math.floor(GROWTH * phase.n)


def _length_with(count: int, known: NDArray[np.intp], times: NDArray[np.datetime64]) -> int:
    """The shortest beginning that holds `count` known values and splits no instant."""
    length = int(known[count - 1]) + 1
    while length < len(times) and times[length] == times[length - 1]:
        length += 1
    return length
