"""Training batches: each depends on seed, epoch and number only, so that a run can be resumed."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import numpy.typing as npt

from inference.classes import DEFECT_CLASSES
from inference.normalise import INPUT_CHANNELS, normalise
from inference.training.placement import FloatArray, cut
from inference.training.relight import noise_pool, relight
from inference.training.samples import Samples

Batch = tuple[FloatArray, npt.NDArray[np.int64]]

_ORDER, _CROPS, _POOL, _PLACES = 1, 2, 3, 4
# Places remembered for each class and image.
_REMEMBERED = 64


class Batches:
    """Crops of labelled images, in random order.

    Parameters
    ----------
    samples
        What to learn from: each image is visited `visits` times an epoch.
    others
        Images that take the place of some, such as renders beside a plant's own few; may be
        empty.
    share
        Share of the crops that come from `others`.
    aimed
        Share of the crops that are placed so that they hold a defect, scratch and stain alike
        where the image has both; the rest lie anywhere.
    crop, batch
        Side in pixels, and number of the crops of one step.
    seed
        Of order, places and changes.

    """

    def __init__(
        self,
        samples: Samples,
        *,
        others: Samples,
        share: float,
        aimed: float,
        crop: int,
        batch: int,
        visits: int,
        seed: int,
    ) -> None:
        self._samples = Samples(samples.pixels + others.pixels, samples.masks + others.masks)
        self._own = len(samples)
        self._share = share if len(others) else 0.0
        self._aimed, self._crop, self._batch = aimed, crop, batch
        self._visits, self._seed = visits, seed
        self._pool = noise_pool(np.random.default_rng([seed, _POOL]))
        places = np.random.default_rng([seed, _PLACES])
        self._places = [_defect_places(mask, places) for mask in self._samples.masks]

    def __len__(self) -> int:
        """Batches in an epoch; the last incomplete one is left out."""
        return self._own * self._visits // self._batch

    def epoch(self, epoch: int, first: int) -> Iterator[Batch]:
        """The batches of an epoch from number `first` on, made one ahead in the background.

        Yields
        ------
        images (batch, 2, crop, crop) as the model takes them, and masks (batch, crop, crop)

        """
        rng = np.random.default_rng([self._seed, _ORDER, epoch])
        order = rng.permutation(np.repeat(np.arange(self._own), self._visits))
        with ThreadPoolExecutor(max_workers=1) as ahead:
            coming = ahead.submit(self._make, order, epoch, first)
            for number in range(first, len(self)):
                ready = coming.result()
                if number + 1 < len(self):
                    coming = ahead.submit(self._make, order, epoch, number + 1)
                yield ready

    def _make(self, order: npt.NDArray[np.int64], epoch: int, number: int) -> Batch:
        rng = np.random.default_rng([self._seed, _CROPS, epoch, number])
        images = np.empty((self._batch, INPUT_CHANNELS, self._crop, self._crop), dtype=np.float32)
        masks = np.empty((self._batch, self._crop, self._crop), dtype=np.int64)
        for slot, own in enumerate(order[number * self._batch :][: self._batch]):
            other = rng.random() < self._share
            chosen = int(rng.integers(self._own, len(self._samples))) if other else int(own)
            # Normalised before it is cut: in use the median is that of the whole image, too.
            planes = normalise(self._samples.pixels[chosen])
            mask = self._samples.masks[chosen]
            image, masks[slot] = cut(planes, mask, self._centre(chosen, rng), self._crop, rng)
            relight(image, self._pool, rng)
            images[slot] = image
        return images, masks

    def _centre(self, number: int, rng: np.random.Generator) -> tuple[float, float]:
        """Row and column for the middle of a crop."""
        classes = self._places[number]
        if classes and rng.random() < self._aimed:
            places = classes[int(rng.integers(len(classes)))]
            row, column = places[int(rng.integers(len(places)))]
            reach = self._crop / 2.0 - 1.0
            near = rng.uniform(-reach, reach, 2)
            return row + near[0], column + near[1]
        height, width = self._samples.masks[number].shape
        half = self._crop / 2.0
        # Every place where the crop fits is equally likely.
        row = half + rng.random() * max(height - self._crop, 0)
        return row, half + rng.random() * max(width - self._crop, 0)


def _defect_places(
    mask: npt.NDArray[np.uint8], rng: np.random.Generator
) -> tuple[npt.NDArray[np.intp], ...]:
    """Some rows and columns (n, 2) of each defect class that occurs."""
    places = (np.argwhere(mask == defect_class) for defect_class in DEFECT_CLASSES)
    return tuple(
        rng.choice(found, size=min(_REMEMBERED, len(found)), replace=False)
        for found in places
        if len(found)
    )
