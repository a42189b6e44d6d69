"""Sigma as the moving range of a law gives it: what an individuals chart takes for sigma."""

import math
from functools import lru_cache

import numpy as np
from scipy.special import ndtri

from spc.constants import d2
from spc.laws.normal import Normal
from spc.simulation import SeriesModel, values_at

_SHARES, _PAIRS = 1 << 16, 400


@lru_cache(maxsize=64)
def moving_range_sigma(model: SeriesModel) -> float:
    """Return the mean moving range / d2 of an endless series: sigma where values are normal.

    Examples
    --------
    >>> round(moving_range_sigma(SeriesModel(Normal(0.0, 2.0), share=1.0, decay=0.6)), 4)
    1.2649
    >>> from spc.laws.zero_lognormal import ZeroLognormal
    >>> skewed = SeriesModel(ZeroLognormal(0.0, 0.0, 1.0))
    >>> round(moving_range_sigma(skewed), 2), round(skewed.law.sigma, 2)
    (1.52, 2.16)

    """
    neighbour = model.share * model.decay
    if isinstance(model.law, Normal):
        return model.law.sigma * math.sqrt(1 - neighbour)
    if neighbour == 0:
        # Mean difference of Gini, from equal shares of the law in order.
        value = values_at(model.law, np.asarray(ndtri((np.arange(_SHARES) + 0.5) / _SHARES)))
        rank = 2 * np.arange(_SHARES) + 1 - _SHARES
        return float(2 * (rank @ value) / _SHARES**2) / d2(2)
    score = np.asarray(ndtri((np.arange(_PAIRS) + 0.5) / _PAIRS))
    after = neighbour * score[:, None] + math.sqrt(1 - neighbour**2) * score[None, :]
    difference = values_at(model.law, after) - values_at(model.law, score)[:, None]
    return float(np.abs(difference).mean()) / d2(2)
