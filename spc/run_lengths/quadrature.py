"""Nodes and weights that turn integrals over a chart's states into sums."""

import math
from functools import lru_cache

import numpy as np

from spc.arrays import FloatArray

_FEWEST, _MOST = 24, 220


@lru_cache(maxsize=64)
def legendre(nodes: int) -> tuple[FloatArray, FloatArray]:
    """Nodes and weights of the Gauss-Legendre rule on [-1, 1]; not to be written to."""
    node, weight = np.polynomial.legendre.leggauss(nodes)
    node.flags.writeable = weight.flags.writeable = False
    return node, weight


def between(low: float, high: float, *, scale: float) -> tuple[FloatArray, FloatArray]:
    """Nodes and weights on [low, high], enough of them for a normal density of width `scale`.

    Examples
    --------
    >>> node, weight = between(-8.0, 8.0, scale=1.0)
    >>> round(float(weight @ np.exp(-node**2 / 2)) / math.sqrt(2 * math.pi), 12)
    1.0

    """
    half = (high - low) / 2
    # Six nodes a standard deviation of the density, and some for the ends: 1e-11 and better.
    count = min(max(math.ceil(6 * half / scale) + 16, _FEWEST), _MOST)
    node, weight = legendre(count)
    return low + half * (node + 1), half * weight


def normal_density(x: FloatArray) -> FloatArray:
    """Density of the standard normal law."""
    density: FloatArray = np.exp(-(x**2) / 2) / math.sqrt(2 * math.pi)
    return density
