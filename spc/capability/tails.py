"""The shares of parts beyond either limit, and the Ppk a normal process with them would have."""

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri

from spc.arrays import FloatArray
from spc.capability.interval import NOTHING, Estimate, of_draws

PER_MILLION = 1e6
# Φ⁻¹ of this is −38: an equivalent Ppk of 12.5 stands for "never".
_SMALLEST_SHARE = 1e-300


@dataclass(frozen=True, slots=True, eq=False)
class Tails:
    """Shares below the lower and above the upper limit: estimates, and draws of what may be true.

    Attributes
    ----------
    below, above : 0 where there is no limit.
    below_draws, above_draws : shape (m,), None where no interval is stated.

    """

    below: float
    above: float
    below_draws: FloatArray | None = None
    above_draws: FloatArray | None = None

    def ppm(self, confidence: float) -> Estimate:
        """Parts per million beyond the limits, both sides together."""
        value = PER_MILLION * (self.below + self.above)
        if self.below_draws is None or self.above_draws is None:
            return Estimate(value)
        return of_draws(value, PER_MILLION * (self.below_draws + self.above_draws), confidence)

    def equivalent_ppk(self, confidence: float) -> Estimate:
        """Ppk of a normal process with the same share beyond the worse limit."""
        share = max(self.below, self.above)
        if self.below_draws is None or self.above_draws is None:
            return Estimate(float(equivalent_index(np.array(share)))) if share else NOTHING
        worse = equivalent_index(np.maximum(self.below_draws, self.above_draws))
        if share == 0:
            # Nothing was found beyond the limits: only how bad it may be at worst can be said.
            return Estimate(None, of_draws(0.0, worse, confidence).low, None)
        return of_draws(float(equivalent_index(np.array(share))), worse, confidence)


def equivalent_index(share: FloatArray) -> FloatArray:
    """Return −Φ⁻¹(share) / 3: 1350 ppm beyond one limit are worth an index of 1.

    Examples
    --------
    >>> round(float(equivalent_index(np.array(305e-6))), 2)
    1.14

    """
    index: FloatArray = -ndtri(np.clip(share, _SMALLEST_SHARE, 1 - 1e-16)) / 3
    return index
