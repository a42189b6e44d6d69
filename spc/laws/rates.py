"""Laws of counts over opportunities: every point has its own number inspected, or its own area.

Four laws in one frame. By chance alone counts are Poisson (rates) or binomial (shares). Where points
differ by more than chance, each has a rate or share of its own (negative binomial, beta-binomial:
the variance grows with the opportunities), or every variance is larger by one factor (what Laney's
charts take for granted).
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaln, gammaln, ndtr, xlog1py, xlogy

from spc.arrays import FloatArray
from spc.laws.count_table import CountTable

Places = tuple[NDArray[np.intp], ...]

# A table of masses reaches this many standard deviations below and above the mean.
_BELOW, _ABOVE = 9.0, 30.0
_TINY = 1e-9
# Counts beyond that many are told apart in steps, finer than a hundredth of their sigma.
_LONGEST_TABLE = 4096


class Spread(StrEnum):
    """How points differ beyond chance."""

    CHANCE = "chance alone"
    OWN = "each point has a rate of its own"
    FACTOR = "every variance is larger by one factor"


@dataclass(frozen=True, slots=True)
class RateLaw:
    """Law of a count, given its opportunities.

    Attributes
    ----------
    center : share in (0, 1) or rate above 0.
    items : whether counts are items of a number inspected; else defects per opportunity.
    spread : form of the variation beyond chance.
    amount : of it. Under `OWN` the squared coefficient of variation of the rates (1/k), for items the
        correlation of two items of one point; under `FACTOR` the factor less 1.

    Examples
    --------
    >>> law = RateLaw(0.05, items=False, spread=Spread.OWN, amount=0.5)
    >>> law.limits(np.array([100.0, 400.0]), 3.0)[1]
    array([25., 92.])

    """

    center: float
    items: bool
    spread: Spread = Spread.CHANCE
    amount: float = 0.0

    @property
    def name(self) -> str:
        """How reports call the law."""
        if self.spread is Spread.CHANCE:
            return "binomial" if self.items else "Poisson"
        family = "beta-binomial" if self.items else "negative binomial"
        return family if self.spread is Spread.OWN else f"{family} with one factor"

    def parameters(self) -> tuple[tuple[str, float], ...]:
        """Return the fitted numbers by name."""
        return (("center", self.center), ("spread", self.amount))

    def variance(self, chances: FloatArray) -> FloatArray:
        """Return the variance of the counts over so many opportunities."""
        chance = self.center * (1 - self.center) if self.items else self.center
        factor = 1 + self._surplus(chances)
        variance: FloatArray = chance * chances * factor
        return variance

    def log_mass(self, found: FloatArray, chances: FloatArray) -> FloatArray:
        """Return log P(X = found); the arrays broadcast."""
        if self.items:
            return self._log_mass_of_items(found, chances)
        mean = self.center * chances
        dispersion = self._surplus(chances) / mean
        poisson = xlogy(found, mean) - mean - gammaln(found + 1)
        size = 1 / np.maximum(dispersion, _TINY)
        mixed = (
            gammaln(found + size)
            - gammaln(size)
            - gammaln(found + 1)
            - size * np.log1p(mean / size)
            + xlogy(found, mean / (mean + size))
        )
        result: FloatArray = np.where(dispersion > _TINY, mixed, poisson)
        return result

    def z(self, found: FloatArray, chances: FloatArray) -> FloatArray:
        """Return Φ⁻¹ of the mid-p distribution function, shape as `found`; NaN stays NaN."""
        scores = np.full(found.shape, np.nan)
        for number, chosen in _by_chances(found, chances):
            scores[chosen] = _table(self, number).scores_of(found[chosen])
        return scores

    def quantile(self, probability: FloatArray, chances: FloatArray) -> FloatArray:
        """Return the smallest count whose distribution function reaches `probability`."""
        counts = np.full(probability.shape, np.nan)
        for number, chosen in _by_chances(probability, chances):
            counts[chosen] = _table(self, number).quantile(probability[chosen])
        return counts

    def limits(self, chances: FloatArray, width: float) -> tuple[FloatArray, FloatArray]:
        """Return counts beyond which lies at most the probability of a normal value beyond `width`."""
        each, place = np.unique(chances, return_inverse=True)
        low, high = (
            self.quantile(np.full(each.shape, float(ndtr(side))), each)[place].reshape(
                chances.shape
            )
            for side in (-width, width)
        )
        return low, high

    def largest_within(self, chances: FloatArray, z: float) -> FloatArray:
        """Return the largest count whose score is at most `z`."""
        each, place = np.unique(chances, return_inverse=True)
        counts = [
            math.nan if math.isnan(number) else _table(self, number).largest_within(z)
            for number in each.tolist()
        ]
        return np.array(counts)[place].reshape(chances.shape)

    def own_scores(self, chances: FloatArray) -> tuple[float, float]:
        """Mean and standard deviation of the scores that the law itself produces there."""
        means, squares = np.array(
            [_table(self, number).moments() for number in chances.tolist()]
        ).mean(axis=0)
        return float(means), math.sqrt(float(squares - means**2))

    def _surplus(self, chances: FloatArray) -> FloatArray:
        """Variance beyond that of chance, in units of it."""
        if self.spread is Spread.OWN:
            return self.amount * (
                np.maximum(chances - 1, 0.0) if self.items else self.center * chances
            )
        return np.full(np.shape(chances), self.amount)

    def _log_mass_of_items(self, found: FloatArray, chances: FloatArray) -> FloatArray:
        rest = chances - found
        ways = gammaln(chances + 1) - gammaln(found + 1) - gammaln(rest + 1)
        # Correlation of two items of a point; it cannot reach 1.
        correlation = np.minimum(self._surplus(chances) / np.maximum(chances - 1, _TINY), 0.999)
        size = 1 / np.maximum(correlation, _TINY) - 1
        a, b = self.center * size, (1 - self.center) * size
        mixed = betaln(found + a, rest + b) - betaln(a, b)
        plain = xlogy(found, self.center) + xlog1py(rest, -self.center)
        result: FloatArray = ways + np.where(correlation > _TINY, mixed, plain)
        return result


@lru_cache(maxsize=2048)
def _table(law: RateLaw, chances: float) -> CountTable:
    mean = law.center * chances
    sigma = math.sqrt(float(law.variance(np.array(chances))))
    first = max(math.floor(mean - _BELOW * sigma - 5), 0)
    last = math.ceil(mean + _ABOVE * sigma + 20)
    if law.items:
        last = min(last, math.floor(chances))
    last = max(last, first)
    step = math.ceil((last - first + 1) / _LONGEST_TABLE)
    count = np.arange(first, last + 1.0, step)
    return CountTable.of(first, step, np.exp(law.log_mass(count, np.array(chances))))


def _by_chances(values: FloatArray, chances: FloatArray) -> Iterator[tuple[float, Places]]:
    """Yield each number of opportunities and which entries have it, entries of NaN left out."""
    flat = np.broadcast_to(chances, values.shape).ravel()
    known = np.flatnonzero(~np.isnan(flat) & ~np.isnan(values.ravel()))
    order = known[np.argsort(flat[known], kind="stable")]
    starts = np.flatnonzero(np.diff(flat[order], prepend=np.nan) != 0)
    for part in np.split(order, starts[1:]) if order.size else ():
        yield float(flat[part[0]]), np.unravel_index(part, values.shape)
