import cv2
import numpy as np
import pytest

from inference.picture import COMMON_SIDE, picture_statistics

NOISE = np.random.default_rng(5).integers(0, 256, (320, 320, 3), dtype=np.uint8)


def test_half_black_half_white_has_contrast_127_5():
    pixels = np.zeros((40, 40, 3), dtype=np.uint8)
    pixels[:, 20:] = 255
    statistics = picture_statistics(pixels)
    assert (statistics.brightness, statistics.contrast) == (127.5, 127.5)
    # The Laplacian is 255 in one column, -255 in the next and 0 in the other 38 of 40.
    assert statistics.focus == statistics.sharpness == pytest.approx(255**2 * 2 / 40)
    assert (statistics.dark_share, statistics.saturated_share) == (0.5, 0.5)
    # Every row repeats the one above; of 25 blocks 10 are black, 10 white, 5 have the edge.
    assert (statistics.repeated_share, statistics.flat_share) == (1.0, 0.4)
    assert statistics.chroma == 0.0


def test_noise_has_no_neighbours_and_a_variance_of_the_laplacian_of_20():
    # Weights 1, 1, 1, 1 and -4: the variance of noise is multiplied by 4 + 16.
    statistics = picture_statistics(NOISE)
    assert statistics.noise_share == 1.0
    assert statistics.focus == pytest.approx(20 * statistics.contrast**2, rel=0.03)


def test_blur_takes_sharpness_and_noise_does_not_bring_detail_back():
    blurred = cv2.GaussianBlur(NOISE, (0, 0), 10)
    grainy = np.clip(blurred + np.random.default_rng(6).normal(0, 3, NOISE.shape), 0, 255)
    sharp, soft, noisy = map(picture_statistics, (NOISE, blurred, grainy.astype(np.uint8)))
    assert soft.sharpness < 3 < sharp.sharpness
    assert noisy.sharpness > 10 * soft.sharpness
    assert noisy.detail < 25 < sharp.detail


def test_the_scale_of_the_camera_does_not_count():
    surface = cv2.GaussianBlur(NOISE, (0, 0), 1.5)
    twice = cv2.resize(surface, None, fx=2, fy=2, interpolation=cv2.INTER_NEAREST)
    one, two = picture_statistics(surface), picture_statistics(twice)
    assert two.sharpness == pytest.approx(one.sharpness)
    assert two.detail == pytest.approx(one.detail)
    assert two.repeated_share == 0.0
    assert surface.shape[0] == COMMON_SIDE


def test_chroma_is_the_distance_of_the_outer_channels():
    # Gold of (blue, green, red) = (8, 36, 104).
    assert picture_statistics(np.full((32, 32, 3), (8, 36, 104), np.uint8)).chroma == 96.0


@pytest.mark.parametrize("shape", [(1, 1, 3), (1, 400, 3), (16, 16, 3), (17, 323, 3), (900, 7, 3)])
def test_any_size_has_statistics(shape):
    statistics = picture_statistics(np.full(shape, 100, dtype=np.uint8))
    assert statistics.brightness == pytest.approx(100.0)
    assert statistics.flat_share == 1.0
