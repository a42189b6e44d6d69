"""Images and masks of two folders, or of one: which mask belongs to which image."""

from dataclasses import dataclass
from pathlib import Path

from inference.datasets.files import by_name, image_files, is_mask_name, masks_by_name
from inference.errors import DatasetError


@dataclass(frozen=True, slots=True)
class ImagePair:
    """The files of an image and of its mask."""

    image: Path
    mask: Path


def find_pairs(images: Path, masks: Path) -> tuple[ImagePair, ...]:
    """Pair the images of a folder with the masks of a folder (it may be the same), by name.

    A mask has its image's name; `_image` at the end of the one and `_mask` or `_label` at the end
    of the other are left out. It is a PNG or BMP file. Images without a mask are left out;
    `images_without_mask` names them.

    Raises
    ------
    DatasetError
        A folder is missing, no image has a mask, a mask is a JPEG, or two files have one name.

    """
    pictures, labels = _images(images), _masks(images, masks)
    found = tuple(
        ImagePair(image, labels[name]) for name, image in pictures.items() if name in labels
    )
    if not found:
        raise DatasetError(
            f"no image in {images} has a mask in {masks}; a mask has its image's name, "
            "with _image replaced by _mask, and ends in .png or .bmp"
        )
    return found


def images_without_mask(images: Path, masks: Path) -> tuple[Path, ...]:
    """The images that `find_pairs` leaves out.

    Raises
    ------
    DatasetError
        As `find_pairs`, but for images without masks.

    """
    labels = _masks(images, masks)
    return tuple(image for name, image in _images(images).items() if name not in labels)


def _images(folder: Path) -> dict[str, Path]:
    return by_name(path for path in image_files(folder) if not is_mask_name(path.stem))


def _masks(images: Path, masks: Path) -> dict[str, Path]:
    """The files of a folder that may be masks; beside the images, those with the tag only."""
    return masks_by_name(
        path for path in image_files(masks) if is_mask_name(path.stem) or images != masks
    )
