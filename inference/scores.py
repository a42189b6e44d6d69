"""How well a mask agrees with one drawn by a person: by pixels and by objects.

Pixels that nobody judged (255 in the drawn mask) count nowhere; a predicted object loses its pixels
there, and is not counted when none are left.
"""

from dataclasses import dataclass, fields
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from inference.classes import CLASS_NAMES, DEFECT_CLASSES, IGNORE, DefectClass

# An object is hit when one in five of its pixels carries its class in the other mask. Few, because
# people draw the same scratch a pixel or two apart, which halves the overlap of a thin one.
ONE_IN: Final = 5


@dataclass(frozen=True, slots=True)
class ClassScores:
    """Scores of one class over a set of images; None where a denominator is 0.

    Attributes
    ----------
    iou
        Pixels of the class in both masks over pixels of the class in either.
    recall, precision
        Share of the drawn / the predicted pixels that the other mask has, too.
    object_recall, object_precision
        Share of the drawn / the predicted objects (8-connected) that are hit: at least 20 % of
        their pixels have the class in the other mask.
    object_f1
        Harmonic mean of these two; 0 where only one kind of object exists, None where neither.

    """

    iou: float | None
    recall: float | None
    precision: float | None
    object_recall: float | None
    object_precision: float | None
    object_f1: float | None


SCORE_NAMES: Final = tuple(field.name for field in fields(ClassScores))


def confusion_matrix(
    truth: npt.NDArray[np.uint8], predicted: npt.NDArray[np.uint8]
) -> npt.NDArray[np.int64]:
    """Number of pixels by true class (row) and predicted class (column), shape (3, 3).

    Examples
    --------
    >>> truth = np.array([[0, 2, 2, 255]], dtype=np.uint8)
    >>> confusion_matrix(truth, np.array([[0, 2, 0, 1]], dtype=np.uint8)).tolist()
    [[1, 0, 0], [0, 0, 0], [1, 0, 1]]

    """
    judged = truth != IGNORE
    classes = len(CLASS_NAMES)
    cell = truth[judged].astype(np.int64) * classes + predicted[judged]
    return np.bincount(cell, minlength=classes**2).reshape(classes, classes)


def row_percentages(confusion: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    """Percent of each true class's pixels that are called what, as the published study prints it.

    Rows without pixels are NaN. The diagonal has the recall of each class.

    Examples
    --------
    >>> row_percentages(np.array([[9, 1, 0], [1, 1, 0], [0, 0, 0]])).tolist()
    [[90.0, 10.0, 0.0], [50.0, 50.0, 0.0], [nan, nan, nan]]

    """
    return 100.0 * _share(confusion, confusion.sum(axis=-1, keepdims=True))


def object_counts(
    truth: npt.NDArray[np.uint8], predicted: npt.NDArray[np.uint8]
) -> npt.NDArray[np.int64]:
    """Objects of each defect class, shape (2, 4), rows scratch and stain.

    The columns: drawn objects hit, drawn objects, predicted objects hit, predicted objects.
    """
    judged = truth != IGNORE
    counts = np.empty((len(DEFECT_CLASSES), 4), dtype=np.int64)
    for row, defect_class in zip(counts, DEFECT_CLASSES, strict=True):
        drawn = truth == defect_class
        found = (predicted == defect_class) & judged
        row[:2] = _hits(drawn, found)
        row[2:] = _hits(found, drawn)
    return counts


def score_table(
    confusion: npt.NDArray[np.int64], objects: npt.NDArray[np.int64]
) -> npt.NDArray[np.float64]:
    """The numbers of `ClassScores` for each defect class, NaN where undefined.

    Parameters
    ----------
    confusion : shape (..., 3, 3)
        As `confusion_matrix`, summed over images.
    objects : shape (..., 2, 4)
        As `object_counts`, summed over images.

    Returns
    -------
    shape (..., 2, 6)
        Rows scratch and stain, columns in the order of `SCORE_NAMES`.

    """
    defects = slice(DefectClass.SCRATCH, DefectClass.STAIN + 1)
    both = np.diagonal(confusion, axis1=-2, axis2=-1)[..., defects]
    drawn = confusion.sum(axis=-1)[..., defects]
    predicted = confusion.sum(axis=-2)[..., defects]
    object_recall = _share(objects[..., 0], objects[..., 1])
    object_precision = _share(objects[..., 2], objects[..., 3])
    # A missing half counts as 0: predicting nothing where there is something is no success.
    recall, precision = np.nan_to_num(object_recall), np.nan_to_num(object_precision)
    undefined = np.isnan(object_recall) & np.isnan(object_precision)
    f1 = np.nan_to_num(_share(2 * recall * precision, recall + precision))
    return np.stack(
        [
            _share(both, drawn + predicted - both),
            _share(both, drawn),
            _share(both, predicted),
            object_recall,
            object_precision,
            np.where(undefined, np.nan, f1),
        ],
        axis=-1,
    )


def _hits(objects: npt.NDArray[np.bool_], other: npt.NDArray[np.bool_]) -> tuple[int, int]:
    """How many connected objects have enough of their pixels in `other`, and how many there are."""
    count, labels = cv2.connectedComponents(objects.view(np.uint8), connectivity=8)
    sizes = np.bincount(labels.ravel(), minlength=count)[1:]
    overlap = np.bincount(labels[other], minlength=count)[1:]
    # In whole numbers, so that exactly 20 % is a hit.
    return int((overlap * ONE_IN >= sizes).sum()), count - 1


def _share(part: npt.NDArray[np.number], whole: npt.NDArray[np.number]) -> npt.NDArray[np.float64]:
    """The ratio, NaN where the whole is 0."""
    undefined = whole == 0
    return np.where(undefined, np.nan, part / np.where(undefined, 1, whole))
