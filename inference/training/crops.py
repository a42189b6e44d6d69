"""Training batches: random crops of rendered surfaces, turned, blurred and relit."""

from collections.abc import Iterator

import cv2
import numpy as np
import numpy.typing as npt

from inference.normalise import INPUT_CHANNELS, normalise
from inference.rendering.fields import FloatArray
from inference.training.render_cache import RenderCache


def crop_batches(
    cache: RenderCache, *, crop: int, batch: int, rng: np.random.Generator
) -> Iterator[tuple[FloatArray, npt.NDArray[np.int64]]]:
    """One epoch: each surface once in random order; the last incomplete batch is left out.

    Yields
    ------
    images (batch, 2, crop, crop) as the model takes them, and masks (batch, crop, crop)

    """
    order = rng.permutation(len(cache.masks))
    for start in range(0, len(order) - batch + 1, batch):
        images = np.empty((batch, INPUT_CHANNELS, crop, crop), dtype=np.float32)
        masks = np.empty((batch, crop, crop), dtype=np.int64)
        for slot, number in enumerate(order[start : start + batch]):
            images[slot], masks[slot] = _crop(cache.pixels[number], cache.masks[number], crop, rng)
        yield images, masks


def _crop(
    pixels: npt.NDArray[np.uint8], mask: npt.NDArray[np.uint8], crop: int, rng: np.random.Generator
) -> tuple[FloatArray, npt.NDArray[np.uint8]]:
    height, width = mask.shape
    top, left = rng.integers(0, height - crop + 1), rng.integers(0, width - crop + 1)
    # Normalised before it is cut: in use the median is that of the whole image, too.
    image = normalise(pixels)[:, top : top + crop, left : left + crop]
    piece = mask[top : top + crop, left : left + crop]
    turns, flip = int(rng.integers(4)), bool(rng.integers(2))
    image, piece = np.rot90(image, turns, axes=(1, 2)), np.rot90(piece, turns)
    if flip:
        image, piece = image[:, :, ::-1], piece[:, ::-1]
    return _relight(np.ascontiguousarray(image), rng), piece


def _relight(image: FloatArray, rng: np.random.Generator) -> FloatArray:
    """Another exposure, contrast, tint, lens and sensor."""
    if rng.random() < 0.35:
        blur = rng.uniform(0.4, 1.2)
        image = np.stack([cv2.GaussianBlur(plane, (0, 0), blur) for plane in image])
    contrast = np.exp(rng.normal(0.0, 0.15))
    tint = np.exp(rng.normal(0.0, 0.08, (INPUT_CHANNELS, 1, 1)))
    level = rng.normal(0.0, 0.04) + rng.normal(0.0, 0.02, (INPUT_CHANNELS, 1, 1))
    noise = rng.standard_normal(image.shape, dtype=np.float32) * rng.uniform(0.0, 0.03)
    relit: FloatArray = ((1.0 + image) * (1.0 + level) - 1.0) * (contrast * tint) + noise
    return relit.astype(np.float32)
