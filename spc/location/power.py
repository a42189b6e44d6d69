"""After how many nights a changed pattern would signal: the test on nights as they are expected."""

import numpy as np

from spc.arrays import IntArray
from spc.errors import ChartError
from spc.location.regions import SIDE, Region
from spc.location.scan import WINDOWS, scan_locations


def predicted_nights(
    baseline: IntArray,
    region: Region,
    further: float,
    *,
    level: float,
    seed: int,
    longest: int = max(WINDOWS),
) -> int | None:
    """Return the night on which a region with `further` parts a night would signal.

    Each night is an ordinary one, the mean of the baseline, with the further parts spread evenly
    over the region. As the statistic of nights as expected is about the median one, about half of
    such changes are found by then.

    Parameters
    ----------
    baseline : shape (days, 64), as for `scan_locations`
    region : where the further parts have their defect
    further : parts a night, above 0
    level : p value below which a night signals
    seed : of the permutations
    longest : nights that are tried; None where even the last does not signal

    Raises
    ------
    ChartError
        `further` is not above 0.
    TooFewPointsError
        As `scan_locations`.

    Examples
    --------
    >>> days = np.random.default_rng(5).poisson(0.5, size=(28, 64))
    >>> predicted_nights(days, Region(0, 0, 7, 7), 4.0, level=0.01, seed=1)
    3

    """
    if not further > 0:
        raise ChartError(f"the further parts a night must be above 0, but got {further}")
    night = baseline.mean(axis=0).reshape(SIDE, SIDE)
    rows = slice(region.first_row, region.last_row + 1)
    columns = slice(region.first_column, region.last_column + 1)
    changed = night.copy()
    changed[rows, columns] += further / region.cells
    for nights in range(1, longest + 1):
        # Expected counts are no whole numbers; the likelihood does not mind.
        newest = np.tile(changed.ravel(), (nights, 1))
        if scan_locations(baseline, newest, seed=seed).p_value <= level:
            return nights
    return None
