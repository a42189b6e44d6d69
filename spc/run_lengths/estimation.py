"""What limits from a finite baseline cost: the rate of false alarms, averaged over baselines.

Centre and sigma of a short baseline miss the true ones, and missing them costs more than it saves:
the mean rate over baselines is above the rate of the limits that were meant. Baselines are drawn
with a fixed seed; given one, the rate of its limits is exact, so only the draw is noise.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np
from scipy.interpolate import RectBivariateSpline

from spc.arrays import FloatArray
from spc.constants import c4, d2
from spc.errors import ChartError, TooFewPointsError
from spc.laws.normal import Normal
from spc.run_lengths.changes import mean_of
from spc.run_lengths.correlated import score_limits, starts_per_flag
from spc.run_lengths.cusum import cusum_run_length
from spc.run_lengths.ewma import ewma_survival
from spc.run_lengths.moving_range import moving_range_sigma
from spc.run_lengths.tails import above, below
from spc.simulation import SeriesModel

_SEED = 11
_VALUES = 3_000_000
_FEWEST_BASELINES, _MOST_BASELINES = 2_000, 40_000
_FEWEST_POINTS = 5
_ESTIMATORS = ("mr", "overall")
# Run lengths of wider EWMA limits are beyond 1e11 points, where rounding ends what can be told.
_WIDEST = 6.5


@dataclass(frozen=True, slots=True, eq=False)
class Estimates:
    """Centres and sigmas of many baselines.

    Attributes
    ----------
    center, sigma : shape (baselines,), in the unit of the values.

    """

    center: FloatArray
    sigma: FloatArray


def drawn_estimates(model: SeriesModel, n: int, *, estimator: str = "mr") -> Estimates:
    """Draw baselines of `n` points and estimate centre and sigma from each.

    Parameters
    ----------
    model : of single values in control
    n : points of a baseline, at least 5
    estimator : "mr" (mean moving range / d2) or "overall" (s / c4)

    Raises
    ------
    TooFewPointsError, ChartError
        A baseline too short, or an unknown estimator.

    Examples
    --------
    >>> found = drawn_estimates(SeriesModel(Normal(10.0, 1.0)), 50)
    >>> bool(abs(found.sigma.mean() - 1) < 0.01)
    True

    """
    if n < _FEWEST_POINTS:
        raise TooFewPointsError(
            f"a baseline of {n} points says nothing of limits; at least {_FEWEST_POINTS} are needed"
        )
    if estimator not in _ESTIMATORS:
        raise ChartError(
            f"estimation error is known for the estimators {', '.join(_ESTIMATORS)}, but got "
            f"'{estimator}'"
        )
    baselines = min(max(_VALUES // n, _FEWEST_BASELINES), _MOST_BASELINES)
    values = model.paths(np.random.default_rng(_SEED), baselines).take(n)
    if estimator == "mr":
        sigma = np.abs(np.diff(values, axis=1)).mean(axis=1) / d2(2)
    else:
        sigma = values.std(axis=1, ddof=1) / c4(n)
    varied = sigma > 0
    return Estimates(values.mean(axis=1)[varied], sigma[varied])


def individuals_rate(model: SeriesModel, estimates: Estimates, width: float) -> float:
    """Mean rate of alarm starts of limits at centre ± `width` · sigma, per point.

    Autocorrelated values that lie outside come in groups; the rate counts groups, as exact for the
    limits of an endless baseline.

    Examples
    --------
    >>> model = SeriesModel(Normal(0.0, 1.0))
    >>> exact = individuals_rate(model, Estimates(np.zeros(1), np.ones(1)), 3.0)
    >>> round(1 / exact, 1)
    370.4

    """
    reach = width * estimates.sigma
    low, high = estimates.center - reach, estimates.center + reach
    flagged = float(np.mean(below(model.law, low) + above(model.law, high)))
    return flagged * _starts_per_flag(model, float(low.mean()), float(high.mean()))


def _starts_per_flag(model: SeriesModel, low: float, high: float) -> float:
    """Alarm starts per flagged point at given limits; 1 where values are independent."""
    if model.share == 0 or model.decay == 0:
        return 1.0
    limits = score_limits(model.law, low, high)
    return starts_per_flag(*limits, share=model.share, decay=model.decay)


def ewma_rate(estimates: Estimates, smoothing: float) -> Callable[[float], float]:
    """Return the mean rate of alarm starts of an EWMA chart as a function of its width L.

    Parameters
    ----------
    estimates : of standard normal values
    smoothing : λ

    """
    if estimates.center.size == 1:
        shift, scale = float(estimates.center[0]), float(estimates.sigma[0])
        return lambda width: 1 / ewma_survival(smoothing, width * scale, shift=shift).mean
    spread = float(np.abs(estimates.center).max()) + 1e-3
    shifts = np.linspace(0.0, spread, 9)
    widths = np.geomspace(0.8, _WIDEST, 22)
    rates = np.array(
        [[1 / ewma_survival(smoothing, w, shift=d).mean for d in shifts] for w in widths.tolist()]
    )
    # Smooth in both, and many powers of ten apart.
    log_rate = RectBivariateSpline(np.log(widths), shifts, np.log(rates))
    away = np.abs(estimates.center)

    def rate(width: float) -> float:
        log_width = np.log(np.clip(width * estimates.sigma, widths[0], widths[-1]))
        return float(np.exp(log_rate.ev(log_width, away)).mean())

    return rate


def cusum_rate(estimates: Estimates, slack: float) -> Callable[[float], float]:
    """Return the mean rate of alarm starts of a two-sided CUSUM chart as a function of h.

    Parameters
    ----------
    estimates : of standard normal values
    slack : k, in estimated sigma

    """
    if estimates.center.size == 1:
        shift, scale = float(estimates.center[0]), float(estimates.sigma[0])
        return lambda h: 1 / cusum_run_length(slack * scale, h * scale, shift=shift).arl
    spread = float(np.abs(estimates.center).max()) + 1e-3
    low, high = float(estimates.sigma.min()), float(estimates.sigma.max()) + 1e-3
    shifts, scales = np.linspace(-spread, spread, 9), np.geomspace(low, high, 6)

    @cache
    def spline(decision: float) -> RectBivariateSpline:
        rates = [
            [
                1 / cusum_run_length(slack * s, decision * s, shift=d, two_sided=False).arl
                for d in shifts.tolist()
            ]
            for s in scales.tolist()
        ]
        return RectBivariateSpline(np.log(scales), shifts, np.log(np.array(rates)))

    def rate(decision: float) -> float:
        log_rate = spline(decision)
        scale = np.log(estimates.sigma)
        sides = [np.exp(log_rate.ev(scale, sign * estimates.center)) for sign in (1, -1)]
        return float((sides[0] + sides[1]).mean())

    return rate


def standardised(model: SeriesModel) -> SeriesModel:
    """Return the normal process with mean 0 and sigma 1 and the same autocorrelation.

    Raises
    ------
    ChartError
        The law is not normal.

    """
    if not isinstance(model.law, Normal):
        raise ChartError(
            f"this design is for normal values, not for a {model.law.name} law; design the z values, "
            "or an individuals chart"
        )
    return SeriesModel(Normal(0.0, 1.0), model.share, model.decay)


def known(model: SeriesModel, estimator: str) -> Estimates:
    """Return centre and sigma of an endless baseline, one of it."""
    sigma = moving_range_sigma(model) if estimator == "mr" else model.law.sigma
    return Estimates(np.array([mean_of(model.law)]), np.array([sigma]))
