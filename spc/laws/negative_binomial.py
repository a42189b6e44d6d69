"""The negative binomial law of counts per part; dispersion 0 is the Poisson law.

A part has a Poisson number of defects around its own rate, and the rates of the parts vary as a
gamma law: variance = mean + dispersion · mean². In the literature k = 1 / dispersion.
"""

import math
from dataclasses import dataclass
from typing import Self

import numpy as np
from scipy.special import betainc, gammainc, gammaln, xlogy

from spc.arrays import FloatArray, present
from spc.laws.law import normal_score

# Below this the law is Poisson to every digit that matters, and its formulas lose theirs.
_POISSON_BELOW = 1e-7
_SMALLEST_DISPERSION = 1e-300
_LONGEST_SUM = 2000
_LONGEST_TABLE = 100_000


@dataclass(frozen=True, slots=True)
class NegativeBinomial:
    """Negative binomial law with `mean` and `dispersion` = 1/k; dispersion 0 is Poisson.

    Examples
    --------
    >>> law = NegativeBinomial(mean=4.95, dispersion=1 / 3.94)
    >>> round(law.sigma, 2)
    3.34
    >>> float(law.quantile(np.array([0.99865]))[0])
    20.0

    """

    mean: float
    dispersion: float

    @classmethod
    def fit(cls, values: FloatArray) -> Self:
        """Fit by maximum likelihood; the mean is the sample mean whatever the dispersion."""
        counts = CountSummary.of(values)
        return cls(mean=counts.mean, dispersion=counts.likeliest_dispersion())

    @classmethod
    def fit_poisson(cls, values: FloatArray) -> Self:
        """Fit the Poisson law."""
        return cls(mean=float(present(values).mean()), dispersion=0.0)

    @property
    def name(self) -> str:
        """How reports call the law."""
        return "negative binomial" if self.dispersion > 0 else "Poisson"

    @property
    def center(self) -> float:
        """The mean."""
        return self.mean

    @property
    def sigma(self) -> float:
        """Standard deviation of the counts."""
        return math.sqrt(self.mean + self.dispersion * self.mean**2)

    def parameters(self) -> tuple[tuple[str, float], ...]:
        """Return mean and dispersion."""
        return (("mean", self.mean), ("dispersion", self.dispersion))

    def above(self, values: FloatArray) -> FloatArray:
        """Return P(X > x)."""
        return tail_above(values, np.array(self.mean), np.array(self.dispersion))

    def mass(self, values: FloatArray) -> FloatArray:
        """Return P(X = x)."""
        if self.dispersion < _POISSON_BELOW:
            log_mass = xlogy(values, self.mean) - self.mean - gammaln(values + 1)
        else:
            size = 1 / self.dispersion
            log_mass = (
                gammaln(values + size)
                - gammaln(size)
                - gammaln(values + 1)
                - size * np.log1p(self.dispersion * self.mean)
                + xlogy(values, self.mean / (self.mean + size))
            )
        return np.exp(np.asarray(log_mass))

    def z(self, values: FloatArray) -> FloatArray:
        """Return Φ⁻¹ of the mid-p distribution function; NaN stays NaN."""
        different, inverse = np.unique(values, return_inverse=True)
        half = self.mass(different) / 2
        above = self.above(different)
        return normal_score(1 - above - half, above + half)[inverse]

    def quantile(self, probability: FloatArray) -> FloatArray:
        """Return the smallest count whose distribution function reaches `probability`."""
        left = 1 - np.asarray(probability, dtype=np.float64)
        if left.size == 0:
            return left
        top = self._bisected(left.min(keepdims=True)).item()
        if top > _LONGEST_TABLE:
            return self._bisected(left)
        # One tail for each count instead of a search for each probability.
        tails = self.above(np.arange(top + 1))
        return np.searchsorted(-tails, -left).astype(np.float64)

    def _bisected(self, left: FloatArray) -> FloatArray:
        """Smallest counts above which no more than `left` lies."""
        low = np.full(left.shape, -1.0)
        high = np.full(left.shape, np.ceil(self.mean + 10 * self.sigma + 10))
        while np.any(short := self.above(high) > left):
            high = np.where(short, 2 * high, high)
        while np.any(high - low > 1):
            middle = np.floor((low + high) / 2)
            reached = self.above(middle) <= left
            low, high = np.where(reached, low, middle), np.where(reached, middle, high)
        return high


