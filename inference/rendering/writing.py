"""Rendered surfaces as a folder of images and masks."""

from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from inference.classes import DefectClass
from inference.errors import DatasetError
from inference.rendering.planning import plan_surface
from inference.rendering.render import RenderedSurface, render_surface

# Blue, green, red of each class in the label images of the published data set, which are those of
# labelme: (R, G, B) is (128, 0, 0) for a scratch and (0, 128, 0) for a stain.
_LABEL_COLOURS = {DefectClass.SCRATCH: (0, 0, 128), DefectClass.STAIN: (0, 128, 0)}
# Names have at least so many digits, so that they sort as numbers.
_DIGITS = 4


def write_renders(
    folder: Path, n: int, seed: int, progress: Callable[[int, int], None] | None = None
) -> None:
    """Render `n` surfaces into `folder`, in two layouts.

    `images/0000.png` with `masks/0000.png`, whose values are those of `DefectClass`; and, as in
    the published data set, `jsons/0000_json/img.png` with `jsons/0000_json/label.png`, whose
    colours (R, G, B) are (128, 0, 0) for a scratch and (0, 128, 0) for a stain. Surface i depends
    on `seed` and i only.

    Parameters
    ----------
    folder
        Made where it is missing; must be empty where it is not.
    n
        At least 1.
    seed
        Not negative.
    progress
        Called with the number of surfaces written and `n`.

    Raises
    ------
    DatasetError
        `n` or `seed` is out of range, the folder holds something, or a file cannot be written.

    """
    if n < 1 or seed < 0:
        raise DatasetError(f"n must be at least 1 and seed at least 0, got {n} and {seed}")
    _must_be_free(folder)
    digits = max(_DIGITS, len(str(n - 1)))
    for number in range(n):
        _write_surface(folder, f"{number:0{digits}d}", rendered_surface(seed, number))
        if progress is not None:
            progress(number + 1, n)


def rendered_surface(seed: int, number: int) -> RenderedSurface:
    """Surface `number` of the set that belongs to `seed`.

    Examples
    --------
    >>> rendered_surface(1, 5).mask.shape
    (320, 320)

    """
    rng = np.random.default_rng([seed, number])
    return render_surface(plan_surface(rng), rng)


def _must_be_free(folder: Path) -> None:
    """Refuse a file, and a folder in which renders would be mixed with something else."""
    if folder.exists() and not folder.is_dir():
        raise DatasetError(f"cannot render into {folder}: it is a file; name a folder")
    try:
        occupied = folder.is_dir() and any(folder.iterdir())
    except OSError as error:
        raise DatasetError(f"cannot read {folder}: {error.strerror}") from error
    if occupied:
        raise DatasetError(
            f"cannot render into {folder}: it is not empty; name a new folder or empty this one"
        )


def _write_surface(folder: Path, name: str, surface: RenderedSurface) -> None:
    """One surface in both layouts."""
    image, mask = _png(surface.pixels), _png(surface.mask)
    export = folder / "jsons" / f"{name}_json"
    for path, encoded in (
        (folder / "images" / f"{name}.png", image),
        (folder / "masks" / f"{name}.png", mask),
        (export / "img.png", image),
        (export / "label.png", _png(_label(surface.mask))),
    ):
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(encoded)
        except OSError as error:
            raise DatasetError(f"cannot write {path}: {error.strerror}") from error


def _label(mask: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    """The mask in colours, shape (H, W, 3), blue first."""
    table = np.zeros((256, 3), dtype=np.uint8)
    for defect, colour in _LABEL_COLOURS.items():
        table[defect] = colour
    return table[mask]


def _png(pixels: npt.NDArray[np.uint8]) -> bytes:
    return bytes(cv2.imencode(".png", pixels)[1])
