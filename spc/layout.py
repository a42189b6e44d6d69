"""How values become the points of a chart: single, with opportunities, in subgroups, by part type."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from spc.arrays import FloatArray, Values, as_counts, as_table, as_values
from spc.errors import ChartError, ValuesError
from spc.subgrouping import Labels, Membership, by_label, by_size, by_window, rising_times
from spc.xbar import group_means


class Layout(StrEnum):
    """What one point of a chart is made of."""

    SINGLE = "one value per point"
    MEANS = "one value per point, or the mean of several"
    OPPORTUNITIES = "a count and its opportunities per point"
    SUBGROUPS = "several values per point"
    SEVERAL = "a value of each variable per point"
    SEVERAL_OR_SUBGROUPS = "a value of each variable per point, or several"
    PARTS = "a value, its part type and its target per point"


_OF_SUBGROUPS = (Layout.SUBGROUPS, Layout.SEVERAL_OR_SUBGROUPS, Layout.MEANS)
_OF_VARIABLES = (Layout.SEVERAL, Layout.SEVERAL_OR_SUBGROUPS)


@dataclass(frozen=True, slots=True, eq=False)
class Source:
    """What a caller gives beside the values; None where nothing.

    Attributes
    ----------
    subgroup : shape (n,), labels: equal neighbours form a subgroup.
    size : consecutive values per subgroup.
    window : seconds per subgroup; needs `times`.
    times : shape (n,), seconds, rising; checked wherever they are given.
    opportunities : shape (n,), above 0.
    part, targets : shape (n,), part type and target value, for short runs.
    names : of the variables, in the order of the columns.

    """

    subgroup: Labels | None = None
    size: int | None = None
    window: float | None = None
    times: Values | None = None
    opportunities: Values | None = None
    part: Labels | None = None
    targets: Values | None = None
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Points:
    """The points of a chart.

    Attributes
    ----------
    array : shape (n,), (n, 2) with counts and opportunities, (n, 3) with value, part number and
        target, (n, variables), or (groups, largest size[, variables]) padded with NaN.
    names : of variables or part types.
    members : which values form which point, None where each value is one.
    times : shape (n,), seconds, where each point is one value and has its time.

    """

    array: FloatArray
    names: tuple[str, ...] = ()
    members: Membership | None = None
    times: FloatArray | None = None


def arrange(values: Values, layout: Layout, source: Source | None = None) -> Points:
    """Return the points of a chart; the first axis counts them.

    Raises
    ------
    ChartError
        The layout needs what is not given, or is given what it does not need.
    ValuesError
        Values or opportunities that cannot be used; their index is named.

    Examples
    --------
    >>> arrange([1.0, 2.0, 3.0], Layout.SUBGROUPS, Source(subgroup=["a", "a", "b"])).array
    array([[ 1.,  2.],
           [ 3., nan]])

    """
    source = source or Source()
    _refuse_what_has_no_use(layout, source)
    if layout in _OF_VARIABLES:
        array, names = as_table(values, source.names)
    else:
        array, names = as_values(values), ()
    times = None if source.times is None else rising_times(source.times, array.shape[0])
    if layout is Layout.OPPORTUNITIES:
        return Points(_with_opportunities(values, source.opportunities))
    if layout is Layout.PARTS:
        return _by_part(array, source)
    members = _members(array.shape[0], layout, source)
    if members is None:
        return Points(array, names, times=times)
    groups = _grouped(array, members)
    return Points(group_means(groups) if layout is Layout.MEANS else groups, names, members)


def _refuse_what_has_no_use(layout: Layout, source: Source) -> None:
    if layout is not Layout.OPPORTUNITIES and source.opportunities is not None:
        raise ChartError(
            "this chart takes no opportunities; use p, np, u, laney-p, laney-u, nb, beta-binomial or "
            "combined"
        )
    grouped = not (source.subgroup is None and source.size is None and source.window is None)
    if layout not in _OF_SUBGROUPS and grouped:
        raise ChartError(
            "this chart takes no subgroups; use xbar-r, xbar-s, three-way or t2, or imr or combined "
            "for their means"
        )
    if layout is not Layout.PARTS and not (source.part is None and source.targets is None):
        raise ChartError("this chart takes no part types or targets per value; use z")


def _members(n: int, layout: Layout, source: Source) -> Membership | None:
    given = [source.subgroup is not None, source.size is not None, source.window is not None]
    if sum(given) > 1 or (layout is Layout.SUBGROUPS and not any(given)):
        raise ChartError("this chart needs subgroups: either labels or a size or a time window")
    if source.subgroup is not None:
        return by_label(source.subgroup, n)
    if source.size is not None:
        return by_size(n, source.size)
    if source.window is None:
        return None
    if source.times is None:
        raise ChartError("subgroups by time window need the time of each value")
    return by_window(rising_times(source.times, n), source.window)


def _grouped(array: FloatArray, members: Membership) -> FloatArray:
    """Fill the subgroups, padded with NaN."""
    kept = array[: members.end]
    group = members.group[: members.end]
    place = np.arange(members.end) - members.starts[group]
    points = np.full((members.starts.size, int(place.max()) + 1, *array.shape[1:]), np.nan)
    points[group, place] = kept
    return points


def _with_opportunities(values: Values, opportunities: Values | None) -> FloatArray:
    counts = as_counts(values)
    if opportunities is None:
        raise ChartError("this chart needs opportunities: the number inspected per point")
    chances = as_values(opportunities, "opportunities")
    if chances.size != counts.size:
        raise ValuesError(f"{counts.size} values, but {chances.size} opportunities; one each")
    wrong = np.flatnonzero(chances <= 0)
    if wrong.size:
        raise ValuesError(
            f"opportunities[{wrong[0]}] is {chances[wrong[0]]:g}; a point needs more than 0"
        )
    points = np.column_stack([counts, chances])
    points[np.isnan(points).any(axis=1)] = np.nan
    return points


def _by_part(array: FloatArray, source: Source) -> Points:
    n = array.size
    labels = np.full(n, "part") if source.part is None else np.asarray(source.part).astype(np.str_)
    if labels.shape != (n,):
        raise ValuesError(f"{n} values, but {labels.size} part types; one each")
    targets = np.full(n, np.nan)
    if source.targets is not None:
        targets = as_values(source.targets, "targets")
        if targets.size != n:
            raise ValuesError(f"{n} values, but {targets.size} targets; one each")
        missing = np.flatnonzero(np.isnan(targets))
        if missing.size:
            raise ValuesError(f"targets[{missing[0]}] is missing; give every value its target")
    names, number = np.unique(labels, return_inverse=True)
    return Points(np.column_stack([array, number, targets]), tuple(names.tolist()))
