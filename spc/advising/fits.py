"""How well the usual laws explain a baseline: Akaike's information criterion (AIC).

The laws of sizes share one part, the mass at zero, which therefore decides nothing between them.
"""

import math
from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np
from scipy.special import digamma, gammaln, polygamma, xlogy

from spc.arrays import FloatArray
from spc.laws.negative_binomial import NegativeBinomial

_STEPS = 100


def count_fits(counts: FloatArray) -> tuple[tuple[str, float], ...]:
    """Return (law, AIC) of counts, best first; shape (n,), none missing.

    Examples
    --------
    >>> counts = np.random.default_rng(1).negative_binomial(1, 0.3, size=200).astype(float)
    >>> [law for law, _ in count_fits(counts)]
    ['negative binomial', 'Poisson']

    """
    mean = float(counts.mean())
    poisson = float(np.sum(xlogy(counts, mean) - mean - gammaln(counts + 1)))
    found = {"Poisson": 2 - 2 * poisson}
    dispersion = NegativeBinomial.fit(counts).dispersion
    if dispersion > 0:
        k = 1 / dispersion
        log_likelihood = float(
            np.sum(
                gammaln(counts + k)
                - gammaln(k)
                - gammaln(counts + 1)
                - k * math.log1p(mean / k)
                + xlogy(counts, mean / (mean + k))
            )
        )
        found["negative binomial"] = 4 - 2 * log_likelihood
    return _best_first(found)


def size_fits(sizes: FloatArray) -> tuple[tuple[str, float], ...]:
    """Return (law, AIC) of sizes above 0, best first; shape (n,), not constant.

    Examples
    --------
    >>> sizes = np.random.default_rng(1).lognormal(0.0, 1.0, size=300)
    >>> size_fits(sizes)[0][0]
    'lognormal'

    """
    scaled = sizes / sizes.mean()
    shift = 2 * sizes.size * math.log(float(sizes.mean()))
    return _best_first(
        {name: 4 - 2 * likelihood(scaled) + shift for name, likelihood in _SIZE_LAWS.items()}
    )


def _best_first(found: Mapping[str, float]) -> tuple[tuple[str, float], ...]:
    return tuple(sorted(found.items(), key=lambda each: each[1]))


def _normal(values: FloatArray) -> float:
    return float(-values.size / 2 * (math.log(2 * math.pi * values.var()) + 1))


def _lognormal(values: FloatArray) -> float:
    logs = np.log(values)
    return _normal(logs) - float(logs.sum())


def _gamma(values: FloatArray) -> float:
    """Maximum likelihood by Newton's method for the shape; the mean of `values` is 1."""
    gap = -float(np.log(values).mean())
    # Minka's starting point, within some per cent.
    shape = (3 - gap + math.sqrt((gap - 3) ** 2 + 24 * gap)) / (12 * gap)
    for _ in range(_STEPS):
        slope = 1 / shape - float(polygamma(1, shape))
        step = (math.log(shape) - float(digamma(shape)) - gap) / slope
        shape = max(shape - step, shape / 2)
        if abs(step) < 1e-10 * shape:
            break
    each = shape * math.log(shape) - gammaln(shape) + (shape - 1) * np.log(values) - shape * values
    return float(each.sum())


def _weibull(values: FloatArray) -> float:
    """Maximum likelihood by bisection: the equation of the shape is monotone."""
    logs = np.log(values)

    def surplus(shape: float) -> float:
        # Relative to the largest: no overflow at large shapes.
        power = np.exp(shape * (logs - logs.max()))
        return float((power * logs).sum() / power.sum() - 1 / shape - logs.mean())

    low, high = 1e-3, 1.0
    while surplus(high) < 0 and high < 1e6:
        low, high = high, 2 * high
    for _ in range(_STEPS):
        middle = (low + high) / 2
        low, high = (low, middle) if surplus(middle) > 0 else (middle, high)
    shape = (low + high) / 2
    scale = float(np.exp(logs.max()) * np.mean(np.exp(shape * (logs - logs.max()))) ** (1 / shape))
    each = (
        math.log(shape / scale)
        + (shape - 1) * (logs - math.log(scale))
        - np.exp(shape * (logs - math.log(scale)))
    )
    return float(each.sum())


_SIZE_LAWS: Mapping[str, Callable[[FloatArray], float]] = MappingProxyType(
    {"normal": _normal, "lognormal": _lognormal, "gamma": _gamma, "Weibull": _weibull}
)
