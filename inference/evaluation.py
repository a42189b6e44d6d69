"""Judges a model on images whose masks people drew.

Background fills 97 % of a surface, so the share of right pixels says little: it is given beside the
share that "no defect anywhere" would reach. What counts is each class's IoU, recall and precision,
the objects found, and whether the metrics that are charted follow the true ones.
"""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from inference.agreement import COMPARED_METRICS, Agreement, agreement, metric_values
from inference.classes import DEFECT_CLASSES
from inference.errors import EvaluationError
from inference.pairs import ImagePair, read_pair
from inference.scores import (
    SCORE_NAMES,
    ClassScores,
    confusion_matrix,
    object_counts,
    score_table,
)
from inference.segmenter import Segmenter

_RESAMPLES: Final = 1000
_COVERAGE: Final = 0.90
_SEED: Final = 20220706


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

    Attributes
    ----------
    n
        Number of images.
    confusion
        Pixels by true class (row) and predicted class (column).
    accuracy, background_accuracy
        Share of right pixels, and what it would be without any predicted defect; None when no
        pixel was judged.
    classes
        Scores of scratch and stain.
    metrics
        Agreement of each metric in `COMPARED_METRICS`.
    intervals
        For each class and score the 5 % and 95 % points over resampled sets of the images:
        how far the score would move with other images of the same kind. None where undefined.

    """

    n: int
    confusion: tuple[tuple[int, ...], ...]
    accuracy: float | None
    background_accuracy: float | None
    classes: dict[str, ClassScores]
    metrics: dict[str, Agreement]
    intervals: dict[str, dict[str, tuple[float, float] | None]]

    def to_dict(self) -> dict[str, Any]:
        """The evaluation as plain lists, numbers and None."""
        return asdict(self)


def evaluate_pairs(pairs: Iterable[ImagePair], segmenter: Segmenter) -> Evaluation:
    """Segment each image and compare it with its mask.

    Parameters
    ----------
    pairs
        At least one; read one at a time.
    segmenter
        The model to judge.

    Raises
    ------
    EvaluationError
        There is no pair, or a file of one cannot be used.

    """
    tallies = []
    for pair in pairs:
        image, truth = read_pair(pair)
        tallies.append(tally_image(truth, segmenter.segment(image.pixels).mask))
    return summarise(tallies)


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
    pixels = int(confusion.sum())
    table = score_table(confusion, objects.sum(axis=0))
    return Evaluation(
        n=len(tallies),
        confusion=tuple(tuple(row) for row in confusion.tolist()),
        accuracy=int(np.trace(confusion)) / pixels if pixels else None,
        background_accuracy=int(confusion[0].sum()) / pixels if pixels else None,
        classes={
            defect_class.label: ClassScores(*(_known(value) for value in row))
            for defect_class, row in zip(DEFECT_CLASSES, table.tolist(), strict=True)
        },
        metrics={
            name: agreement(predicted[:, column], true[:, column])
            for column, name in enumerate(COMPARED_METRICS)
        },
        intervals=_intervals(confusions, objects),
    )


def _intervals(
    confusions: npt.NDArray[np.int64], objects: npt.NDArray[np.int64]
) -> dict[str, dict[str, tuple[float, float] | None]]:
    """Bootstrap intervals: the scores of sets of images drawn with replacement."""
    n = len(confusions)
    rng = np.random.default_rng(_SEED)
    times_drawn = rng.multinomial(n, np.full(n, 1 / n), size=_RESAMPLES)
    tables = score_table(
        np.tensordot(times_drawn, confusions, axes=1), np.tensordot(times_drawn, objects, axes=1)
    )
    return {
        defect_class.label: {
            name: _interval(tables[:, row, column]) for column, name in enumerate(SCORE_NAMES)
        }
        for row, defect_class in enumerate(DEFECT_CLASSES)
    }


def _interval(values: npt.NDArray[np.float64]) -> tuple[float, float] | None:
    """The middle 90 % of the values that are defined."""
    defined = values[~np.isnan(values)]
    if not defined.size:
        return None
    tail = (1 - _COVERAGE) / 2
    low, high = np.quantile(defined, [tail, 1 - tail])
    return float(low), float(high)


def _known(value: float) -> float | None:
    """None for NaN."""
    return None if np.isnan(value) else value
