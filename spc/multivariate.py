"""Mean vector and covariance of several variables in control, and distances from them by variable."""

from dataclasses import dataclass
from typing import Self

import numpy as np

from spc.arrays import BoolArray, FloatArray
from spc.baseline import FEWEST_FOR_FIRM_LIMITS
from spc.errors import ConstantSeriesError, TooFewPointsError
from spc.result import JsonDict

# Beyond this condition number of the correlations the inverse has no digits left.
_WORST_CONDITION = 1e10


@dataclass(frozen=True, slots=True, eq=False)
class MultiBaseline:
    """What a baseline says of several variables.

    Attributes
    ----------
    mean : shape (p,).
    covariance : shape (p, p), of single points.
    n : points (or subgroups) used.
    values : single values used.
    degrees_of_freedom : of the covariance.
    method : how the covariance came about, in words.

    """

    mean: FloatArray
    covariance: FloatArray
    n: int
    values: float
    degrees_of_freedom: float
    method: str

    @classmethod
    def of_points(cls, points: FloatArray, names: tuple[str, ...]) -> Self:
        """Learn from single points, shape (n, p); rows with NaN are missing.

        Raises
        ------
        TooFewPointsError, ConstantSeriesError
            Fewer points than variables and two more, a variable without variation, or variables of
            which one follows from the others.

        """
        known = points[~np.isnan(points).any(axis=1)]
        n, p = known.shape
        if n < p + 2:
            raise TooFewPointsError(
                f"{n} points are too few for {p} variables; at least {p + 2} are needed"
            )
        covariance = np.atleast_2d(np.cov(known.T))
        check_covariance(covariance, names)
        return cls(known.mean(axis=0), covariance, n, n, n - 1, "sample covariance")

    @classmethod
    def of_groups(cls, groups: FloatArray, names: tuple[str, ...]) -> Self:
        """Learn from subgroups, shape (n, largest size, p): covariance pooled within them.

        Raises
        ------
        TooFewPointsError, ConstantSeriesError
            As `of_points`, within subgroups.

        """
        present: BoolArray = np.all(~np.isnan(groups), axis=2)
        sizes = np.count_nonzero(present, axis=1)
        means = group_means(groups)
        deviations = np.where(present[:, :, None], groups - means[:, None, :], 0.0)
        flat = deviations.reshape(-1, groups.shape[2])
        freedom = float(np.sum(np.maximum(sizes - 1, 0)))
        p = groups.shape[2]
        if freedom < p + 1:
            raise TooFewPointsError(
                f"the subgroups hold too few values for the covariance of {p} variables; "
                "take larger subgroups or more of them"
            )
        covariance = flat.T @ flat / freedom
        check_covariance(covariance, names)
        total = float(sizes.sum())
        mean = np.nansum(groups, axis=(0, 1)) / total
        n = int(np.count_nonzero(sizes))
        return cls(mean, covariance, n, total, freedom, "covariance pooled within subgroups")

    def to_dict(self, names: tuple[str, ...]) -> JsonDict:
        """Return the provenance, JSON-safe."""
        return {
            "points": self.n,
            "mean": dict(zip(names, self.mean.tolist(), strict=True)),
            "covariance": self.covariance.tolist(),
            "degrees_of_freedom": self.degrees_of_freedom,
            "method": self.method,
            "provisional": self.n < FEWEST_FOR_FIRM_LIMITS,
        }


def check_covariance(covariance: FloatArray, names: tuple[str, ...]) -> None:
    """Refuse variables without variation, and such as follow from the others.

    Raises
    ------
    ConstantSeriesError
        Naming the variable.

    """
    still = np.flatnonzero(~(np.diag(covariance) > 0))
    if still.size:
        raise ConstantSeriesError(
            f"no variation in '{names[still[0]]}'; leave it out or choose a longer baseline"
        )
    scale = np.sqrt(np.diag(covariance))
    correlation = covariance / np.outer(scale, scale)
    if np.linalg.cond(correlation) > _WORST_CONDITION:
        # The variable that weighs most in the direction without variation follows from the others.
        weights = np.abs(np.linalg.eigh(correlation)[1][:, 0])
        raise ConstantSeriesError(
            f"'{names[int(weights.argmax())]}' follows from the other variables, so they have no "
            "common limits; leave it out"
        )


def group_means(groups: FloatArray) -> FloatArray:
    """Return the mean of each variable in each subgroup, shape (n, p); NaN where it is empty."""
    sizes = np.count_nonzero(~np.isnan(groups), axis=1).astype(np.float64)
    means: FloatArray = np.nansum(groups, axis=1) / np.where(sizes > 0, sizes, np.nan)
    return means


def squared_distance(deviations: FloatArray, covariance: FloatArray) -> FloatArray:
    """Return d′ S⁻¹ d of each row.

    Examples
    --------
    >>> squared_distance(np.array([[3.0, 4.0]]), np.eye(2)).tolist()
    [25.0]

    """
    distance: FloatArray = np.sum(deviations @ np.linalg.inv(covariance) * deviations, axis=1)
    return distance


def contributions(
    deviations: FloatArray, covariance: FloatArray, names: tuple[str, ...]
) -> dict[str, FloatArray]:
    """Return how much each variable adds to d′ S⁻¹ d: what it falls by without that variable.

    References
    ----------
    Runger, G. C., Alt, F. B. and Montgomery, D. C. (1996). Communications in Statistics – Theory and
    Methods 25, 2203-2213.

    Examples
    --------
    >>> parts = contributions(np.array([[3.0, 4.0]]), np.eye(2), ("x", "y"))
    >>> {name: part.tolist() for name, part in parts.items()}
    {'x': [9.0], 'y': [16.0]}

    """
    inverse = np.linalg.inv(covariance)
    # With a variable left out the quadratic form falls by (S⁻¹ d)² over the diagonal of S⁻¹.
    fall = (deviations @ inverse) ** 2 / np.diag(inverse)
    return {name: fall[:, column] for column, name in enumerate(names)}
