"""How values become the points of a chart: one by one, with opportunities, or in subgroups."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from spc.arrays import FloatArray, Values, as_counts, as_values
from spc.errors import ChartError, ValuesError

Labels = Sequence[Any] | NDArray[Any]


class Layout(StrEnum):
    """What one point of a chart is made of."""

    SINGLE = "one value per point"
    OPPORTUNITIES = "a count and its opportunities per point"
    SUBGROUPS = "several values per point"


def arrange(
    values: Values,
    layout: Layout,
    *,
    subgroup: Labels | None = None,
    size: int | None = None,
    opportunities: Values | None = None,
) -> FloatArray:
    """Return the points of a chart; the first axis counts them.

    Parameters
    ----------
    values : shape (n,)
    subgroup : shape (n,)
        Equal neighbouring labels form a subgroup; NaN values are not members.
    size : values per subgroup, in place of labels; a rest at the end is left out.
    opportunities : shape (n,), above 0

    Returns
    -------
    shape (n,), (n, 2) with counts and opportunities, or (subgroups, largest size) padded with NaN

    Raises
    ------
    ChartError
        The layout needs what is not given, or is given what it does not need.
    ValuesError
        Values or opportunities that cannot be used; their index is named.

    Examples
    --------
    >>> arrange([1.0, 2.0, 3.0], Layout.SUBGROUPS, subgroup=["a", "a", "b"])
    array([[ 1.,  2.],
           [ 3., nan]])

    """
    if layout is not Layout.OPPORTUNITIES and opportunities is not None:
        raise ChartError("this chart takes no opportunities; use p, np, u, laney-p or laney-u")
    if layout is not Layout.SUBGROUPS and not (subgroup is None and size is None):
        raise ChartError("this chart takes no subgroups; use xbar-r or xbar-s")
    if layout is Layout.SINGLE:
        return as_values(values)
    if layout is Layout.OPPORTUNITIES:
        return _with_opportunities(values, opportunities)
    return _in_subgroups(as_values(values), subgroup, size)


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


def _in_subgroups(values: FloatArray, subgroup: Labels | None, size: int | None) -> FloatArray:
    if (subgroup is None) == (size is None):
        raise ChartError("this chart needs subgroups: either labels or a size")
    if size is not None:
        if size < 2:
            raise ChartError(f"a subgroup has at least 2 values, but got the size {size}")
        whole = values.size // size
        if whole == 0:
            raise ChartError(f"{values.size} values do not fill one subgroup of {size}")
        return values[: whole * size].reshape(whole, size)
    labels = np.asarray(subgroup)
    if labels.shape != values.shape:
        raise ValuesError(f"{values.size} values, but {labels.size} subgroup labels; one each")
    starts = np.flatnonzero(np.append(True, labels[1:] != labels[:-1]))
    _refuse_scattered(labels, starts)
    groups = np.split(values, starts[1:])
    points = np.full((len(groups), max(group.size for group in groups)), np.nan)
    for row, group in enumerate(groups):
        points[row, : group.size] = group
    return points


def _refuse_scattered(labels: NDArray[Any], starts: NDArray[np.intp]) -> None:
    seen: set[Any] = set()
    for start in starts.tolist():
        if labels[start] in seen:
            raise ValuesError(
                f"subgroup '{labels[start]}' starts again at values[{start}]; "
                "sort the values so that each subgroup is in one piece"
            )
        seen.add(labels[start])
