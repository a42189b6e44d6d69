"""Run length of the EWMA chart of independent normal values, by its integral equation.

The density of the statistic given no signal is carried from point to point on Gauss-Legendre
nodes (Crowder 1987). Limits that open up with the exact variance only mean other nodes at the
first points.
"""

import math
from functools import partial

import numpy as np
from scipy.special import ndtr

from spc.arrays import FloatArray
from spc.errors import ChartError
from spc.run_lengths.quadrature import between, legendre, normal_density
from spc.run_lengths.result import RunLength
from spc.run_lengths.survival import Survival, quasi_stationary, settle

# Limits within this share of their final distance count as final.
_OPEN = 1e-8


def ewma_run_length(
    smoothing: float,
    width: float,
    *,
    shift: float = 0.0,
    scale: float = 1.0,
    asymptotic: bool = True,
    steady: bool = False,
) -> RunLength:
    """Run length of a two-sided EWMA chart of independent normal values, exact.

    Parameters
    ----------
    smoothing : in (0, 1], weight of the newest value (λ)
    width : above 0, distance of the limits in standard deviations of the statistic (L)
    shift : of the mean, in sigma of the chart
    scale : true sigma of the values over that of the chart
    asymptotic : limits of a long-started chart from the first point on; else the exact ones.
    steady : the shift comes after the chart has run in control for long without a signal; else it
        is there from the first point on.

    Raises
    ------
    ChartError
        Options out of range.

    References
    ----------
    Lucas, J. M. and Saccucci, M. S. (1990). Technometrics 32(1), 1-12, table 3.

    Examples
    --------
    >>> result = ewma_run_length(0.5, 3.071)
    >>> round(result.arl), round(result.sdrl), result.median
    (500, 498, 347)
    >>> round(ewma_run_length(0.5, 3.071, shift=1.0).arl, 1)
    17.5

    """
    survival = ewma_survival(
        smoothing, width, shift=shift, scale=scale, asymptotic=asymptotic, steady=steady
    )
    start = "steady state" if steady else "from the start"
    return RunLength.of_survival(survival, f"integral equation, shift {start}")


def ewma_survival(
    smoothing: float,
    width: float,
    *,
    shift: float = 0.0,
    scale: float = 1.0,
    asymptotic: bool = True,
    steady: bool = False,
) -> Survival:
    """Law of the run length; parameters as `ewma_run_length`."""
    check_ewma(smoothing, width)
    if not scale > 0:
        raise ChartError(f"scale must be above 0, but got {scale}")
    if smoothing == 1:
        # No memory: the statistic is the value itself.
        return Survival.geometric(
            float(ndtr((-width - shift) / scale) + ndtr((-width + shift) / scale))
        )
    limit = width * math.sqrt(smoothing / (2 - smoothing))
    node, weight = between(-limit, limit, scale=smoothing * scale)
    step = partial(_step, smoothing=smoothing, scale=scale)
    final = step(node, node, weight, shift=shift)
    if steady:
        calm = step(node, node, weight, shift=0.0)
        state = quasi_stationary(_start(node, weight, smoothing, 0.0, scale), lambda p: p @ calm)
        survival, _ = settle(state @ final, lambda p: p @ final, before=np.ones(1))
        return survival
    shares = [1.0]
    age = 1
    unit, unit_weight = legendre(node.size)
    opening = 1.0 if asymptotic else math.sqrt(1 - (1 - smoothing) ** 2)
    state = _start(opening * limit * unit, opening * limit * unit_weight, smoothing, shift, scale)
    while not asymptotic and (1 - smoothing) ** (2 * age) > _OPEN and state.sum() > 1e-12:
        shares.append(float(state.sum()))
        age += 1
        before, opening = opening, math.sqrt(1 - (1 - smoothing) ** (2 * age))
        reach = opening * limit
        state = state @ step(before * limit * unit, reach * unit, reach * unit_weight, shift=shift)
    survival, _ = settle(state, lambda p: p @ final, before=np.array(shares))
    return survival


def _start(
    node: FloatArray, weight: FloatArray, smoothing: float, shift: float, scale: float
) -> FloatArray:
    """Probabilities after the first point of a chart that starts at its centre."""
    state: FloatArray = _step(
        np.zeros(1), node, weight, smoothing=smoothing, scale=scale, shift=shift
    )[0]
    return state


def _step(
    before: FloatArray,
    after: FloatArray,
    weight: FloatArray,
    *,
    smoothing: float,
    scale: float,
    shift: float,
) -> FloatArray:
    value = (after[None, :] - (1 - smoothing) * before[:, None]) / smoothing
    return normal_density((value - shift) / scale) * weight / (smoothing * scale)


def check_ewma(smoothing: float, width: float) -> None:
    """Refuse a weight outside (0, 1] and a width that is not above 0.

    Raises
    ------
    ChartError
        As said.

    """
    if not 0 < smoothing <= 1:
        raise ChartError(f"smoothing (lambda) must be in (0, 1], but got {smoothing}")
    if not (width > 0 and math.isfinite(width)):
        raise ChartError(f"width (L) must be finite and above 0, but got {width}")
