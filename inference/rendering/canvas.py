"""The layers a surface is drawn on."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from inference.rendering.fields import FloatArray


@dataclass(frozen=True, slots=True)
class Canvas:
    """Layers of shape (H, W), changed in place by everything that draws.

    Attributes
    ----------
    brightness
        Relative to the part's mean.
    greenness
        Factor of green over what the brightness alone gives.
    mask
        Class of each pixel as an annotator would give it.

    """

    brightness: FloatArray
    greenness: FloatArray
    mask: npt.NDArray[np.uint8]

    @property
    def shape(self) -> tuple[int, int]:
        """Height and width."""
        return self.mask.shape[0], self.mask.shape[1]


def blank_canvas(brightness: FloatArray) -> Canvas:
    """A surface without defects or tint."""
    return Canvas(brightness, np.ones_like(brightness), np.zeros(brightness.shape, dtype=np.uint8))
