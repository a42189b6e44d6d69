"""Run length of charts of several normal values at once: Hotelling's T² and MEWMA.

In control the squared length of the MEWMA vector is a chain of noncentral chi-squared steps
(Rigdon 1995). After a shift the part along the shift and the length of the rest are two chains
that only the limit binds together (Runger and Prabhu 1996), whatever the direction is.
"""

import math
from functools import partial

import numpy as np
from scipy.special import chndtr, gammaincc, gammaln, ive, xlogy

from spc.arrays import FloatArray
from spc.errors import ChartError
from spc.run_lengths.quadrature import between, legendre, normal_density
from spc.run_lengths.result import RunLength
from spc.run_lengths.survival import Survival, chain_survival

# Nodes per standard deviation of a step, along the shift and across it, and the fewest of each.
_ALONG, _ACROSS = 3.4, 1.35
_FEWEST = 14
# The hazard of two-dimensional chains need not settle further than their nodes are exact.
_RELATIVE = 1e-7


def t2_run_length(limit: float, dimensions: int, *, distance: float = 0.0) -> RunLength:
    """Run length of Hotelling's T² chart of single vectors with known mean and covariance.

    Parameters
    ----------
    limit : above 0, of T²
    dimensions : values per point
    distance : Mahalanobis distance of the shifted mean from the centre

    Examples
    --------
    >>> round(t2_run_length(10.597, 2).arl)
    200

    """
    _check(limit, dimensions, distance)
    if distance == 0:
        hazard = float(gammaincc(dimensions / 2, limit / 2))
    else:
        hazard = 1 - float(chndtr(limit, dimensions, distance**2))
    return RunLength.of_survival(Survival.geometric(hazard), "chi-squared law")


def mewma_run_length(
    smoothing: float, limit: float, dimensions: int, *, distance: float = 0.0
) -> RunLength:
    """Run length of a MEWMA chart with asymptotic limit, started at its centre, exact.

    Parameters
    ----------
    smoothing : in (0, 1], weight of the newest vector (r)
    limit : above 0, of the statistic Z' Σ_Z⁻¹ Z (h4)
    dimensions : values per point, at least 2
    distance : Mahalanobis distance of the shifted mean from the centre, present from the start on

    Raises
    ------
    ChartError
        Options out of range.

    References
    ----------
    Runger, G. C. and Prabhu, S. S. (1996). J. American Statistical Association 91, 1701-1706.
    Molnau, W. E. et al. (2001). J. Quality Technology 33(4), 515-521.

    Examples
    --------
    >>> round(mewma_run_length(0.1, 37.01, 20, distance=1.0).arl, 1)
    20.1

    """
    _check(limit, dimensions, distance)
    if not 0 < smoothing <= 1:
        raise ChartError(f"smoothing (lambda) must be in (0, 1], but got {smoothing}")
    if smoothing == 1:
        return t2_run_length(limit, dimensions, distance=distance)
    if dimensions < 2:
        raise ChartError("a MEWMA chart has at least 2 values per point; use ewma for one")
    radius = math.sqrt(limit * smoothing / (2 - smoothing))
    chain = _in_control if distance == 0 else partial(_shifted, distance=distance)
    return RunLength.of_survival(chain(smoothing, radius, dimensions), "integral equation")


def _in_control(smoothing: float, radius: float, dimensions: int) -> Survival:
    node, weight = between(0.0, radius, scale=smoothing)
    matrix = _length_density(node, node, smoothing, dimensions) * weight
    first = _length_density(np.zeros(1), node, smoothing, dimensions)[0] * weight
    return chain_survival(first, lambda state: state @ matrix, before=np.ones(1))


def _shifted(smoothing: float, radius: float, dimensions: int, *, distance: float) -> Survival:
    alongs = max(math.ceil(_ALONG * radius / smoothing), _FEWEST)
    acrosses = max(math.ceil(_ACROSS * radius / smoothing), _FEWEST)
    # On the half circle of angles the border of the disc is smooth, and equal steps of the angle
    # are enough, as the integrand vanishes at both ends.
    angle = (np.arange(alongs) + 0.5) / alongs * math.pi - math.pi / 2
    unit, unit_weight = legendre(acrosses)
    along = radius * np.sin(angle)
    reach = radius * np.cos(angle)
    across = reach[:, None] * (unit + 1) / 2
    area = (math.pi / alongs * reach)[:, None] * (reach[:, None] / 2 * unit_weight)

    def along_density(before: FloatArray) -> FloatArray:
        value = (along[None, :] - (1 - smoothing) * before[:, None]) / smoothing - distance
        return normal_density(value) / smoothing

    rest = partial(_length_density, smoothing=smoothing, dimensions=dimensions - 1)
    # The two halves of the circle have the same lengths across: half of them is enough.
    half = (alongs + 1) // 2
    lengths = across[:half].ravel()
    density = rest(lengths, lengths).reshape(half, acrosses, half, acrosses)
    mirror = np.minimum(np.arange(alongs), alongs - 1 - np.arange(alongs))
    full = density[mirror][:, :, mirror] * area[None, None]
    matrix = (full * along_density(along)[:, None, :, None]).reshape(area.size, area.size)
    start = rest(np.zeros(1), across.ravel())[0].reshape(area.shape)
    first = (along_density(np.zeros(1))[0][:, None] * start * area).ravel()
    return chain_survival(
        first, lambda state: state @ matrix, before=np.ones(1), relative=_RELATIVE
    )


def _length_density(
    before: FloatArray, after: FloatArray, smoothing: float, dimensions: int
) -> FloatArray:
    """Density of the length of the next vector given that of the last one, without a shift."""
    order = dimensions / 2 - 1
    a = (after / smoothing)[None, :]
    m = ((1 - smoothing) * before / smoothing)[:, None]
    with np.errstate(divide="ignore", invalid="ignore"):
        moved = np.exp(-((a - m) ** 2) / 2 + order * np.log(a / m)) * a * ive(order, a * m)
    log_central = xlogy(dimensions - 1, a) - a**2 / 2 - order * math.log(2) - gammaln(order + 1)
    density: FloatArray = np.where(m > 0, moved, np.exp(log_central)) / smoothing
    return density


def _check(limit: float, dimensions: int, distance: float) -> None:
    if not (limit > 0 and dimensions >= 1 and distance >= 0):
        raise ChartError(
            "limit must be above 0, dimensions at least 1 and distance at least 0, but got "
            f"{limit}, {dimensions} and {distance}"
        )
