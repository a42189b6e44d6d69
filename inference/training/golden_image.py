"""Choose the pictures by which a model file is known again, and write them into it."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
import onnx

from inference.classes import DEFECT_CLASSES, DefectClass
from inference.golden import GOLDEN_KEY, TOLERANCE, GoldenImage, Run, golden_to_json
from inference.model_contract import SIDE_MULTIPLE
from inference.model_file import load_model
from inference.training.errors import TrainingError

_SIDE = 64
_LEAST_REGION = 25
# Permuted, the model must be off by well over the tolerance on each picture.
_CLEAR = 3 * TOLERANCE
# A better one than this need not be looked for, and a poor model has been given enough chances.
_CERTAIN = 0.8
_TRIALS = 60

Labelled = tuple[npt.NDArray[np.uint8], npt.NDArray[np.uint8]]


def write_golden(path: Path, images: Iterable[Labelled]) -> bool:
    """Put golden images into the metadata of the model file at `path`.

    Parameters
    ----------
    path
        A model with its contract.
    images
        Pixels (H, W, 3) and mask (H, W) of images with defects that the model did not learn from.

    Returns
    -------
    False where the model tells scratch and stain apart on none of them, as after a minute of
    training; the file is then left as it is.

    Raises
    ------
    TrainingError
        The model takes each class for the other: the labels it learnt from were swapped.

    """
    golden = choose_golden(load_model(path).run, images)
    if golden is None:
        return False
    model = onnx.load(path)
    others = {entry.key: entry.value for entry in model.metadata_props if entry.key != GOLDEN_KEY}
    del model.metadata_props[:]
    onnx.helper.set_model_props(model, others | {GOLDEN_KEY: golden_to_json(golden)})
    onnx.save(model, path)
    return True


def choose_golden(run: Run, images: Iterable[Labelled]) -> tuple[GoldenImage, ...] | None:
    """The clearest picture of each defect class that occurs; None where one is not clear.

    Raises
    ------
    TrainingError
        The model takes each class for the other.

    """
    kept = list(images)
    best = (
        max(_tried(run, kept, defect_class), key=_clarity, default=None)
        for defect_class in DEFECT_CLASSES
    )
    # A plant may have labelled defects of one class only.
    found = tuple(image for image in best if image is not None)
    if found and all(_clarity(image) >= _CLEAR for image in found):
        return found
    if found and all(_clarity(image) <= -_CLEAR for image in found):
        raise TrainingError(
            "the model calls scratches stains and stains scratches on every image: were the "
            "labels it learnt from swapped?"
        )
    return None


def _clarity(image: GoldenImage) -> float:
    """By how much the right defect class is more probable than the other one."""
    (other,) = (each for each in DEFECT_CLASSES if each is not image.defect_class)
    return image.expected[image.defect_class] - image.expected[other]


def _tried(run: Run, images: list[Labelled], defect_class: DefectClass) -> Iterator[GoldenImage]:
    """Pictures of a class with what the model makes of them, until one is certain."""
    for trial, image in enumerate(_pictures(images, defect_class)):
        seen = replace(image, expected=image.found_by(run))
        yield seen
        if _clarity(seen) >= _CERTAIN or trial + 1 >= _TRIALS:
            return


def _pictures(images: list[Labelled], defect_class: DefectClass) -> Iterator[GoldenImage]:
    """Pieces of the images around the largest object of a class in each."""
    for pixels, mask in images:
        members = (mask == defect_class).view(np.uint8)
        _, labels, statistics, centres = cv2.connectedComponentsWithStats(members, connectivity=8)
        if len(statistics) < 2:
            continue
        largest = 1 + int(statistics[1:, cv2.CC_STAT_AREA].argmax())
        rows = _window(centres[largest][1], mask.shape[0])
        columns = _window(centres[largest][0], mask.shape[1])
        region = labels[rows, columns] == largest
        if region.sum() < _LEAST_REGION:
            continue
        piece = pixels[rows, columns].copy()
        piece[..., 0] = 0
        yield GoldenImage(defect_class, piece, region, ())


def _window(centre: float, side: int) -> slice:
    """At most 64 px around `centre` within `side`, in a length that every model takes."""
    length = min(_SIDE, side - side % SIDE_MULTIPLE)
    start = min(max(round(centre) - length // 2, 0), side - length)
    return slice(start, start + length)
