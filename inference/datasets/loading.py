"""One labelled image: its pixels and its mask."""

import numpy as np
import numpy.typing as npt

from inference.datasets.dataset import LabelledImage
from inference.datasets.masks import read_mask_file
from inference.datasets.outlines import read_outlines
from inference.errors import DatasetError, ImageRefusedError
from inference.reading import PartImage, read_image


def load(item: LabelledImage) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.uint8]]:
    """Pixels and mask of an item.

    Returns
    -------
    pixels : shape (H, W, 3)
        Blue, green, red; grey images have three equal channels.
    mask : shape (H, W)
        0 background, 1 scratch, 2 stain, 255 ignore.

    Raises
    ------
    DatasetError
        A file cannot be read, the label has unknown values or colours, or the sizes differ.

    """
    image, mask = load_image(item)
    return image.pixels, mask


def load_mask(item: LabelledImage) -> npt.NDArray[np.uint8]:
    """The mask of `load` alone; the image is read only where its size is needed.

    Raises
    ------
    DatasetError
        As `load`.

    """
    if item.label.suffix.lower() == ".json":
        return load(item)[1]
    return read_mask_file(item.label, classes=item.classes)


def load_image(item: LabelledImage) -> tuple[PartImage, npt.NDArray[np.uint8]]:
    """As `load`, with what else is known of the image file.

    Raises
    ------
    DatasetError
        As `load`.

    """
    try:
        image = read_image(item.image.read_bytes())
    except ImageRefusedError as error:
        raise DatasetError(f"{item.image}: {error}") from error
    except OSError as error:
        raise DatasetError(f"cannot read {item.image}: {error.strerror}") from error
    if item.label.suffix.lower() == ".json":
        return image, read_outlines(
            item.label, width=image.width, height=image.height, classes=item.classes
        )
    mask = read_mask_file(item.label, classes=item.classes)
    if mask.shape != (image.height, image.width):
        raise DatasetError(
            f"{item.label} has {mask.shape[1]} x {mask.shape[0]} pixels, "
            f"its image {image.width} x {image.height}"
        )
    return image, mask
