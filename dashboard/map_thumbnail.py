"""A location map as a tiny picture: one pixel a cell, enlarged by the browser."""

from base64 import b64encode

import numpy as np

from dashboard.figures.palette import palette
from dashboard.location_measures import FloatArray
from inference.overlay import encode_png


def thumbnail(values: FloatArray, *, top: float, theme: str) -> str:
    """Return `values[row, column]`, from 0 to `top`, as the address of a picture within a page."""
    heat = np.array(
        [[int(colour[at : at + 2], 16) for at in (5, 3, 1)] for colour in palette(theme).heat],
        dtype=np.float64,
    )
    place = np.clip(values / top if top > 0 else values * 0.0, 0.0, 1.0) * (len(heat) - 1)
    steps = np.arange(len(heat))
    channels = [np.interp(place, steps, heat[:, channel]) for channel in range(3)]
    pixels = np.rint(np.stack(channels, axis=-1)).astype(np.uint8)
    return f"data:image/png;base64,{b64encode(encode_png(pixels)).decode('ascii')}"
