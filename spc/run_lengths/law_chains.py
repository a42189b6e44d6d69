"""Run length of EWMA and CUSUM charts of independent values of any law, by a Markov chain.

The range between the limits is cut into cells (Brook and Evans 1972). For counts every value is
followed exactly and shared between the two nearest cells (Borror, Champ and Rigdon 1998 round to
one), for other laws the probability of each cell is that of the values that lead into it.
"""

import math
from collections.abc import Callable

import numpy as np

from spc.arrays import FloatArray
from spc.laws.law import Law
from spc.laws.negative_binomial import NegativeBinomial
from spc.run_lengths.cusum import check_cusum, first_of_two
from spc.run_lengths.ewma import check_ewma
from spc.run_lengths.result import RunLength
from spc.run_lengths.survival import Survival, quasi_stationary, settle
from spc.run_lengths.tails import at_most

_CELLS = 301
# While exact limits open up: coarser, as these are few points of a long run.
_OPENING_CELLS = 121
_OPEN = 1e-5
_NEGLIGIBLE = 1e-15

# Takes positions before and the grid after; gives probabilities from each to each cell.
_Step = Callable[[FloatArray, FloatArray], FloatArray]


def law_ewma_run_length(
    law: Law,
    smoothing: float,
    width: float,
    *,
    center: float,
    sigma: float,
    asymptotic: bool = True,
    in_control: Law | None = None,
) -> RunLength:
    """Run length of an EWMA chart of independent values of `law`.

    Parameters
    ----------
    law : of the values
    smoothing, width, asymptotic : λ, L and the kind of limits, as `ewma_run_length`
    center, sigma : of the chart, in the unit of the values
    in_control : where given, the values had this law for long without a signal before.

    Examples
    --------
    >>> from spc.laws.normal import Normal
    >>> found = law_ewma_run_length(Normal(0.0, 1.0), 0.2, 2.962, center=0.0, sigma=1.0)
    >>> 499 < found.arl < 501
    True

    """
    check_ewma(smoothing, width)
    limit = width * math.sqrt(smoothing / (2 - smoothing))
    step = _step_of(law, smoothing, center, sigma)
    grid = np.linspace(-limit, limit, _CELLS)
    final = step(grid, grid)
    method = "Markov chain of the statistic"
    if in_control is not None:
        calm_step = _step_of(in_control, smoothing, center, sigma)
        calm = calm_step(grid, grid)
        state = quasi_stationary(calm_step(np.zeros(1), grid)[0], lambda p: p @ calm)
        survival, _ = settle(state @ final, lambda p: p @ final, before=np.ones(1))
        return RunLength.of_survival(survival, f"{method}, shift steady state")
    if asymptotic:
        state, shares = step(np.zeros(1), grid)[0], [1.0]
    else:
        state, shares = _opened(step, smoothing, limit)
        shares.append(float(state.sum()))
        state = state @ step(np.linspace(-limit, limit, _OPENING_CELLS), grid)
    survival, _ = settle(state, lambda p: p @ final, before=np.array(shares))
    return RunLength.of_survival(survival, f"{method}, shift from the start")


def _opened(step: _Step, smoothing: float, limit: float) -> tuple[FloatArray, list[float]]:
    """Follow the chart while its exact limits open up: states at the last point, shares before it."""
    unit = np.linspace(-limit, limit, _OPENING_CELLS)
    reach, age = math.sqrt(1 - (1 - smoothing) ** 2), 1
    state, shares = step(np.zeros(1), reach * unit)[0], [1.0]
    while (1 - smoothing) ** (2 * age) > _OPEN and state.sum() > _NEGLIGIBLE:
        shares.append(float(state.sum()))
        age += 1
        before, reach = reach, math.sqrt(1 - (1 - smoothing) ** (2 * age))
        state = state @ step(before * unit, reach * unit)
    return state, shares


