"""Capability of the parts that were counted: no law is assumed."""

import math

from scipy import stats

from spc.capability.errors import SpecificationError


def index_of_share(share: float) -> float:
    """Return the Ppk of a normal characteristic with this share beyond its nearer limit.

    Parameters
    ----------
    share : float
        Of the parts, in (0, 1]; where none was found beyond the limits, an upper bound of it gives
        a lower bound of the index, such as three in the number of parts (rule of three, 95 %).

    Raises
    ------
    SpecificationError
        The share is not in (0, 1].

    Examples
    --------
    0.135 % beyond three standard deviations is an index of 1.

    >>> round(index_of_share(0.0013499), 4)
    1.0

    """
    if not 0 < share <= 1:
        raise SpecificationError(f"a share beyond the limits lies in (0, 1], not at {share:g}")
    return float(stats.norm.isf(share)) / 3.0 if share < 1 else -math.inf
