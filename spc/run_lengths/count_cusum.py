"""Run length of CUSUM charts of counts, Poisson and negative binomial: a finite Markov chain.

With k and h multiples of one step the sum only takes multiples of it, so the chain is exact
(Lucas 1985).
"""

import math
from fractions import Fraction

import numpy as np

from spc.arrays import FloatArray
from spc.errors import ChartError
from spc.laws.negative_binomial import NegativeBinomial
from spc.run_lengths.cusum import first_of_two
from spc.run_lengths.result import RunLength
from spc.run_lengths.survival import Survival, chain_survival, quasi_stationary

_FINEST_STEP = 1000
_MOST_STATES = 4000


def count_cusum_run_length(
    law: NegativeBinomial,
    slack: float,
    decision: float,
    *,
    side: str = "upper",
    in_control: NegativeBinomial | None = None,
    head_start: float = 0.0,
    at_limit: bool = True,
) -> RunLength:
    """Run length of a CUSUM chart of counts, exact.

    Parameters
    ----------
    law : of the counts, Poisson or negative binomial
    slack : reference value k, in counts: the upper sum adds x − k, the lower one k − x.
    decision : above 0, decision interval h in counts
    side : "upper", "lower" or "both" (with `slack` the same for both)
    in_control : where given, the counts had this law for long without a signal before.
    head_start : in [0, decision), first value of the sum
    at_limit : a sum that reaches h signals, as in Lucas (1985); else only one beyond it.

    Raises
    ------
    ChartError
        Options out of range, or k and h without a common step of at least a thousandth.

    References
    ----------
    Lucas, J. M. (1985). Counted data CUSUM's. Technometrics 27(2), 129-144.

    Examples
    --------
    >>> law = NegativeBinomial(mean=0.25, dispersion=0.0)
    >>> round(count_cusum_run_length(law, 0.25, 10.0).arl)
    438

    """
    if not (slack > 0 and decision > 0 and 0 <= head_start < decision):
        raise ChartError(
            "slack (k) and decision (h) must be above 0 and head_start in [0, h), but got "
            f"{slack}, {decision} and {head_start}"
        )
    sides = {"upper": (True,), "lower": (False,), "both": (True, False)}
    if side not in sides:
        raise ChartError(f"there is no side '{side}'; the sides are: {', '.join(sides)}")
    k, h, start, step = _in_steps(slack, decision, head_start)
    states = h if at_limit else h + 1

    def of(first: int, *, upper: bool) -> Survival:
        final = sum_transitions(law, k, states, step, upper=upper)
        state = np.zeros(states)
        state[first] = 1.0
        if in_control is not None:
            calm = sum_transitions(in_control, k, states, step, upper=upper)
            state = quasi_stationary(state @ calm, lambda p: p @ calm)
        return chain_survival(state @ final, lambda p: p @ final, before=np.ones(1))

    method = "Markov chain of the sum"
    found = [of(start, upper=upper) for upper in sides[side]]
    if len(found) == 1:
        return RunLength.of_survival(found[0], method)
    anew = [of(0, upper=upper) for upper in sides[side]]
    return RunLength.of_survival(first_of_two(*found, *anew), method)


def _in_steps(slack: float, decision: float, head_start: float) -> tuple[int, int, int, int]:
    """Return k, h and the head start in steps, and the steps per count."""
    parts = [Fraction(x).limit_denominator(_FINEST_STEP) for x in (slack, decision, head_start)]
    if any(
        not math.isclose(float(part), x, rel_tol=1e-9, abs_tol=1e-12)
        for part, x in zip(parts, (slack, decision, head_start), strict=True)
    ):
        raise ChartError(
            f"k {slack:g}, h {decision:g} and head start {head_start:g} have no common step; "
            "round them to three digits"
        )
    step = math.lcm(*(part.denominator for part in parts))
    k, h, start = (int(part * step) for part in parts)
    if h > _MOST_STATES:
        raise ChartError(
            f"k {slack:g} and h {decision:g} make {h} states, more than {_MOST_STATES}; "
            "round them to a coarser common step"
        )
    return k, h, start, step


def sum_transitions(
    law: NegativeBinomial, slack: int, states: int, steps: int, *, upper: bool
) -> FloatArray:
    """Probabilities of moves of one sum between its states; what leaves them upwards signals.

    Those of fewer states are the upper left corner.

    Parameters
    ----------
    law : of the counts
    slack, states : reference value k, and how many states from 0 on do not signal, in steps
    steps : per count
    upper : whether the sum looks for more counts, or for fewer

    Returns
    -------
    shape (states, states), from row to column

    Examples
    --------
    >>> law = NegativeBinomial(mean=1.0, dispersion=0.0)
    >>> sum_transitions(law, 1, 2, 1, upper=True).round(4).tolist()
    [[0.7358, 0.1839], [0.3679, 0.3679]]

    """
    state = np.arange(states)
    to, start = state[None, :], state[:, None]
    # Upper: to = start + steps · X − slack; lower: to = start − steps · X + slack.
    moved = (to - start + slack) if upper else (start - to + slack)
    mass = law.mass(np.arange((states + slack) // steps + 1, dtype=np.float64))
    possible = (moved % steps == 0) & (moved >= 0)
    chain = np.where(possible, mass[np.where(possible, moved // steps, 0)], 0.0)
    # Everything that would fall below 0 stays at 0.
    if upper:
        chain[:, 0] = 1 - law.above(np.floor((slack - state) / steps + 1e-9))
    else:
        chain[:, 0] = law.above(np.ceil((state + slack) / steps - 1e-9) - 1)
    return chain
