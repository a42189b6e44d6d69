"""Labelled images kept in memory, one byte a value; their sizes may differ."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True, slots=True)
class Samples:
    """Images and what is marked on them.

    Attributes
    ----------
    pixels
        One array (H, W, 3) an image, uint8, in the order blue, green, red.
    masks
        One array (H, W) an image, uint8: `DefectClass`, or 255 where nobody judged.

    """

    pixels: tuple[npt.NDArray[np.uint8], ...]
    masks: tuple[npt.NDArray[np.uint8], ...]

    def __len__(self) -> int:
        """Number of images."""
        return len(self.masks)

    def chosen(self, numbers: Sequence[int]) -> Self:
        """The images of these numbers, in their order.

        Examples
        --------
        >>> surface, mask = np.zeros((2, 2, 3), dtype=np.uint8), np.zeros((2, 2), dtype=np.uint8)
        >>> len(Samples((surface,) * 5, (mask,) * 5).chosen(range(0, 5, 2)))
        3

        """
        return type(self)(
            tuple(self.pixels[number] for number in numbers),
            tuple(self.masks[number] for number in numbers),
        )

    def digest(self) -> str:
        """SHA-256 over all sizes, pixels and masks, as 64 hexadecimal digits."""
        digest = hashlib.sha256()
        for pixels, mask in zip(self.pixels, self.masks, strict=True):
            digest.update(repr(mask.shape).encode())
            digest.update(np.ascontiguousarray(pixels).data)
            digest.update(np.ascontiguousarray(mask).data)
        return digest.hexdigest()
