"""Run length of the chart of one-step residuals: exact, and honest about how it forgets a shift.

With the true model the residuals in control are independent and normal. A shift of the mean shows in
full in the first residual only; the model then takes it for part of the level, and what is left is
small where neighbours are alike (convention: (1 − φ) of it for an AR(1) process).
"""

import math
from collections.abc import Sequence

import numpy as np

from spc.errors import ChartError
from spc.rule import Rule
from spc.run_lengths.result import RunLength
from spc.run_lengths.rule_automaton import automaton, steps
from spc.run_lengths.survival import quasi_stationary, settle
from spc.run_lengths.zones import normal_zones, spread

_SAME = 1e-12
_LONGEST = 5000


def residual_response(share: float, decay: float) -> tuple[float, ...]:
    """Return the means of the residuals after a shift by one sigma of the values, in their own sigma.

    Parameters
    ----------
    share, decay : of the correlation share · decay^lag of the values; decay at least 0

    Examples
    --------
    An AR(1) process with φ = .6 keeps .4 of the shift, and residuals have .8 of its sigma:

    >>> [round(mean, 3) for mean in residual_response(1.0, 0.6)[:3]]
    [1.25, 0.5, 0.5]

    """
    uncertainty = share
    while True:
        gain = uncertainty / (uncertainty + 1 - share)
        after = decay**2 * uncertainty * (1 - gain) + share * (1 - decay**2)
        if abs(after - uncertainty) < _SAME:
            break
        uncertainty = after
    sigma = math.sqrt(uncertainty + 1 - share)
    means, level = [], 0.0
    for _ in range(_LONGEST):
        means.append((1 - level) / sigma)
        level = decay * (level + gain * (1 - level))
        if len(means) > 2 and abs(means[-1] - means[-2]) < _SAME:
            break
    return tuple(means)


def residual_run_length(
    rules: Sequence[Rule],
    *,
    share: float,
    decay: float,
    shift: float = 0.0,
    steady: bool = False,
) -> RunLength:
    """Run length of a residual chart with the true model.

    Parameters
    ----------
    rules : without trend and alternation
    share, decay : of the correlation share · decay^lag of the values
    shift : of the mean, in sigma of the values
    steady : the shift comes after a long time in control without a signal.

    Raises
    ------
    ChartError
        A share outside [0, 1], or a decay outside [0, 1).

    Examples
    --------
    One sigma under φ = .6: .040 at the first point, then .0064 at each.

    >>> from spc.rules import rule_set
    >>> limits = rule_set("beyond-limits")
    >>> round(residual_run_length(limits, share=1.0, decay=0.6, shift=1.0).arl)
    150

    """
    if not (0 <= share <= 1 and 0 <= decay < 1):
        raise ChartError(
            f"share must be in [0, 1] and decay in [0, 1), but got {share} and {decay}"
        )
    means = [shift * mean for mean in residual_response(share, decay)]
    zones = [normal_zones(rules, shift=mean) for mean in means]
    calm = normal_zones(rules)
    symbols = tuple(dict.fromkeys(s for one in (calm, *zones) for s in one.symbols))
    machine = automaton(tuple(rules), symbols)
    state = np.zeros(machine.states)
    state[0] = 1.0
    if steady:
        quiet = steps(machine, spread(calm, symbols))
        state = quasi_stationary(quiet(state), quiet)
    shares = []
    for one in zones:
        shares.append(float(state.sum()))
        advance = steps(machine, spread(one, symbols))
        state = advance(state)
    survival, _ = settle(state, advance, before=np.array(shares))
    when = "steady state" if steady else "from the start"
    return RunLength.of_survival(survival, f"Markov chain of the rules on residuals, shift {when}")
