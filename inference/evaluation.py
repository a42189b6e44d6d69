"""Judges a model on images whose masks people drew.

Background fills 97 % of a surface, so the share of right pixels says little: it is given beside the
share that "no defect anywhere" would reach. What counts is each class's IoU, recall and precision,
the objects found, and whether the metrics that are charted follow the true ones.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from inference.agreement import (
    COMPARED_METRICS,
    Agreement,
    AgreementIntervals,
    agreement,
    agreement_intervals,
    metric_values,
)
from inference.bootstrap import interval, times_drawn
from inference.classes import DEFECT_CLASSES
from inference.errors import EvaluationError
from inference.scores import (
    SCORE_NAMES,
    ClassScores,
    confusion_matrix,
    object_counts,
    row_percentages,
    score_table,
)


@dataclass(frozen=True, slots=True)
class ImageTally:
    """What one image contributes to an evaluation.

    Attributes
    ----------
    confusion : shape (3, 3)
        As `confusion_matrix`.
    objects : shape (2, 4)
        As `object_counts`.
    predicted, true : shape (5,)
        `COMPARED_METRICS` of the predicted and of the drawn mask.

    """

    confusion: npt.NDArray[np.int64]
    objects: npt.NDArray[np.int64]
    predicted: npt.NDArray[np.float64]
    true: npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The result of an evaluation; `to_dict` is what `blemish evaluate --json` prints.

    Intervals are the 5 % and 95 % points over resampled sets of the images: how far a figure would
    move with other images of the same kind. They are None where it is undefined.

    Attributes
    ----------
    n
        Number of images.
    confusion
        Pixels by true class (row) and predicted class (column).
    recall_pct
        The same as percentages of each row; None in a row without pixels.
    accuracy, background_accuracy
        Share of right pixels, and what it would be without any predicted defect; None when no
        pixel was judged.
    gain_interval
        Interval of the difference of these two.
    classes
        Scores of scratch and stain.
    metrics
        Agreement of each metric in `COMPARED_METRICS`.
    intervals
        For each class and score.
    metric_intervals
        For the agreement of each metric.

    """

    n: int
    confusion: tuple[tuple[int, ...], ...]
    recall_pct: tuple[tuple[float | None, ...], ...]
    accuracy: float | None
    background_accuracy: float | None
    gain_interval: tuple[float, float] | None
    classes: dict[str, ClassScores]
    metrics: dict[str, Agreement]
    intervals: dict[str, dict[str, tuple[float, float] | None]]
    metric_intervals: dict[str, AgreementIntervals]

    def to_dict(self) -> dict[str, Any]:
        """The evaluation as plain lists, numbers and None."""
        return asdict(self)


def tally_image(truth: npt.NDArray[np.uint8], predicted: npt.NDArray[np.uint8]) -> ImageTally:
    """Compare two masks of one image, both of shape (H, W); 255 in `truth` is left out.

    Raises
    ------
    EvaluationError
        The shapes differ.

    """
    if truth.shape != predicted.shape:
        raise EvaluationError(f"a mask of {predicted.shape} cannot be compared with {truth.shape}")
    return ImageTally(
        confusion=confusion_matrix(truth, predicted),
        objects=object_counts(truth, predicted),
        predicted=metric_values(predicted, truth),
        true=metric_values(truth, truth),
    )


def image_score(tally: ImageTally) -> float | None:
    """One figure for one image, to tell the worst: the mean of IoU and object F1, 0 to 1.

    Over the classes that were drawn or found there; None where neither was.
    """
    table = score_table(tally.confusion, tally.objects)
    columns = [SCORE_NAMES.index(name) for name in ("iou", "object_f1")]
    values = table[:, columns]
    return None if np.isnan(values).all() else float(np.nanmean(values))


def summarise(tallies: Sequence[ImageTally]) -> Evaluation:
    """Scores over all images: counts are added up before they are divided.

    Raises
    ------
    EvaluationError
        There is no image.

    """
    if not tallies:
        raise EvaluationError("there is no image to evaluate")
    confusions = np.stack([tally.confusion for tally in tallies])
    objects = np.stack([tally.objects for tally in tallies])
    predicted = np.stack([tally.predicted for tally in tallies])
    true = np.stack([tally.true for tally in tallies])
    confusion = confusions.sum(axis=0)
    accuracy, background_accuracy = _accuracies(confusion)
    table = score_table(confusion, objects.sum(axis=0))
    metrics = dict(zip(COMPARED_METRICS, zip(predicted.T, true.T, strict=True), strict=True))
    drawn = times_drawn(len(tallies))
    resampled = np.tensordot(drawn, confusions, axes=1)
    tables = score_table(resampled, np.tensordot(drawn, objects, axes=1))
    return Evaluation(
        n=len(tallies),
        confusion=tuple(tuple(row) for row in confusion.tolist()),
        recall_pct=tuple(tuple(map(_known, row)) for row in row_percentages(confusion).tolist()),
        accuracy=_known(float(accuracy)),
        background_accuracy=_known(float(background_accuracy)),
        gain_interval=interval(np.subtract(*_accuracies(resampled))),
        classes={
            defect_class.label: ClassScores(*map(_known, row))
            for defect_class, row in zip(DEFECT_CLASSES, table.tolist(), strict=True)
        },
        metrics={name: agreement(*values) for name, values in metrics.items()},
        intervals={
            defect_class.label: {
                name: interval(tables[:, row, column]) for column, name in enumerate(SCORE_NAMES)
            }
            for row, defect_class in enumerate(DEFECT_CLASSES)
        },
        metric_intervals={name: agreement_intervals(*values) for name, values in metrics.items()},
    )


def _accuracies(
    confusion: npt.NDArray[np.int64],
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Share of right pixels of matrices (..., 3, 3), and of background; NaN without pixels."""
    pixels = confusion.sum(axis=(-2, -1))
    judged = np.where(pixels == 0, np.nan, pixels)
    right = np.trace(confusion, axis1=-2, axis2=-1)
    return right / judged, confusion[..., 0, :].sum(axis=-1) / judged


def _known(value: float) -> float | None:
    """None for NaN."""
    return None if np.isnan(value) else value
