"""CUSUM of counts: reference values and decision intervals for Poisson and negative binomial laws.

The chart adds up counts, not z values: C = max(0, C + X − k), and signals where C reaches h.
"""

import math
from dataclasses import dataclass

import numpy as np

from spc.arrays import FloatArray, Values, as_counts
from spc.cusum import one_sided_sum
from spc.errors import ChartError
from spc.laws.negative_binomial import NegativeBinomial
from spc.patterns import excursion_signals, in_order, limit_rule
from spc.result import ChartResult, Panel
from spc.run_lengths.count_cusum import sum_transitions

DEFAULT_ARL = 370.0
# A sum of this many states is solved in a blink; beyond, counts are so large that the normal CUSUM does.
_MOST_STATES = 600


@dataclass(frozen=True, slots=True)
class CountCusum:
    """One side of a count CUSUM.

    Attributes
    ----------
    slack : reference value k, in counts.
    decision : decision interval h, in counts; a sum that reaches it signals.
    upper : whether it looks for more counts, or for fewer.

    """

    slack: float
    decision: float
    upper: bool = True


def reference_value(law: NegativeBinomial, detected: float) -> float:
    """Return k for a CUSUM that tells the mean of `law` from the mean `detected` best.

    It is the count at which the likelihoods of both are equal: (μd − μa) / (ln μd − ln μa) for Poisson
    counts (Lucas 1985), and its counterpart with the same dispersion for negative binomial ones.

    Parameters
    ----------
    law : in control
    detected : above 0, other than the mean in control

    Raises
    ------
    ChartError
        `detected` is not above 0, or is the mean in control.

    References
    ----------
    Lucas, J. M. (1985). Technometrics 27(2), 129-144.

    Examples
    --------
    >>> round(reference_value(NegativeBinomial(mean=4.0, dispersion=0.0), 7.0), 3)
    5.361

    """
    if not (detected > 0 and math.isfinite(detected)) or detected == law.mean:
        raise ChartError(
            f"the mean to detect must be above 0 and not the mean in control ({law.mean:g}), "
            f"but got {detected:g}"
        )
    ratio = math.log(detected / law.mean)
    if law.dispersion < 1e-7:
        return (detected - law.mean) / ratio
    size = 1 / law.dispersion
    above = math.log((detected + size) / (law.mean + size))
    return size * above / (ratio - above)


def design(law: NegativeBinomial, detected: float, *, arl: float = DEFAULT_ARL) -> CountCusum:
    """Return k, rounded to the chain's step, and the smallest h whose run length is at least `arl`.

    Raises
    ------
    ChartError
        `detected` cannot be used, or counts are too large for a count CUSUM.

    Examples
    --------
    >>> design(NegativeBinomial(mean=4.0, dispersion=0.0), 7.0)
    CountCusum(slack=5.4, decision=7.3, upper=True)

    """
    check_run_length(arl)
    upper = detected > law.mean
    steps = steps_per_count(law)
    slack = round(reference_value(law, detected) * steps)
    # Rounding must not carry k over to the mean in control, where the sum would wander off.
    slack = max(slack, math.floor(law.mean * steps) + 1) if upper else slack
    slack = slack if upper else min(slack, math.ceil(law.mean * steps) - 1)
    if slack < 0 or (not upper and slack == 0):
        raise ChartError(
            f"counts with the mean {law.mean:g} leave no room below for a CUSUM; chart the upper side"
        )
    high, chain = max(8, round(2 * law.sigma * steps)), np.zeros((1, 1))
    reached = False
    while not reached:
        high *= 2
        if high > _MOST_STATES:
            raise ChartError(
                f"no h up to {_MOST_STATES / steps:g} gives a run length of {arl:g}; the counts are "
                "so large that the CUSUM of measurements (law normal) suits them"
            )
        chain = sum_transitions(law, slack, high, steps, upper=upper)
        reached = _from_zero(chain, high) >= arl
    low = 0
    while high - low > 1:
        middle = (low + high) // 2
        enough = _from_zero(chain, middle) >= arl
        low, high = (low, middle) if enough else (middle, high)
    return CountCusum(slack / steps, high / steps, upper=upper)


