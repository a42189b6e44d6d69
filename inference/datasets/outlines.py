"""Outlines drawn in labelme: from a JSON file to classes."""

import json
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import cv2
import numpy as np
import numpy.typing as npt

from inference.classes import DefectClass
from inference.datasets.colours import class_named
from inference.datasets.dataset import LabelClasses
from inference.errors import DatasetError

# Median width of the strokes by which annotators mark scratches (area / diagonal of their boxes).
STROKE_PX: Final = 5
_SHIFT: Final = 4
_ROUNDING: Final = 1e-9
_LEAST_POINTS: Final = {"polygon": 3, "rectangle": 2, "circle": 2, "line": 2, "linestrip": 2}


def read_outlines(
    path: Path, *, width: int, height: int, classes: LabelClasses = "three"
) -> npt.NDArray[np.uint8]:
    """Fill the outlines of a labelme file, the later over the earlier.

    Points are pixel centres, and the pixels that an outline runs through belong to it, as in
    labelme; a circle holds the pixels no farther from its centre than its second point. Lines and
    line strips become strokes of 5 pixels. A shape's class is told by its label: a name with "scratch",
    "stain", "background" or "ignore" in it; with `classes` a single class, every shape is of it.

    Parameters
    ----------
    path
        JSON with `shapes`, each with `label`, `points` (x, y in pixels) and `shape_type`.
    width, height
        Of the image; `imageWidth` and `imageHeight` must agree where they are given.

    Returns
    -------
    mask : shape (height, width)
        Values of `DefectClass` and `IGNORE`.

    Raises
    ------
    DatasetError
        The file is no labelme JSON, its size is not that of the image, or a shape is of an unknown
        class or kind.

    """
    document = _document(path)
    for side, pixels in (("imageWidth", width), ("imageHeight", height)):
        if document.get(side) not in (None, pixels):
            raise DatasetError(
                f"{path} states {side} {document[side]}, its image has {width} x {height} pixels"
            )
    mask = np.zeros((height, width), dtype=np.uint8)
    for number, shape in enumerate(document["shapes"], start=1):
        where = f"{path}, shape {number}"
        if not isinstance(shape, dict):
            raise DatasetError(f"{where} is no labelme shape")
        _draw(mask, shape, _value(shape, where, classes), where)
    return mask


def _document(path: Path) -> dict[str, Any]:
    try:
        document = json.loads(path.read_bytes())
    except OSError as error:
        raise DatasetError(f"cannot read {path}: {error.strerror}") from error
    except (ValueError, RecursionError) as error:
        raise DatasetError(f"{path} is no JSON that can be read: {error}") from error
    if not isinstance(document, dict) or not isinstance(document.get("shapes"), list):
        raise DatasetError(f"{path} is no labelme file: it has no list `shapes`")
    return document


def _value(shape: dict[str, Any], where: str, classes: LabelClasses) -> int:
    if classes != "three":
        return DefectClass[classes.upper()]
    label = shape.get("label")
    value = class_named(label) if isinstance(label, str) else None
    if value is None:
        raise DatasetError(
            f"{where} has the label {label!r}; a label names scratch, stain, background or ignore"
        )
    return value


def _draw(mask: npt.NDArray[np.uint8], shape: dict[str, Any], value: int, where: str) -> None:
    kind = shape.get("shape_type") or "polygon"
    if not isinstance(kind, str) or kind not in _LEAST_POINTS:
        raise DatasetError(f"{where} is a {kind}; shapes read are {', '.join(_LEAST_POINTS)}")
    points = _points(shape, where)
    if len(points) < _LEAST_POINTS[kind]:
        raise DatasetError(
            f"{where} is a {kind} of {len(points)} points; it needs {_LEAST_POINTS[kind]}"
        )
    if kind == "circle":
        centre, on_circle = points[:2]
        mask[_near(mask, centre, centre, float(np.hypot(*(on_circle - centre))))] = value
        return
    if kind in ("line", "linestrip"):
        for start, end in pairwise(points):
            mask[_near(mask, start, end, STROKE_PX / 2)] = value
        return
    corners = np.rint(points * 2**_SHIFT).astype(np.int32)
    if kind == "rectangle":
        (left, top), (right, bottom) = corners[:2].tolist()
        corners = np.array(
            [[left, top], [right, top], [right, bottom], [left, bottom]], dtype=np.int32
        )
    cv2.fillPoly(mask, [corners], value, cv2.LINE_8, _SHIFT)


def _near(
    mask: npt.NDArray[np.uint8],
    start: npt.NDArray[np.float64],
    end: npt.NDArray[np.float64],
    distance: float,
) -> npt.NDArray[np.bool_]:
    """The pixels whose centres are no farther than `distance` from a straight line."""
    rows, columns = np.ogrid[: mask.shape[0], : mask.shape[1]]
    x, y = columns - start[0], rows - start[1]
    run, rise = end - start
    length_squared = run**2 + rise**2
    along = np.clip((x * run + y * rise) / length_squared, 0, 1) if length_squared else 0.0
    squared = (x - along * run) ** 2 + (y - along * rise) ** 2
    # A pixel on the circle must not be lost to the square of a rounded root.
    near: npt.NDArray[np.bool_] = squared <= distance**2 + _ROUNDING
    return near


def _points(shape: dict[str, Any], where: str) -> npt.NDArray[np.float64]:
    """Shape (n, 2), finite and within what a picture can have."""
    try:
        points = np.asarray(shape.get("points"), dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise DatasetError(f"{where} has points that are no pairs of numbers") from error
    if points.ndim != 2 or points.shape[1] != 2 or not (np.abs(points) < 1e5).all():
        raise DatasetError(f"{where} has points that are no pairs of numbers within the picture")
    return points
