"""Reads a folder of labelled images in whichever of the known layouts it has."""

from collections.abc import Sequence
from pathlib import Path

from inference.classes import IGNORE
from inference.datasets.dataset import LABEL_CLASSES, Dataset, LabelClasses, LabelledImage
from inference.datasets.layouts import find_files
from inference.datasets.masks import read_mask_file
from inference.datasets.parts import part_of, parts_beside
from inference.errors import DatasetError


def read_dataset(folder: Path, *, classes: LabelClasses | None = None) -> Dataset:
    """The labelled images of a folder; pixels are read later, one image at a time.

    Parameters
    ----------
    folder
        In one of the layouts of `inference.datasets.layouts`. The part of an image is told by a
        column `part` (or `part_id`, `tile_group`) of a `split.csv` or `pairs.csv` in it, else by a
        name PART_rROWcCOLUMN; otherwise each image is a part of its own.
    classes
        "scratch" or "stain" where masks are binary and show that class only; "three" where
        0, 1, 2 and 255 mean background, scratch, stain and ignore. Unless given it is "three",
        and refused where the masks hold nothing but 0 and 255.

    Raises
    ------
    DatasetError
        No known layout, no images, an image without label or the other way round, two files of one
        name, a table that cannot be read, or masks whose meaning must be told by `classes`.

    """
    if classes is not None and classes not in LABEL_CLASSES:
        raise DatasetError(
            f"classes must be one of {', '.join(LABEL_CLASSES)}, but got {classes!r}"
        )
    found = find_files(folder)
    parts = parts_beside(folder)
    items = tuple(
        LabelledImage(name, parts.get(name) or part_of(name), image, label, classes or "three")
        for name, image, label in found.files
    )
    if classes is None:
        _refuse_untold_binary(folder, items)
    return Dataset(folder, found.layout, items)


def _refuse_untold_binary(folder: Path, items: Sequence[LabelledImage]) -> None:
    """Refuse masks of 0 and 255 alone: 255 could be a defect or "nobody judged".

    Reads masks until one shows a class, which is nearly always among the first.
    """
    unjudged = False
    for item in items:
        if item.label.suffix.lower() == ".json":
            return
        mask = read_mask_file(item.label)
        if ((mask != 0) & (mask != IGNORE)).any():
            return
        unjudged = unjudged or bool((mask == IGNORE).any())
    if unjudged:
        raise DatasetError(
            f"the masks in {folder} hold only 0 and 255, which may be a binary mask or pixels "
            "that nobody judged; tell by the option classes: scratch, stain, or three (255 is ignored)"
        )
