"""Laws of values above 0 that capability may be read from: lognormal, Weibull, gamma."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from scipy.optimize import brentq
from scipy.special import digamma, gammainc, gammaincc, gammaincinv, gammaln, ndtr, ndtri, polygamma

from spc.arrays import FloatArray
from spc.capability.draws import normal_draws

Pair = tuple[float, float]
Parameters = tuple[FloatArray, FloatArray]
# 1 − Euler's constant.
_GAP = 1 - 0.5772156649015329


@dataclass(frozen=True, slots=True)
class PositiveLaw:
    """A law with two parameters.

    Attributes
    ----------
    fit : values above 0 → the two parameters.
    log_likelihood : values, parameters → their log-likelihood.
    draws : parameters, n, points of shape (2, m) → what the true parameters may be.
    below, above, quantile : value or share, parameters → share or value; they broadcast.

    """

    name: str
    parameter_names: tuple[str, str]
    fit: Callable[[FloatArray], Pair]
    log_likelihood: Callable[[FloatArray, Pair], float]
    draws: Callable[[Pair, float, FloatArray], Parameters]
    below: Callable[[float, Parameters], FloatArray]
    above: Callable[[float, Parameters], FloatArray]
    quantile: Callable[[float, Parameters], FloatArray]


def fit_lognormal(values: FloatArray) -> Pair:
    """Return mean and standard deviation (n − 1) of the logarithms.

    Examples
    --------
    >>> fit_lognormal(np.exp([1.0, 3.0]))[0]
    2.0

    """
    logs = np.log(values)
    return float(logs.mean()), float(logs.std(ddof=1))


def fit_weibull(values: FloatArray) -> Pair:
    """Return the shape and scale of maximum likelihood.

    Examples
    --------
    >>> shape, scale = fit_weibull(np.random.default_rng(0).weibull(2.0, size=20_000) * 3)
    >>> round(shape, 1), round(scale, 1)
    (2.0, 3.0)

    """
    logs = np.log(values)
    logs_below = logs - logs.max()

    def slope(shape: float) -> float:
        weight = np.exp(shape * logs_below)
        return float(weight @ logs / weight.sum() - logs.mean() - 1 / shape)

    guess = math.pi / math.sqrt(6) / float(logs.std())
    shape = _root(slope, guess)
    scale = float(logs.max() + np.log(np.mean(np.exp(shape * logs_below))) / shape)
    return shape, math.exp(scale)


def fit_gamma(values: FloatArray) -> Pair:
    """Return the shape and scale of maximum likelihood.

    Examples
    --------
    >>> shape, scale = fit_gamma(np.random.default_rng(0).gamma(2.0, 3.0, size=20_000))
    >>> round(shape, 1), round(scale, 1)
    (2.0, 3.0)

    """
    mean = float(values.mean())
    gap = math.log(mean) - float(np.log(values).mean())
    shape = _root(lambda shape: gap - math.log(shape) + float(digamma(shape)), 0.5 / gap)
    return shape, mean / shape


def _root(rising: Callable[[float], float], guess: float) -> float:
    low, high = guess, guess
    while rising(low) > 0:
        low /= 2
    while rising(high) < 0:
        high *= 2
    return low if low == high else float(brentq(rising, low, high, xtol=1e-12, rtol=1e-12))


def _lognormal_likelihood(values: FloatArray, _parameters: Pair) -> float:
    logs = np.log(values)
    return -float(logs.sum()) - logs.size / 2 * (math.log(2 * math.pi * float(logs.var())) + 1)


def _weibull_likelihood(values: FloatArray, parameters: Pair) -> float:
    shape, scale = parameters
    logs = np.log(values / scale)
    return float(np.sum(math.log(shape / scale) + (shape - 1) * logs - np.exp(shape * logs)))


def _gamma_likelihood(values: FloatArray, parameters: Pair) -> float:
    shape, scale = parameters
    logs = (shape - 1) * np.log(values) - values / scale
    return float(logs.sum() - values.size * (shape * math.log(scale) + gammaln(shape)))


def _lognormal_draws(parameters: Pair, n: float, points: FloatArray) -> Parameters:
    return normal_draws(*parameters, n, max(n - 1, 1.0), points)


def _weibull_draws(parameters: Pair, n: float, points: FloatArray) -> Parameters:
    shape = parameters[0]
    information = [[math.pi**2 / 6 + _GAP**2, -_GAP * shape], [-_GAP * shape, shape**2]]
    return _log_draws(parameters, n * np.array(information), points)


def _gamma_draws(parameters: Pair, n: float, points: FloatArray) -> Parameters:
    shape = parameters[0]
    information = [[shape**2 * float(polygamma(1, shape)), shape], [shape, shape]]
    return _log_draws(parameters, n * np.array(information), points)


def _log_draws(parameters: Pair, information: FloatArray, points: FloatArray) -> Parameters:
    """Normal draws of the logarithms of the parameters, by their Fisher information."""
    root = np.linalg.cholesky(np.linalg.inv(information))
    first, second = np.exp(np.log(parameters)[:, None] + root @ ndtri(points))
    return first, second


def _lognormal_z(value: float, parameters: Parameters) -> FloatArray:
    mean, sigma = parameters
    logarithm = math.log(value) if value > 0 else -math.inf
    return (logarithm - mean) / sigma


def _weibull_hazard(value: float, parameters: Parameters) -> FloatArray:
    shape, scale = parameters
    hazard: FloatArray = (max(value, 0.0) / scale) ** shape
    return hazard


LAWS: Mapping[str, PositiveLaw] = MappingProxyType(
    {
        "lognormal": PositiveLaw(
            name="lognormal",
            parameter_names=("log_mean", "log_sigma"),
            fit=fit_lognormal,
            log_likelihood=_lognormal_likelihood,
            draws=_lognormal_draws,
            below=lambda value, law: ndtr(_lognormal_z(value, law)),
            above=lambda value, law: ndtr(-_lognormal_z(value, law)),
            quantile=lambda share, law: np.exp(law[0] + law[1] * ndtri(share)),
        ),
        "weibull": PositiveLaw(
            name="weibull",
            parameter_names=("shape", "scale"),
            fit=fit_weibull,
            log_likelihood=_weibull_likelihood,
            draws=_weibull_draws,
            below=lambda value, law: -np.expm1(-_weibull_hazard(value, law)),
            above=lambda value, law: np.exp(-_weibull_hazard(value, law)),
            quantile=lambda share, law: law[1] * (-np.log1p(-share)) ** (1 / law[0]),
        ),
        "gamma": PositiveLaw(
            name="gamma",
            parameter_names=("shape", "scale"),
            fit=fit_gamma,
            log_likelihood=_gamma_likelihood,
            draws=_gamma_draws,
            below=lambda value, law: gammainc(law[0], max(value, 0.0) / law[1]),
            above=lambda value, law: gammaincc(law[0], max(value, 0.0) / law[1]),
            quantile=lambda share, law: law[1] * gammaincinv(law[0], share),
        ),
    }
)
