"""Autocorrelation of a baseline, with its own uncertainty: a slow level plus noise from part to part.

Real series of parts are a level that wanders slowly plus independent noise, so the correlation at
lag k is share · decay^k (an ARMA(1,1) process; share 0 is independence, share 1 is AR(1)). One
hundred points do not tell share and decay well, and limits taken from their best guess alarm ten
times too often at tails of 1e-5. So nothing here rests on a best guess: every (share, decay) of a
grid gets the weight with which it explains the baseline, and tails are averaged over the grid. Mean
and sigma are integrated out exactly, which gives Student tails. Under independence this is the
exact t prediction interval, a little widened by what cannot be ruled out.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from scipy.special import stdtr

from spc.arrays import FloatArray, present

# Prior probability of no autocorrelation. Between .5 (limits of 100 independent points 40 % too
# wide) and .9 (weak, long memory not seen in 100 points alarms five times too often).
_INDEPENDENT = 0.8
_STRONGEST_DECAY = 0.97
_NEGLIGIBLE_WEIGHT = 1e-12


@dataclass(frozen=True, slots=True, eq=False)
class LevelFit:
    """Level models of one baseline, weighted by how well they explain it.

    Attributes
    ----------
    n : values present.
    independence : posterior probability that the values are independent.
    evidence : log-likelihood averaged over the grid, to compare ways of counting lags.
    share, decay : shape (m,)
        Of the correlation share · decay^lag.
    weight : shape (m,), sums to 1.
    mean, sigma : shape (m,)
        Estimates under each model, in the unit of the values.
    information : shape (m,)
        How many independent values would estimate the mean as well.

    """

    n: int
    independence: float
    evidence: float
    share: FloatArray
    decay: FloatArray
    weight: FloatArray
    mean: FloatArray
    sigma: FloatArray
    information: FloatArray

    @property
    def effective_n(self) -> float:
        """How many independent values estimate the mean equally well; n where none are dependent."""
        if self.independence > 0.5:
            return float(self.n)
        return min(float(1 / (self.weight @ (1 / self.information))), float(self.n))

    @property
    def center(self) -> float:
        """Estimate of the mean."""
        return float(self.weight @ self.mean)

    def running_average_variance(self, smoothing: float) -> FloatArray:
        """Variance, under each model, of a long-started EWMA of values with variance 1."""
        kept = 1 - smoothing
        correlated = self.share * self.decay * kept / (1 - kept * self.decay)
        return smoothing / (2 - smoothing) * (1 + 2 * correlated)

    def tail_above(self, limit: float, variance: FloatArray | float = 1.0) -> float:
        """Probability that a future value lies above `limit`.

        Parameters
        ----------
        limit : in the unit of the values.
        variance : shape (m,) or a number
            Variance of the future value under each model where sigma is 1: 1 for a single value,
            `running_average_variance` for an EWMA.

        """
        scale = self.sigma * np.sqrt(variance + 1 / self.information)
        return float(self.weight @ stdtr(self.n - 1, (self.mean - limit) / scale))

    def upper_limit(self, tail: float, variance: FloatArray | float = 1.0) -> float:
        """Limit that a future value exceeds with probability `tail`."""
        return _solve(
            lambda distance: self.tail_above(self.center + distance, variance),
            tail,
            float(self.sigma.max()),
        ) + self.center  # fmt: skip

    def half_width(self, tail: float, variance: FloatArray | float = 1.0) -> float:
        """Distance from `center` that a future value exceeds with mean probability `tail` a side."""
        scale = self.sigma * np.sqrt(variance + 1 / self.information)
        offset = self.mean - self.center

        def mean_tail(distance: float) -> float:
            both = stdtr(self.n - 1, (offset - distance) / scale) + stdtr(
                self.n - 1, (-offset - distance) / scale
            )
            return float(self.weight @ both) / 2

        return _solve(mean_tail, tail, float(self.sigma.max()))


def fit_level(values: FloatArray, *, gaps: FloatArray | None = None) -> LevelFit:
    """Weigh the level models by a baseline, oldest first; missing values keep their place in time.

    Parameters
    ----------
    values : shape (n,)
        Not constant; roughly normal.
    gaps : shape (n − 1,), above 0
        Lag from each value to the next, for a memory that fades with time; the default is 1 each, a
        memory that fades from part to part.

    Examples
    --------
    >>> noise = np.random.default_rng(1).normal(size=300)
    >>> fit = fit_level(noise)
    >>> fit.effective_n
    300.0
    >>> bool(3.1 < (fit.upper_limit(0.001) - noise.mean()) / noise.std() < 3.3)
    True
    >>> slow = np.convolve(noise, 0.8 ** np.arange(40))[:300]
    >>> fit_level(slow).effective_n < 90
    True

    """
    share, decay, prior = _grid()
    log_likelihood, mean, square, information, n = _filter(values, share, decay, gaps)
    weight = prior * np.exp(log_likelihood - log_likelihood.max())
    evidence = float(np.log(weight.sum()) + log_likelihood.max())
    weight /= weight.sum()
    kept = weight > _NEGLIGIBLE_WEIGHT
    return LevelFit(
        n=n,
        independence=float(weight[0]),
        evidence=evidence,
        share=share[kept],
        decay=decay[kept],
        weight=weight[kept],
        mean=mean[kept],
        sigma=np.sqrt(square[kept] / (n - 1)),
        information=information[kept],
    )


@lru_cache(maxsize=1)
def _grid() -> tuple[FloatArray, FloatArray, FloatArray]:
    """Share, decay and prior weight of the models; the first is independence."""
    shares = (np.arange(16) + 0.5) / 16
    decays = (np.arange(16) + 0.5) / 16 * _STRONGEST_DECAY
    share, decay = (axis.ravel() for axis in np.meshgrid(shares, decays, indexing="ij"))
    prior = np.full(share.size, (1 - _INDEPENDENT) / share.size)
    first = [0.0]
    return (
        np.concatenate([first, share]),
        np.concatenate([first, decay]),
        np.concatenate([[_INDEPENDENT], prior]),
    )


def _filter(
    values: FloatArray, share: FloatArray, decay: FloatArray, gaps: FloatArray | None
) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray, int]:
    """Run the Kalman filter of all models at once.

    Filtering the series and a constant side by side gives the best estimate of the mean and its
    information without choosing a mean first.

    Returns
    -------
    log-likelihood, mean, sum of squares, information : each of shape (m,); number of values
        Mean and sigma are integrated out with the priors 1 and 1 / sigma.

    """
    noise = 1 - share
    lags = np.ones(values.size) if gaps is None else np.append(gaps, 1.0)
    level, constant = np.zeros_like(share), np.zeros_like(share)
    uncertainty = share.copy()
    log_variance, information = np.zeros_like(share), np.zeros_like(share)
    cross, square = np.zeros_like(share), np.zeros_like(share)
    # A zero point near the data keeps the digits of the sums of squares.
    origin = float(present(values)[0])
    last, kept, forgotten = 0.0, decay, share
    for value, lag in zip((values - origin).tolist(), lags.tolist(), strict=True):
        # A missing value only lets time pass.
        if not math.isnan(value):
            variance = uncertainty + noise
            gain = uncertainty / variance
            surprise, left = value - level, 1 - constant
            log_variance += np.log(variance)
            information += left * left / variance
            cross += left * surprise / variance
            square += surprise * surprise / variance
            level += gain * surprise
            constant += gain * left
            uncertainty = uncertainty * (1 - gain)
        if lag != last:
            last, kept = lag, decay**lag
            forgotten = share * (1 - kept**2)
        level *= kept
        constant *= kept
        uncertainty = kept**2 * uncertainty + forgotten
    n = present(values).size
    mean = cross / information
    residual = square - cross * mean
    log_likelihood = -(log_variance + np.log(information) + (n - 1) * np.log(residual)) / 2
    return log_likelihood, mean + origin, residual, information, n


def _solve(tail_at: Callable[[float], float], tail: float, scale: float) -> float:
    """Distance at which a falling tail probability comes down to `tail`, to nine digits."""
    low, high = 0.0, scale
    while tail_at(high) > tail:
        low, high = high, 2 * high
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (low, middle) if tail_at(middle) <= tail else (middle, high)
        if high - low < 1e-9 * high:
            break
    return high
