"""The images of a run that learns from a data set."""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from inference.classes import DEFECT_CLASSES
from inference.datasets.dataset import Dataset
from inference.datasets.loading import load
from inference.datasets.reading import read_dataset
from inference.datasets.split import SHARES, Split, split_by_part
from inference.datasets.split_file import read_split
from inference.fitting import fit_into
from inference.training.errors import TrainingError
from inference.training.material import Material
from inference.training.progress import Progress, ReportProgress
from inference.training.renders import render_many
from inference.training.samples import Samples
from inference.training.settings import TrainSettings

ByteArray = npt.NDArray[np.uint8]

# From so many parts on some are set apart as a test; below, they are needed for learning.
_PARTS_FOR_A_TEST = 40
_WITHOUT_TEST = (0.75, 0.25, 0.0)


def photographed_material(
    folder: Path, settings: TrainSettings, input_size: tuple[int, int], report: ReportProgress
) -> Material:
    """The images of `folder`, scaled to fit `input_size`, and the renders that go with them.

    Without a split file, 70 / 15 / 15 % of the images are for learning, thresholds and scores;
    below 40 parts three quarters are for learning, and the others set the thresholds and are
    scored, too. A split file without validation images has a quarter of its training parts held
    back for the thresholds.

    Raises
    ------
    DatasetError
        The folder or the split file cannot be used.
    TrainingError
        There is no image to learn from, or none with a defect.

    """
    dataset = read_dataset(folder, classes=settings.classes)
    split = _split(dataset, settings)
    if not split.train:
        raise TrainingError(f"{settings.split}: no image of {folder} is for training")
    total = len(dataset.items)
    sets: list[Samples] = []
    for names in (split.train, split.validation, split.test):
        done = sum(len(loaded) for loaded in sets)
        report(Progress("reading", done, total))
        sets.append(_fitted(map(load, dataset.select(names)), input_size))
    report(Progress("reading", total, total))
    learned, watched, scored = sets
    if not any(bool(np.isin(mask, DEFECT_CLASSES).any()) for mask in learned.masks):
        raise TrainingError(
            f"no pixel of the {len(learned)} training images of {folder} is marked as a defect"
        )
    return Material(
        learned=learned,
        others=_renders(settings, input_size, report),
        watched=watched,
        scored=scored if len(scored) else watched,
        dataset=dataset,
        split=split,
    )


def _split(dataset: Dataset, settings: TrainSettings) -> Split:
    if settings.split is not None:
        split = read_split(settings.split, dataset)
        if split.validation or not split.train:
            return split
        training = replace(dataset, items=dataset.select(split.train))
        held_back = split_by_part(training, seed=settings.seed, shares=_WITHOUT_TEST)
        return replace(held_back, test=split.test)
    parts = {item.part for item in dataset.items}
    shares = SHARES if len(parts) >= _PARTS_FOR_A_TEST else _WITHOUT_TEST
    return split_by_part(dataset, seed=settings.seed, shares=shares)


def _renders(
    settings: TrainSettings, input_size: tuple[int, int], report: ReportProgress
) -> Samples:
    if settings.renders == 0:
        return Samples((), ())
    renders = render_many(
        settings.renders,
        settings.seed,
        defect_rate=settings.defect_rate,
        processes=settings.threads,
        report=lambda done: report(Progress("rendering", done, settings.renders)),
    )
    return _fitted(zip(renders.pixels, renders.masks, strict=True), input_size)


def _fitted(pairs: Iterable[tuple[ByteArray, ByteArray]], input_size: tuple[int, int]) -> Samples:
    surfaces, masks = [], []
    for pixels, mask in pairs:
        fitted = fit_into(pixels, input_size)
        height, width = fitted.shape[:2]
        scaled = cv2.resize(mask, (width, height), interpolation=cv2.INTER_NEAREST_EXACT)
        surfaces.append(fitted)
        masks.append(np.asarray(scaled, dtype=np.uint8))
    return Samples(tuple(surfaces), tuple(masks))
