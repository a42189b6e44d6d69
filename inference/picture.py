"""Statistics of a picture, whatever a model makes of it: they tell a dead camera from a clean part.

Grey level, contrast and focus are those of the picture as it is. The others are taken at one scale,
the longer side reduced to 320 pixels: a picture of twice the pixels is not half as sharp.
"""

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

COMMON_SIDE: Final = 320
_DARK: Final = 8
_SATURATED: Final = 254
_BLOCK: Final = 8
_COARSER: Final = 4
_TILES: Final = 4
_TILE_SIDE: Final = 16
_WINDOW: Final = 15
# Grain of a sensor has no correlation from pixel to pixel; a surface seen through a lens has some.
_UNCORRELATED: Final = 0.15

Plane = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class PictureStatistics:
    """What can be said of a picture without a model.

    Attributes
    ----------
    brightness
        Mean grey level, 0 to 255.
    contrast
        Standard deviation of the grey level.
    focus
        Variance of the Laplacian of the grey level, all pixels.
    sharpness
        The same at the common scale: falls when the picture is blurred.
    detail
        The same at a quarter of the common scale: what grain cannot raise, so it falls with a blur
        that a noisy sensor hides, and where nothing is in front of the camera.
    dark_share, saturated_share
        Share of pixels whose brightest channel is at most 8, or at least 254; 0 to 1.
    flat_share
        Share of blocks of 8 by 8 pixels that have one grey level, all of them the same.
    repeated_share
        Share of rows that equal the row above, or of columns that equal the one to the left,
        whichever is larger.
    noise_share
        Share of 4 by 4 tiles in which neighbouring pixels have nothing in common.
    chroma
        Mean difference between the brightest and the darkest channel: 0 for grey, 0 to 255.

    """

    brightness: float
    contrast: float
    focus: float
    sharpness: float
    detail: float
    dark_share: float
    saturated_share: float
    flat_share: float
    repeated_share: float
    noise_share: float
    chroma: float


def picture_statistics(pixels: Plane) -> PictureStatistics:
    """The statistics of one picture.

    Parameters
    ----------
    pixels : shape (H, W, 3)
        Blue, green, red.

    Examples
    --------
    >>> dead = picture_statistics(np.zeros((64, 64, 3), dtype=np.uint8))
    >>> dead.brightness, dead.dark_share, dead.flat_share, dead.repeated_share
    (0.0, 1.0, 1.0, 1.0)

    """
    grey = _grey(pixels)
    mean, deviation = cv2.meanStdDev(grey)
    common = _reduced(pixels)
    small = grey if common is pixels else _grey(common)
    # Channel by channel: an axis of three is the slowest there is.
    blue, green, red = cv2.split(common)
    highest, lowest = cv2.max(cv2.max(blue, green), red), cv2.min(cv2.min(blue, green), red)
    focus = laplacian_variance(grey)
    return PictureStatistics(
        brightness=float(mean[0, 0]),
        contrast=float(deviation[0, 0]),
        focus=focus,
        sharpness=focus if small is grey else laplacian_variance(small),
        detail=laplacian_variance(_coarser(small)),
        dark_share=float((highest <= _DARK).mean()),
        saturated_share=float((highest >= _SATURATED).mean()),
        flat_share=_flat_share(small),
        repeated_share=_repeated_share(small),
        noise_share=_noise_share(small),
        chroma=float(cv2.mean(cv2.subtract(highest, lowest))[0]),
    )


def laplacian_variance(grey: Plane) -> float:
    """Variance of the Laplacian of a picture of grey levels, shape (H, W)."""
    edges = cv2.Laplacian(grey, cv2.CV_16S)
    # The variance from its definition: meanStdDev takes ten times as long on 16 bits.
    variance = cv2.norm(edges, cv2.NORM_L2SQR) / edges.size - cv2.mean(edges)[0] ** 2
    return max(variance, 0.0)


def _grey(pixels: Plane) -> Plane:
    return np.asarray(cv2.cvtColor(pixels, cv2.COLOR_BGR2GRAY), dtype=np.uint8)


def _reduced(pixels: Plane) -> Plane:
    """The picture at the common scale; itself where it is no larger."""
    height, width = pixels.shape[:2]
    scale = COMMON_SIDE / max(height, width)
    if scale >= 1:
        return pixels
    target = (max(round(width * scale), 1), max(round(height * scale), 1))
    return np.asarray(cv2.resize(pixels, target, interpolation=cv2.INTER_AREA), dtype=np.uint8)


def _coarser(grey: Plane) -> Plane:
    height, width = grey.shape
    target = (max(width // _COARSER, 1), max(height // _COARSER, 1))
    return np.asarray(cv2.resize(grey, target, interpolation=cv2.INTER_AREA), dtype=np.uint8)


def _flat_share(grey: Plane) -> float:
    height, width = (max(side // _BLOCK, 1) * _BLOCK for side in grey.shape)
    # Whole blocks only; a side shorter than a block is one.
    whole = grey[:height, :width]
    across = np.maximum.reduceat(whole, range(0, whole.shape[1], _BLOCK), axis=1)
    highest = np.maximum.reduceat(across, range(0, whole.shape[0], _BLOCK), axis=0)
    across = np.minimum.reduceat(whole, range(0, whole.shape[1], _BLOCK), axis=1)
    lowest = np.minimum.reduceat(across, range(0, whole.shape[0], _BLOCK), axis=0)
    flat = highest[highest == lowest]
    # One level: strong JPEG compression leaves flat blocks, too, but of many levels.
    return int(np.bincount(flat, minlength=1).max()) / highest.size


def _repeated_share(grey: Plane) -> float:
    rows = (grey[1:] == grey[:-1]).all(axis=1)
    columns = (grey[:, 1:] == grey[:, :-1]).all(axis=0)
    return float(max(rows.mean() if rows.size else 0.0, columns.mean() if columns.size else 0.0))


def _noise_share(grey: Plane) -> float:
    """Share of tiles without correlation between neighbours, slow shading taken off before."""
    levels = grey.astype(np.float32)
    rough = levels - cv2.blur(levels, (_WINDOW, _WINDOW))
    down = max(1, min(_TILES, grey.shape[0] // _TILE_SIDE))
    across = max(1, min(_TILES, grey.shape[1] // _TILE_SIDE))
    tiles = [
        tile
        for band in np.array_split(rough, down)
        for tile in np.array_split(band, across, axis=1)
    ]
    return sum(_is_noise(tile) for tile in tiles) / len(tiles)


def _is_noise(tile: npt.NDArray[np.float32]) -> bool:
    energy = float((tile**2).mean())
    if energy <= 0.0:
        return False
    beside = float((tile[:, 1:] * tile[:, :-1]).mean()) if tile.shape[1] > 1 else 0.0
    below = float((tile[1:] * tile[:-1]).mean()) if tile.shape[0] > 1 else 0.0
    return max(beside, below) < _UNCORRELATED * energy
