"""A crossed measurement study: every operator measures every part equally often."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from spc.arrays import FloatArray, Values, as_values
from spc.errors import ConstantSeriesError, ValuesError
from spc.gage.errors import StudyError

Labels = Sequence[Any] | NDArray[Any]


@dataclass(frozen=True, slots=True, eq=False)
class CrossedStudy:
    """Measurements by part, operator and trial.

    Attributes
    ----------
    cells : shape (parts, operators, trials)
    parts, operators : names, in the order of their first row.

    """

    cells: FloatArray
    parts: tuple[str, ...]
    operators: tuple[str, ...]

    @classmethod
    def of(cls, values: Values, parts: Labels, operators: Labels) -> Self:
        """Arrange measurements, one row each; trials keep the order of the rows.

        Parameters
        ----------
        values : shape (n,), none missing
        parts, operators : shape (n,), labels

        Raises
        ------
        StudyError
            Fewer than two parts, fewer than two trials, or part and operator pairs that were not
            measured equally often: such studies are refused, not estimated around.
        ValuesError
            A missing or infinite value, or another number of labels.
        ConstantSeriesError
            All values are the same.

        Examples
        --------
        >>> study = CrossedStudy.of([1, 2, 3, 4], ["a", "a", "b", "b"], ["x"] * 4)
        >>> study.cells.shape, study.parts
        ((2, 1, 2), ('a', 'b'))

        """
        array = as_values(values)
        missing = np.flatnonzero(np.isnan(array))
        if missing.size:
            raise ValuesError(
                f"values[{missing[0]}] is missing; a measurement study needs every measurement, "
                "repeat it or leave the part out"
            )
        if array.min() == array.max():
            raise ConstantSeriesError(
                f"no variation: all {array.size} measurements are {array[0]:g}; choose parts that "
                "span the process"
            )
        part_names, part = coded(parts, array.size, "part")
        operator_names, operator = coded(operators, array.size, "operator")
        if len(part_names) < 2:
            raise StudyError(
                "all measurements are of one part; a study needs at least two, better ten"
            )
        shape = (len(part_names), len(operator_names))
        flat = part * shape[1] + operator
        trials = np.bincount(flat, minlength=shape[0] * shape[1]).reshape(shape)
        _refuse_unbalanced(trials, part_names, operator_names)
        order = np.argsort(flat, kind="stable")
        cells = array[order].reshape(*shape, int(trials[0, 0]))
        return cls(cells, part_names, operator_names)


def coded(labels: Labels, n: int, what: str) -> tuple[tuple[str, ...], NDArray[np.intp]]:
    """Return the names in the order of their first row, and the number of each row's name.

    Raises
    ------
    ValuesError
        Not one label per value, or an empty one.

    Examples
    --------
    >>> names, which = coded(["b", "a", "b"], 3, "part")
    >>> names, which.tolist()
    (('b', 'a'), [0, 1, 0])

    """
    if len(labels) != n:
        raise ValuesError(f"{n} values, but {len(labels)} labels of the {what}; one each")
    texts = [str(label).strip() for label in labels]
    if "" in texts:
        raise ValuesError(f"row {texts.index('') + 1} names no {what}; fill it in or leave it out")
    places: dict[str, int] = {}
    which = np.array([places.setdefault(text, len(places)) for text in texts])
    return tuple(places), which


def _refuse_unbalanced(
    trials: NDArray[np.intp], part_names: tuple[str, ...], operator_names: tuple[str, ...]
) -> None:
    often = np.bincount(trials.ravel())
    # Of equally frequent numbers the larger one: who measured less is asked for more.
    usual = int(np.flatnonzero(often == often.max())[-1])
    other = np.argwhere(trials != usual)
    if other.size:
        part, operator = other[0]
        raise StudyError(
            f"part '{part_names[part]}' was measured {trials[part, operator]} times by operator "
            f"'{operator_names[operator]}', others {usual} times; every operator must measure every part "
            "equally often: add the measurements or leave the part out"
        )
    if usual < 2:
        raise StudyError(
            "every part was measured once by each operator; without repeats the gage cannot be "
            "told from the parts, measure at least twice"
        )
