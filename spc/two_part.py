"""Two-part chart of areas and lengths: how large the defects are, and how often there is one."""

import math
from functools import lru_cache

import numpy as np
from scipy.special import ndtri

from spc.arrays import FloatArray, Values, as_amounts
from spc.errors import ChartError
from spc.ewma import exponential_average
from spc.laws.zero_lognormal import ZeroLognormal
from spc.patterns import excursion_signals, find_signals, in_order
from spc.result import ChartResult, Panel, Signal
from spc.rule import Rule
from spc.rules import rule_set

# Flagged share of a normal chart with three-sigma limits; the two panels have half of it each.
_FAMILY = 0.0027
_SHARE_SMOOTHING = 0.1
_GRID = 4001


def two_part_chart(values: Values, law: ZeroLognormal, *, rules: str = "nelson") -> ChartResult:
    """Evaluate a two-part chart over `values`, oldest first.

    Panel "size" holds the values above 0 against lognormal limits; it runs over successive values
    above 0, so a zero neither counts in its runs nor cuts them. Panel "share-above-zero" is an EWMA
    of whether the value is above 0. Together they flag .0027 of the points in control, as a normal
    chart with three-sigma limits does, half of it each.

    Parameters
    ----------
    values : shape (n,), at least 0; NaN is missing and cuts runs.
    law : fitted to the process in control; its share of zeros lies in (0, 1).
    rules : name of a rule set
        All rules apply to the sizes, only the rule of the limits to the share.

    Raises
    ------
    SpcError
        `values` are negative or infinite, a share outside (0, 1), unknown rules.

    Examples
    --------
    >>> law = ZeroLognormal(zero_share=0.5, log_mean=0.0, log_sigma=0.5)
    >>> result = two_part_chart([0.0, 1.0, 9.0, 0.0], law)
    >>> [(signal.index, signal.panel) for signal in result.signals]
    [(2, 'size')]

    """
    amounts = as_amounts(values)
    share_above_zero = 1 - law.zero_share
    if not 0 < share_above_zero < 1:
        raise ChartError(f"the share of zeros must be in (0, 1), but got {law.zero_share}")
    wanted = rule_set(rules)
    log_z = law.log_z(amounts)
    reach = -float(ndtri(_FAMILY / 4))
    low, middle, high = (
        math.exp(law.log_mean + z * law.log_sigma) for z in (-reach, 0.0, reach)
    )  # fmt: skip
    size = Panel.of_levels("size", np.where(amounts > 0, amounts, np.nan), middle, low, high)
    there = np.where(np.isnan(amounts), np.nan, (amounts > 0).astype(np.float64))
    average = exponential_average(there, _SHARE_SMOOTHING, start=share_above_zero)
    lowest, highest = share_limits(share_above_zero, _SHARE_SMOOTHING, _FAMILY / 4)
    share = Panel.of_levels("share-above-zero", average, share_above_zero, lowest, highest)
    limit_rules = [rule for rule in wanted if rule.is_limit]
    return ChartResult(
        chart="two-part",
        rules=rules,
        estimator=law.name,
        center=middle,
        sigma=None,
        panels=(size, share),
        signals=in_order(
            _size_signals(log_z, amounts, wanted, reach),
            excursion_signals(share, limit_rules[0].rule_id) if limit_rules else (),
        ),
    )


def _size_signals(
    log_z: FloatArray, amounts: FloatArray, rules: tuple[Rule, ...], reach: float
) -> list[Signal]:
    """Signals over successive values above 0, with indexes of the whole series."""
    kept = np.flatnonzero(~(amounts == 0))
    z = log_z[kept]
    found = find_signals(z, rules, panel="size", outside=np.abs(z) > reach)
    return [
        Signal(
            index=int(kept[signal.index]),
            panel=signal.panel,
            rule=signal.rule,
            run=(int(kept[signal.run[0]]), int(kept[signal.run[1]])),
        )
        for signal in found
    ]


@lru_cache(maxsize=256)
def share_limits(share: float, smoothing: float, tail: float) -> tuple[float, float]:
    """Return the limits outside which the EWMA of yes/no values lies with `tail` on each side.

    Its distribution solves F(w) = (1 − share) · F(w / (1 − λ)) + share · F((w − λ) / (1 − λ)); the
    equation is iterated on a grid, because the normal approximation fails for shares near 0 and 1.

    Parameters
    ----------
    share : in (0, 1), probability of a yes
    smoothing : λ in (0, 1)
    tail : probability beyond each limit, long after the start

    Examples
    --------
    >>> low, high = share_limits(0.5, 0.1, 0.025)
    >>> round(low, 2), round(high, 2)
    (0.28, 0.72)

    """
    grid = np.linspace(0, 1, _GRID)
    below = (grid >= share).astype(np.float64)
    without, with_one = grid / (1 - smoothing), (grid - smoothing) / (1 - smoothing)
    for _ in range(math.ceil(12 / smoothing)):
        below = (1 - share) * np.interp(without, grid, below) + share * np.interp(
            with_one, grid, below, left=0.0
        )
    low = grid[max(int(np.searchsorted(below, tail, side="right")) - 1, 0)]
    high = grid[min(int(np.searchsorted(below, 1 - tail)), _GRID - 1)]
    return float(low), float(high)
