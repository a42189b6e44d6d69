"""The Markov chain by which the published run lengths of MEWMA charts were computed.

Rings of equal width stand for the states (Runger and Prabhu 1996). With the 25 rings of the
published program the run lengths are up to 2 % off for many dimensions; `spc.run_lengths.mewma` has
the limit for ever finer rings.
"""

import math

import numpy as np
from scipy.special import chndtr, gammainc, ndtr

from spc.arrays import FloatArray
from spc.run_lengths.result import RunLength
from spc.run_lengths.survival import chain_survival


def mewma_chain_run_length(
    smoothing: float, limit: float, dimensions: int, *, distance: float = 0.0, rings: int = 25
) -> RunLength:
    """Run length of a MEWMA chart, approximated by a Markov chain of `rings` rings.

    Parameters
    ----------
    smoothing, limit, dimensions, distance : as in `spc.run_lengths.mewma.mewma_run_length`
    rings : states on a radius

    References
    ----------
    Molnau, W. E. et al. (2001). J. Quality Technology 33(4), 515-521.

    Examples
    --------
    >>> round(mewma_chain_run_length(0.1, 12.73, 4, distance=1.0).arl, 2)
    12.17

    """
    radius = math.sqrt(limit * smoothing / (2 - smoothing))
    width = 2 * radius / (2 * rings + 1)
    method = f"Markov chain of {rings} rings"
    if distance == 0:
        matrix = _ring_steps(rings, width, smoothing, dimensions)
        return _from_state(matrix, 0, method)
    offset = np.arange(-rings, rings + 1)
    edge = ((np.arange(-rings, rings + 2) - 0.5) * width)[None, :]
    before = ((1 - smoothing) * offset * width)[:, None]
    along = np.diff(ndtr((edge - before) / smoothing - distance), axis=1)
    across = _ring_steps(rings, width, smoothing, dimensions - 1)
    inside = (offset[:, None] * width) ** 2 + (np.arange(rings + 1) * width) ** 2 < radius**2
    x, ring = np.nonzero(inside)
    matrix = along[np.ix_(x, x)] * across[np.ix_(ring, ring)]
    return _from_state(matrix, int(np.flatnonzero((x == rings) & (ring == 0))[0]), method)


def _from_state(matrix: FloatArray, start: int, method: str) -> RunLength:
    survival = chain_survival(matrix[start], lambda state: state @ matrix, before=np.ones(1))
    return RunLength.of_survival(survival, method)


def _ring_steps(rings: int, width: float, smoothing: float, dimensions: int) -> FloatArray:
    """Probabilities from ring to ring of the length of an unshifted vector."""
    number = np.arange(rings + 1)
    outer = ((number + 0.5) * width / smoothing) ** 2
    moved = ((1 - smoothing) * number * width / smoothing) ** 2
    within = np.empty((rings + 1, rings + 1))
    within[0] = gammainc(dimensions / 2, outer / 2)
    within[1:] = chndtr(outer[None, :], dimensions, moved[1:, None])
    return np.diff(within, axis=1, prepend=0.0)
