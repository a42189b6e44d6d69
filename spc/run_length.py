"""Average run lengths: how many points a chart takes to signal, in control or after a shift.

Exact for the Shewhart limits (a geometric law) and for the EWMA chart (its integral equation).
"""

import math

import numpy as np
from scipy.special import ndtr

from spc.errors import ChartError

_NODES = 120


def shewhart_arl(width: float = 3.0, shift: float = 0.0) -> float:
    """Average run length of a chart with limits at ± `width` sigma, single rule.

    Parameters
    ----------
    width : above 0, distance of the limits in sigma
    shift : of the mean, in sigma

    Raises
    ------
    ChartError
        `width` is not above 0.

    Examples
    --------
    >>> round(shewhart_arl(), 1), round(shewhart_arl(shift=1.0), 2)
    (370.4, 43.89)

    """
    if not width > 0:
        raise ChartError(f"width must be above 0, but got {width}")
    return float(1 / (ndtr(-width - shift) + ndtr(-width + shift)))


def ewma_arl(smoothing: float, width: float, shift: float = 0.0) -> float:
    """Average run length of an EWMA chart with asymptotic limits, started at its centre.

    The integral equation ARL(u) = 1 + ∫ ARL(w) f(w | u) dw is solved at Gauss-Legendre nodes
    (Crowder 1987), which agrees with the Markov chain of Lucas and Saccucci to the published digits.

    Parameters
    ----------
    smoothing : in (0, 1], weight of the newest value (λ)
    width : above 0, distance of the limits in standard deviations of the statistic (L)
    shift : of the mean, in sigma of single values, present from the first point on

    Raises
    ------
    ChartError
        `smoothing` or `width` out of range.

    References
    ----------
    Lucas, J. M. and Saccucci, M. S. (1990). Technometrics 32(1), 1-12, table 3.

    Examples
    --------
    >>> round(ewma_arl(0.5, 3.071)), round(ewma_arl(0.5, 3.071, shift=1.0), 1)
    (500, 17.5)

    """
    if not 0 < smoothing <= 1:
        raise ChartError(f"smoothing (lambda) must be in (0, 1], but got {smoothing}")
    if not width > 0:
        raise ChartError(f"width must be above 0, but got {width}")
    if smoothing == 1:
        return shewhart_arl(width, shift)
    limit = width * math.sqrt(smoothing / (2 - smoothing))
    node, weight = np.polynomial.legendre.leggauss(_NODES)
    w = limit * node
    start = np.append(w, 0.0)
    step = (w[None, :] - (1 - smoothing) * start[:, None]) / smoothing - shift
    density = np.exp(-(step**2) / 2) / (smoothing * math.sqrt(2 * math.pi))
    kernel = density * (limit * weight)[None, :]
    lengths = np.linalg.solve(np.eye(_NODES) - kernel[:-1], np.ones(_NODES))
    return float(1 + kernel[-1] @ lengths)
