"""Run length of the tabular CUSUM chart of independent normal values, by its integral equation.

One sum is a chain on [0, h] with an atom at 0. The two-sided chart follows from both sums exactly
where they cannot both be above 0 when one signals: each then starts anew when the other signals,
so the generating function of the first signal is (U + L − 2 U L) / (1 − U L).
"""

import math

import numpy as np
from scipy.special import ndtr

from spc.arrays import FloatArray
from spc.errors import ChartError
from spc.run_lengths.quadrature import between, normal_density
from spc.run_lengths.result import RunLength
from spc.run_lengths.survival import Survival, settle


def cusum_run_length(
    slack: float,
    decision: float,
    *,
    shift: float = 0.0,
    scale: float = 1.0,
    head_start: float = 0.0,
    two_sided: bool = True,
    steady: bool = False,
) -> RunLength:
    """Run length of a CUSUM chart of independent normal values, exact.

    Parameters
    ----------
    slack : at least 0, in sigma (k)
    decision : above 0, in sigma (h)
    shift : of the mean, in sigma of the chart; a one-sided chart looks upwards.
    scale : true sigma of the values over that of the chart
    head_start : in [0, decision), first value of the sums in sigma
    two_sided : both sums; else the upper one alone.
    steady : the shift comes after the sums have run in control for long without a signal; else it
        is there from the first point on.

    Raises
    ------
    ChartError
        Options out of range.

    References
    ----------
    Vance, L. C. (1986). J. Quality Technology 18(3), 189-193.
    Lucas, J. M. and Crosier, R. B. (1982). Technometrics 24(3), 199-205.

    Examples
    --------
    >>> round(cusum_run_length(0.5, 5.0).arl), round(cusum_run_length(0.5, 5.0, shift=1.0).arl, 1)
    (465, 10.4)

    """
    check_cusum(slack, decision, head_start)
    if not scale > 0:
        raise ChartError(f"scale must be above 0, but got {scale}")
    upper = _one_sided(slack, decision, shift, scale, head_start, steady=steady)
    start = "steady state" if steady else "from the start"
    method = f"integral equation, shift {start}"
    if not two_sided:
        return RunLength.of_survival(upper, method)
    lower = _one_sided(slack, decision, -shift, scale, head_start, steady=steady)
    if head_start == 0 and not steady:
        return RunLength.of_survival(first_of_two(upper, lower, upper, lower), method)
    fresh = [
        _one_sided(slack, decision, signed, scale, 0.0, steady=False) for signed in (shift, -shift)
    ]
    return RunLength.of_survival(first_of_two(upper, lower, fresh[0], fresh[1]), method)


def first_of_two(
    upper: Survival, lower: Survival, upper_anew: Survival, lower_anew: Survival
) -> Survival:
    """Law of the first signal of two sums of which each is at 0 when the other signals.

    Parameters
    ----------
    upper, lower : of each sum alone, as the chart starts.
    upper_anew, lower_anew : of each sum alone, started at 0.

    Notes
    -----
    With A and B the generating functions of a first signal by the upper and by the lower sum,
    U = A + B U₀ and L = B + A L₀: a sum that was not first starts anew.

    """
    hazard = 1 - (1 - upper_anew.hazard) * (1 - lower_anew.hazard)
    length = max(s.share.size for s in (upper, lower, upper_anew, lower_anew)) + 1
    size = min(max(length, 64), 4096)
    signal = [_point_probabilities(s, size) for s in (upper, lower, upper_anew, lower_anew)]
    first_upper, first_lower = np.zeros(size), np.zeros(size)
    u, low, u_anew, low_anew = signal
    # Solved point by point: what happened up to n − 1 determines n, as no run is shorter than 1.
    for n in range(1, size):
        earlier = slice(1, n)
        back = slice(n - 1, 0, -1)
        first_upper[n] = u[n] - first_lower[earlier] @ u_anew[back]
        first_lower[n] = low[n] - first_upper[earlier] @ low_anew[back]
    both = first_upper + first_lower
    share = 1 - np.cumsum(both)
    # Rounding hides what is left of a law that is already over.
    if share[-1] < 1e-12:
        return Survival(np.maximum(share[: int(np.argmax(share < 1e-12)) + 1], 1e-15), hazard)
    return Survival(share, float(both[-1] / share[-2]))


def _point_probabilities(survival: Survival, size: int) -> FloatArray:
    """P(N = n) for n below `size`."""
    known = survival.share[:size]
    more = size - known.size
    tail = known[-1] * (1 - survival.hazard) ** np.arange(1, more + 1)
    share = np.concatenate([known, tail])
    signal = np.zeros(size)
    signal[1:] = share[:-1] - share[1:]
    return signal


def _one_sided(
    slack: float,
    decision: float,
    shift: float,
    scale: float,
    head_start: float,
    *,
    steady: bool,
) -> Survival:
    node, weight = between(0.0, decision, scale=scale)
    states = np.append(0.0, node)

    def step(before: FloatArray, moved: float) -> FloatArray:
        drift = moved - slack
        matrix = np.empty((before.size, states.size))
        matrix[:, 0] = ndtr((-drift - before) / scale)
        value = (node[None, :] - before[:, None] - drift) / scale
        matrix[:, 1:] = normal_density(value) * weight / scale
        return matrix

    final = step(states, shift)
    first = step(np.array([head_start]), 0.0 if steady else shift)[0]
    if steady:
        calm = step(states, 0.0)
        _, state = settle(first, lambda p: p @ calm, before=np.ones(1))
        first = state @ final
    survival, _ = settle(first, lambda p: p @ final, before=np.ones(1))
    return survival


def check_cusum(slack: float, decision: float, head_start: float) -> None:
    """Refuse options that no CUSUM chart has.

    Raises
    ------
    ChartError
        A negative slack, a decision interval not above 0, or a head start outside of it.

    """
    if not slack >= 0:
        raise ChartError(f"slack (k) must be at least 0, but got {slack}")
    if not (decision > 0 and math.isfinite(decision)):
        raise ChartError(f"decision (h) must be finite and above 0, but got {decision}")
    if not 0 <= head_start < decision:
        raise ChartError(f"head_start must be in [0, {decision:g}), but got {head_start}")
