"""How far a score would move with other images of the same kind: the bootstrap.

The images are drawn anew with replacement, as many as there are, and the score is taken of each
such set; the middle 90 % of these scores is the interval (Efron's percentile interval).
"""

from typing import Final

import numpy as np
import numpy.typing as npt

RESAMPLES: Final = 1000
_COVERAGE: Final = 0.90
_SEED: Final = 20220706


def times_drawn(n: int, resamples: int = RESAMPLES) -> npt.NDArray[np.int64]:
    """How often each of `n` images is in each set, shape (resamples, n); always the same sets.

    One image can only be drawn as it is, which says nothing of others: it gives no set.

    Examples
    --------
    >>> times_drawn(5).shape, times_drawn(1).shape
    ((1000, 5), (0, 1))

    """
    if n == 1:
        return np.empty((0, 1), dtype=np.int64)
    rng = np.random.default_rng(_SEED)
    return rng.multinomial(n, np.full(n, 1 / n), size=resamples)


def interval(values: npt.NDArray[np.float64]) -> tuple[float, float] | None:
    """The middle 90 % of the values that are not NaN; None where all are, or there is none.

    Examples
    --------
    >>> tuple(round(end, 6) for end in interval(np.arange(101.0)))
    (5.0, 95.0)

    """
    defined = values[~np.isnan(values)]
    if not defined.size:
        return None
    tail = (1 - _COVERAGE) / 2
    low, high = np.quantile(defined, [tail, 1 - tail])
    return float(low), float(high)
