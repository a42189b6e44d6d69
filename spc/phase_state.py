"""A site chart in pieces: the state after the points so far, and the next points judged from it.

Judging a series in pieces gives bit for bit what judging it whole gives, because the state is the
memory of the same recursion; a monitor that stores it judges only what is new.
"""

from dataclasses import dataclass

import numpy as np
from scipy.signal import lfilter

from spc.arrays import IntArray, Values, as_values
from spc.patterns import beyond_limits
from spc.phase import AVERAGE_PANEL, POINT_PANEL, Phase
from spc.result import Panel
from spc.rules import RUNNING_AVERAGE_RULE, rule_set
from spc.site_laws import SITE_LAWS

BEFORE = -1
"""Start of a run that began before the first of the values."""


@dataclass(frozen=True, slots=True)
class PhaseState:
    """What the points so far leave behind.

    Attributes
    ----------
    memory : of the running average: its distance from the centre times 1 − λ, in z units.
    side : where it was: 1 above its centre, -1 below, 0 on it or before the first point.

    """

    memory: float = 0.0
    side: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class PhasePiece:
    """Points judged from a state.

    Attributes
    ----------
    state : after the last of them.
    points, running : the two panels, as `spc.phase.evaluate_phase` has them.
    outside : (panel name, rule, index, start of its run) of each point outside, by index; the start
        is `BEFORE` where the run began before the first value.
    turn : start of the run that goes on after the last value, `BEFORE`, or None without one.

    """

    state: PhaseState
    points: Panel
    running: Panel
    outside: tuple[tuple[str, str, int, int], ...]
    turn: int | None


def advance_phase(phase: Phase, state: PhaseState, values: Values) -> PhasePiece:
    """Judge the next `values` of a chart against the frozen limits of `phase`.

    Parameters
    ----------
    phase : frozen limits
    state : after the points before; `PhaseState()` at the beginning of the phase
    values : shape (n,), oldest first, NaN is missing; may be empty

    Raises
    ------
    ValuesError
        An infinity, or a value that the phase's law cannot produce (a negative count).

    Examples
    --------
    >>> from spc.phase import freeze_phase
    >>> phase = freeze_phase(np.random.default_rng(1).poisson(5.0, size=120), alpha=1e-4)
    >>> first = advance_phase(phase, PhaseState(), [5, 9])
    >>> second = advance_phase(phase, first.state, [40])
    >>> [(panel, index, start) for panel, _, index, start in second.outside]
    [('individuals', 0, 0), ('running-average', 0, -1)]

    """
    site_law = SITE_LAWS[phase.chart]
    array = site_law.check(as_values(values)) if np.size(values) else np.empty(0)
    known = np.flatnonzero(~np.isnan(array))
    middle, half = phase.ewma_center, phase.ewma_limit
    average = np.full(array.size, np.nan)
    memory = state.memory
    if known.size:
        z = site_law.rebuild(dict(phase.parameters)).z(array[known])
        weight = phase.ewma_lambda
        if weight < 1:
            distance, left = lfilter([weight], [1.0, weight - 1.0], z - middle, zi=[memory])
            memory = float(left[0])
        else:
            # Without a memory scipy has no state to carry.
            distance = z - middle
        average[known] = distance + middle
    points = Panel.of_levels(POINT_PANEL, array, phase.center, phase.lcl, phase.ucl)
    running = Panel.of_levels(AVERAGE_PANEL, average, middle, middle - half, middle + half)
    sides = np.sign(average[known] - middle).astype(np.intp)
    turns = known[np.flatnonzero(np.diff(sides, prepend=state.side))]
    last_side = int(sides[-1]) if known.size else state.side
    return PhasePiece(
        state=PhaseState(memory, last_side),
        points=points,
        running=running,
        outside=_outside(points, running, turns),
        turn=None if last_side == 0 else _start(turns, array.size),
    )


def _outside(
    points: Panel, running: Panel, turns: IntArray
) -> tuple[tuple[str, str, int, int], ...]:
    """The points outside of either panel, in the order of `spc.phase.evaluate_phase`."""
    rule = next(rule.rule_id for rule in rule_set("beyond-limits") if rule.is_limit)
    single = np.flatnonzero(beyond_limits(points.value, points.lcl, points.ucl)).tolist()
    lasting = np.flatnonzero(beyond_limits(running.value, running.lcl, running.ucl)).tolist()
    found = [(points.name, rule, index, index) for index in single]
    found += [
        (running.name, RUNNING_AVERAGE_RULE, index, _start(turns, index)) for index in lasting
    ]
    return tuple(sorted(found, key=lambda one: one[2]))


def _start(turns: IntArray, index: int) -> int:
    """The last turn up to `index`, `BEFORE` without one."""
    place = int(np.searchsorted(turns, index, side="right"))
    return int(turns[place - 1]) if place else BEFORE