def tail_above(counts: FloatArray, mean: FloatArray, dispersion: FloatArray) -> FloatArray:
    """Return P(X > x) of negative binomial laws, by the incomplete beta (Poisson: gamma) function.

    The three arrays broadcast against each other; below 0 the probability is 1.

    Examples
    --------
    >>> float(tail_above(np.array(0.0), np.array(1.0), np.array(1.0)))
    0.5

    """
    next_count = np.maximum(counts + 1, 0.5)
    poisson = gammainc(next_count, mean)
    safe = np.maximum(dispersion, _POISSON_BELOW)
    spread = safe * mean
    overdispersed = betainc(next_count, 1 / safe, spread / (1 + spread))
    tail = np.where(dispersion < _POISSON_BELOW, poisson, overdispersed)
    result: FloatArray = np.where(counts < 0, 1.0, tail)
    return np.where(np.isnan(counts), np.nan, result)


@dataclass(frozen=True, slots=True, eq=False)
class CountSummary:
    """What the likelihood of a sample of counts needs.

    Attributes
    ----------
    n, total : number and sum of the counts.
    values : shape (n,), the counts.
    exceeding : shape (largest count,): how many counts are above 0, 1, 2, …

    """

    n: int
    total: float
    values: FloatArray
    exceeding: FloatArray

    @classmethod
    def of(cls, values: FloatArray) -> Self:
        """Summarise the counts that are present."""
        known = present(values)
        at = np.bincount(known.astype(np.intp))
        exceeding = known.size - np.cumsum(at)[:-1]
        return cls(known.size, float(known.sum()), known, exceeding.astype(np.float64))

    @property
    def mean(self) -> float:
        """Sample mean, which is also the likeliest mean."""
        return self.total / self.n

    def log_likelihood(self, mean: FloatArray, dispersion: FloatArray) -> FloatArray:
        """Log-likelihood at each `mean` and `dispersion`, which broadcast; up to a constant.

        log Γ(x + k) − log Γ(k) is summed as log(1 + j · dispersion) over j < x, which has no
        cancellation as the dispersion goes to 0; only very large counts take the difference.
        """
        rising = np.array([self._rising(d) for d in dispersion.ravel().tolist()])
        spread = np.log1p(dispersion * mean)
        per_zero = np.where(
            dispersion > 0, spread / np.maximum(dispersion, _SMALLEST_DISPERSION), mean
        )
        result: FloatArray = (
            rising.reshape(dispersion.shape)
            + self.total * (np.log(mean) - spread)
            - self.n * per_zero
        )
        return result

    def _rising(self, dispersion: float) -> float:
        if self.exceeding.size <= _LONGEST_SUM or dispersion < _POISSON_BELOW:
            return float(self.exceeding @ np.log1p(dispersion * np.arange(self.exceeding.size)))
        size = 1 / dispersion
        gain = gammaln(self.values + size) - gammaln(size) + self.values * math.log(dispersion)
        return float(gain.sum())

    def profile(self, dispersions: FloatArray) -> FloatArray:
        """Log-likelihood of every dispersion at its likeliest mean."""
        return self.log_likelihood(np.array(self.mean), dispersions)

    def likeliest_dispersion(self) -> float:
        """Dispersion of maximum likelihood; 0 where the counts vary no more than Poisson ones."""
        # The slope of the profile at 0 is half of sum of squares − total.
        if float(np.sum((self.values - self.mean) ** 2)) <= self.total:
            return 0.0
        low, high = math.log(_POISSON_BELOW), math.log(1e5)
        while high - low > 1e-6:
            nodes = np.linspace(low, high, 13)
            best = int(np.argmax(self.profile(np.exp(nodes))))
            low, high = float(nodes[max(best - 1, 0)]), float(nodes[min(best + 1, 12)])
        return math.exp((low + high) / 2)
