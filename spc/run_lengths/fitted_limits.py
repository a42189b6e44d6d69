"""Rate of false alarms of an upper limit that is a quantile of a fitted law, averaged over baselines."""

from collections.abc import Callable

import numpy as np
from scipy.special import ndtri

from spc.arrays import FloatArray
from spc.errors import ChartError, SpcError
from spc.laws.negative_binomial import NegativeBinomial, tail_above
from spc.laws.zero_lognormal import ZeroLognormal
from spc.run_lengths.correlated import score_limits, starts_per_flag
from spc.run_lengths.tails import above
from spc.simulation import SeriesModel

_SEED = 13
_BASELINES = 300
_FEWEST = 20

_Law = NegativeBinomial | ZeroLognormal


def upper_limit_rate(
    model: SeriesModel, baseline: int | None, *, poisson: bool = False
) -> Callable[[float], float]:
    """Return the mean rate of alarm starts as a function of the limit's tail probability.

    Parameters
    ----------
    model : of single counts or sizes in control
    baseline : points that the law is fitted to each time; None where it is known.
    poisson : the Poisson law is fitted.

    Raises
    ------
    ChartError
        A baseline that is too short, or in which there would hardly ever be a defect.

    """
    fits = (
        [_as_fitted(model.law)]
        if baseline is None
        else _drawn_fits(model, baseline, poisson=poisson)
    )
    parameters = np.array([[value for _, value in law.parameters()] for law in fits]).T
    limits_at = _size_limits if isinstance(model.law, ZeroLognormal) else _count_limits

    def rate(probability: float) -> float:
        limits = limits_at(parameters, probability)
        flagged = float(above(model.law, limits).mean())
        if model.share == 0 or model.decay == 0:
            return flagged
        low, high = score_limits(model.law, None, float(np.median(limits)))
        return flagged * starts_per_flag(low, high, share=model.share, decay=model.decay)

    return rate


def _size_limits(parameters: FloatArray, probability: float) -> FloatArray:
    """Upper quantiles of many lognormal laws with zeros."""
    zero_share, log_mean, log_sigma = parameters
    tail = np.minimum(probability / (1 - zero_share), 1.0)
    limits: FloatArray = np.exp(log_mean - log_sigma * ndtri(tail))
    return limits


def _count_limits(parameters: FloatArray, probability: float) -> FloatArray:
    """Upper quantiles of many negative binomial laws."""
    mean, dispersion = parameters
    low = np.full(mean.size, -1.0)
    high = np.ceil(mean + 10 * np.sqrt(mean + dispersion * mean**2) + 10)
    while np.any(short := tail_above(high, mean, dispersion) > probability):
        high = np.where(short, 2 * high, high)
    while np.any(high - low > 1):
        middle = np.floor((low + high) / 2)
        reached = tail_above(middle, mean, dispersion) <= probability
        low, high = np.where(reached, low, middle), np.where(reached, middle, high)
    return np.asarray(high, dtype=np.float64)


def _as_fitted(law: object) -> _Law:
    if isinstance(law, (NegativeBinomial, ZeroLognormal)):
        return law
    raise ChartError("only counts and sizes with zeros have an upper limit by their law")


def _drawn_fits(model: SeriesModel, n: int, *, poisson: bool) -> list[_Law]:
    if n < _FEWEST:
        raise ChartError(f"a baseline of {n} points says nothing of a law; {_FEWEST} are needed")
    values = model.paths(np.random.default_rng(_SEED), _BASELINES).take(n)
    fits: list[_Law] = []
    for row in values:
        try:
            if isinstance(model.law, ZeroLognormal):
                # Two sizes tell their spread; fewer leave the chart without limits.
                if np.unique(row[row > 0]).size > 1:
                    fits.append(ZeroLognormal.fit(row))
            elif row.any():
                fit = NegativeBinomial.fit_poisson if poisson else NegativeBinomial.fit
                fits.append(fit(row))
        except SpcError:
            continue
    if len(fits) < _BASELINES / 2:
        raise ChartError(
            f"most baselines of {n} points would have no defect to learn from; take a longer one"
        )
    return fits
