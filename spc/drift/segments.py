"""Retrospective: stretches of constant level in a series, by the PELT search of `ruptures`."""

import math
from dataclasses import dataclass

import numpy as np

from spc.arrays import Values, as_values
from spc.errors import ChartError, TooFewPointsError


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of constant level: first and last index, both included, and its mean."""

    first: int
    last: int
    mean: float


def segments(
    z: Values, *, penalty: float | None = None, fewest: int = 5, effective: float = 1.0
) -> tuple[Segment, ...]:
    """Split a series where its mean changed, by the exact search PELT (Killick et al. 2012).

    Parameters
    ----------
    z : shape (n,), oldest first
        Values with a standard deviation of 1 around their level, such as z values of a fitted law.
        NaN is missing and belongs to the stretch around it.
    penalty : cost of a change, in units of the log-likelihood times 2
        The default 3 log n, over `effective`, finds next to no change where there is none.
    fewest : values in a stretch, at least 1
    effective : in (0, 1], effective over actual number of values of the baseline
        Correlated values wander by themselves; without it every slow wave is cut up.

    Raises
    ------
    TooFewPointsError
        Fewer than 2 · `fewest` values.
    ChartError
        An option out of range.

    Examples
    --------
    >>> noise = np.random.default_rng(0).normal(size=90)
    >>> found = segments(noise + np.repeat([0.0, 3.0, 0.0], 30))
    >>> [(each.first, each.last) for each in found]
    [(0, 29), (30, 59), (60, 89)]

    """
    array = as_values(z, "z")
    known = np.flatnonzero(~np.isnan(array))
    if fewest < 1 or not 0 < effective <= 1 or (penalty is not None and not penalty > 0):
        raise ChartError(
            "segments need a stretch of at least 1 value, a penalty above 0 and effective in "
            f"(0, 1], but got {fewest}, {penalty} and {effective}"
        )
    if known.size < 2 * fewest:
        raise TooFewPointsError(
            f"{known.size} values are too few for stretches of {fewest}; at least {2 * fewest} "
            "are needed"
        )
    # Deferred: it takes longer to load than all the rest of spc.
    from ruptures import KernelCPD  # noqa: PLC0415

    present = array[known]
    cost = 3 * math.log(known.size) / effective if penalty is None else penalty
    # The linear kernel is the sum of squares about the mean, and its search is compiled.
    search = KernelCPD(kernel="linear", min_size=fewest).fit(present[:, None])
    ends = search.predict(pen=cost)
    starts = [0, *ends[:-1]]
    borders = [0, *(int(known[start]) for start in starts[1:]), array.size]
    return tuple(
        Segment(borders[place], borders[place + 1] - 1, float(present[start:end].mean()))
        for place, (start, end) in enumerate(zip(starts, ends, strict=True))
    )
