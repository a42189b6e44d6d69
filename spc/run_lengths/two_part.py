"""Run length of the two-part chart: a limit on the size and an average of how often there is one.

The panels share the points, so their run lengths do not multiply. The state is the average; a value
above 0 moves it up and may itself be outside, a zero moves it down.
"""

import numpy as np

from spc.arrays import FloatArray
from spc.laws.zero_lognormal import ZeroLognormal
from spc.run_lengths.law_chains import share_out
from spc.run_lengths.result import RunLength
from spc.run_lengths.survival import quasi_stationary, settle
from spc.run_lengths.tails import above, below
from spc.two_part import two_part_chart

_CELLS = 401


def two_part_run_length(
    law: ZeroLognormal, *, chart: ZeroLognormal | None = None, steady: bool = False
) -> RunLength:
    """Run length of a two-part chart with limits only, of independent values.

    Parameters
    ----------
    law : of the values
    chart : law that the limits are made for; the default is `law`.
    steady : the values followed the chart's law for long without a signal before.

    Examples
    --------
    >>> found = two_part_run_length(ZeroLognormal(zero_share=0.3, log_mean=0.0, log_sigma=0.8))
    >>> 600 < found.arl < 800
    True

    """
    made_for = law if chart is None else chart
    size, share = two_part_chart([1.0], made_for, rules="beyond-limits").panels
    smoothing = _smoothing(made_for)
    grid = np.linspace(float(share.lcl[0]), float(share.ucl[0]), _CELLS)
    limits = np.array([size.lcl[0], size.ucl[0]])

    def step(values: ZeroLognormal, before: FloatArray) -> FloatArray:
        there = 1 - values.zero_share
        outside = below(values, limits[:1])[0] - values.zero_share + above(values, limits[1:])[0]
        after = (1 - smoothing) * before[:, None] + np.array([0.0, smoothing])
        return share_out(after, np.array([values.zero_share, there - outside]), grid)

    final = step(law, grid)
    start = np.array([1 - made_for.zero_share])
    if steady:
        calm = step(made_for, grid)
        state = quasi_stationary(step(made_for, start)[0], lambda p: p @ calm) @ final
    else:
        state = step(law, start)[0]
    survival, _ = settle(state, lambda p: p @ final, before=np.ones(1))
    when = "steady state" if steady else "from the start"
    return RunLength.of_survival(survival, f"Markov chain of the share, shift {when}")


def _smoothing(law: ZeroLognormal) -> float:
    """Weight of the newest value in the chart's average, read from a first step."""
    panel = two_part_chart([0.0], law, rules="beyond-limits").panels[1]
    return 1 - float(panel.value[0]) / (1 - law.zero_share)
