"""The outline of a mask as an SVG drawing: sharp at any size, no pixel of the part covered."""

from typing import Final

import numpy as np
import numpy.typing as npt

from inference.errors import ImageRefusedError
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

    Parameters
    ----------
    mask : shape (H, W)
        0 background, 1 scratch, 2 stain.

    Examples
    --------
    >>> "<path" in outline_svg(np.zeros((4, 4), dtype=np.uint8))
    False

    """
    height, width = mask.shape
    lines = []
    for value, (name, colour) in OUTLINES.items():
        path = border_path(mask == value)
        if path:
            lines.append(
                f'<g id="{name}"><path d="{path}" stroke="{HALO}" stroke-width="3.6" opacity=".55"/>'
                f'<path d="{path}" stroke="{colour}" stroke-width="1.7"/></g>'
            )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
        f'width="{width}" height="{height}" fill="none" stroke-linecap="square">'
        f"<style>path{{vector-effect:non-scaling-stroke}}</style>{''.join(lines)}</svg>"
    )


def border_path(members: npt.NDArray[np.bool_]) -> str:
    """Return the edges between members and the rest as path commands, straight runs merged.

    Examples
    --------
    >>> border_path(np.array([[True, True]]))
    'M0 0h2M0 1h2M0 0v1M2 0v1'

    """
    framed = np.pad(members, 1)
    across = framed[1:, 1:-1] != framed[:-1, 1:-1]
    down = framed[1:-1, 1:] != framed[1:-1, :-1]
    horizontal = [f"M{start} {row}h{length}" for row, start, length in _runs(across)]
    vertical = [f"M{column} {start}v{length}" for column, start, length in _runs(down.T)]
    return "".join(horizontal + vertical)


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


def _runs(edges: npt.NDArray[np.bool_]) -> list[tuple[int, int, int]]:
    """Return (row, start, length) of each stretch of True within a row."""
    steps = np.diff(np.pad(edges, ((0, 0), (1, 1))).astype(np.int8), axis=1)
    rows, starts = np.nonzero(steps == 1)
    _, stops = np.nonzero(steps == -1)
    return list(zip(rows.tolist(), starts.tolist(), (stops - starts).tolist(), strict=True))
