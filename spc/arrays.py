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


def as_table(values: Values, names: tuple[str, ...] = ()) -> tuple[FloatArray, tuple[str, ...]]:
    """Check the values of several variables; a row with a missing value is missing altogether.

    Parameters
    ----------
    values : shape (n, variables), at least two variables; NaN is missing.
    names : of the variables; "x1", "x2", … where empty.

    Returns
    -------
    shape (n, variables) as float64, and the names

    Raises
    ------
    ValuesError
        Not two-dimensional, empty, not numeric, with an infinity, or not one name a variable.

    Examples
    --------
    >>> as_table([[1, 2], [3, float("nan")]])[0].tolist()
    [[1.0, 2.0], [nan, nan]]

    """
    try:
        array = np.array(values, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise ValuesError(f"values must be numbers or NaN: {error}") from error
    if array.ndim == 1 and array.size:
        as_values(array)
    if array.ndim != 2 or array.shape[1] < 2:
        raise ValuesError(
            f"this chart takes two variables or more per point, but got shape {array.shape}"
        )
    if array.shape[0] == 0:
        raise ValuesError("values is empty; a chart needs at least two points")
    names = names or tuple(f"x{number}" for number in range(1, array.shape[1] + 1))
    if len(names) != array.shape[1] or len(set(names)) != len(names):
        raise ValuesError(
            f"{array.shape[1]} variables need as many different names, but got {', '.join(names)}"
        )
    infinite = np.argwhere(np.isinf(array))
    if infinite.size:
        row, column = infinite[0].tolist()
        raise ValuesError(
            f"values[{row}] is infinite in '{names[column]}'; a measurement must be finite or "
            "missing (NaN)"
        )
    array[np.isnan(array).any(axis=1)] = np.nan
    return array, names


def present(values: FloatArray) -> FloatArray:
    """Return the values that are not missing, in order: `values` itself where none is."""
    missing = np.isnan(values)
    return values[~missing] if missing.any() else values


def constant(level: float, n: int) -> FloatArray:
    """Return a line of `n` points at `level`, as panels draw centre and limits; read-only.

    It takes the memory of one number however long it is.

    Examples
    --------
    >>> constant(1.5, 3)
    array([1.5, 1.5, 1.5])

    """
    line: FloatArray = np.ndarray((n,), np.float64, np.float64(level), strides=(0,))
    return line
