"""The Weibull law of times between events; shape 1 is the exponential law."""

import math
from dataclasses import dataclass
from typing import Self

import numpy as np

from spc.arrays import FloatArray, present
from spc.laws.law import normal_score


@dataclass(frozen=True, slots=True)
class Weibull:
    """Weibull law with `shape` and `scale`: P(X > x) = exp(−(x / scale)^shape).

    Examples
    --------
    >>> law = Weibull(shape=1.0, scale=10.0)
    >>> law.sigma, round(law.center, 4)
    (10.0, 6.9315)

    """

    shape: float
    scale: float

    @classmethod
    def fit(cls, values: FloatArray) -> Self:
        """Fit by maximum likelihood to values above 0 that are not all the same."""
        logs = np.log(present(values))
        largest = float(logs.max())

        def slope(shape: float) -> float:
            """Derivative of the profile likelihood by the shape, over n; falls with the shape."""
            weight = np.exp(shape * (logs - largest))
            return 1 / shape + float(logs.mean()) - float(weight @ logs / weight.sum())

        low, high = 1e-3, 1.0
        while slope(high) > 0:
            low, high = high, 2 * high
        while high / low > 1 + 1e-12:
            middle = math.sqrt(low * high)
            low, high = (middle, high) if slope(middle) > 0 else (low, middle)
        shape = math.sqrt(low * high)
        mean_power = float(np.mean(np.exp(shape * (logs - largest))))
        return cls(shape=shape, scale=math.exp(largest + math.log(mean_power) / shape))

    @classmethod
    def fit_exponential(cls, values: FloatArray) -> Self:
        """Fit the exponential law, by the mean."""
        return cls(shape=1.0, scale=float(present(values).mean()))

    @property
    def name(self) -> str:
        """How reports call the law."""
        return "exponential" if self.shape == 1 else "Weibull"

    @property
    def center(self) -> float:
        """The median."""
        median: float = self.scale * math.log(2) ** (1 / self.shape)
        return median

    @property
    def sigma(self) -> float:
        """Standard deviation."""
        first, second = (math.gamma(1 + power / self.shape) for power in (1, 2))
        spread: float = self.scale * math.sqrt(second - first**2)
        return spread

    def parameters(self) -> tuple[tuple[str, float], ...]:
        """Return shape and scale."""
        return (("shape", self.shape), ("scale", self.scale))

    def z(self, values: FloatArray) -> FloatArray:
        """Return Φ⁻¹(F(x)); NaN stays NaN."""
        hazard = (values / self.scale) ** self.shape
        return normal_score(-np.expm1(-hazard), np.exp(-hazard))

    def quantile(self, probability: FloatArray) -> FloatArray:
        """Return the value below which a share `probability` lies."""
        hazard = -np.log1p(-np.asarray(probability, dtype=np.float64))
        quantile: FloatArray = self.scale * hazard ** (1 / self.shape)
        return quantile
