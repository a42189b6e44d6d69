"""A labelled data set: its items, and the part each of them shows."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal, TypeAlias

from inference.errors import DatasetError

LabelClasses: TypeAlias = Literal["three", "scratch", "stain"]
LABEL_CLASSES: Final[tuple[LabelClasses, ...]] = ("three", "scratch", "stain")


@dataclass(frozen=True, slots=True)
class LabelledImage:
    """An image and the file that says what its pixels show.

    Attributes
    ----------
    name
        The image's own name: its file name without ending and tag. No two items share one.
    part
        The part the image shows; images of one part are never separated by a split.
    image
        PNG, JPEG or BMP file.
    label
        Mask (PNG or BMP), or outlines as labelme saves them (JSON).
    classes
        What the label's values mean: "three", or the one class of a binary mask.

    """

    name: str
    part: str
    image: Path
    label: Path
    classes: LabelClasses = "three"


@dataclass(frozen=True, slots=True)
class Dataset:
    """The items of a folder in the order of their names.

    Attributes
    ----------
    folder
        Where it lies.
    layout
        How it is laid out: "images+masks", "images+labels", "tagged", "jsons" or "outlines".
    items
        At least one.

    """

    folder: Path
    layout: str
    items: tuple[LabelledImage, ...]

    def select(self, names: Iterable[str]) -> tuple[LabelledImage, ...]:
        """The items of these names, in the order of the data set.

        Raises
        ------
        DatasetError
            A name is none of the data set's.

        """
        wanted = set(names)
        chosen = tuple(item for item in self.items if item.name in wanted)
        if unknown := sorted(wanted - {item.name for item in chosen}):
            raise DatasetError(f"{self.folder} has no image named {unknown[0]}")
        return chosen
