"""Which values form which point: consecutive values, time windows or lots, kept with the chart."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from spc.arrays import FloatArray, IntArray, Values
from spc.errors import ChartError, TimesError, ValuesError
from spc.result import JsonDict

Labels = Sequence[Any] | NDArray[Any]


@dataclass(frozen=True, slots=True, eq=False)
class Membership:
    """Which values belong to which subgroup; a subgroup is a run of neighbouring values.

    Attributes
    ----------
    starts : shape (groups,), index of the first value of each subgroup.
    end : index after the last value of the last subgroup; values from there on form no subgroup.
    n : number of values.
    method : in words, such as "5 consecutive values".

    """

    starts: IntArray
    end: int
    n: int
    method: str

    @property
    def group(self) -> IntArray:
        """Number of the subgroup of each value, from 0; −1 for values left out."""
        lengths = np.diff(np.append(self.starts, self.end))
        left_out = np.full(self.n - self.end, -1)
        group: IntArray = np.append(np.repeat(np.arange(self.starts.size), lengths), left_out)
        return group

    def to_dict(self) -> JsonDict:
        """Return JSON: first and last value of each subgroup, counted from 1."""
        ends = np.append(self.starts[1:], self.end)
        return {
            "method": self.method,
            "members": [
                [a + 1, b] for a, b in zip(self.starts.tolist(), ends.tolist(), strict=True)
            ],
            "left_out": [self.end + 1, self.n] if self.end < self.n else None,
        }


def by_size(n: int, size: int) -> Membership:
    """Put `size` consecutive values in each subgroup; a rest at the end is left out.

    Raises
    ------
    ChartError
        A size below 2, or more than there are values.

    Examples
    --------
    >>> by_size(7, 3).group.tolist()
    [0, 0, 0, 1, 1, 1, -1]

    """
    if size < 2:
        raise ChartError(f"a subgroup has at least 2 values, but got the size {size}")
    whole = n // size
    if whole == 0:
        raise ChartError(f"{n} values do not fill one subgroup of {size}")
    return Membership(np.arange(whole) * size, whole * size, n, f"{size} consecutive values")


def by_label(labels: Labels, n: int) -> Membership:
    """Put neighbours with equal labels, such as the lot, in one subgroup.

    Raises
    ------
    ValuesError
        Not one label a value, or a label that comes again later.

    Examples
    --------
    >>> by_label(["a", "a", "b"], 3).to_dict()["members"]
    [[1, 2], [3, 3]]

    """
    array = np.asarray(labels)
    if array.shape != (n,):
        raise ValuesError(f"{n} values, but {array.size} subgroup labels; one each")
    starts = np.flatnonzero(np.append(True, array[1:] != array[:-1]))
    seen: set[Any] = set()
    for start in starts.tolist():
        if array[start] in seen:
            raise ValuesError(
                f"subgroup '{array[start]}' starts again at values[{start}]; "
                "sort the values so that each subgroup is in one piece"
            )
        seen.add(array[start])
    return Membership(starts, n, n, "equal labels")


def by_window(times: FloatArray, width: float) -> Membership:
    """Put the values of each time window in one subgroup; windows without values make no point.

    Windows begin at whole multiples of `width` since time 0, so a value's window depends on its
    own time alone: a late value joins its window and moves nothing else.

    Parameters
    ----------
    times : shape (n,), seconds, rising
    width : seconds, above 0

    Raises
    ------
    ChartError
        `width` is not above 0.

    Examples
    --------
    >>> by_window(np.array([0.0, 50.0, 60.0, 200.0]), 60.0).to_dict()["members"]
    [[1, 2], [3, 3], [4, 4]]

    """
    if not (width > 0 and math.isfinite(width)):
        raise ChartError(f"a time window must be above 0 seconds, but got {width:g}")
    window = np.floor(times / width)
    starts = np.flatnonzero(np.append(True, window[1:] != window[:-1]))
    return Membership(starts, times.size, times.size, f"windows of {width:g} s")


def rising_times(times: Values, n: int) -> FloatArray:
    """Check that `times`, in seconds, rise from value to value.

    Raises
    ------
    TimesError
        Not one time a value, or a time that is missing, infinite, not later than the one before;
        its index is named.

    Examples
    --------
    >>> rising_times([0.0, 2.0, 1.0], 3)
    Traceback (most recent call last):
    spc.errors.TimesError: times[2] is earlier than times[1]; sort the rows by time

    """
    array = np.asarray(times, dtype=np.float64)
    if array.shape != (n,):
        raise TimesError(f"{n} values, but {array.size} times; one each")
    broken = np.flatnonzero(~np.isfinite(array))
    if broken.size:
        raise TimesError(f"times[{broken[0]}] is missing; every value needs its time")
    steps = np.diff(array)
    wrong = np.flatnonzero(steps <= 0)
    if wrong.size:
        at = int(wrong[0]) + 1
        if steps[at - 1] == 0:
            raise TimesError(
                f"times[{at}] is the same as times[{at - 1}]; a value has one time of its own"
            )
        raise TimesError(f"times[{at}] is earlier than times[{at - 1}]; sort the rows by time")
    return array
