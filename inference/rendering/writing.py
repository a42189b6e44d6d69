"""Rendered surfaces as a folder of images and masks."""

from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from inference.errors import DatasetError
from inference.rendering.planning import plan_surface
from inference.rendering.render import render_surface


def write_renders(
    folder: Path, n: int, seed: int, progress: Callable[[int, int], None] | None = None
) -> None:
    """Render `n` surfaces into `folder`; existing files of the same names are replaced.

    Two layouts are written: `images/0000.png` with `masks/0000.png`, and
    `jsons/0000_json/img.png` with `jsons/0000_json/label.png`, the one of the published dataset.
    Mask values are those of `DefectClass`. Surface i depends on `seed` and i only.

    Parameters
    ----------
    folder
        Made where it is missing.
    n
        At least 1.
    seed
        Not negative.
    progress
        Called with the number of surfaces written and `n`.

    Raises
    ------
    DatasetError
        `n` or `seed` is out of range, or a file cannot be written.

    """
    if n < 1 or seed < 0:
        raise DatasetError(f"n must be at least 1 and seed at least 0, got {n} and {seed}")
    for number in range(n):
        rng = np.random.default_rng([seed, number])
        surface = render_surface(plan_surface(rng), rng)
        name = f"{number:04d}"
        _write(folder / "images" / f"{name}.png", surface.pixels)
        _write(folder / "masks" / f"{name}.png", surface.mask)
        _write(folder / "jsons" / f"{name}_json" / "img.png", surface.pixels)
        _write(folder / "jsons" / f"{name}_json" / "label.png", surface.mask)
        if progress is not None:
            progress(number + 1, n)


def _write(path: Path, pixels: npt.NDArray[np.uint8]) -> None:
    encoded = cv2.imencode(".png", pixels)[1]
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(encoded.tobytes())
    except OSError as error:
        raise DatasetError(f"cannot write {path}: {error.strerror}") from error
