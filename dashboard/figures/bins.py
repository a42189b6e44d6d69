"""Bins of a histogram: whole numbers stay whole, a mass at zero stands apart, the tail is told."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from dashboard.figures.inputs import FloatArray

FEWEST_BINS, MOST_BINS = 8, 50
FARTHEST_VALUE = 8.0
"""Values further from the middle than this many times the reach of the bulk get no bin of their own."""


@dataclass(frozen=True, slots=True, eq=False)
class Bins:
    """A sample in bins.

    Attributes
    ----------
    edges : shape (m + 1,), rising
    counts : shape (m,), values from one edge up to, without, the next; the last holds its end.
    zeros : values of exactly 0 where they are counted apart, else None.
    below, above : values left of the first edge and right of the last.
    whole : whether every bin stands for whole numbers, centred on them.

    """

    edges: FloatArray
    counts: npt.NDArray[np.intp]
    zeros: int | None
    below: int
    above: int
    whole: bool

    @property
    def n(self) -> int:
        """How many values there are."""
        return int(self.counts.sum()) + (self.zeros or 0) + self.below + self.above

    def words(self, at: int) -> str:
        """Name a bin: "4", "4 to 6" or "0.5 to 0.75"."""
        left, right = float(self.edges[at]), float(self.edges[at + 1])
        if not self.whole:
            return f"{left:.4g} to {right:.4g}"
        first, last = round(left + 0.5), round(right - 0.5)
        return f"{first:,}" if first == last else f"{first:,} to {last:,}"


def bins_of(values: FloatArray, *, whole: bool, zeros_apart: bool) -> Bins:
    """Put a sample into bins.

    Parameters
    ----------
    values : shape (n,), NaN is missing and not counted; one value at least is present.
    whole : the values are counts, so that a bin holds one whole number, or equally many.
    zeros_apart : values of exactly 0 are no small sizes but parts without any.

    Examples
    --------
    >>> found = bins_of(np.array([0.0, 0, 3, 5, 5, np.nan]), whole=True, zeros_apart=False)
    >>> found.counts.tolist(), found.words(0), found.edges[:2].tolist()
    ([2, 0, 0, 1, 0, 2], '0', [-0.5, 0.5])
    >>> bins_of(np.array([0.0, 0.0, 1.5, 2.5]), whole=False, zeros_apart=True).zeros
    2

    """
    known = values[np.isfinite(values)]
    zeros = int(np.count_nonzero(known == 0)) if zeros_apart else None
    sizes = known[known != 0] if zeros_apart else known
    if not sizes.size:
        edges = np.array([0.0, 1.0])
        return Bins(edges, np.zeros(1, dtype=np.intp), zeros, 0, 0, whole=False)
    low, high = _reach(sizes)
    if zeros_apart:
        low = min(low, 0.0)
    edges = _whole_edges(low, high) if whole else _edges(sizes, low, high)
    counts, _ = np.histogram(sizes, edges)
    return Bins(
        edges,
        counts,
        zeros,
        below=int(np.count_nonzero(sizes < edges[0])),
        above=int(np.count_nonzero(sizes > edges[-1])),
        whole=whole,
    )


def _reach(sizes: FloatArray) -> tuple[float, float]:
    """Return where bins begin and end: one excursion must not squeeze the rest into one bin."""
    middle = float(np.median(sizes))
    # "lower" and "higher": an excursion must not move the edge by interpolation.
    low = middle - FARTHEST_VALUE * (middle - float(np.quantile(sizes, 0.1, method="higher")))
    high = middle + FARTHEST_VALUE * (float(np.quantile(sizes, 0.9, method="lower")) - middle)
    inside = sizes[(sizes >= low) & (sizes <= high)]
    if low >= high or not inside.size:
        return float(sizes.min()), float(sizes.max())
    return float(inside.min()), float(inside.max())


def _whole_edges(low: float, high: float) -> FloatArray:
    width = int((high - low + 1) // MOST_BINS) + 1
    return np.arange(low - 0.5, high + width + 0.5, width)[: int((high - low) // width) + 2]


def _edges(sizes: FloatArray, low: float, high: float) -> FloatArray:
    """Return edges by the rule of Freedman and Diaconis (1981): 2 IQR / n^(1/3) wide."""
    if low == high:
        return np.array([low - 0.5, high + 0.5])
    quarter, three = np.quantile(sizes, (0.25, 0.75))
    width = 2 * float(three - quarter) / sizes.size ** (1 / 3)
    wanted = (high - low) / width if width > 0 else MOST_BINS
    return np.linspace(low, high, round(min(max(wanted, FEWEST_BINS), MOST_BINS)) + 1)
