"""Centre and sigma of the process in control, frozen once they are learnt, with provenance."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from spc.arrays import FloatArray, Values, as_values, present
from spc.constants import c4, d2, d4_of_two
from spc.errors import (
    BaselineError,
    ConstantSeriesError,
    SpcError,
    TiesError,
    TooFewPointsError,
)
from spc.result import JsonDict

FEWEST_FOR_FIRM_LIMITS = 20

Exclusions = Sequence[tuple[int, str]]


@dataclass(frozen=True, slots=True)
class Baseline:
    """Centre and sigma in the unit of the values; points of phase II never change them.

    Attributes
    ----------
    center, sigma : of single values in control.
    estimator : name of the sigma estimator, or "given".
    n : values used.
    degrees_of_freedom : of the sigma estimate; infinite when sigma is given.
    first, last : index of the first and last point of the baseline, from 0, both included.
    exclusions : (index, reason) of points left out.
    method : how centre and sigma came about, in words.

    """

    center: float
    sigma: float
    estimator: str
    n: int
    degrees_of_freedom: float
    first: int
    last: int
    exclusions: tuple[tuple[int, str], ...] = ()
    method: str = ""

    def __post_init__(self) -> None:
        if not math.isfinite(self.center):
            raise BaselineError(f"the centre must be finite, but got {self.center}")
        if not (math.isfinite(self.sigma) and self.sigma > 0):
            raise BaselineError(
                f"sigma must be finite and above 0, but got {self.sigma}; give the process's own "
                "sigma or a baseline with variation"
            )

    @property
    def provisional(self) -> bool:
        """Whether the limits rest on too few points to be trusted."""
        return self.estimator != "given" and self.n < FEWEST_FOR_FIRM_LIMITS

    def to_dict(self) -> JsonDict:
        """Return the provenance, JSON-safe; indexes count from 1."""
        known = math.isfinite(self.degrees_of_freedom)
        return {
            "first": self.first + 1,
            "last": self.last + 1,
            "points": self.n,
            "estimator": self.estimator,
            "center": self.center,
            "sigma": self.sigma,
            "degrees_of_freedom": self.degrees_of_freedom if known else None,
            "exclusions": [{"index": i + 1, "reason": reason} for i, reason in self.exclusions],
            "method": self.method,
            "provisional": self.provisional,
        }


def baseline_values(
    values: FloatArray, *, first: int = 0, last: int | None = None, exclusions: Exclusions = ()
) -> FloatArray:
    """Return the values of the baseline, excluded ones as missing, so that they cut moving ranges.

    Parameters
    ----------
    values : the first axis counts the points.
    first, last : indexes from 0, both included.
    exclusions : (index, reason), indexes within `values`.

    Raises
    ------
    BaselineError
        The baseline or an exclusion lies outside the values, or an exclusion has no reason.

    """
    n = values.shape[0]
    end = n - 1 if last is None else last
    if not 0 <= first <= end < n:
        raise BaselineError(
            f"the baseline {first + 1}:{end + 1} does not lie within the points 1:{n}"
        )
    chosen = values[first : end + 1].copy()
    for index, reason in exclusions:
        if not first <= index <= end:
            raise BaselineError(
                f"point {index + 1} cannot be excluded: it is outside {first + 1}:{end + 1}"
            )
        if not reason.strip():
            raise BaselineError(f"point {index + 1} is excluded without a reason; give one")
        chosen[index - first] = np.nan
    return chosen


def moving_ranges(values: FloatArray) -> FloatArray:
    """Return |x[i] − x[i − 1]|; NaN for the first point and beside a missing one, never bridged.

    Examples
    --------
    >>> moving_ranges(np.array([1.0, 4.0, np.nan, 2.0, 3.0]))
    array([nan,  3., nan, nan,  1.])

    """
    ranges = np.full(values.size, np.nan)
    ranges[1:] = np.abs(np.diff(values))
    return ranges


def estimate_baseline(
    values: Values,
    *,
    estimator: str = "mr",
    first: int = 0,
    last: int | None = None,
    exclusions: Exclusions = (),
) -> Baseline:
    """Learn centre and sigma of single values from the baseline `first`..`last`.

    Parameters
    ----------
    values : shape (n,), oldest first
        NaN is missing: it cuts moving ranges and is not counted.
    estimator : "mr" (MR̄/d2), "median-mr" (median MR/d4) or "overall" (s/c4)
    first, last : indexes from 0, both included; the default is every value
    exclusions : (index, reason) of points to leave out, indexes within `values`

    Raises
    ------
    TooFewPointsError
        Fewer than two values, or no two neighbours for a moving range.
    ConstantSeriesError
        No variation.
    TiesError
        "median-mr" with more than half of the moving ranges 0.
    BaselineError
        The baseline or an exclusion lies outside the values.
    SpcError
        Unknown estimator.

    Examples
    --------
    >>> baseline = estimate_baseline([10.0, 12.0, 11.0, 13.0])
    >>> round(baseline.center, 3), round(baseline.sigma, 3)
    (11.5, 1.477)

    """
    if estimator not in ESTIMATORS:
        raise SpcError(
            f"there is no sigma estimator '{estimator}'; the estimators are: "
            f"{', '.join(ESTIMATORS)}"
        )
    array = as_values(values)
    chosen = baseline_values(array, first=first, last=last, exclusions=exclusions)
    known = present(chosen)
    refuse_constant(known)
    sigma, degrees_of_freedom = ESTIMATORS[estimator](chosen)
    return Baseline(
        center=float(known.mean()),
        sigma=sigma,
        estimator=estimator,
        n=known.size,
        degrees_of_freedom=degrees_of_freedom,
        first=first,
        last=array.size - 1 if last is None else last,
        exclusions=tuple(exclusions),
        method=f"mean and {METHODS[estimator]}",
    )


def refuse_constant(known: FloatArray, fewest: int = 2) -> None:
    """Refuse fewer than `fewest` values, and values that are all the same.

    Raises
    ------
    TooFewPointsError, ConstantSeriesError
        As their names say.

    """
    if known.size < fewest:
        raise TooFewPointsError(
            f"{known.size} values are too few for limits; at least {fewest} are needed"
        )
    if known.min() == known.max():
        raise ConstantSeriesError(
            f"no variation: all {known.size} values are {known[0]:g}; a constant series has no "
            "control limits, choose a longer baseline"
        )


def _known_ranges(values: FloatArray) -> FloatArray:
    ranges = present(moving_ranges(values))
    if ranges.size == 0:
        raise TooFewPointsError(
            "no two neighbouring values are present, so there is no moving range; "
            "choose a longer baseline or the estimator 'overall'"
        )
    return ranges


def _mean_moving_range(values: FloatArray) -> tuple[float, float]:
    ranges = _known_ranges(values)
    if not ranges.any():
        raise ConstantSeriesError(
            "no variation: every moving range is 0; choose a longer baseline or the estimator "
            "'overall'"
        )
    # Neighbouring ranges share a value: a range is worth .62 degrees of freedom, not 1.
    return float(ranges.mean()) / d2(2), 0.62 * ranges.size


def _median_moving_range(values: FloatArray) -> tuple[float, float]:
    ranges = _known_ranges(values)
    ties = float(np.mean(ranges == 0))
    if ties > 0.5:
        raise TiesError(
            f"{ties:.0%} of the moving ranges are 0, so their median is 0; use the estimator 'mr'"
        )
    median = float(np.median(ranges))
    if median == 0:
        raise TiesError("the median moving range is 0; use the estimator 'mr'")
    return median / d4_of_two(), 0.31 * ranges.size


def _overall(values: FloatArray) -> tuple[float, float]:
    known = present(values)
    return float(known.std(ddof=1)) / c4(known.size), float(known.size - 1)


ESTIMATORS: Mapping[str, Callable[[FloatArray], tuple[float, float]]] = MappingProxyType(
    {"mr": _mean_moving_range, "median-mr": _median_moving_range, "overall": _overall}
)
METHODS: Mapping[str, str] = MappingProxyType(
    {
        "mr": "mean moving range / d2",
        "median-mr": "median moving range / d4",
        "overall": "overall standard deviation / c4",
    }
)
