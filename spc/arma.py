"""AR(1) and ARMA(1,1) models of a baseline: fitted exactly, with one-step residuals.

x[t] − mean = φ (x[t − 1] − mean) + e[t] + θ e[t − 1], with independent e of standard deviation sigma.
A missing value cuts the series: what follows starts anew, as if long after.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from spc.arrays import FloatArray, present
from spc.baseline import refuse_constant
from spc.errors import TooFewPointsError
from spc.result import JsonDict

ORDERS = ("none", "ar1", "arma11")

FEWEST = 20
# φ and θ from more points than this are no better for any limit, they only take time.
LONGEST = 5000
_LARGEST = 0.98
# Each search is as fine as a step of the one before; the last steps are .0005.
_GRID = 41
_REACHES = (_LARGEST, 0.06, 0.008)


@dataclass(frozen=True, slots=True)
class Arma:
    """Fitted model of a series in control.

    Attributes
    ----------
    mean : of the series.
    phi, theta : autoregressive and moving-average coefficient, both in (−1, 1).
    sigma : standard deviation of the one-step error.
    n : values fitted to.

    """

    mean: float
    phi: float
    theta: float
    sigma: float
    n: int

    @property
    def start_variance(self) -> float:
        """Variance of the series where that of the error is 1."""
        return 1 + (self.phi + self.theta) ** 2 / (1 - self.phi**2)

    @property
    def total_sigma(self) -> float:
        """Standard deviation of the series itself."""
        return self.sigma * math.sqrt(self.start_variance)

    @property
    def first_correlation(self) -> float:
        """Correlation of neighbours; it falls by φ with each further step."""
        phi, theta = self.phi, self.theta
        return (1 + phi * theta) * (phi + theta) / (1 + 2 * phi * theta + theta**2)

    @property
    def kept_of_shift(self) -> float:
        """Share of a lasting shift that is left in the residuals after the first ones."""
        return (1 - self.phi) / (1 + self.theta)

    def to_dict(self) -> JsonDict:
        """Return the fitted numbers, JSON-safe."""
        return {
            "mean": self.mean,
            "phi": self.phi,
            "theta": self.theta,
            "sigma_of_errors": self.sigma,
            "sigma_of_values": self.total_sigma,
            "points": self.n,
        }

    def residuals(self, values: FloatArray) -> FloatArray:
        """Return one-step residuals, scaled to the standard deviation `sigma`; NaN where missing."""
        result = np.full(values.size, np.nan)
        centred = (values - self.mean).tolist()
        variance, error, before = self.start_variance, 0.0, 0.0
        fresh = True
        scaled = []
        for value in centred:
            if math.isnan(value):
                fresh = True
                scaled.append(math.nan)
                continue
            if fresh:
                variance, error = self.start_variance, value
            else:
                gain = self.theta / variance
                error = value - self.phi * before - gain * error
                variance = 1 + self.theta**2 - self.theta**2 / variance
            fresh, before = False, value
            scaled.append(error / math.sqrt(variance))
        result[:] = scaled
        return result

    def average_variance(self, smoothing: float, n: int) -> FloatArray:
        """Return the variance of the first `n` points of an EWMA of the series, in units of its own.

        Examples
        --------
        >>> white = Arma(mean=0.0, phi=0.0, theta=0.0, sigma=1.0, n=100)
        >>> white.average_variance(0.2, 2).round(4).tolist()
        [0.04, 0.0656]

        """
        kept = 1 - smoothing
        falling = kept * self.phi
        # Covariance of the EWMA before a point with that point: λ Σ kept^(j − 1) · correlation(j).
        covariance = (
            smoothing * self.first_correlation * (1 - falling ** np.arange(n)) / (1 - falling)
        )
        result, last = np.empty(n), 0.0
        for index, step in enumerate((smoothing**2 + 2 * kept * smoothing * covariance).tolist()):
            last = kept**2 * last + step
            result[index] = last
        return result


def fit_arma(values: FloatArray, order: str) -> Arma:
    """Fit by exact maximum likelihood, the mean by the sample mean.

    φ and θ come from the newest 5,000 values at most, mean and sigma from all.

    Parameters
    ----------
    values : shape (n,), oldest first; NaN is missing.
    order : "ar1" or "arma11"

    Raises
    ------
    TooFewPointsError, ConstantSeriesError
        Fewer than 20 values, or no variation.

    References
    ----------
    Brockwell, P. J. and Davis, R. A. (1991). Time Series: Theory and Methods, section 8.7.

    Examples
    --------
    >>> noise = np.random.default_rng(0).normal(size=2000)
    >>> slow = np.convolve(noise, 0.7 ** np.arange(60))[:2000]
    >>> round(fit_arma(slow, "ar1").phi, 1)
    0.7

    """
    known = present(values)
    if known.size < FEWEST:
        raise TooFewPointsError(
            f"{known.size} values are too few to tell autocorrelation; at least {FEWEST} are needed"
        )
    refuse_constant(known)
    mean = float(known.mean())
    segments = _segments(values[-LONGEST:] - mean)
    line = np.linspace(-1, 1, _GRID)
    phi = theta = 0.0
    for reach in _REACHES:
        phis = (phi + reach * line).clip(-_LARGEST, _LARGEST)
        thetas = (theta + reach * line).clip(-_LARGEST, _LARGEST)
        likelihood = log_likelihood(segments, phis, thetas if order == "arma11" else np.zeros(1))
        best = np.unravel_index(int(likelihood.argmax()), likelihood.shape)
        theta = float(thetas[best[0]]) if order == "arma11" else 0.0
        phi = float(phis[best[1]])
    model = Arma(mean, phi, theta, 1.0, known.size)
    errors = present(model.residuals(values))
    fitted = 2 if order == "ar1" else 3
    return replace(model, sigma=math.sqrt(float(errors @ errors) / (errors.size - fitted)))


def _segments(centred: FloatArray) -> list[FloatArray]:
    """The stretches between missing values."""
    known = np.flatnonzero(~np.isnan(centred))
    breaks = np.flatnonzero(np.diff(known) > 1) + 1
    return [centred[part] for part in np.split(known, breaks)]


def log_likelihood(
    segments: Sequence[FloatArray], phi: FloatArray, theta: FloatArray
) -> FloatArray:
    """Exact log-likelihood of models of mean 0, the error's variance concentrated out.

    With the first prediction taken for 0 the errors are a − φ b, where a and b are the values and those
    before them, filtered by 1 / (1 + θ B). The first prediction is in truth normal with mean 0 and the
    variance V = (φ + θ)² / (1 − φ²), and enters the errors by powers of −θ; it is integrated out. So all φ
    share the two filtered series of a θ.

    Parameters
    ----------
    segments : stretches without missing values, each started long before
    phi, theta : shapes (m,) and (k,), in (−1, 1)

    Returns
    -------
    shape (k, m), up to the constant −n (log 2π + 1) / 2

    """
    n = sum(segment.size for segment in segments)
    phi_row, theta_column = phi[None, :], theta[:, None]
    start = (phi_row + theta_column) ** 2 / (1 - phi_row**2)
    squares = np.zeros((theta.size, phi.size))
    log_variance = np.zeros_like(squares)
    for segment in segments:
        power = (-theta_column) ** np.arange(segment.size)
        a, b = _filtered(power, segment)
        aa, ab, bb = (np.sum(x * y, axis=1)[:, None] for x, y in ((a, a), (a, b), (b, b)))
        ca, cb, cc = (np.sum(power * x, axis=1)[:, None] for x in (a, b, power))
        known = 1 + start * cc
        squares += aa - 2 * phi_row * ab + phi_row**2 * bb
        squares -= start / known * (ca - phi_row * cb) ** 2
        log_variance += np.log(known)
    return -(n * np.log(squares / n) + log_variance) / 2


def _filtered(power: FloatArray, values: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Convolve the values, and those before them, with each row of powers."""
    if power.shape[0] == 1 and not power[0, 1:].any():
        return values[None, :], np.append(0.0, values[:-1])[None, :]
    length = 2 * values.size
    spectrum = np.fft.rfft(power, length) * np.fft.rfft(values, length)
    a = np.fft.irfft(spectrum, length)[:, : values.size]
    return a, np.column_stack([np.zeros(power.shape[0]), a[:, :-1]])
