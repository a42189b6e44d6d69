"""Confidence intervals of capability indices of the normal law."""

import math
from dataclasses import dataclass

import numpy as np
from scipy.special import gammaincinv, ndtri

from spc.arrays import FloatArray
from spc.errors import ChartError


@dataclass(frozen=True, slots=True)
class Estimate:
    """A value with its confidence interval; None is what cannot be stated.

    Examples
    --------
    >>> Estimate(1.2, 0.9, 1.5).to_dict()
    {'value': 1.2, 'low': 0.9, 'high': 1.5}

    """

    value: float | None = None
    low: float | None = None
    high: float | None = None

    def to_dict(self) -> dict[str, float | None]:
        """Return value, low and high."""
        return {"value": self.value, "low": self.low, "high": self.high}


NOTHING = Estimate()


def refuse_confidence(confidence: float) -> None:
    """Refuse a confidence that no interval has.

    Raises
    ------
    ChartError
        It is not between 0 and 1.

    """
    if not 0 < confidence < 1:
        raise ChartError(f"the confidence must be between 0 and 1, but got {confidence}")


def chi_interval(index: float, freedom: float, confidence: float) -> Estimate:
    """Interval of an index that is a constant over sigma: Cp and Pp.

    index · √(χ²_q / ν) with the degrees of freedom ν of the estimate of sigma (Kane 1986).

    Examples
    --------
    Montgomery (2009), example 8.4: Cp 2.29 from s of 20 values is within 1.57 and 3.01.

    >>> found = chi_interval(2.29, 19, 0.95)
    >>> round(found.low, 2), round(found.high, 2)
    (1.57, 3.01)

    """
    tail = (1 - confidence) / 2
    low, high = (
        index * math.sqrt(2 * float(gammaincinv(freedom / 2, q)) / freedom)
        for q in (tail, 1 - tail)
    )
    return Estimate(index, min(low, high), max(low, high))


def bissell_interval(index: float, n: float, freedom: float, confidence: float) -> Estimate:
    """Interval of an index that is a distance of the mean from a limit over sigma: Cpk and Ppk.

    index ± z √(1 / 9n + index² / 2ν) (Bissell 1990), `n` values for the mean and `freedom` degrees
    of freedom ν for sigma.

    Examples
    --------
    1 ± 1.96 √(1 / 900 + 1 / 198) by hand.

    >>> found = bissell_interval(1.0, 100, 99, 0.95)
    >>> round(found.low, 4), round(found.high, 4)
    (0.8462, 1.1538)

    """
    error = math.sqrt(1 / (9 * n) + index**2 / (2 * freedom))
    reach = -float(ndtri((1 - confidence) / 2)) * error
    return Estimate(index, index - reach, index + reach)


def boyles_interval(
    index: float, offset: float, n: float, freedom: float, confidence: float
) -> Estimate:
    """Interval of Cpm, whose root mean square about the target is nearly a chi (Boyles 1991).

    Parameters
    ----------
    offset : distance of the mean from the target in sigma, ξ.
    n, freedom : of the mean, and of sigma
        Where both are n the degrees of freedom are Boyles' n (1 + ξ²)² / (1 + 2ξ²); here sigma
        brings its own share of the variance.

    Examples
    --------
    On target Cpm is Cp.

    >>> on_target, cp = boyles_interval(1.0, 0.0, 50, 49, 0.95), chi_interval(1.0, 49, 0.95)
    >>> round(on_target.low, 9) == round(cp.low, 9)
    True

    """
    square = offset**2
    equivalent = (1 + square) ** 2 / (1 / freedom + 2 * square / n)
    return chi_interval(index, equivalent, confidence)


def of_draws(value: float, draws: FloatArray, confidence: float) -> Estimate:
    """Return `value` between the quantiles of what it may have been.

    Examples
    --------
    >>> of_draws(0.5, np.linspace(0, 1, 5), 0.5)
    Estimate(value=0.5, low=0.25, high=0.75)

    """
    tail = (1 - confidence) / 2
    low, high = np.quantile(draws, [tail, 1 - tail])
    return Estimate(value, float(low), float(high))
