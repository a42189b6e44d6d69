"""Limits of the running average of z values on site charts.

The running average is an EWMA of z = Φ⁻¹(F(x)). Its limits hold a given probability of lying
outside, per point and side, that counts: the error of estimating the centre, the autocorrelation
of the baseline and what is not known about it (`spc.level_model`), and the skewness and heavy
tails of z where the law is discrete or does not fit. A share of flagged points bounds the share of
alarm starts, so a budget of episodes is kept.
"""

import math
from dataclasses import dataclass

import numpy as np
from scipy.special import gammainccinv, ndtr, ndtri, stdtrit

from spc.arrays import FloatArray, present
from spc.laws.law import Law
from spc.level_model import LevelFit
from spc.moments import excess, own_scores, skewness

_NO_MEMORY = 0.999
"""Weight of the newest value that is as good as all of it: at 1 the correlation has no formula."""


@dataclass(frozen=True, slots=True)
class RunningAverageLimit:
    """Limits at `center` ± `half_width` in z units, and what they cost in control.

    Attributes
    ----------
    flagged : probability that a point lies outside.
    episodes : probability that a point lies outside and the one before does not.

    """

    center: float
    half_width: float
    flagged: float
    episodes: float


def running_average_limit(
    z: FloatArray, level: LevelFit, law: Law, *, smoothing: float, tail: float
) -> RunningAverageLimit:
    """Set the limits that a running average in control leaves with probability `tail` a side.

    Parameters
    ----------
    z : shape (n,)
        z values of the baseline.
    level : `fit_level` of them.
    law : the fitted law, for the skewness that its z values have by nature.
    smoothing : weight of the newest value.
    tail : probability outside on each side.

    """
    variance = level.running_average_variance(smoothing)
    half_width = level.half_width(tail, variance) * _shape_factor(z, level, law, smoothing, tail)
    lag_one = _lag_one(level, min(smoothing, _NO_MEMORY))
    return RunningAverageLimit(
        center=level.center,
        half_width=half_width,
        flagged=2 * tail,
        episodes=2 * _upcrossing(tail, float(level.weight @ lag_one)),
    )


def _lag_one(level: LevelFit, smoothing: float) -> FloatArray:
    """Correlation of successive running averages; of independent values it is 1 − smoothing."""
    kept = 1 - smoothing
    variance = level.running_average_variance(smoothing)
    return kept + (1 - kept**2 - smoothing**2 / variance) / (2 * kept)


def _upcrossing(tail: float, correlation: float) -> float:
    """Probability that a normal process is above its `tail` limit and was not one point before."""
    limit = -float(ndtri(tail))
    node, weight = np.polynomial.legendre.leggauss(64)
    x = limit + 4 * (node + 1)
    density = np.exp(-(x**2) / 2) / math.sqrt(2 * math.pi)
    both_above = ndtr((correlation * x - limit) / math.sqrt(1 - correlation**2))
    return tail - 4 * float(weight @ (density * both_above))


def _shape_factor(z: FloatArray, level: LevelFit, law: Law, smoothing: float, tail: float) -> float:
    """How much wider than normal limits must be where z is skewed or has heavy tails."""
    expected, known = own_scores(law), present(z)
    skewed, heavy = abs(skewness(expected)), excess(expected)
    error = 1 / math.sqrt(level.effective_n)
    if abs(skewness(known) - skewness(expected)) > 2 * math.sqrt(6) * error:
        skewed = max(skewed, abs(skewness(known)))
    if excess(known) - heavy > 2 * math.sqrt(24) * error:
        heavy = excess(known)
    # Averaging brings both towards 0: by these powers of the variance that is left, which are
    # exact for independent values at smoothing .2 and go to 1 where the average follows a level.
    variance = float(level.weight @ level.running_average_variance(smoothing))
    return max(
        _skewed_factor(skewed * variance**0.37, tail),
        _heavy_factor(heavy * variance**0.69, tail),
    )


def _skewed_factor(skewed: float, tail: float) -> float:
    """Ratio of the limits of a Pearson III (shifted gamma) and a normal law."""
    if skewed < 1e-2:
        return 1.0
    shape = 4 / skewed**2
    limit = (float(gammainccinv(shape, tail)) - shape) / math.sqrt(shape)
    return max(1.0, limit / -float(ndtri(tail)))


def _heavy_factor(heavy: float, tail: float) -> float:
    """Ratio of the limits of a Student law with the same variance and excess, and a normal law."""
    if heavy < 1e-2:
        return 1.0
    freedom = 4 + 6 / heavy
    limit = -float(stdtrit(freedom, tail)) * math.sqrt((freedom - 2) / freedom)
    return max(1.0, limit / -float(ndtri(tail)))
