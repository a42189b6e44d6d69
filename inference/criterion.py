"""What calibration maximises: pixels, objects and the numbers that are charted, in one figure.

For one class over a set of images: IoU + object F1 − the mean of |relative bias| of the charted
metrics. IoU asks for right areas, object F1 for right counts, and the bias is what shifts a chart's
centre line. Where recall is wanted at a least precision, each hundredth of pixel precision that is
missing costs as much as four hundredths of the rest.
"""

from typing import Final

import numpy as np
import numpy.typing as npt

from inference.candidates import (
    DRAWN,
    DRAWN_HIT,
    DRAWN_OBJECTS,
    FOUND,
    FOUND_HIT,
    FOUND_OBJECTS,
    METRICS,
    SHARED,
)

FLOOR_WEIGHT: Final = 4.0
# A bias of more than the whole is not worse than useless.
_WORST_BIAS: Final = 1.0


def criterion(
    found: npt.NDArray[np.float64],
    true: npt.NDArray[np.float64],
    *,
    precision_floor: float,
) -> npt.NDArray[np.float64]:
    """The figure for each choice; higher is better, 2 is perfect.

    Parameters
    ----------
    found : shape (..., 10)
        Outcomes as `inference.candidates.outcomes`, summed over images.
    true : shape (..., 3)
        The metrics of the drawn masks, summed over the same images.
    precision_floor
        Pixel precision below which a choice is marked down; 0 for none. Where nothing is found,
        there is no precision to mark down.

    Examples
    --------
    >>> perfect = np.array([40, 40, 40, 2, 2, 2, 2, 2, 0.5, 30], dtype=float)
    >>> float(criterion(perfect, np.array([2, 0.5, 30]), precision_floor=0.55))
    2.0

    """
    iou = _share(found[..., SHARED], found[..., DRAWN] + found[..., FOUND] - found[..., SHARED])
    object_recall = _share(found[..., DRAWN_HIT], found[..., DRAWN_OBJECTS])
    object_precision = _share(found[..., FOUND_HIT], found[..., FOUND_OBJECTS])
    object_f1 = _share(2 * object_recall * object_precision, object_recall + object_precision)
    difference = np.abs(found[..., METRICS] - true)
    bias = np.where(true > 0, _share(difference, true), difference > 0)
    precision = np.where(found[..., FOUND] > 0, _share(found[..., SHARED], found[..., FOUND]), 1.0)
    return np.asarray(
        iou
        + object_f1
        - np.minimum(bias, _WORST_BIAS).mean(axis=-1)
        - FLOOR_WEIGHT * np.maximum(precision_floor - precision, 0.0)
    )


def _share(
    part: npt.NDArray[np.float64], whole: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    """The ratio, 0 where the whole is 0."""
    return np.asarray(part / np.where(whole == 0, 1.0, whole))
