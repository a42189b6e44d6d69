import cv2
import numpy as np
import pytest

from inference.quality import image_statistics
from inference.segmenter import Segmentation


def segmentation(shape=(40, 40)):
    mask = np.zeros(shape, dtype=np.uint8)
    mask[:10] = 2
    confidence = np.full(shape, 0.75, dtype=np.float32)
    confidence[:20] = 0.25
    return Segmentation(mask, confidence, 1.0, 0.25, {})


def test_an_even_grey_picture():
    statistics = image_statistics(np.full((40, 40, 3), 90, dtype=np.uint8), segmentation())
    assert (statistics.brightness, statistics.contrast, statistics.focus) == (90.0, 0.0, 0.0)
    assert statistics.mean_confidence == pytest.approx(0.5)
    assert statistics.background_share == pytest.approx(0.75)
    assert statistics.entropy == 0.25


def test_half_black_half_white_has_contrast_127_5():
    pixels = np.zeros((40, 40, 3), dtype=np.uint8)
    pixels[:, 20:] = 255
    statistics = image_statistics(pixels, segmentation())
    assert (statistics.brightness, statistics.contrast) == (127.5, 127.5)
    # The Laplacian is 255 in one column, -255 in the next and 0 in the other 38 of 40.
    assert statistics.focus == pytest.approx(255**2 * 2 / 40)


def test_blur_lowers_the_focus():
    sharp = np.random.default_rng(5).integers(0, 256, (40, 40, 3), dtype=np.uint8)
    blurred = cv2.GaussianBlur(sharp, (0, 0), 2)
    assert (
        image_statistics(blurred, segmentation()).focus
        < 0.1 * image_statistics(sharp, segmentation()).focus
    )
