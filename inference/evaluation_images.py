"""Which labelled images a model is judged on, and of what quality each is."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from inference.datasets.dataset import LabelledImage
from inference.datasets.files import bare_name
from inference.datasets.parts import part_of, read_table
from inference.errors import DatasetError
from inference.pairs import find_pairs

TIERS_FILE: Final = "pairs.csv"
_TIER_COLUMNS: Final = ("image_quality", "quality", "tier")


def paired_images(images: Path, masks: Path) -> tuple[LabelledImage, ...]:
    """The images of one folder that have a mask in another (it may be the same), by name.

    Raises
    ------
    DatasetError
        As `inference.pairs.find_pairs`.

    """
    names = [(bare_name(pair.image.stem), pair) for pair in find_pairs(images, masks)]
    return tuple(LabelledImage(name, part_of(name), pair.image, pair.mask) for name, pair in names)


def chosen_images(
    items: Sequence[LabelledImage], first: int, last: int
) -> tuple[LabelledImage, ...]:
    """The images from the `first` to the `last` in the order of their names, counted from 1.

    Raises
    ------
    DatasetError
        There are fewer images, or the range holds none.

    """
    if not 1 <= first <= last:
        raise DatasetError(
            f"images {first} to {last} are none: the range counts from 1, lower number first"
        )
    if last > len(items):
        raise DatasetError(f"images {first} to {last} were asked for, but there are {len(items)}")
    return tuple(items[first - 1 : last])


def read_tiers(path: Path, items: Sequence[LabelledImage]) -> dict[str, str]:
    """The quality tier of each image, by name.

    Parameters
    ----------
    path
        CSV with the image's name in a column `pair`, `name`, `file` or `image`, and its tier in a
        column `image_quality`, `quality` or `tier`. Rows of other images are left out.
    items
        The images.

    Raises
    ------
    DatasetError
        The file cannot be read, has no such column, or leaves an image without a tier.

    """
    table = read_table(path)
    tiers: dict[str, str] = {}
    for _, name, row in table.rows:
        column = next((each for each in _TIER_COLUMNS if each in row), None)
        if column is None:
            raise DatasetError(
                f"{path} has no column {', '.join(_TIER_COLUMNS)} to tell the quality tier of an "
                "image"
            )
        tiers[name] = row[column].strip()
    without = next((item.name for item in items if not tiers.get(item.name)), None)
    if without is not None:
        raise DatasetError(f"{path} does not tell the quality tier of image {without}")
    return {item.name: tiers[item.name] for item in items}
