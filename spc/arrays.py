"""Arrays as `spc` takes them: float64, one-dimensional, NaN for missing, never infinite."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from spc.errors import ValuesError

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]
IntArray = NDArray[np.intp]
Values = NDArray[Any] | Sequence[float]


def as_values(values: Values, name: str = "values") -> FloatArray:
    """Check `values` and return them as float64; the input is not changed.

    Parameters
    ----------
    values : shape (n,)
        NaN is a missing value.
    name : how the error message calls the array.

    Raises
    ------
    ValuesError
        Not one-dimensional, empty, not numeric, or with an infinity (its index is named).

    Examples
    --------
    >>> as_values([1, 2, 3])
    array([1., 2., 3.])

    """
    try:
        array = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise ValuesError(f"{name} must be numbers or NaN: {error}") from error
    if array.ndim != 1:
        raise ValuesError(f"{name} must be one-dimensional, but got shape {array.shape}")
    if array.size == 0:
        raise ValuesError(f"{name} is empty; a chart needs at least two values")
    infinite = np.flatnonzero(np.isinf(array))
    if infinite.size:
        raise ValuesError(
            f"{name}[{infinite[0]}] is infinite; a measurement must be finite or missing (NaN)"
        )
    return array


def as_counts(values: Values, name: str = "values") -> FloatArray:
    """Check that the present `values` are whole numbers of at least 0.

    Raises
    ------
    ValuesError
        As `as_values`, or a negative or fractional entry (its index is named).

    Examples
    --------
    >>> as_counts([0, 3, float("nan")])
    array([ 0.,  3., nan])

    """
    array = as_values(values, name)
    wrong = np.flatnonzero((array < 0) | (np.floor(array) != array) & ~np.isnan(array))
    if wrong.size:
        raise ValuesError(
            f"{name}[{wrong[0]}] is {array[wrong[0]]:g}; a count is a whole number of at least 0"
        )
    return array


def as_amounts(values: Values, name: str = "values") -> FloatArray:
    """Check that the present `values` are at least 0, as areas and lengths are.

    Raises
    ------
    ValuesError
        As `as_values`, or a negative entry (its index is named).

    Examples
    --------
    >>> as_amounts([0.0, 1.5])
    array([0. , 1.5])

    """
    array = as_values(values, name)
    wrong = np.flatnonzero(array < 0)
    if wrong.size:
        raise ValuesError(
            f"{name}[{wrong[0]}] is {array[wrong[0]]:g}; a two-part chart takes values of at least 0"
        )
    return array


def present(values: FloatArray) -> FloatArray:
    """Return the values that are not missing, in order."""
    return values[~np.isnan(values)]


def constant(level: float, n: int) -> FloatArray:
    """Return a line of `n` points at `level`, as panels draw centre and limits."""
    return np.full(n, level, dtype=np.float64)
