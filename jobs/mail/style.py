"""Colours and type of the pictures in a mail: those of the pages' light theme.

A picture in a mail keeps its light paper in a dark mail program: its colours were chosen for it.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

import matplotlib as mpl

PAPER = "#ffffff"
INK = "#1f2933"
MUTED = "#5b6673"
GRID = "#dfe3e8"
BASELINE = "#f1f4f8"
LINE = "#4c6ef5"
CENTRE = "#2f6f4f"
SIGNAL = "#b02a37"
SPECIFICATION = "#8a5a00"


@contextmanager
def fonts() -> Iterator[None]:
    """Draw text in the first of these families that the machine has; DejaVu always is.

    No mathtext: a name with a dollar sign is a name.
    """
    families = ["Inter", "Helvetica Neue", "Arial", "DejaVu Sans"]
    available = set(mpl.font_manager.get_font_names())
    chosen = [family for family in families if family in available]
    with (
        mpl.rc_context(
            {
                "font.family": chosen or ["DejaVu Sans"],
                "text.parse_math": False,
                "text.usetex": False,
            }
        ),
        warnings.catch_warnings(),
    ):
        # A name in a script that no font here has is drawn as boxes; the mail's text spells it.
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")
        yield


def number(value: float) -> str:
    """Write a level as people do: three significant digits, no exponent for ordinary sizes.

    Examples
    --------
    >>> number(12.3456), number(0.04567), number(1234.5), number(3.0)
    ('12.3', '0.0457', '1234', '3')

    """
    if abs(value) >= 1000:
        return f"{value:.0f}"
    return f"{value:.3g}"


def level(value: float, span: float) -> str:
    """Write a level as finely as a picture of height `span` can show it.

    Examples
    --------
    >>> level(0.0281, 4.0), level(27.574, 6.0), level(17233.4, 2000.0), level(11.0, 12.0)
    ('0.03', '27.57', '17233', '11')

    """
    decimals = max(0, 2 - math.floor(math.log10(span))) if span > 0 else 2
    return (
        f"{round(value, decimals) + 0.0:.{decimals}f}".rstrip("0").rstrip(".")
        if decimals
        else f"{value:.0f}"
    )
