import numpy as np
import pytest

from inference.errors import EvaluationError
from inference.same_decisions import same_decisions
from inference.segmenter import Segmenter


def surface(dark):
    pixels = np.full((32, 32, 3), 100, dtype=np.uint8)
    pixels[4:14, 4:14] = dark
    return pixels


def test_a_model_agrees_with_itself(segmenter):
    found = same_decisions([surface(50), surface(100)], segmenter, segmenter)
    assert (found.images, found.pixels, found.worst_image) == (2, 1.0, 1.0)
    assert found.largest_change == 0.0
    # One stain on two images.
    assert found.metric_means["stain_count"] == (0.5, 0.5)


def test_a_stain_that_only_one_sees_is_counted_in_pixels_and_means(make_model):
    # At half the median p(stain) = 0.982, at 0.7 of it 1 / (1 + exp(0)) = 0.5.
    open_eyed = Segmenter(make_model(thresholds={"scratch": 0.5, "stain": 0.4}))
    strict = Segmenter(make_model("strict.onnx", thresholds={"scratch": 0.5, "stain": 0.9}))
    found = same_decisions([surface(50), surface(70)], open_eyed, strict)
    # The second image's 10 x 10 pixels of 1024.
    assert found.worst_image == pytest.approx(1 - 100 / 1024)
    assert found.pixels == pytest.approx(1 - 50 / 1024)
    assert found.metric_means["stain_count"] == (1.0, 0.5)
    assert found.largest_change == pytest.approx(0.5)


def test_a_mean_that_was_zero_has_changed_beyond_measure(make_model):
    blind = Segmenter(make_model(thresholds={"scratch": 0.5, "stain": 0.99}))
    seeing = Segmenter(make_model("seeing.onnx"))
    assert same_decisions([surface(50)], blind, seeing).largest_change == float("inf")


def test_no_image_is_no_comparison(segmenter):
    with pytest.raises(EvaluationError, match="no image to compare"):
        same_decisions([], segmenter, segmenter)
