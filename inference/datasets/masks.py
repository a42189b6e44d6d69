"""Label images: from a PNG or BMP file to classes."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from inference.classes import IGNORE, DefectClass
from inference.datasets.colours import COLOURS, Colour, colours_by_names
from inference.datasets.dataset import LabelClasses
from inference.errors import DatasetError, ImageRefusedError
from inference.reading import checked_header

NAMES_FILE: Final = "label_names.txt"
_UNKNOWN: Final = 254
# Grey values by the classes they stand for; 38 and 75 are what the two colours become in grey.
_GREY: Final = {
    0: DefectClass.BACKGROUND,
    1: DefectClass.SCRATCH,
    2: DefectClass.STAIN,
    38: DefectClass.SCRATCH,
    75: DefectClass.STAIN,
    255: IGNORE,
}


def read_mask_file(path: Path, *, classes: LabelClasses = "three") -> npt.NDArray[np.uint8]:
    """The classes of a label image.

    Grey values are 0 background, 1 scratch, 2 stain, 255 ignore. Colours, in a palette or not, are
    (128, 0, 0) scratch, (0, 128, 0) stain, (224, 224, 192) and white ignore, unless a file
    `label_names.txt` beside the label says which name each index stands for. Alpha is left out.

    Parameters
    ----------
    path
        PNG or BMP of 8 bits or less.
    classes
        "three", or the class of a binary mask: its positive pixels are all 1 or all 255.

    Returns
    -------
    mask : shape (H, W)
        Values of `DefectClass` and `IGNORE`.

    Raises
    ------
    DatasetError
        The file cannot be read, is a JPEG, or holds another value or colour.

    """
    decoded = _decode(path)
    if decoded.ndim == 3:
        return _of_one_class(_from_colours(decoded, path), path, classes)
    if classes != "three":
        return _of_one_class(decoded, path, classes)
    return _from_grey(decoded, path)


def _decode(path: Path) -> npt.NDArray[np.uint8]:
    """Shape (H, W) for grey, (H, W, 3) blue, green, red otherwise."""
    try:
        data = path.read_bytes()
        header = checked_header(data)
        if header.image_format == "jpeg":
            raise DatasetError(
                f"{path} is a JPEG, which does not keep a mask's values; save it as PNG or BMP"
            )
        decoded = cv2.imdecode(np.frombuffer(data, dtype=np.uint8), cv2.IMREAD_UNCHANGED)
    except ImageRefusedError as error:
        raise DatasetError(f"{path}: {error}") from error
    except OSError as error:
        raise DatasetError(f"cannot read {path}: {error.strerror}") from error
    except cv2.error as error:
        raise DatasetError(f"{path} cannot be decoded: {error.err}") from error
    if decoded is None or decoded.dtype != np.uint8:
        raise DatasetError(f"{path}: the picture data are damaged")
    pixels = np.asarray(decoded, dtype=np.uint8)
    if pixels.ndim == 2:
        return pixels
    blue, green, red = pixels[..., 0], pixels[..., 1], pixels[..., 2]
    if np.array_equal(blue, green) and np.array_equal(green, red):
        return np.ascontiguousarray(blue)
    return pixels[..., :3]


def _from_grey(values: npt.NDArray[np.uint8], path: Path) -> npt.NDArray[np.uint8]:
    table = np.full(256, _UNKNOWN, dtype=np.uint8)
    for grey, value in _GREY.items():
        table[grey] = value
    mask = np.asarray(cv2.LUT(values, table), dtype=np.uint8)
    if (place := _first(mask == _UNKNOWN)) is not None:
        x, y = place
        raise DatasetError(
            f"{path} holds the value {values[y, x]} at x {x}, y {y}; a mask holds "
            "0 (background), 1 (scratch), 2 (stain) and 255 (ignore)"
        )
    return mask


def _from_colours(pixels: npt.NDArray[np.uint8], path: Path) -> npt.NDArray[np.uint8]:
    blue, green, red = (pixels[..., channel].astype(np.uint32) for channel in range(3))
    packed = red << 16 | green << 8 | blue
    mask = np.full(packed.shape, _UNKNOWN, dtype=np.uint8)
    for (r, g, b), value in _colours_for(path).items():
        mask[packed == (r << 16 | g << 8 | b)] = value
    if (place := _first(mask == _UNKNOWN)) is not None:
        x, y = place
        rgb = tuple(int(value) for value in pixels[y, x, ::-1])
        raise DatasetError(
            f"{path} holds the colour {rgb} at x {x}, y {y}; a coloured label holds "
            "(0, 0, 0) background, (128, 0, 0) scratch and (0, 128, 0) stain"
        )
    return mask


def _colours_for(path: Path) -> Mapping[Colour, int]:
    """The colours of this label: by the names beside it, where there are any."""
    names_file = path.with_name(NAMES_FILE)
    if not names_file.is_file():
        return COLOURS
    try:
        names = names_file.read_text("utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise DatasetError(f"{names_file} cannot be read as text: {error}") from error
    return colours_by_names([name.strip() for name in names if name.strip()]) or COLOURS


def _of_one_class(
    mask: npt.NDArray[np.uint8], path: Path, classes: LabelClasses
) -> npt.NDArray[np.uint8]:
    """A binary mask as a mask of its class; one of three classes as it is."""
    if classes == "three":
        return mask
    positive = mask != 0
    present = np.unique(mask[positive]).tolist()
    if present not in ([], [1], [255]):
        raise DatasetError(
            f"{path} holds the values {', '.join(map(str, [0, *present]))}; a binary mask of "
            f"{classes} holds 0 and one of 1 and 255"
        )
    return np.where(positive, np.uint8(DefectClass[classes.upper()]), np.uint8(0))


def _first(where: npt.NDArray[np.bool_]) -> tuple[int, int] | None:
    """X and y of the first true pixel, row by row."""
    if not where.any():
        return None
    y, x = divmod(int(np.argmax(where)), where.shape[1])
    return x, y
