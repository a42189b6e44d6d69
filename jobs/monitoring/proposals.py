"""Propose limits for a stream: from its first points, frozen, for a person to approve.

The baseline is the beginning of a stream, as many points as are worth `approve_points` independent
ones. Points that come later never move it. Below that, limits are provisional: shown on the pages,
alarming nobody, and learnt anew each time the stream has grown by half.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from jobs.configuration.sections import SpcSettings
from spc.errors import ConstantSeriesError, TooFewPointsError
from spc.phase import Phase, freeze_phase

FloatArray: TypeAlias = NDArray[np.float64]

GROWTH = 1.5
"""Provisional limits are learnt anew when the stream has this many times their points."""

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
        The whole stream, oldest first, NaN for missing.
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
    try:
        for _ in range(MOST_ATTEMPTS):
            phase = freeze_phase(
                values[:length],
                chart=chart,
                alpha=alpha,
                ewma_lambda=spc.ewma_lambda,
                minimum_points=spc.minimum_points,
                approve_points=spc.approve_points,
            )
            if not phase.provisional or length == len(values):
                break
            # Neighbouring parts resemble each other, so more of them are needed.
            wanted = math.ceil(phase.n * spc.approve_points / max(phase.effective_n, 1.0)) + 1
            longer = _length_with(min(max(wanted, phase.n + 10), known.size), known, times)
            if longer == length:
                break
            length = longer
    except ConstantSeriesError:
        return NoLimits(f"no variation: all {known.size} values are {values[known[0]]:g}")
    except TooFewPointsError as error:
        return NoLimits(str(error))
    return Proposal(phase=phase, length=length)


def outgrown(phase: Phase, points: int, spc: SpcSettings) -> bool:
    """Whether a stream of `points` has outgrown proposed limits, so that better ones can be learnt.

    Limits that a person may approve stay as they are until somebody does.
    """
    if not phase.provisional:
        return False
    reached = phase.n < spc.approve_points <= points
    return reached or points >= GROWTH * phase.n


def _length_with(count: int, known: NDArray[np.intp], times: NDArray[np.datetime64]) -> int:
    """The shortest beginning that holds `count` known values and splits no instant."""
    length = int(known[count - 1]) + 1
    while length < len(times) and times[length] == times[length - 1]:
        length += 1
    return length
