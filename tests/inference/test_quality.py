import numpy as np
import pytest

from inference.picture import picture_statistics
from inference.quality import image_statistics
from inference.segmenter import Segmentation


def segmentation(shape=(40, 40)):
    mask = np.zeros(shape, dtype=np.uint8)
    mask[:10] = 2
    confidence = np.full(shape, 0.75, dtype=np.float32)
    confidence[:20] = 0.25
    return Segmentation(mask, confidence, 1.0, 0.25, {})


def test_an_image_has_the_statistics_of_its_picture_and_of_what_the_model_made_of_it():
    picture = picture_statistics(np.full((40, 40, 3), 90, dtype=np.uint8))
    statistics = image_statistics(picture, segmentation())
    assert (statistics.brightness, statistics.contrast, statistics.focus) == (90.0, 0.0, 0.0)
    assert statistics.mean_confidence == pytest.approx(0.5)
    assert statistics.background_share == pytest.approx(0.75)
    assert statistics.entropy == 0.25
