"""A straight line through a series whose values are correlated, with honest error bars.

A line fitted as if the values were independent finds a "significant" slope in every slow wave. Here
the errors are a slow level plus noise, correlation share · decay^lag, and every (share, decay) of
a grid counts by how well it explains the residuals, as in `spc.level_model`. Intercept, slope and
sigma are integrated out exactly, so each model gives a Student law and the whole a mixture of them.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from scipy.special import stdtr

from spc.arrays import FloatArray, Values, as_values
from spc.capability.interval import Estimate
from spc.errors import ConstantSeriesError, TooFewPointsError, ValuesError

FEWEST = 10
"""A line, a sigma and a correlation cannot be told apart in fewer values."""

LONGEST = 2000
"""The latest values that are looked at: more only take time."""

# Prior probability of independent errors: means of days are correlated more often than parts are,
# so neither side is preferred.
_INDEPENDENT = 0.5
# Memory times, in values, each equally likely on a logarithmic scale. Decays taken as equally likely
# would leave nearly all weight to memories of a few values, and a slow wave would pass for a slope.
_MEMORIES = (0.5, 200.0)
_NEGLIGIBLE_WEIGHT = 1e-8
# Ten digits of the distance between the outermost models.
_HALVINGS = 34


@dataclass(frozen=True, slots=True, eq=False)
class Trend:
    """Lines through one series, weighted by how well their error models explain it.

    Attributes
    ----------
    now : time of the last value, in the unit of the times that were given.
    n : values used.
    weight : shape (m,), sums to 1.
    level, slope : shape (m,), line at `now` and its slope per unit of time.
    level_variance, slope_variance, covariance : shape (m,), of these two.
    independence : posterior probability that the errors are independent.

    """

    now: float
    n: int
    weight: FloatArray
    level: FloatArray
    slope: FloatArray
    level_variance: FloatArray
    slope_variance: FloatArray
    covariance: FloatArray
    independence: float

    def slope_interval(self, confidence: float = 0.95) -> Estimate:
        """Slope per unit of time, equal tails on both sides."""
        return self._interval(self.slope, np.sqrt(self.slope_variance), confidence)

    def level_at(self, time: float, confidence: float = 0.95) -> Estimate:
        """Level of the line at `time`, without the scatter of single values."""
        center, error = self._line(time)
        return self._interval(center, error, confidence)

    def probability_above(self, limit: float, time: float) -> float:
        """Probability that the level at `time` is above `limit`."""
        center, error = self._line(time)
        return float(self.weight @ stdtr(self.n - 2, (center - limit) / error))

    def _line(self, time: float) -> tuple[FloatArray, FloatArray]:
        ahead = time - self.now
        variance = (
            self.level_variance + 2 * ahead * self.covariance + ahead**2 * self.slope_variance
        )
        return self.level + ahead * self.slope, np.sqrt(variance)

    def _interval(self, center: FloatArray, error: FloatArray, confidence: float) -> Estimate:
        tail = (1 - confidence) / 2
        low, high = (self._quantile(center, error, share) for share in (tail, 1 - tail))
        return Estimate(float(self.weight @ center), low, high)

    def _quantile(self, center: FloatArray, error: FloatArray, share: float) -> float:
        low, high = float(np.min(center - error)), float(np.max(center + error))
        reach = high - low

        def below(value: float) -> float:
            return float(self.weight @ stdtr(self.n - 2, (value - center) / error))

        while below(low) > share:
            low -= reach
        while below(high) < share:
            high += reach
        for _ in range(_HALVINGS):
            middle = (low + high) / 2
            low, high = (middle, high) if below(middle) < share else (low, middle)
        return high


def fit_trend(times: Values, values: Values) -> Trend:
    """Fit a line to values, oldest first.

    Parameters
    ----------
    times : shape (n,), rising, in any unit such as days
    values : shape (n,)
        Means of hours, shifts or days are best: nearly normal, evenly spaced. NaN is missing but
        keeps its place. The correlation is that of neighbours in the series.

    Raises
    ------
    ValuesError
        Times that are missing or do not rise, or not one time per value.
    TooFewPointsError
        Fewer than `FEWEST` values.
    ConstantSeriesError
        The values lie on a line exactly, so nothing can be said of its error.

    Examples
    --------
    >>> days = np.arange(60.0)
    >>> noise = np.random.default_rng(2).normal(size=60)
    >>> found = fit_trend(days, 5 + 0.1 * days + noise).slope_interval()
    >>> bool(0 < found.low < 0.1 < found.high)
    True

    """
    when, what = as_values(times, "times"), as_values(values)
    _refuse_times(when, what.size)
    when, what = when[-LONGEST:], what[-LONGEST:]
    known = ~np.isnan(what)
    n = int(np.count_nonzero(known))
    if n < FEWEST:
        raise TooFewPointsError(f"{n} values are too few for a trend; at least {FEWEST} are needed")
    now, origin = float(when[known][-1]), float(what[known].mean())
    unit = float(np.ptp(when[known]))
    spread = float(what[known].std())
    if spread <= 1e-12 * max(abs(origin), 1e-300):
        raise ConstantSeriesError(
            f"no variation: all {n} values are {origin:g}; a constant series has no trend"
        )
    # In units of the span and of the spread the sums keep their digits.
    columns = np.stack([(what - origin) / spread, np.ones(what.size), (when - now) / unit])
    share, decay, prior = _grid()
    log_variance, products = _filter(columns, known, share, decay)
    return _weighed(
        log_variance, products, np.log(prior), n=n, now=now, origin=origin, unit=unit, spread=spread
    )


def _weighed(
    log_variance: FloatArray,
    products: FloatArray,
    log_prior: FloatArray,
    *,
    n: int,
    now: float,
    origin: float,
    unit: float,
    spread: float,
) -> Trend:
    """Regress under every model and weigh the models; mean and sigma have the priors 1 and 1/σ."""
    square, level_cross, slope_cross = products[0, 0], products[0, 1], products[0, 2]
    level_info, mixed, slope_info = products[1, 1], products[1, 2], products[2, 2]
    determinant = level_info * slope_info - mixed**2
    level = (slope_info * level_cross - mixed * slope_cross) / determinant
    slope = (level_info * slope_cross - mixed * level_cross) / determinant
    residual = square - level * level_cross - slope * slope_cross
    if not residual.max() > 1e-9 * n:
        raise ConstantSeriesError(
            "the values lie on a straight line exactly; its error cannot be told, are they computed?"
        )
    residual = np.maximum(residual, 1e-12)
    log_weight = log_prior - (log_variance + np.log(determinant) + (n - 2) * np.log(residual)) / 2
    weight = np.exp(log_weight - log_weight.max())
    weight /= weight.sum()
    kept = weight > _NEGLIGIBLE_WEIGHT
    variance = spread**2 * residual / (n - 2) / determinant
    return Trend(
        now=now,
        n=n,
        weight=weight[kept] / weight[kept].sum(),
        level=(origin + spread * level)[kept],
        slope=(spread * slope / unit)[kept],
        level_variance=(variance * slope_info)[kept],
        slope_variance=(variance * level_info / unit**2)[kept],
        covariance=(-variance * mixed / unit)[kept],
        independence=float(weight[0]),
    )


def _filter(
    columns: FloatArray, known: np.ndarray, share: FloatArray, decay: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Run the Kalman filter of every model over values, constant and time at once.

    Returns
    -------
    log_variance : shape (m,), of the surprises
    products : shape (3, 3, m), sums of products of the whitened columns

    """
    noise, drift = 1 - share, share * (1 - decay**2)
    states = np.zeros((3, share.size))
    uncertainty = share.copy()
    log_variance = np.zeros(share.size)
    products = np.zeros((3, 3, share.size))
    for column, there in zip(columns.T, known.tolist(), strict=True):
        # A missing value only lets time pass.
        if there:
            variance = uncertainty + noise
            surprise = column[:, None] - states
            log_variance += np.log(variance)
            products += surprise[:, None] * (surprise / variance)
            gain = uncertainty / variance
            states += gain * surprise
            uncertainty = uncertainty * (1 - gain)
        states *= decay
        uncertainty = decay**2 * uncertainty + drift
    return log_variance, products


@lru_cache(maxsize=1)
def _grid() -> tuple[FloatArray, FloatArray, FloatArray]:
    """Share, decay and prior weight of the models; the first is independence."""
    middles = (np.arange(16) + 0.5) / 16
    memory = np.geomspace(*_MEMORIES, middles.size)
    share, decay = (
        axis.ravel() for axis in np.meshgrid(middles, np.exp(-1 / memory), indexing="ij")
    )
    prior = np.full(share.size, (1 - _INDEPENDENT) / share.size)
    return np.append(0.0, share), np.append(0.0, decay), np.append(_INDEPENDENT, prior)


def _refuse_times(times: FloatArray, n: int) -> None:
    if times.size != n:
        raise ValuesError(f"{n} values, but {times.size} times; one each")
    if np.isnan(times).any():
        raise ValuesError(f"times[{int(np.flatnonzero(np.isnan(times))[0])}] is missing")
    late = np.flatnonzero(np.diff(times) <= 0)
    if late.size:
        raise ValuesError(
            f"times[{late[0] + 1}] is not after times[{late[0]}]; sort the values, oldest first"
        )
