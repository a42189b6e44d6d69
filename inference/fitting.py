"""Image sizes: scaled into what a model was made for, filled up to what it can divide."""

import cv2
import numpy as np
import numpy.typing as npt

from inference.model_contract import SIDE_MULTIPLE


def fit_into(pixels: npt.NDArray[np.uint8], input_size: tuple[int, int]) -> npt.NDArray[np.uint8]:
    """The image scaled, aspect kept, to the largest size within (height, width) `input_size`.

    Examples
    --------
    >>> fit_into(np.zeros((100, 50, 3), dtype=np.uint8), (320, 320)).shape
    (320, 160, 3)

    """
    height, width = pixels.shape[:2]
    scale = min(input_size[0] / height, input_size[1] / width)
    target = (max(round(width * scale), 1), max(round(height * scale), 1))
    if target == (width, height):
        return pixels
    # Averaging when shrinking, so that a thin scratch fades instead of vanishing between samples.
    method = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(pixels, target, interpolation=method), dtype=np.uint8)


def fill_up(planes: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """The planes (C, H, W) with bottom and right reflected up to multiples of 16.

    Examples
    --------
    >>> fill_up(np.zeros((2, 30, 32), dtype=np.float32)).shape
    (2, 32, 32)

    """
    _, height, width = planes.shape
    missing = (-height % SIDE_MULTIPLE, -width % SIDE_MULTIPLE)
    if missing == (0, 0):
        return planes
    return np.pad(planes, ((0, 0), (0, missing[0]), (0, missing[1])), mode="reflect")
