"""A rectangle on the part as it stands in an address."""

import math

from warehouse.parts import Region


def region_text(defect: str, left: float, top: float, right: float, bottom: float) -> str:
    """Write a region of part coordinates, cut to the part.

    Examples
    --------
    >>> region_text("stain", 0.75, -0.1, 1.2, 0.25)
    'stain:0.75,0,1,0.25'

    """
    edges = (min(max(edge, 0.0), 1.0) for edge in (left, top, right, bottom))
    return f"{defect}:{','.join(f'{round(edge, 5):g}' for edge in edges)}"


def read_region(text: str) -> Region | None:
    """Read what `region_text` wrote; None for anything else.

    Examples
    --------
    >>> read_region("stain:0.75,0,1,0.25")
    Region(defect_class='stain', left=0.75, top=0.0, right=1.0, bottom=0.25)
    >>> read_region("stain:0.75,0,nan,0.25"), read_region("rust:0,0,1,1"), read_region("stain:1")
    (None, None, None)

    """
    defect, _, edges = text.partition(":")
    try:
        left, top, right, bottom = (float(edge) for edge in edges.split(","))
    except ValueError:
        return None
    in_order = 0 <= left < right <= 1 and 0 <= top < bottom <= 1
    if not in_order or not math.isfinite(left + top + right + bottom):
        return None
    if defect == "stain":
        return Region("stain", left, top, right, bottom)
    return Region("scratch", left, top, right, bottom) if defect == "scratch" else None
