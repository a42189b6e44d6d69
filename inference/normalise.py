"""Pixels to the model's input: each colour relative to the typical brightness of its own image."""

from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

INPUT_CHANNELS: Final = 2
_RED_BGR: Final = 2
_GREEN_BGR: Final = 1


def normalise(pixels: npt.NDArray[np.uint8]) -> npt.NDArray[np.float32]:
    """Red and green, each divided by its median over the image, minus 1.

    Dividing by the median takes out lamp and exposure, which differ from part to part by more than
    a stain darkens the surface. Blue is left out: on gold it hardly carries the surface (3 % of
    the signal of red).

    Parameters
    ----------
    pixels : shape (H, W, 3)
        Colours in the order blue, green, red.

    Returns
    -------
    shape (2, H, W)
        0 where a pixel is as bright as the median, −1 where it is black. A median of 0 counts
        as 1, so an all-black image stays finite.

    Examples
    --------
    >>> normalise(np.full((2, 2, 3), 80, dtype=np.uint8)).tolist()
    [[[0.0, 0.0], [0.0, 0.0]], [[0.0, 0.0], [0.0, 0.0]]]

    """
    if pixels.ndim != 3 or pixels.shape[2] != 3 or pixels.dtype != np.uint8:
        raise ValueError(f"pixels must be uint8 (H, W, 3), got {pixels.dtype} {pixels.shape}")
    height, width = pixels.shape[:2]
    planes = np.empty((INPUT_CHANNELS, height, width), dtype=np.float32)
    for plane, channel in zip(planes, (_RED_BGR, _GREEN_BGR), strict=True):
        cv2.LUT(cv2.extractChannel(pixels, channel), _table(pixels, channel), dst=plane)
    return planes


def _table(pixels: npt.NDArray[np.uint8], channel: int) -> npt.NDArray[np.float32]:
    """The 256 possible results, shape (256,): cheaper than dividing each pixel."""
    median = max(_median(pixels, channel), 1.0)
    return (np.arange(256, dtype=np.float64) / median - 1.0).astype(np.float32)


def _median(pixels: npt.NDArray[np.uint8], channel: int) -> float:
    """Median of one colour from its histogram: the mean of the two middle values if even."""
    counts = cv2.calcHist([pixels], [channel], None, [256], [0.0, 256.0])
    cumulative = np.cumsum(counts.ravel().astype(np.int64))
    total = int(cumulative[-1])
    lower = np.searchsorted(cumulative, (total - 1) // 2, side="right")
    upper = np.searchsorted(cumulative, total // 2, side="right")
    return float(lower + upper) / 2.0
