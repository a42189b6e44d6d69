"""Whether the charted metrics from predicted masks agree with those from drawn masks."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

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

    """

    spearman: float | None
    bias: float


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
    >>> agreement(np.array([1.0, 2.0, 9.0]), np.array([1.0, 3.0, 5.0]))
    Agreement(spearman=1.0, bias=1.0)

    """
    return Agreement(spearman=spearman(predicted, true), bias=float(np.mean(predicted - true)))


def spearman(first: npt.NDArray[np.float64], second: npt.NDArray[np.float64]) -> float | None:
    """Rank correlation of two series, shape (n,); equal values share their mean rank.

    None for fewer than two values or a constant series.
    """
    first_ranks, second_ranks = _centred_ranks(first), _centred_ranks(second)
    scale = float(np.sqrt((first_ranks @ first_ranks) * (second_ranks @ second_ranks)))
    if scale == 0.0:
        return None
    return float(first_ranks @ second_ranks) / scale


def _centred_ranks(values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Ranks, shape (n,), less their mean."""
    _, group, size = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(size)
    mean_rank = last - (size - 1) / 2
    return np.asarray(mean_rank[group] - (values.size + 1) / 2, dtype=np.float64)