def _from_zero(chain: FloatArray, states: int) -> float:
    """Average run length of a sum started at 0 with `states` states: (I − Q) L = 1 (Brook and Evans 1972)."""
    part = chain[:states, :states]
    return float(np.linalg.solve(np.eye(states) - part, np.ones(states))[0])


def check_run_length(arl: float) -> None:
    """Refuse a run length that is not above 1.

    Raises
    ------
    ChartError
        It is not, or not finite.

    """
    if not (arl > 1 and math.isfinite(arl)):
        raise ChartError(f"the average run length to keep must be above 1, but got {arl:g}")


def steps_per_count(law: NegativeBinomial) -> int:
    """Return how finely k and h are chosen: tenths where counts vary little, else whole counts.

    Examples
    --------
    >>> [steps_per_count(NegativeBinomial(mean, 0.0)) for mean in (3.0, 25.0, 80.0)]
    [10, 4, 1]

    """
    return 10 if law.sigma < 3 else 4 if law.sigma < 8 else 1


def count_cusum_chart(
    values: Values,
    law: NegativeBinomial,
    sides: tuple[CountCusum, ...],
    *,
    head_start: float = 0.0,
    rules: str = "beyond-limits",
) -> ChartResult:
    """Evaluate a count CUSUM over `values`, oldest first.

    Parameters
    ----------
    values : shape (n,), whole numbers of at least 0
        NaN is missing: the sums carry on, and the point has none.
    law : in control
    sides : one or two, by `design` or given
    head_start : at least 0 and below every h, first value of the sums, in counts
    rules : name of a rule set; only its rule of the limits applies. A sum equal to h signals.

    Examples
    --------
    >>> law = NegativeBinomial(mean=2.0, dispersion=0.0)
    >>> result = count_cusum_chart([2, 6, 5], law, (CountCusum(slack=3.0, decision=5.0),))
    >>> result.panels[0].value.tolist(), [signal.index for signal in result.signals]
    ([0.0, 3.0, 5.0], [2])

    """
    counts = as_counts(values)
    for side in sides:
        if not (side.decision > 0 and math.isfinite(side.decision) and side.slack >= 0):
            raise ChartError(
                f"k must be at least 0 and h above 0, but got {side.slack:g} and {side.decision:g}"
            )
        if not 0 <= head_start < side.decision:
            raise ChartError(
                f"head_start must be in [0, {side.decision:g}), but got {head_start:g}"
            )
    rule = limit_rule(rules)
    sums = [_sum(counts, side, head_start) for side in sides]
    panels = tuple(_panel(total, side) for total, side in zip(sums, sides, strict=True))
    signals = () if rule is None else in_order(
        *(
            # The sums are multiples of a step; a rounding error must not hide that h is reached.
            excursion_signals(panel, rule, outside=total >= side.decision * (1 - 1e-12))
            for panel, total, side in zip(panels, sums, sides, strict=True)
        )
    )  # fmt: skip
    return ChartResult(
        chart="cusum",
        rules=rules,
        estimator=law.name,
        center=law.mean,
        sigma=law.sigma,
        panels=panels,
        signals=signals,
    )


def _sum(counts: FloatArray, side: CountCusum, head_start: float) -> FloatArray:
    step = counts - side.slack if side.upper else side.slack - counts
    return one_sided_sum(step, head_start)


def _panel(total: FloatArray, side: CountCusum) -> Panel:
    if side.upper:
        return Panel.of_levels("cusum-high", total, 0.0, None, side.decision)
    return Panel.of_levels("cusum-low", -total, 0.0, -side.decision, None)
