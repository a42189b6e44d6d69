"""Where a training crop is cut: turned, mirrored, and at times a little scaled and sheared."""

import math

import cv2
import numpy as np
import numpy.typing as npt

from inference.classes import IGNORE
from inference.normalise import INPUT_CHANNELS

FloatArray = npt.NDArray[np.float32]
ByteArray = npt.NDArray[np.uint8]

# Share of crops that are bent: bending interpolates, and that softens the grain.
_BENT = 0.3
_LOG_SCALE, _SHEAR, _TILT = 0.08, 0.06, math.radians(7.0)


def cut(
    planes: FloatArray,
    mask: ByteArray,
    centre: tuple[float, float],
    crop: int,
    rng: np.random.Generator,
) -> tuple[FloatArray, ByteArray]:
    """A square piece around `centre`, in one of the eight ways to turn and mirror it.

    Parameters
    ----------
    planes : shape (2, H, W)
        As `normalise` gives them.
    mask : shape (H, W)
        The class of each pixel.
    centre
        Row and column that should lie in the middle; moved so that the piece stays inside.
    crop
        Side of the piece in pixels. What lies outside a smaller image is its reflection in the
        image and 255 in the mask, so that nothing is learned there.

    Returns
    -------
    image (2, crop, crop) and mask (crop, crop)

    """
    if rng.random() < _BENT:
        image, piece = _bent(planes, mask, centre, crop, rng)
    else:
        image, piece = _straight(planes, mask, centre, crop)
    turns, flip = int(rng.integers(4)), bool(rng.integers(2))
    image, piece = np.rot90(image, turns, axes=(1, 2)), np.rot90(piece, turns)
    if flip:
        image, piece = image[:, :, ::-1], piece[:, ::-1]
    return np.ascontiguousarray(image), np.ascontiguousarray(piece)


def _straight(
    planes: FloatArray, mask: ByteArray, centre: tuple[float, float], crop: int
) -> tuple[FloatArray, ByteArray]:
    top, left = (
        _start(middle, side, crop) for middle, side in zip(centre, mask.shape, strict=True)
    )
    rows, columns = slice(top, top + crop), slice(left, left + crop)
    image, piece = planes[:, rows, columns], mask[rows, columns]
    below, right = crop - piece.shape[0], crop - piece.shape[1]
    if below or right:
        around = (0, below, 0, right)
        reflected = [cv2.copyMakeBorder(p, *around, cv2.BORDER_REFLECT) for p in image]
        image = np.stack(reflected)
        piece = np.asarray(
            cv2.copyMakeBorder(piece, *around, cv2.BORDER_CONSTANT, value=[IGNORE]), dtype=np.uint8
        )
    return image, piece


def _start(middle: float, side: int, crop: int) -> int:
    """First row or column of a piece that lies inside where it can."""
    return int(min(max(round(middle) - crop // 2, 0), max(side - crop, 0)))


def _bent(
    planes: FloatArray,
    mask: ByteArray,
    centre: tuple[float, float],
    crop: int,
    rng: np.random.Generator,
) -> tuple[FloatArray, ByteArray]:
    start = [_start(middle, side, crop) for middle, side in zip(centre, mask.shape, strict=True)]
    middle = np.array([start[1], start[0]]) + (crop - 1) / 2.0
    scale = math.exp(rng.normal(0.0, _LOG_SCALE))
    tilt = rng.uniform(-_TILT, _TILT)
    shear = rng.normal(0.0, _SHEAR)
    turn = np.array([[math.cos(tilt), -math.sin(tilt)], [math.sin(tilt), math.cos(tilt)]])
    matrix = turn @ np.array([[1.0, shear], [0.0, 1.0]]) / scale
    # From the piece's pixels to the image's.
    shift = middle - matrix @ np.full(2, (crop - 1) / 2.0)
    affine = np.hstack((matrix, shift[:, np.newaxis]))
    size, inverse = (crop, crop), cv2.WARP_INVERSE_MAP
    image = np.empty((INPUT_CHANNELS, crop, crop), dtype=np.float32)
    for plane, target in zip(planes, image, strict=True):
        cv2.warpAffine(
            plane,
            affine,
            size,
            dst=target,
            flags=cv2.INTER_CUBIC | inverse,
            borderMode=cv2.BORDER_REFLECT,
        )
    piece = cv2.warpAffine(
        mask,
        affine,
        size,
        flags=cv2.INTER_NEAREST | inverse,
        borderMode=cv2.BORDER_CONSTANT,
        borderValue=[IGNORE],
    )
    return image, np.asarray(piece, dtype=np.uint8)
