"""The outline of a mask as an SVG drawing: sharp at any size, no pixel of the part covered."""

from typing import Final

import numpy as np
import numpy.typing as npt

from inference.errors import ImageRefusedError
from inference.pieces import Bounds, labelled_pieces
from inference.reading import ReadLimits, read_image
from warehouse.records import DefectRow

# Both stand out on gold and from each other; the dark line below keeps them visible on white.
OUTLINES: Final = {1: ("scratch", "#00e5ff"), 2: ("stain", "#ff3cff")}
HALO: Final = "#10151b"

MaskArray = npt.NDArray[np.uint8]


def read_mask(data: bytes) -> MaskArray | None:
    """Return the classes of a mask file, shape (H, W); None when it is no picture."""
    try:
        # A grey picture of 0, 1 and 2: every channel has the class.
        return read_image(data, ReadLimits(min_side=1)).pixels[..., 0]
    except ImageRefusedError:
        return None


def outline_svg(mask: MaskArray) -> str:
    """Draw the borders of the scratches (cyan) and stains (magenta) of `mask`.

    Each piece is a group of its own, named by `outline_id`.

    Parameters
    ----------
    mask : shape (H, W)
        0 background, 1 scratch, 2 stain.

    Examples
    --------
    >>> "<path" in outline_svg(np.zeros((4, 4), dtype=np.uint8))
    False
    >>> 'id="stain-1-0-2-1"' in outline_svg(np.array([[0, 2, 2]], dtype=np.uint8))
    True

    """
    height, width = mask.shape
    groups = []
    for value, (name, colour) in OUTLINES.items():
        pieces = [
            f'<g id="{outline_id(name, *bounds)}"><path d="{path}" stroke="{HALO}" '
            f'stroke-width="3.6" opacity=".55"/><path d="{path}" stroke="{colour}" '
            'stroke-width="1.7"/></g>'
            for bounds, path in piece_paths(mask == value)
        ]
        if pieces:
            groups.append(f'<g class="outlines-{name}">{"".join(pieces)}</g>')
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
        f'width="{width}" height="{height}" fill="none" stroke-linecap="square">'
        f"<style>path{{vector-effect:non-scaling-stroke}}</style>{''.join(groups)}</svg>"
    )


def outline_id(defect_class: str, left: int, top: int, width: int, height: int) -> str:
    """Return the id of a piece in the drawing: its class and upright bounds, as the warehouse has them.

    Two pieces of one class with the very same bounds share it.
    """
    return f"{defect_class}-{left}-{top}-{width}-{height}"


def piece_paths(members: npt.NDArray[np.bool_]) -> list[tuple[Bounds, str]]:
    """Return bounds (left, top, width, height) and border of each connected piece.

    Pixels that touch at a corner belong together, as where defects are counted.

    Examples
    --------
    >>> [bounds for bounds, _ in piece_paths(np.array([[1, 0, 0], [0, 1, 0], [0, 0, 0]]) == 1)]
    [(0, 0, 2, 2)]

    """
    labels, bounds = labelled_pieces(members)
    commands: list[list[str]] = [[] for _ in range(len(bounds) + 1)]
    framed = np.pad(labels, 1)
    # An edge of a piece is where the label changes; pieces side by side would be one piece.
    above, below = framed[:-1, 1:-1], framed[1:, 1:-1]
    for row, start, length, label in _runs(np.where(above != below, np.maximum(above, below), 0)):
        commands[label].append(f"M{start} {row}h{length}")
    left, right = framed[1:-1, :-1], framed[1:-1, 1:]
    edges = np.where(left != right, np.maximum(left, right), 0)
    for column, start, length, label in _runs(edges.T):
        commands[label].append(f"M{column} {start}v{length}")
    paths = ["".join(drawn) for drawn in commands[1:]]
    return list(zip(bounds, paths, strict=True))


def anchor(mask: MaskArray, defect: DefectRow) -> tuple[float, float]:
    """Return a point on a defect for its number: the middle of its uppermost row, in pixels.

    The corner of the box would do for a stain; that of a bent scratch lies far from it.

    Examples
    --------
    >>> import types
    >>> mask = np.array([[0, 0, 0, 0], [0, 0, 1, 1], [0, 1, 0, 0]], dtype=np.uint8)
    >>> bounds = dict(bounds_x=1, bounds_y=1, bounds_width=3, bounds_height=2)
    >>> anchor(mask, types.SimpleNamespace(defect_class="scratch", **bounds))
    (3.0, 1.0)

    """
    value = next(key for key, (name, _) in OUTLINES.items() if name == defect.defect_class)
    left, top = defect.bounds_x, defect.bounds_y
    box = mask[top : top + defect.bounds_height, left : left + defect.bounds_width] == value
    rows, columns = np.nonzero(box)
    if not rows.size:
        return left + defect.bounds_width / 2, float(top)
    upper = columns[rows == rows[0]]
    return left + (int(upper[0]) + int(upper[-1]) + 1) / 2, float(top + int(rows[0]))


def _runs(edges: npt.NDArray[np.int32]) -> list[tuple[int, int, int, int]]:
    """Return (row, start, length, label) of each stretch of one label other than 0 within a row."""
    framed = np.pad(edges, ((0, 0), (1, 1)))
    changes = framed[:, 1:] != framed[:, :-1]
    rows, starts = np.nonzero(changes & (framed[:, 1:] != 0))
    _, stops = np.nonzero(changes & (framed[:, :-1] != 0))
    labels = framed[rows, starts + 1]
    lengths = stops - starts
    return list(zip(rows.tolist(), starts.tolist(), lengths.tolist(), labels.tolist(), strict=True))
