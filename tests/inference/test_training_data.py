import numpy as np
import pytest

from inference.classes import CLASS_NAMES
from inference.model_contract import ModelContract
from inference.rendering.planning import plan_surface
from inference.rendering.render import render_surface
from inference.training.calibrate import calibrate, merit
from inference.training.crops import crop_batches
from inference.training.render_cache import RenderCache, render_many

CONTRACT = ModelContract(
    name="test",
    classes=CLASS_NAMES,
    input_size=(320, 320),
    thresholds={"scratch": 0.5, "stain": 0.5},
    minimum_area={"scratch": 20, "stain": 20},
)


def test_a_surface_of_the_cache_depends_on_seed_and_number_only():
    cache = render_many(3, 8)
    assert cache.pixels.shape == (3, 320, 320, 3)
    rng = np.random.default_rng([8, 2])
    expected = render_surface(plan_surface(rng), rng)
    assert np.array_equal(cache.pixels[2], expected.pixels)
    assert np.array_equal(cache.masks[2], expected.mask)


def test_progress_reaches_the_number_of_renders():
    seen = []
    render_many(2, 8, report=seen.append)
    assert seen[-1] == 2


def split_surfaces(n):
    """Surfaces whose stain is exactly the part that is much darker than the median."""
    rng = np.random.default_rng(1)
    pixels = np.full((n, 320, 320, 3), (8, 40, 120), dtype=np.uint8)
    masks = np.zeros((n, 320, 320), dtype=np.uint8)
    for surface, mask in zip(pixels, masks, strict=True):
        x, y = rng.integers(0, 200, 2)
        mask[y : y + 90, x : x + 60] = 2
        surface[mask == 2] = (4, 10, 30)
    return RenderCache(pixels, masks)


def test_crops_turn_image_and_mask_alike():
    cache = split_surfaces(24)
    batches = list(crop_batches(cache, crop=96, batch=8, rng=np.random.default_rng(3)))
    assert len(batches) == 3
    agreement = []
    for images, masks in batches:
        assert images.shape == (8, 2, 96, 96)
        assert images.dtype == np.float32
        assert masks.shape == (8, 96, 96)
        agreement.append(((images[:, 0] < -0.35) == (masks == 2)).mean())
    # A turn of the mask but not of the image would leave some 70 %.
    assert np.mean(agreement) > 0.97


def test_an_epoch_leaves_out_the_incomplete_batch():
    batches = list(crop_batches(split_surfaces(7), crop=32, batch=3, rng=np.random.default_rng(3)))
    assert len(batches) == 2


def blob(planes, number, rows, columns, value):
    planes[number, rows, columns] = value
    planes[0] = 1 - planes[1] - planes[2]


def test_calibration_finds_the_threshold_between_true_and_false_stains():
    mask = np.zeros((64, 64), dtype=np.uint8)
    mask[10:20, 10:20] = 2
    planes = np.zeros((3, 64, 64), dtype=np.float32)
    blob(planes, 2, slice(10, 20), slice(10, 20), 0.62)
    blob(planes, 2, slice(40, 50), slice(40, 50), 0.42)
    found = calibrate(CONTRACT, [planes], [mask])
    # The true stain has 0.62, the false one 0.42: any threshold between is right.
    assert 0.42 < found.thresholds["stain"] <= 0.62
    # By hand: IoU 1 and object F1 1.
    assert merit(found, 2, [planes], [mask]) == pytest.approx(2.0)


def test_calibration_drops_false_specks_by_their_size():
    mask = np.zeros((64, 64), dtype=np.uint8)
    mask[10:20, 10:20] = 2
    planes = np.zeros((3, 64, 64), dtype=np.float32)
    blob(planes, 2, slice(10, 20), slice(10, 20), 0.9)
    for column in range(30, 60, 10):
        # 5 x 6 = 30 px each, as probable as the stain itself.
        blob(planes, 2, slice(40, 45), slice(column, column + 6), 0.9)
    found = calibrate(CONTRACT, [planes], [mask])
    assert 30 < found.minimum_area["stain"] <= 100


def test_where_nothing_is_drawn_or_found_the_merit_is_zero():
    planes = np.zeros((3, 32, 32), dtype=np.float32)
    planes[0] = 1.0
    assert merit(CONTRACT, 1, [planes], [np.zeros((32, 32), dtype=np.uint8)]) == 0.0
