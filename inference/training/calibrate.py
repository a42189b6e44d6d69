"""Thresholds and minimum areas that serve best on surfaces the network never saw."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from inference.classes import DEFECT_CLASSES, DefectClass
from inference.decision import decide
from inference.model_contract import ModelContract
from inference.rendering.fields import FloatArray
from inference.scores import SCORE_NAMES, confusion_matrix, object_counts, score_table

THRESHOLDS = tuple(round(0.15 + 0.05 * step, 2) for step in range(15))
MINIMUM_AREAS = (0, 8, 15, 25, 40, 60, 90, 120)

Masks = Sequence[npt.NDArray[np.uint8]]
Probabilities = Sequence[FloatArray]


def calibrate(contract: ModelContract, probabilities: Probabilities, masks: Masks) -> ModelContract:
    """Choose each class's threshold, then its minimum area, by the sum of IoU and object F1.

    Parameters
    ----------
    contract
        Where the search starts.
    probabilities
        One array (3, H, W) per surface, as the model gives them.
    masks
        One array (H, W) per surface.

    """
    for defect_class in DEFECT_CLASSES:
        thresholds = [
            replace(contract, thresholds={**contract.thresholds, defect_class.label: threshold})
            for threshold in THRESHOLDS
        ]
        contract = _best(thresholds, defect_class, probabilities, masks)
    for defect_class in DEFECT_CLASSES:
        areas = [
            replace(contract, minimum_area={**contract.minimum_area, defect_class.label: area})
            for area in MINIMUM_AREAS
        ]
        contract = _best(areas, defect_class, probabilities, masks)
    return contract


def merit(
    contract: ModelContract, defect_class: DefectClass, probabilities: Probabilities, masks: Masks
) -> float:
    """IoU plus object F1 of one class, 0..2: pixels for the areas, objects for the counts."""
    confusion = np.zeros((3, 3), dtype=np.int64)
    objects = np.zeros((2, 4), dtype=np.int64)
    for planes, mask in zip(probabilities, masks, strict=True):
        predicted = decide(planes, contract)
        confusion += confusion_matrix(mask, predicted)
        objects += object_counts(mask, predicted)
    scores = np.nan_to_num(score_table(confusion, objects)[DEFECT_CLASSES.index(defect_class)])
    return float(scores[SCORE_NAMES.index("iou")] + scores[SCORE_NAMES.index("object_f1")])


def _best(
    choices: Sequence[ModelContract],
    defect_class: DefectClass,
    probabilities: Probabilities,
    masks: Masks,
) -> ModelContract:
    """The choice of highest merit; the first of equals."""
    merits = [merit(choice, defect_class, probabilities, masks) for choice in choices]
    return choices[int(np.argmax(merits))]
