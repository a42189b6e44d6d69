"""The lognormal law, for measurements above zero that may fall on either side of their middle."""

import math
from dataclasses import dataclass
from typing import Self

import numpy as np
from scipy.special import ndtri

from spc.arrays import FloatArray, present

# As far as the score of any other law goes: a value of 0 is far beyond any limit, and finite.
_FARTHEST = 38.0


@dataclass(frozen=True, slots=True)
class Lognormal:
    """The logarithm is normal with `log_mean` and `log_sigma`.

    Examples
    --------
    >>> law = Lognormal(log_mean=0.0, log_sigma=1.0)
    >>> law.z(np.array([1.0, 0.0, np.nan]))
    array([  0., -38.,  nan])
    >>> law.quantile(np.array([0.5]))
    array([1.])

    """

    log_mean: float
    log_sigma: float

    @classmethod
    def fit(cls, values: FloatArray) -> Self:
        """Fit mean and standard deviation (n − 1) of the logarithms of the values above 0."""
        known = present(values)
        logs = np.log(known[known > 0])
        return cls(log_mean=float(logs.mean()), log_sigma=float(logs.std(ddof=1)))

    @property
    def name(self) -> str:
        """How reports call the law."""
        return "lognormal"

    @property
    def center(self) -> float:
        """The median."""
        return math.exp(self.log_mean)

    @property
    def sigma(self) -> float:
        """Standard deviation of the values: sqrt(exp(s²) − 1) times their mean."""
        square = self.log_sigma**2
        return math.exp(self.log_mean + square / 2) * math.sqrt(math.expm1(square))

    def parameters(self) -> tuple[tuple[str, float], ...]:
        """Return mean and sigma of the logarithms."""
        return (("log_mean", self.log_mean), ("log_sigma", self.log_sigma))

    def z(self, values: FloatArray) -> FloatArray:
        """Return the distance of the logarithm from its mean in sigma."""
        lowest = math.exp(self.log_mean - _FARTHEST * self.log_sigma)
        return (np.log(np.maximum(values, lowest)) - self.log_mean) / self.log_sigma

    def quantile(self, probability: FloatArray) -> FloatArray:
        """Return the value below which a share `probability` lies."""
        quantile: FloatArray = np.exp(
            self.log_mean + self.log_sigma * np.asarray(ndtri(probability))
        )
        return quantile
