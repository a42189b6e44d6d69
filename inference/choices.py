"""The choices that calibration compares, and what each of them gives on labelled images."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from inference.candidates import find_components, outcomes, true_metrics
from inference.classes import DEFECT_CLASSES, DefectClass
from inference.errors import EvaluationError
from inference.model_contract import ModelContract

THRESHOLDS: Final = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95)
# Not above .95: nearer to 1 it is a network's saturation that decides, and int8 rounds it away.
SEEDS: Final = (0.5, 0.6, 0.7, 0.8, 0.9, 0.95)
MINIMUM_AREAS: Final = (0, 10, 20, 30, 40, 60, 90)


@dataclass(frozen=True, slots=True)
class Outcomes:
    """What every choice gives on each image of a set.

    Attributes
    ----------
    found
        By class, shape (images, choices, 10): see `inference.candidates.outcomes`.
    true
        By class, shape (images, 3): the metrics of the drawn masks.

    """

    found: Mapping[DefectClass, npt.NDArray[np.float64]]
    true: Mapping[DefectClass, npt.NDArray[np.float64]]


def choices() -> npt.NDArray[np.float64]:
    """Every choice that is tried, shape (n, 3): threshold, seed threshold, minimum area."""
    return np.array(
        [
            (threshold, seed, area)
            for threshold in THRESHOLDS
            for seed in (threshold, *(each for each in SEEDS if each > threshold))
            for area in MINIMUM_AREAS
        ]
    )


def try_choices(
    images: Iterable[tuple[npt.NDArray[np.float32], npt.NDArray[np.uint8]]],
    contract: ModelContract,
) -> Outcomes:
    """What every choice gives on each image; no image is kept.

    Parameters
    ----------
    images
        Probabilities, shape (3, h, w), and the drawn mask, at least one. A mask of another size is
        scaled to that of the probabilities, where thresholds and areas hold.
    contract
        Its threshold stands for each class while the other one is chosen.

    Raises
    ------
    EvaluationError
        There is no image.

    """
    found: dict[DefectClass, list[npt.NDArray[np.float64]]] = {each: [] for each in DEFECT_CLASSES}
    true: dict[DefectClass, list[npt.NDArray[np.float64]]] = {each: [] for each in DEFECT_CLASSES}
    for probabilities, drawn in images:
        height, width = probabilities.shape[1:]
        truth = np.asarray(
            cv2.resize(drawn, (width, height), interpolation=cv2.INTER_NEAREST_EXACT),
            dtype=np.uint8,
        )
        for defect_class in DEFECT_CLASSES:
            found[defect_class].append(_try_on(probabilities, truth, defect_class, contract))
            true[defect_class].append(true_metrics(truth, defect_class))
    if not any(true.values()):
        raise EvaluationError("there is no image to calibrate on")
    return Outcomes(
        {each: np.stack(values) for each, values in found.items()},
        {each: np.stack(values) for each, values in true.items()},
    )


def _try_on(
    probabilities: npt.NDArray[np.float32],
    truth: npt.NDArray[np.uint8],
    defect_class: DefectClass,
    contract: ModelContract,
) -> npt.NDArray[np.float64]:
    """The outcomes of all choices on one image, shape (choices, 10)."""
    (other,) = (each for each in DEFECT_CLASSES if each is not defect_class)
    rows = choices()
    results = []
    for threshold in THRESHOLDS:
        components = find_components(
            probabilities,
            truth,
            defect_class,
            threshold=threshold,
            other_threshold=contract.thresholds[other.label],
        )
        _, seeds, areas = rows[rows[:, 0] == threshold].T
        results.append(outcomes(components, seeds, areas))
    return np.concatenate(results)
