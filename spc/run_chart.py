"""Run chart: the median, and the two tests of Anhøj for shifts that leave single points alone."""

import math

import numpy as np
from scipy.special import bdtr

from spc.arrays import FloatArray, IntArray, Values, as_values
from spc.errors import ChartError
from spc.result import ChartResult, Panel, Signal
from spc.rules import RUN_RULES

# Fewer points than this on either side of the median show no pattern (Anhøj and Olesen 2014).
FEWEST_USEFUL = 10


def run_chart(values: Values, median: float, *, rules: str = "anhoej") -> ChartResult:
    """Evaluate a run chart over `values`, oldest first.

    Two tests look at the whole series: a run on one side of the median longer than
    round(log2 n) + 3, signalled where it gets too long and carried to its end, and fewer crossings than
    the 5 % quantile of the binomial law of n − 1 fair coins, signalled at the last point. n counts the
    points off the median; those on it neither count nor cut. Together the tests call about 5 % of
    random series; the limits grow with n, so an earlier verdict may change as points come in.

    Parameters
    ----------
    values : shape (n,); NaN is missing and cuts runs.
    median : of the baseline
    rules : "none" for no tests; every other set has none that apply to a run chart

    References
    ----------
    Anhøj, J. and Olesen, A. V. (2014). PLoS ONE 9(11), e113825.

    Examples
    --------
    >>> result = run_chart([1.0, -1.0] * 4 + [2.0] * 12, 0.0)
    >>> [(signal.index, signal.rule, signal.run) for signal in result.signals]
    [(15, 'anhoej-1', (8, 15)), (16, 'anhoej-1', (8, 16)), (17, 'anhoej-1', (8, 17)), (18, 'anhoej-1', (8, 18)), (19, 'anhoej-1', (8, 19))]

    """
    array = as_values(values)
    if not math.isfinite(median):
        raise ChartError(f"the median must be finite, but got {median}")
    panel = Panel.of_levels("run", array, median, None, None)
    return ChartResult(
        chart="run",
        rules="none" if rules == "none" else "anhoej",
        estimator="median",
        center=median,
        sigma=None,
        panels=(panel,),
        signals=() if rules == "none" else _signals(array, median),
    )


def longest_run_limit(useful: int) -> int:
    """Longest run that `useful` points may have by chance.

    Examples
    --------
    >>> [longest_run_limit(n) for n in (10, 12, 24, 100)]
    [6, 7, 8, 10]

    """
    return round(math.log2(useful)) + 3


def fewest_crossings(useful: int) -> int:
    """Fewest crossings of the median that `useful` points may have by chance.

    Examples
    --------
    >>> [fewest_crossings(n) for n in (10, 12, 24, 100)]
    [2, 3, 8, 41]

    """
    crossings = np.arange(useful)
    return int(np.argmax(bdtr(crossings, useful - 1, 0.5) >= 0.05))


def _signals(values: FloatArray, median: float) -> tuple[Signal, ...]:
    useful = np.flatnonzero(~np.isnan(values) & (values != median))
    if useful.size < FEWEST_USEFUL:
        return ()
    above = values[useful] > median
    missing = np.cumsum(np.isnan(values))[useful]
    cut = missing[1:] != missing[:-1]
    crossed = above[1:] != above[:-1]
    starts = np.flatnonzero(np.append(True, crossed | cut))
    found = _long_runs(useful, starts)
    # A gap takes away one place where the series might have crossed.
    places = useful.size - int(np.count_nonzero(cut))
    if np.count_nonzero(crossed & ~cut) < fewest_crossings(places):
        last = int(useful[-1])
        found.append(Signal(last, "run", RUN_RULES[1], (int(useful[0]), last)))
    return tuple(found)


def _long_runs(useful: IntArray, starts: IntArray) -> list[Signal]:
    """One signal at each point from which a run is longer than chance allows."""
    limit = longest_run_limit(useful.size)
    found = []
    for start, end in zip(starts.tolist(), [*starts[1:].tolist(), useful.size], strict=True):
        first = int(useful[start])
        found += [
            Signal(int(point), "run", RUN_RULES[0], (first, int(point)))
            for point in useful[start + limit : end].tolist()
        ]
    return found
