"""Which of many rates changed between two sets of parts: Fisher's exact test, corrected for many."""

import numpy as np
import numpy.typing as npt
from scipy import stats

from spc.errors import ValuesError

IntArray = npt.NDArray[np.int64]


def changed_rates(
    now: npt.ArrayLike, parts: int, before: npt.ArrayLike, parts_before: int, *, risk: float = 0.05
) -> IntArray:
    """Tell which rates rose or fell, so that a mistake anywhere has a probability of `risk` at most.

    Each rate is tested by Fisher's exact test (1935), its smaller tail doubled, and the risk is
    divided by the number of tests (Bonferroni). Rates may depend on each other; parts may not.

    Parameters
    ----------
    now, before : array_like of int, any shape
        How many of the parts now, and before, have each property.
    parts, parts_before : int
        Parts looked at now, and before.
    risk : float
        Probability of naming any rate where none changed, between 0 and 1.

    Returns
    -------
    array of int, shape of `now`
        1 where the rate rose, -1 where it fell, 0 where nothing is certain.

    Raises
    ------
    ValuesError
        A count below 0 or above its number of parts, other shapes, or a risk out of range.

    Examples
    --------
    9 of 10 parts against 1 of 10: the tail of the hypergeometric law is 101 / 184,756 =
    0.000547, doubled 0.001093. Alone it is certain; among 100 it is not.

    >>> changed_rates([9], 10, [1], 10).tolist()
    [1]
    >>> bool(changed_rates([9] + [5] * 99, 10, [1] + [5] * 99, 10).any())
    False

    """
    counts, earlier = np.asarray(now), np.asarray(before)
    if counts.shape != earlier.shape:
        raise ValuesError(f"counts of shape {counts.shape} cannot be compared with {earlier.shape}")
    if not 0 < risk < 1:
        raise ValuesError(f"the risk must lie between 0 and 1, not {risk:g}")
    for name, values, most in (("now", counts, parts), ("before", earlier, parts_before)):
        if values.size and (values.min() < 0 or values.max() > most):
            raise ValuesError(
                f"{name}: of {most} parts, {values.min()} to {values.max()} were counted"
            )
    if not counts.size or not parts or not parts_before:
        return np.zeros(counts.shape, dtype=np.int64)
    law = (parts + parts_before, counts + earlier, parts)
    above = stats.hypergeom.sf(counts - 1, *law)
    below = stats.hypergeom.cdf(counts, *law)
    certain = 2.0 * np.minimum(above, below) * counts.size <= risk
    return np.where(certain, np.where(above < below, 1, -1), 0).astype(np.int64)