def law_cusum_run_length(
    law: Law,
    slack: float,
    decision: float,
    *,
    center: float,
    sigma: float,
    head_start: float = 0.0,
    in_control: Law | None = None,
) -> RunLength:
    """Run length of a two-sided CUSUM chart of independent values of `law`.

    Parameters
    ----------
    law, center, sigma, in_control : as `law_ewma_run_length`
    slack, decision, head_start : k, h and the first value of both sums, in sigma of the chart

    Examples
    --------
    >>> from spc.laws.normal import Normal
    >>> found = law_cusum_run_length(Normal(0.0, 1.0), 0.5, 5.0, center=0.0, sigma=1.0)
    >>> 464 < found.arl < 467
    True

    """
    check_cusum(slack, decision, head_start)

    def side(sign: int, first: float) -> Survival:
        step = _sum_step(law, sign, slack, center, sigma)
        grid = np.linspace(0.0, decision, _CELLS)
        final = step(grid, grid)
        start = step(np.array([first]), grid)[0]
        if in_control is not None:
            calm_step = _sum_step(in_control, sign, slack, center, sigma)
            calm = calm_step(grid, grid)
            start = calm_step(np.array([first]), grid)[0]
            start = quasi_stationary(start, lambda p: p @ calm) @ final
        survival, _ = settle(start, lambda p: p @ final, before=np.ones(1))
        return survival

    upper, lower = side(1, head_start), side(-1, head_start)
    plain = head_start == 0 and in_control is None
    fresh = (upper, lower) if plain else (side(1, 0.0), side(-1, 0.0))
    survival = first_of_two(upper, lower, *fresh)
    start = "from the start" if in_control is None else "steady state"
    return RunLength.of_survival(survival, f"Markov chain of the sums, shift {start}")


def _step_of(law: Law, smoothing: float, center: float, sigma: float) -> _Step:
    """One step of an EWMA in sigma of the chart, 0 at its centre."""

    def into(before: FloatArray, edge: FloatArray) -> FloatArray:
        value = (edge[None, :] - (1 - smoothing) * before[:, None]) / smoothing
        return at_most(law, center + sigma * value)

    def step(before: FloatArray, grid: FloatArray) -> FloatArray:
        if isinstance(law, NegativeBinomial):
            count, probability = _counts(law)
            after = (1 - smoothing) * before[:, None] + smoothing * (count - center) / sigma
            return share_out(after, probability, grid)
        half = (grid[1] - grid[0]) / 2
        # The outer cells end at the limits.
        edge = np.concatenate([grid[:1], grid[:-1] + half, grid[-1:]])
        return np.diff(into(before, edge), axis=1)

    return step


def _sum_step(law: Law, sign: int, slack: float, center: float, sigma: float) -> _Step:
    """One step of a sum of what exceeds the slack on one side."""

    def step(before: FloatArray, grid: FloatArray) -> FloatArray:
        if isinstance(law, NegativeBinomial):
            count, probability = _counts(law)
            moved = sign * (count - center) / sigma - slack
            return share_out(np.maximum(before[:, None] + moved, 0.0), probability, grid)
        half = (grid[1] - grid[0]) / 2
        edge = np.append(grid[:-1] + half, grid[-1])
        value = sign * (edge[None, :] - before[:, None] + slack)
        below = at_most(law, center + sigma * value)
        return np.diff(below if sign > 0 else 1 - below, axis=1, prepend=0.0)

    return step


def _counts(law: NegativeBinomial) -> tuple[FloatArray, FloatArray]:
    most = float(law.quantile(np.array(1 - _NEGLIGIBLE)))
    count = np.arange(most + 1)
    return count, law.mass(count)


def share_out(after: FloatArray, probability: FloatArray, grid: FloatArray) -> FloatArray:
    """Share what lands between two cells so that its mean is kept; what lands outside signals."""
    width = grid[1] - grid[0]
    # A value on a limit is within, whatever rounding says.
    place = np.where(np.abs(after - grid[-1]) < 1e-9 * width, grid[-1], after)
    place = (np.where(np.abs(place - grid[0]) < 1e-9 * width, grid[0], place) - grid[0]) / width
    inside = (place >= 0) & (place <= grid.size - 1)
    low = np.minimum(np.floor(np.where(inside, place, 0)), grid.size - 2).astype(np.intp)
    upper_share = np.where(inside, place - low, 0.0)
    weight = np.where(inside, np.broadcast_to(probability, after.shape), 0.0)
    row = np.arange(after.shape[0])[:, None] * grid.size
    size = after.shape[0] * grid.size
    lower = np.bincount((row + low).ravel(), (weight * (1 - upper_share)).ravel(), size)
    upper = np.bincount((row + low + 1).ravel(), (weight * upper_share).ravel(), size)
    return (lower + upper).astype(np.float64).reshape(after.shape[0], grid.size)
