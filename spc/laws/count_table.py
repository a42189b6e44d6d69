"""A table of one discrete law: masses, tails and scores, looked up by count."""

from dataclasses import dataclass
from typing import Self

import numpy as np

from spc.arrays import FloatArray
from spc.laws.law import normal_score


@dataclass(frozen=True, slots=True, eq=False)
class CountTable:
    """Masses of one law from the count `first` on.

    Attributes
    ----------
    first, step : count of the first entry, and from each entry to the next.
    mass, above, scores : shape (counts,)
        P(X = x), P(X > x) and Φ⁻¹ of the mid-p.

    """

    first: float
    step: float
    mass: FloatArray
    above: FloatArray
    scores: FloatArray

    @classmethod
    def of(cls, first: int, step: int, mass: FloatArray) -> Self:
        """Tabulate masses, which are scaled to sum to 1."""
        share = mass / mass.sum()
        above = np.append(np.cumsum(share[::-1])[::-1][1:], 0.0)
        below = np.cumsum(share) - share
        return cls(
            float(first),
            float(step),
            share,
            above,
            normal_score(below + share / 2, above + share / 2),
        )

    def scores_of(self, found: FloatArray) -> FloatArray:
        """Return the scores of counts; those beyond the table have the score of its end."""
        place = np.clip(np.rint((found - self.first) / self.step), 0, self.scores.size - 1)
        return np.where(np.isnan(found), np.nan, self.scores[np.nan_to_num(place).astype(np.intp)])

    def quantile(self, probability: FloatArray) -> FloatArray:
        """Return the smallest counts whose distribution function reaches `probability`."""
        place = np.searchsorted(-self.above, -(1 - probability))
        return self.first + self.step * np.minimum(place, self.scores.size - 1)

    def largest_within(self, z: float) -> float:
        """Return the largest count whose score is at most `z`."""
        return self.first + self.step * max(
            int(np.searchsorted(self.scores, z, side="right")) - 1, 0
        )

    def moments(self) -> tuple[float, float]:
        """Return mean and mean square of the scores under the law itself."""
        return float(self.mass @ self.scores), float(self.mass @ self.scores**2)
