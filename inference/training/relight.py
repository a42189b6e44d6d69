"""Another exposure, contrast, tint, shading, lens and sensor for a training crop."""

import cv2
import numpy as np
import numpy.typing as npt

from inference.normalise import INPUT_CHANNELS

FloatArray = npt.NDArray[np.float32]

_POOL = 1 << 21
# Shares and ranges; those of the shading are what is seen on real surfaces.
_BLURRED, _BLUR = 0.3, (0.4, 1.2)
_CONTRAST, _TINT, _LEVEL, _LEVEL_TINT, _SHADING = 0.15, 0.08, 0.04, 0.02, 0.04
_NOISE = 0.03


def noise_pool(rng: np.random.Generator) -> FloatArray:
    """Normal deviates to take noise from: drawing them anew for each crop takes half its time."""
    return rng.standard_normal(_POOL, dtype=np.float32)


def relight(image: FloatArray, pool: FloatArray, rng: np.random.Generator) -> None:
    """Change `image` (2, H, W), red and green over their medians minus 1, in place.

    Parameters
    ----------
    image
        The crop.
    pool
        As `noise_pool` gives it, more values than the crop has.
    rng
        Decides how the crop is changed.

    """
    _, height, width = image.shape
    if rng.random() < _BLURRED:
        blur = rng.uniform(*_BLUR)
        for plane in image:
            cv2.GaussianBlur(plane, (0, 0), blur, dst=plane)
    contrast = np.exp(rng.normal(0.0, _CONTRAST))
    tints = np.exp(rng.normal(0.0, _TINT, INPUT_CHANNELS))
    level = rng.normal(0.0, _LEVEL)
    levels = 1.0 + level + rng.normal(0.0, _LEVEL_TINT, INPUT_CHANNELS)
    across, down = rng.normal(0.0, _SHADING, 2)
    shading = (
        1.0
        + down * np.linspace(-1.0, 1.0, height, dtype=np.float32)[:, np.newaxis]
        + across * np.linspace(-1.0, 1.0, width, dtype=np.float32)
    ).astype(np.float32)
    noise = np.float32(rng.uniform(0.0, _NOISE))
    for channel in range(INPUT_CHANNELS):
        plane, start = image[channel], int(rng.integers(pool.size - image[channel].size))
        plane += 1.0
        plane *= shading * np.float32(levels[channel])
        plane -= 1.0
        plane *= np.float32(contrast * tints[channel])
        plane += noise * pool[start : start + plane.size].reshape(height, width)
