"""Whether the charted metrics from predicted masks agree with those from drawn masks."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from inference.bootstrap import interval, times_drawn
from inference.classes import IGNORE, DefectClass
from inference.defects import find_defects
from inference.metrics import measure_surface

COMPARED_METRICS: Final = (
    "stain_count",
    "total_stain_pct",
    "largest_stain_area_px",
    "scratch_count",
    "longest_scratch_px",
)


@dataclass(frozen=True, slots=True)
class Agreement:
    """How one metric follows its true value over a set of images.

    Attributes
    ----------
    spearman
        Rank correlation, −1 to 1; None for fewer than two images or a constant metric.
    bias
        Mean of predicted minus true, in the unit of the metric.
    scatter
        Standard deviation (n − 1) of predicted minus true; None for fewer than two images.

    """

    spearman: float | None
    bias: float
    scatter: float | None


@dataclass(frozen=True, slots=True)
class AgreementIntervals:
    """The 5 % and 95 % points of each over resampled sets of the images; None where undefined."""

    spearman: tuple[float, float] | None
    bias: tuple[float, float] | None
    scatter: tuple[float, float] | None


def metric_values(
    mask: npt.NDArray[np.uint8], truth: npt.NDArray[np.uint8]
) -> npt.NDArray[np.float64]:
    """`COMPARED_METRICS` of a mask, shape (5,), with what `truth` leaves unjudged as background."""
    judged = np.where(truth == IGNORE, np.uint8(DefectClass.BACKGROUND), mask)
    height, width = mask.shape
    defects = find_defects(judged, np.ones(mask.shape, dtype=np.float32))
    metrics = measure_surface(defects, width=width, height=height)
    return np.array([getattr(metrics, name) for name in COMPARED_METRICS], dtype=np.float64)


def agreement(predicted: npt.NDArray[np.float64], true: npt.NDArray[np.float64]) -> Agreement:
    """Agreement of a metric over images.

    Parameters
    ----------
    predicted, true : shape (n,), n at least 1
        The metric of each image.

    Examples
    --------
    >>> agreement(np.array([1.0, 2.0, 9.0]), np.array([1.0, 3.0, 8.0]))
    Agreement(spearman=1.0, bias=0.0, scatter=1.0)

    """
    difference = predicted - true
    return Agreement(
        spearman=spearman(predicted, true),
        bias=float(difference.mean()),
        scatter=float(difference.std(ddof=1)) if difference.size > 1 else None,
    )


def agreement_intervals(
    predicted: npt.NDArray[np.float64], true: npt.NDArray[np.float64]
) -> AgreementIntervals:
    """How far the agreement of a metric would move with other images, shape (n,) each."""
    times = times_drawn(len(true))
    bias, scatter = _moments(predicted - true, times)
    return AgreementIntervals(
        spearman=interval(_correlations(predicted, true, times)),
        bias=interval(bias),
        scatter=interval(scatter),
    )


def spearman(first: npt.NDArray[np.float64], second: npt.NDArray[np.float64]) -> float | None:
    """Rank correlation of two series, shape (n,); equal values share their mean rank.

    None for fewer than two values or a constant series.
    """
    (value,) = _correlations(first, second, np.ones((1, len(first)), dtype=np.int64))
    return None if np.isnan(value) else float(value)


def _moments(
    values: npt.NDArray[np.float64], times: npt.NDArray[np.int64]
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Mean and standard deviation of each set, shape (sets,): `times` has how often a value is in."""
    n = times.shape[1]
    mean = times @ values / n
    squares = times @ (values - values.mean()) ** 2 - n * (mean - values.mean()) ** 2
    return mean, np.sqrt(np.maximum(squares, 0.0) / (n - 1 or np.nan))


def _correlations(
    first: npt.NDArray[np.float64],
    second: npt.NDArray[np.float64],
    times: npt.NDArray[np.int64],
) -> npt.NDArray[np.float64]:
    """Rank correlation within each set, shape (sets,); NaN where a series is constant."""
    first_ranks, second_ranks = _centred_ranks(first, times), _centred_ranks(second, times)
    both, firsts, seconds = (
        (times * one * other).sum(axis=1)
        for one, other in (
            (first_ranks, second_ranks),
            (first_ranks, first_ranks),
            (second_ranks, second_ranks),
        )
    )
    scale = np.sqrt(firsts * seconds)
    return np.asarray(both / np.where(scale == 0.0, np.nan, scale))


def _centred_ranks(
    values: npt.NDArray[np.float64], times: npt.NDArray[np.int64]
) -> npt.NDArray[np.float64]:
    """The rank of each value within each set less the mean rank, shape (sets, n)."""
    unique, group = np.unique(values, return_inverse=True)
    size = times @ (group[:, np.newaxis] == np.arange(unique.size))
    mean_rank = np.cumsum(size, axis=1) - (size - 1) / 2
    return np.asarray(mean_rank[:, group] - (values.size + 1) / 2, dtype=np.float64)
