import numpy as np
import pytest

from inference.normalise import normalise


def surface(red, green, blue=9, shape=(6, 8)):
    return np.full((*shape, 3), (blue, green, red), dtype=np.uint8)


def test_a_uniform_surface_is_zero_whatever_its_brightness():
    for red, green in ((104, 36), (52, 18), (200, 70)):
        assert np.all(normalise(surface(red, green)) == 0.0)


def test_red_comes_first_then_green_and_blue_is_ignored():
    pixels = surface(100, 40)
    pixels[0, 0] = (255, 60, 50)
    planes = normalise(pixels)
    assert planes.shape == (2, 6, 8)
    assert planes.dtype == np.float32
    # By hand: 50 / 100 - 1 and 60 / 40 - 1.
    assert planes[:, 0, 0].tolist() == [-0.5, 0.5]
    assert np.count_nonzero(planes) == 2


@pytest.mark.parametrize("shape", [(1, 1), (3, 5), (4, 5), (64, 48)])
def test_each_channel_is_divided_by_numpys_median(shape):
    rng = np.random.default_rng(11)
    pixels = rng.integers(1, 256, (*shape, 3), dtype=np.uint8)
    planes = normalise(pixels)
    for plane, channel in zip(planes, (2, 1), strict=True):
        values = pixels[..., channel].astype(np.float64)
        assert np.allclose(plane, values / np.median(values) - 1.0, atol=1e-6)


def test_a_black_image_stays_finite():
    assert np.all(normalise(surface(0, 0, 0)) == -1.0)


def test_a_median_below_one_counts_as_one():
    pixels = surface(0, 0)
    pixels[0, 0] = (0, 3, 2)
    assert normalise(pixels)[:, 0, 0].tolist() == [1.0, 2.0]


@pytest.mark.parametrize(
    "pixels",
    [
        np.zeros((4, 4), dtype=np.uint8),
        np.zeros((4, 4, 4), dtype=np.uint8),
        np.zeros((4, 4, 3), dtype=np.float32),
    ],
)
def test_other_arrays_are_refused_with_what_was_given(pixels):
    with pytest.raises(ValueError, match=r"pixels must be uint8 \(H, W, 3\), got"):
        normalise(pixels)
