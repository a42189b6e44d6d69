"""Fit the laws of counts over opportunities by maximum likelihood."""

import math

from scipy.optimize import minimize_scalar

from spc.arrays import FloatArray
from spc.laws.rates import RateLaw, Spread

_LEAST, _MOST = 1e-6, 1e3


def fit_rates(points: FloatArray, *, items: bool, spread: Spread) -> RateLaw:
    """Fit a law to counts over opportunities; the centre is total count / total opportunities.

    Parameters
    ----------
    points : shape (n, 2), counts and opportunities, none missing.
    items, spread : as `RateLaw`; the amount is that of maximum likelihood.

    """
    total, chances = points.sum(axis=0)
    plain = RateLaw(float(total / chances), items)
    if spread is Spread.CHANCE:
        return plain

    def law(log_amount: float) -> RateLaw:
        return RateLaw(plain.center, items, spread, math.exp(log_amount))

    def loss(log_amount: float) -> float:
        return -log_likelihood(law(log_amount), points)

    most = math.log(0.99 if items and spread is Spread.OWN else _MOST)
    found = minimize_scalar(loss, bounds=(math.log(_LEAST), most), method="bounded")
    return law(float(found.x))


def log_likelihood(law: RateLaw, points: FloatArray) -> float:
    """Return the log-likelihood of points of shape (n, 2), none missing."""
    return float(law.log_mass(points[:, 0], points[:, 1]).sum())
