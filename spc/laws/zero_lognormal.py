"""Two-part law of areas and lengths: a mass at zero, and a lognormal size where there is a defect."""

import math
from dataclasses import dataclass
from typing import Self

import numpy as np
from scipy.special import ndtr, ndtri

from spc.arrays import FloatArray, present
from spc.laws.law import normal_score


@dataclass(frozen=True, slots=True)
class ZeroLognormal:
    """A share `zero_share` of zeros; the logarithm of the rest is normal.

    Examples
    --------
    >>> law = ZeroLognormal(zero_share=0.3, log_mean=0.0, log_sigma=1.0)
    >>> law.z(np.array([0.0, 1.0])).round(3)
    array([-1.036,  0.385])
    >>> law.quantile(np.array([0.2, 0.65]))
    array([0., 1.])

    """

    zero_share: float
    log_mean: float
    log_sigma: float

    @classmethod
    def fit(cls, values: FloatArray) -> Self:
        """Fit the share of zeros and the mean and standard deviation of the logarithms.

        The share is Jeffreys' estimate, (zeros + ½) / (n + 1): after a baseline without zeros the
        first zero is unusual, not impossible.
        """
        known = present(values)
        logs = np.log(known[known > 0])
        return cls(
            zero_share=(np.count_nonzero(known == 0) + 0.5) / (known.size + 1),
            log_mean=float(logs.mean()),
            log_sigma=float(logs.std(ddof=1)),
        )

    @property
    def name(self) -> str:
        """How reports call the law."""
        return "lognormal with zeros"

    @property
    def center(self) -> float:
        """The median of all parts; 0 where more than half of them have no defect."""
        return float(self.quantile(np.array(0.5)))

    @property
    def sigma(self) -> float:
        """Standard deviation of all parts, zeros included."""
        kept, square = 1 - self.zero_share, self.log_sigma**2
        mean = kept * math.exp(self.log_mean + square / 2)
        return math.sqrt(kept * math.exp(2 * self.log_mean + 2 * square) - mean**2)

    def parameters(self) -> tuple[tuple[str, float], ...]:
        """Return the share of zeros and mean and sigma of the logarithms."""
        return (
            ("zero_share", self.zero_share),
            ("log_mean", self.log_mean),
            ("log_sigma", self.log_sigma),
        )

    def log_z(self, values: FloatArray) -> FloatArray:
        """Distance of the logarithm from its mean in sigma; NaN for zeros and missing values."""
        positive = np.where(values > 0, values, np.nan)
        return (np.log(positive) - self.log_mean) / self.log_sigma

    def z(self, values: FloatArray) -> FloatArray:
        """Return Φ⁻¹ of the distribution function, mid-p at zero; NaN stays NaN."""
        log_z = self.log_z(values)
        kept = 1 - self.zero_share
        below = np.where(values == 0, self.zero_share / 2, self.zero_share + kept * ndtr(log_z))
        above = np.where(values == 0, 1 - self.zero_share / 2, kept * ndtr(-log_z))
        return normal_score(below, above)

    def quantile(self, probability: FloatArray) -> FloatArray:
        """Return the smallest value whose distribution function reaches `probability`."""
        above_zero = np.asarray(probability, dtype=np.float64) - self.zero_share
        share = np.clip(above_zero / (1 - self.zero_share), 0, 1)
        size = np.exp(self.log_mean + self.log_sigma * np.asarray(ndtri(share)))
        quantile: FloatArray = np.where(above_zero <= 0, 0.0, size)
        return quantile
