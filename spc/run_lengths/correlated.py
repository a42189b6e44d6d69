"""Run length of limits on autocorrelated values: a slow level plus noise, any law.

The normal scores z of the values follow z = √share · level + √(1 − share) · noise, the level an AR(1)
process with correlation `decay` (an ARMA(1,1) process, `spc.level_model`). Limits on values are
limits on z, whatever the law. With noise the state is the level; without it, it is the value itself.
"""

import math

import numpy as np
from scipy.special import ndtr, ndtri

from spc.arrays import FloatArray
from spc.errors import ChartError
from spc.laws.law import Law
from spc.run_lengths.quadrature import between, normal_density
from spc.run_lengths.result import RunLength
from spc.run_lengths.survival import Survival, chain_survival
from spc.run_lengths.tails import above, below

_REACH = 7.5
# Farther out a flagged point is so rare that rounding decides how many starts it stands for.
_FARTHEST_TOLD = 5.5
# Above this share of the level the noise is too little to smooth over the grid of levels.
_NOISELESS = 0.99


def correlated_run_length(
    low: float, high: float, *, share: float = 1.0, decay: float
) -> RunLength:
    """Run length of limits on autocorrelated normal scores, started in their stationary law; exact.

    Parameters
    ----------
    low, high : limits of z; infinite where there is none.
    share, decay : of the correlation share · decay^lag; a share of 1 is AR(1).

    Raises
    ------
    ChartError
        A share outside [0, 1], a decay outside (-1, 1), or limits that no value crosses.

    References
    ----------
    Kramer, H. and Schmid, W. (2000). Statistical Papers 41, 173-196, table 1.

    Examples
    --------
    >>> round(correlated_run_length(-3.09023, 3.09023, decay=0.4).arl, 2)
    515.45

    """
    survival = correlated_survival(low, high, share=share, decay=decay)
    return RunLength.of_survival(survival, "integral equation over the level")


def correlated_survival(low: float, high: float, *, share: float, decay: float) -> Survival:
    """Law of the run length; parameters as `correlated_run_length`."""
    if not (0 <= share <= 1 and -1 < decay < 1):
        raise ChartError(
            f"share must be in [0, 1] and decay in (-1, 1), but got {share} and {decay}"
        )
    if not low < high:
        raise ChartError(f"the lower limit {low} must lie below the upper one {high}")
    if share == 0 or decay == 0:
        return Survival.geometric(float(ndtr(low) + ndtr(-high)))
    step = math.sqrt(1 - decay**2)
    if share > _NOISELESS:
        node, weight = between(max(low, -_REACH), min(high, _REACH), scale=step)
        kept = np.ones(node.size)
    else:
        own = math.sqrt(1 - share)
        # The noise also rounds off the edge that the limits cut; it must not fall between nodes.
        node, weight = between(-_REACH, _REACH, scale=min(step, 2.5 * own))
        level = math.sqrt(share) * node
        # From both tails: a limit far out keeps its digits.
        kept = 1 - ndtr((low - level) / own) - ndtr((level - high) / own)
    density = normal_density((node[None, :] - decay * node[:, None]) / step) / step
    matrix = density * (weight * kept)
    first = normal_density(node) * weight * kept
    return chain_survival(first, lambda state: state @ matrix, before=np.ones(1))


def starts_per_flag(low: float, high: float, *, share: float, decay: float) -> float:
    """Return alarm starts per flagged point: below 1, as neighbours of a value outside are outside.

    Parameters
    ----------
    low, high : limits of z; infinite where there is none.
    share, decay : of the correlation share · decay^lag

    Examples
    --------
    >>> round(starts_per_flag(-3.0, 3.0, share=1.0, decay=0.0), 3)
    1.0
    >>> starts_per_flag(-2.0, 2.0, share=1.0, decay=0.9) < 0.5
    True

    """
    low, high = max(low, -_FARTHEST_TOLD), min(high, _FARTHEST_TOLD)
    flagged = float(ndtr(low) + ndtr(-high))
    return 1 / (correlated_survival(low, high, share=share, decay=decay).mean * flagged)


def score_limits(law: Law, lcl: float | None, ucl: float | None) -> tuple[float, float]:
    """Return the z values beyond which values of `law` lie outside their limits; None is no limit.

    Examples
    --------
    >>> from spc.laws.normal import Normal
    >>> low, high = score_limits(Normal(10.0, 2.0), None, 16.0)
    >>> low, round(high, 9)
    (-inf, 3.0)

    """
    return (
        -math.inf if lcl is None else _score(below(law, _one(lcl))),
        math.inf if ucl is None else -_score(above(law, _one(ucl))),
    )


def _one(value: float) -> FloatArray:
    return np.array([value])


def _score(probability: FloatArray) -> float:
    return float(ndtri(probability[0]))
