"""The normal law, for measurements that may fall on either side of their mean."""

from dataclasses import dataclass
from typing import Self

import numpy as np
from scipy.special import ndtri

from spc.arrays import FloatArray, present


@dataclass(frozen=True, slots=True)
class Normal:
    """Normal law with `mean` and standard deviation `sigma`.

    Examples
    --------
    >>> Normal(mean=10.0, sigma=2.0).z(np.array([14.0, np.nan]))
    array([ 2., nan])

    """

    mean: float
    sigma: float

    @classmethod
    def fit(cls, values: FloatArray) -> Self:
        """Fit by the mean and the standard deviation with n − 1 degrees of freedom."""
        known = present(values)
        return cls(mean=float(known.mean()), sigma=float(known.std(ddof=1)))

    @property
    def name(self) -> str:
        """How reports call the law."""
        return "normal"

    @property
    def center(self) -> float:
        """The mean."""
        return self.mean

    def parameters(self) -> tuple[tuple[str, float], ...]:
        """Return mean and sigma."""
        return (("mean", self.mean), ("sigma", self.sigma))

    def z(self, values: FloatArray) -> FloatArray:
        """Return the distance from the mean in sigma."""
        return (values - self.mean) / self.sigma

    def quantile(self, probability: FloatArray) -> FloatArray:
        """Return the value below which a share `probability` lies."""
        quantile: FloatArray = self.mean + self.sigma * np.asarray(ndtri(probability))
        return quantile
