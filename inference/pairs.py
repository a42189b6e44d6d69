"""Folders of images with masks drawn by people: which mask belongs to which image."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from inference.classes import IGNORE, DefectClass
from inference.errors import DatasetError, EvaluationError, ImageRefusedError
from inference.reading import PartImage, checked_header, read_image

_IMAGE_SUFFIXES: Final = frozenset({".png", ".jpg", ".jpeg", ".bmp"})
# A mask must come back from its file as it was drawn: no JPEG.
_MASK_SUFFIXES: Final = (".png", ".bmp")
_IMAGE_TAG: Final = "_image"
_MASK_TAG: Final = "_mask"
_MASK_VALUES: Final = (*DefectClass, IGNORE)


@dataclass(frozen=True, slots=True)
class ImagePair:
    """The files of an image and of its mask."""

    image: Path
    mask: Path


def find_pairs(images: Path, masks: Path) -> tuple[ImagePair, ...]:
    """Pair the images of a folder with the masks of a folder (it may be the same), by name.

    The mask has the image's stem, with `_image` replaced by `_mask` where it is present, and is a
    PNG or BMP file. Images without a mask are left out; `images_without_mask` names them.

    Raises
    ------
    DatasetError
        A folder is missing, or no image has a mask.

    """
    found = tuple(
        ImagePair(image, mask)
        for image in _images(images)
        if (mask := _mask_of(image, masks)) is not None
    )
    if not found:
        raise DatasetError(
            f"no image in {images} has a mask in {masks}; a mask has its image's name, "
            f"with {_IMAGE_TAG} replaced by {_MASK_TAG}, and ends in .png or .bmp"
        )
    return found


def images_without_mask(images: Path, masks: Path) -> tuple[Path, ...]:
    """The images that `find_pairs` leaves out.

    Raises
    ------
    DatasetError
        A folder is missing.

    """
    return tuple(image for image in _images(images) if _mask_of(image, masks) is None)


def read_pair(pair: ImagePair) -> tuple[PartImage, npt.NDArray[np.uint8]]:
    """An image and its mask, shape (H, W), values of `DefectClass` and `IGNORE`.

    Raises
    ------
    EvaluationError
        A file cannot be read, the sizes differ, or the mask has other values.

    """
    try:
        image = read_image(pair.image.read_bytes())
    except (ImageRefusedError, OSError) as error:
        raise EvaluationError(f"{pair.image}: {error}") from error
    mask = read_mask(pair.mask)
    if mask.shape != (image.height, image.width):
        raise EvaluationError(
            f"{pair.mask} has {mask.shape[1]} x {mask.shape[0]} pixels, "
            f"its image {image.width} x {image.height}"
        )
    return image, mask


def read_mask(path: Path) -> npt.NDArray[np.uint8]:
    """A mask file's values, shape (H, W): those of `DefectClass`, and `IGNORE` where unjudged.

    Raises
    ------
    EvaluationError
        The file cannot be read or is no 8-bit grey image of those values.

    """
    try:
        data = path.read_bytes()
        checked_header(data)
        mask = cv2.imdecode(np.frombuffer(data, dtype=np.uint8), cv2.IMREAD_UNCHANGED)
    except (ImageRefusedError, OSError, cv2.error) as error:
        raise EvaluationError(f"{path}: {error}") from error
    if mask is None or mask.ndim != 2 or mask.dtype != np.uint8:
        raise EvaluationError(f"{path} is no mask: a mask is a grey image of 8 bits")
    values = np.asarray(mask, dtype=np.uint8)
    unknown = np.setdiff1d(values, _MASK_VALUES)
    if unknown.size:
        raise EvaluationError(
            f"{path} holds the value {unknown[0]}; a mask holds "
            "0 (background), 1 (scratch), 2 (stain) and 255 (ignore)"
        )
    return values


def _images(folder: Path) -> list[Path]:
    """The image files of a folder in the order of their names; those that end in `_mask` are none."""
    if not folder.is_dir():
        raise DatasetError(f"no folder {folder}")
    return sorted(
        path
        for path in folder.iterdir()
        if path.suffix.lower() in _IMAGE_SUFFIXES and not path.stem.endswith(_MASK_TAG)
    )


def _mask_of(image: Path, masks: Path) -> Path | None:
    """The mask of an image, if there is one."""
    stem = image.stem
    if stem.endswith(_IMAGE_TAG):
        stem = stem.removesuffix(_IMAGE_TAG) + _MASK_TAG
    candidates = (masks / f"{stem}{suffix}" for suffix in _MASK_SUFFIXES)
    return next((path for path in candidates if path.is_file() and path != image), None)
