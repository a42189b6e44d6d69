"""What a set of labelled images holds: sizes, shares of the classes, objects."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from inference.classes import CLASS_NAMES, DEFECT_CLASSES, DefectClass
from inference.datasets.facts import ImageFacts
from inference.errors import DatasetError

QUANTILES: Final = (5, 25, 50, 75, 95)


@dataclass(frozen=True, slots=True)
class ImageSize:
    """How many images have this size in pixels."""

    width: int
    height: int
    images: int


@dataclass(frozen=True, slots=True)
class ClassObjects:
    """The objects of one class.

    Attributes
    ----------
    images
        Images with at least one.
    objects
        Connected pieces.
    area_px
        Quantiles of their areas by percent, linear between neighbours; None without objects.

    """

    images: int
    objects: int
    area_px: dict[str, float] | None


@dataclass(frozen=True, slots=True)
class Contents:
    """What a set of labelled images holds.

    Attributes
    ----------
    images, parts
        Numbers of them.
    sizes
        Image sizes, the commonest first.
    pixel_share
        Share of each class among the judged pixels; None where none is judged.
    ignored_share
        Share of all pixels that are left out (255).
    images_with
        Images with "scratch only", "stain only", "both", "none".
    classes
        Objects of scratch and stain.

    """

    images: int
    parts: int
    sizes: tuple[ImageSize, ...]
    pixel_share: dict[str, float] | None
    ignored_share: float
    images_with: dict[str, int]
    classes: dict[str, ClassObjects]


def contents_of(facts: Sequence[ImageFacts]) -> Contents:
    """Add up what some images hold: those of a data set, or of one set of its split.

    Raises
    ------
    DatasetError
        There is no image.

    """
    if not facts:
        raise DatasetError("there is no image to report on")
    *judged, ignored = np.array([image.pixels for image in facts], dtype=np.int64).sum(axis=0)
    total = int(sum(judged))
    sizes = Counter((image.width, image.height) for image in facts)
    return Contents(
        images=len(facts),
        parts=len({image.part for image in facts}),
        sizes=tuple(
            ImageSize(width, height, count)
            for (width, height), count in sorted(sizes.items(), key=lambda size: (-size[1], size))
        ),
        pixel_share={
            name: int(count) / total for name, count in zip(CLASS_NAMES, judged, strict=True)
        }
        if total
        else None,
        ignored_share=int(ignored) / (total + int(ignored)),
        images_with=_occurrence(facts),
        classes={each.label: _class_objects(facts, each) for each in DEFECT_CLASSES},
    )


def _occurrence(facts: Sequence[ImageFacts]) -> dict[str, int]:
    words = {
        (True, False): "scratch only",
        (False, True): "stain only",
        (True, True): "both",
        (False, False): "none",
    }
    counts = Counter(
        (bool(image.areas[DefectClass.SCRATCH]), bool(image.areas[DefectClass.STAIN]))
        for image in facts
    )
    return {word: counts[present] for present, word in words.items()}


def _class_objects(facts: Sequence[ImageFacts], defect_class: DefectClass) -> ClassObjects:
    areas = [area for image in facts for area in image.areas[defect_class]]
    quantiles = np.percentile(areas, QUANTILES).tolist() if areas else None
    return ClassObjects(
        images=sum(bool(image.areas[defect_class]) for image in facts),
        objects=len(areas),
        area_px=quantiles and dict(zip(map(str, QUANTILES), quantiles, strict=True)),
    )
