"""Which labelled images a command works on, from its options."""

import re
from dataclasses import dataclass
from pathlib import Path

from inference.datasets.dataset import LABEL_CLASSES, LabelClasses, LabelledImage
from inference.datasets.reading import read_dataset
from inference.evaluation_images import TIERS_FILE, chosen_images, paired_images, read_tiers
from inference.pairs import images_without_mask
from jobs.commands.output import say
from jobs.errors import InputError


@dataclass(frozen=True, slots=True)
class AskedImages:
    """The options that name labelled images: `--images` with `--masks`, or `--data`."""

    images: Path | None
    masks: Path | None
    data: Path | None
    classes: str | None = None
    only: str | None = None

    def read(self) -> tuple[LabelledImage, ...]:
        """The images, in the order of their names; those without a mask are told and left out."""
        items = self._all()
        if self.only is None:
            return items
        return chosen_images(items, *parse_range(self.only))

    def _all(self) -> tuple[LabelledImage, ...]:
        if self.data is not None:
            if self.images is not None or self.masks is not None:
                raise InputError("--data names images and masks at once; leave --images out")
            return read_dataset(self.data, classes=_known(self.classes)).items
        if self.images is None or self.masks is None:
            raise InputError("name the images: --images DIR --masks DIR, or --data DIR")
        if self.classes is not None:
            raise InputError("--classes belongs to --data; masks of --masks hold 0, 1, 2 and 255")
        items = paired_images(self.images, self.masks)
        if left_out := images_without_mask(self.images, self.masks):
            say(f"{len(left_out)} images without a mask are left out, such as {left_out[0].name}")
        return items

    def tiers(self, path: Path | None, items: tuple[LabelledImage, ...]) -> dict[str, str]:
        """The quality tier of each image: from `path`, else from a `pairs.csv` beside the images."""
        beside = (self.data or self.images or Path()) / TIERS_FILE
        if path is None and not beside.is_file():
            return {}
        return read_tiers(path or beside, items)


def parse_range(text: str) -> tuple[int, int]:
    """Read `A:B`, the first and the last image, counted from 1.

    Examples
    --------
    >>> parse_range("1:15")
    (1, 15)

    """
    match = re.fullmatch(r"(\d{1,9}):(\d{1,9})", text.strip())
    if match is None:
        raise InputError(f"--only takes first:last, such as 1:15, got {text!r}")
    return int(match[1]), int(match[2])


def refuse_missing_folder(path: Path | None) -> None:
    """Refuse a file to write whose folder is not there: before the work, not after it."""
    if path is not None and not path.parent.is_dir():
        raise InputError(f"{path} cannot be written: there is no folder {path.parent}")


def _known(classes: str | None) -> LabelClasses | None:
    declared = next((each for each in LABEL_CLASSES if each == classes), None)
    if classes is not None and declared is None:
        raise InputError(f"--classes is {classes}; it must be one of {', '.join(LABEL_CLASSES)}")
    return declared
