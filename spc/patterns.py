"""Find run rules in a series of z values: completing points and the runs that led to them.

A pattern is a few whole-array operations on booleans (one byte a point), never a window that slides
point by point.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import chain, repeat
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from spc.arrays import BoolArray, FloatArray, IntArray
from spc.result import Panel, Signal
from spc.rule import Pattern, Rule
from spc.rules import rule_set


def completing_points(z: FloatArray, rule: Rule, *, outside: BoolArray | None = None) -> BoolArray:
    """Mark the points at which `rule` completes.

    Parameters
    ----------
    z : shape (n,)
        Distance from the centre in sigma, oldest first. NaN cuts every pattern.
    outside : shape (n,)
        Points outside the drawn limits. Where given, it decides the rule of a single point, so
        that rounding or a skewed law cannot make flag and drawing disagree.

    Returns
    -------
    shape (n,)
        True where the pattern completes; earlier points of the run are not marked. |z| equal to k
        is not beyond, nor does it count for the rule of points hugging the centre; a value on the
        centre ends a run on one side; a tie ends trend and alternation.

    Examples
    --------
    >>> from spc.rules import rule_set
    >>> two_of_three = rule_set("nelson")[4]
    >>> completing_points(np.array([2.5, 2.6, 0.0]), two_of_three).tolist()
    [False, True, False]

    """
    if rule.is_limit and outside is not None:
        return outside.copy()
    return _FINDERS[rule.pattern](z, rule)


def find_signals(
    z: FloatArray, rules: Sequence[Rule], *, panel: str, outside: BoolArray | None = None
) -> tuple[Signal, ...]:
    """Find every completing point of every rule, ordered by point, then by the order of `rules`.

    Parameters
    ----------
    z, outside : as in `completing_points`.
    panel : name of the panel that the signals belong to.

    Examples
    --------
    >>> from spc.rules import rule_set
    >>> find_signals(np.array([0.0, 3.2, 0.1]), rule_set("nelson"), panel="individuals")
    (Signal(index=1, panel='individuals', rule='nelson-1', run=(1, 1)),)

    """
    points: list[IntArray] = []
    orders: list[IntArray] = []
    starts: list[IntArray] = []
    for order, rule in enumerate(rules):
        at = np.flatnonzero(completing_points(z, rule, outside=outside))
        if at.size:
            points.append(at)
            orders.append(np.full(at.size, order))
            starts.append(_run_starts(z, rule, at))
    if not points:
        return ()
    # Sorted as arrays: a million points break rules tens of thousands of times.
    point, order_of = np.concatenate(points), np.concatenate(orders)
    ranked = np.lexsort((order_of, point))
    completing = point[ranked].tolist()
    first = np.concatenate(starts)[ranked].tolist()
    ids = [rules[order].rule_id for order in order_of[ranked].tolist()]
    return tuple(map(Signal, completing, repeat(panel), ids, zip(first, completing, strict=True)))


def panel_signals(
    panel: Panel, rules: Sequence[Rule], z: FloatArray | None = None
) -> tuple[Signal, ...]:
    """Find the signals of one panel.

    Parameters
    ----------
    panel : its limits decide the rule of a single point.
    rules : of the chart
    z : shape (n,)
        Distance from the centre in sigma, for the zone and run rules. Without it only the rule of
        the limits applies: zones mean nothing for ranges and for statistics that remember.

    """
    outside = beyond_limits(panel.value, panel.lcl, panel.ucl)
    if z is None:
        rules = [rule for rule in rules if rule.is_limit]
        z = panel.value
    return find_signals(z, rules, panel=panel.name, outside=outside)


def in_order(*groups: Iterable[Signal]) -> tuple[Signal, ...]:
    """Join the signals of several panels, ordered by completing point; panels keep their order."""
    return tuple(sorted(chain.from_iterable(groups), key=lambda signal: signal.index))


def excursion_signals(
    panel: Panel, rule_id: str, *, outside: BoolArray | None = None
) -> tuple[Signal, ...]:
    """Signal the points outside the limits of a running statistic.

    The run of each is the time since the statistic left its centre, or came over from the other
    side of it: the points that may have built up to it.

    Parameters
    ----------
    panel : of the statistic.
    rule_id : of the rule of the limits.
    outside : shape (n,), where reaching a limit signals already; the default is beyond it.

    Examples
    --------
    >>> statistic = np.array([-0.1, 0.5, 1.2])
    >>> excursion_signals(Panel.of_levels("ewma", statistic, 0.0, -1.0, 1.0), "beyond-limits-1")
    (Signal(index=2, panel='ewma', rule='beyond-limits-1', run=(1, 2)),)

    """
    if outside is None:
        outside = beyond_limits(panel.value, panel.lcl, panel.ucl)
    points = np.flatnonzero(outside)
    if points.size == 0:
        return ()
    turned = _turns(panel)
    starts = turned[np.searchsorted(turned, points, side="right") - 1]
    return tuple(
        Signal(point, panel.name, rule_id, (start, point))
        for point, start in zip(points.tolist(), starts.tolist(), strict=True)
    )


def _turns(panel: Panel) -> IntArray:
    """Points at which the statistic left its centre or changed side; missing ones are passed over."""
    value, center = panel.value, panel.center
    missing = np.isnan(value)
    places = np.flatnonzero(~missing) if missing.any() else None
    if places is not None:
        value, center = value[places], center[places]
    above, below = value > center, value < center
    turned = above | below
    turned[1:] = (above[1:] != above[:-1]) | (below[1:] != below[:-1])
    found = np.flatnonzero(turned)
    return found if places is None else places[found]


def limit_rule(rules: str) -> str | None:
    """Return the id of the rule of the limits in a set, for statistics that no other rule suits.

    Examples
    --------
    >>> limit_rule("nelson"), limit_rule("none")
    ('nelson-1', None)

    """
    return next((rule.rule_id for rule in rule_set(rules) if rule.is_limit), None)


def beyond_limits(value: FloatArray, lcl: FloatArray, ucl: FloatArray) -> BoolArray:
    """Mark the values outside their limits; a value on a limit is within, NaN limits never flag.

    Examples
    --------
    >>> limits = np.array([1.0, np.nan, 1.0])
    >>> beyond_limits(np.array([1.0, 9.0, 1.1]), -limits, limits).tolist()
    [False, False, True]

    """
    outside: BoolArray = (value > ucl) | (value < lcl)
    return outside


def _beyond(z: FloatArray, rule: Rule) -> BoolArray:
    return _n_of_m(z > rule.k, z, rule) | _n_of_m(z < -rule.k, z, rule)


def _one_side(z: FloatArray, rule: Rule) -> BoolArray:
    return _all_of_last(z > 0, rule.m) | _all_of_last(z < 0, rule.m)


def _trend(z: FloatArray, rule: Rule) -> BoolArray:
    rising, falling = _steps(z)
    return _all_of_last(rising, rule.m - 1) | _all_of_last(falling, rule.m - 1)


def _alternation(z: FloatArray, rule: Rule) -> BoolArray:
    rising, falling = _steps(z)
    turns = np.zeros(z.size, dtype=np.bool_)
    turns[1:] = (rising[1:] & falling[:-1]) | (falling[1:] & rising[:-1])
    return _all_of_last(turns, rule.m - 2)


def _within(z: FloatArray, rule: Rule) -> BoolArray:
    # A point on the border of the zone is not beyond it, but it does not hug the centre either.
    return _all_of_last(np.abs(z) < rule.k, rule.m)


def _either_side(z: FloatArray, rule: Rule) -> BoolArray:
    return _all_of_last(np.abs(z) > rule.k, rule.m)


def _both_sides(z: FloatArray, rule: Rule) -> BoolArray:
    one_sided = _all_of_last(z > rule.k, rule.m) | _all_of_last(z < -rule.k, rule.m)
    return _either_side(z, rule) & ~one_sided


_FINDERS: Mapping[Pattern, Callable[[FloatArray, Rule], BoolArray]] = MappingProxyType(
    {
        Pattern.BEYOND: _beyond,
        Pattern.ONE_SIDE: _one_side,
        Pattern.TREND: _trend,
        Pattern.ALTERNATION: _alternation,
        Pattern.WITHIN: _within,
        Pattern.BOTH_SIDES: _both_sides,
        Pattern.EITHER_SIDE: _either_side,
    }
)


def _steps(z: FloatArray) -> tuple[BoolArray, BoolArray]:
    """Whether each point lies above, and below, the one before it."""
    rising = np.zeros(z.size, dtype=np.bool_)
    falling = np.zeros(z.size, dtype=np.bool_)
    np.greater(z[1:], z[:-1], out=rising[1:])
    np.less(z[1:], z[:-1], out=falling[1:])
    return rising, falling


def _all_of_last(mask: BoolArray, m: int) -> BoolArray:
    """Whether the point and the m - 1 before it are all True; windows are doubled, not slid."""
    out = mask.copy()
    length = 1
    while length < m:
        step = min(length, m - length)
        out[step:] = out[step:] & out[:-step]
        out[:step] = False
        length += step
    return out


def _n_of_m(beyond: BoolArray, z: FloatArray, rule: Rule) -> BoolArray:
    """Whether the point is beyond and n of the last m are; a missing point empties the window."""
    if rule.m == 1:
        return beyond
    count = beyond.view(np.uint8)
    present = ~np.isnan(z)
    unbroken = None if present.all() else present.copy()
    total: NDArray[np.uint32 | np.uint8] = count.astype(np.uint8 if rule.m < 256 else np.uint32)
    for shift in range(1, rule.m):
        if unbroken is None:
            np.add(total[shift:], count[:-shift], out=total[shift:])
        else:
            unbroken[shift:] = unbroken[shift:] & present[:-shift]
            np.add(total[shift:], count[:-shift] * unbroken[shift:], out=total[shift:])
    completes: BoolArray = beyond & (total >= rule.n)
    return completes


def _run_starts(z: FloatArray, rule: Rule, points: IntArray) -> IntArray:
    """First point of each run: of the window, or of the points that count towards n of m."""
    starts: IntArray = np.maximum(points - (rule.m - 1), 0)
    if rule.pattern is not Pattern.BEYOND or rule.m == 1:
        return starts
    side = np.sign(z[points])
    first = points.copy()
    unbroken = np.ones(points.size, dtype=np.bool_)
    for shift in range(1, rule.m):
        earlier = np.maximum(points - shift, 0)
        unbroken &= (points >= shift) & ~np.isnan(z[earlier])
        counts = unbroken & (z[earlier] * side > rule.k)
        first[counts] = earlier[counts]
    return first
