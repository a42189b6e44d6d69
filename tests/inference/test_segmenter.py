import hashlib
import math

import numpy as np
import pytest

from inference.errors import ImageRefusedError
from inference.segmenter import Segmenter, default_model_path


def surface(height=32, width=32, level=100):
    return np.full((height, width, 3), level, dtype=np.uint8)


def test_dark_is_stain_and_bright_is_scratch(segmenter):
    pixels = surface()
    pixels[4:10, 4:10] = 50
    pixels[20, 2:30] = 200
    expected = np.zeros((32, 32), dtype=np.uint8)
    expected[4:10, 4:10] = 2
    expected[20, 2:30] = 1
    found = segmenter.segment(pixels)
    assert found.mask.dtype == np.uint8
    assert np.array_equal(found.mask, expected)
    # Logits 0, -16 and 4 at half the median; see the model's description.
    assert math.isclose(found.confidence[5, 5], 1 / (1 + math.exp(-4)), rel_tol=1e-4)
    assert found.confidence.dtype == np.float32
    assert found.inference_ms > 0


def test_the_same_picture_gives_the_same_result_bit_for_bit(segmenter):
    pixels = np.random.default_rng(0).integers(0, 256, (32, 32, 3), dtype=np.uint8)
    first, second = segmenter.segment(pixels), segmenter.segment(pixels)
    assert np.array_equal(first.mask, second.mask)
    assert np.array_equal(first.confidence, second.confidence)


def test_model_id_is_the_hash_of_the_file_and_the_contract_its_own(make_model):
    path = make_model(thresholds={"scratch": 0.25, "stain": 0.75})
    segmenter = Segmenter(path, threads=2)
    assert segmenter.model_id == hashlib.sha256(path.read_bytes()).hexdigest()
    assert segmenter.contract.thresholds == {"scratch": 0.25, "stain": 0.75}


def test_a_file_swapped_after_loading_is_not_used(make_model):
    path = make_model()
    segmenter = Segmenter(path)
    path.write_bytes(b"something else")
    pixels = surface()
    pixels[4:10, 4:10] = 50
    assert (segmenter.segment(pixels).mask == 2).sum() == 36


def test_a_larger_image_is_scaled_and_its_mask_scaled_back(segmenter):
    pixels = surface(64, 64)
    pixels[8:20, 40:52] = 50
    found = segmenter.segment(pixels)
    expected = np.zeros((64, 64), dtype=np.uint8)
    expected[8:20, 40:52] = 2
    assert np.array_equal(found.mask, expected)
    assert found.confidence.shape == (64, 64)


@pytest.mark.parametrize("size", [(24, 32), (32, 24), (16, 64), (64, 16), (100, 30), (17, 33)])
def test_other_sides_keep_their_aspect_and_their_places(segmenter, size):
    height, width = size
    pixels = surface(height, width)
    pixels[: height // 2, : width // 2] = 50
    mask = segmenter.segment(pixels).mask
    assert mask.shape == size
    # One stained quarter, give or take the pixels on its border that scaling mixes.
    assert mask[: height // 2 - 4, : width // 2 - 4].min(initial=2) == 2
    assert mask[height // 2 + 4 :].max(initial=0) == 0
    assert mask[:, width // 2 + 4 :].max(initial=0) == 0


def test_an_extreme_strip_does_not_fail(segmenter):
    assert segmenter.segment(surface(1, 500)).mask.shape == (1, 500)


def test_the_minimum_area_holds_at_the_scale_of_the_model(make_model):
    pixels = surface(64, 64)
    pixels[8:16, 8:16] = 50  # 64 pixels here, 16 at the model's scale
    kept = Segmenter(make_model(minimum_area={"scratch": 1, "stain": 16})).segment(pixels)
    dropped = Segmenter(make_model(minimum_area={"scratch": 1, "stain": 17})).segment(pixels)
    assert (kept.mask == 2).sum() == 64
    assert not dropped.mask.any()
    assert dropped.confidence[10, 10] < 0.02


def test_infinite_probabilities_refuse_the_image(make_model):
    # Logit 3e38 x 3 overflows to infinity, and softmax makes NaN of it.
    segmenter = Segmenter(make_model(scale=3e38))
    pixels = surface(level=50)
    pixels[0, 0] = 200
    with pytest.raises(ImageRefusedError, match="NaN or infinity") as refused:
        segmenter.segment(pixels)
    assert refused.value.reason == "NON_FINITE"


def test_the_shipped_model_lies_in_the_package():
    assert default_model_path().parts[-3:] == ("inference", "models", "heat_sink_fast.onnx")
