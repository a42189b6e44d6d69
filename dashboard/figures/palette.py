"""The colours of both themes, checked for contrast, for figures and inline drawings."""

from dataclasses import dataclass

FONT_FAMILY = "Inter Variable, Inter, system-ui, -apple-system, Segoe UI, sans-serif"


@dataclass(frozen=True, slots=True)
class Palette:
    """One theme. Every colour of text or line has a contrast of at least 4.5 on `surface`."""

    surface: str
    ink: str
    muted: str
    grid: str
    line: str
    center: str
    limit: str
    spec: str
    low: str
    heat: tuple[str, ...]
    """Colours from none to most, for counts and rates."""
    divided: tuple[str, ...]
    """Colours from far less to far more than expected; the middle one is as expected."""


LIGHT = Palette(
    surface="#ffffff",
    ink="#1f2933",
    muted="#5b6673",
    grid="#e6eaef",
    line="#4c6ef5",
    center="#2f6f4f",
    limit="#b02a37",
    spec="#8a5a00",
    low="#0b7285",
    heat=("#f3f5f9", "#d3ddf9", "#9db4f3", "#6a86e8", "#4259c9", "#2b3a94", "#1b2460"),
    divided=("#0b5f73", "#5fa8b8", "#c9e0e4", "#f3f5f9", "#f3cfd2", "#d9747d", "#8e1f2b"),
)
DARK = Palette(
    surface="#1b2027",
    ink="#e6eaf0",
    muted="#a3adb8",
    grid="#2b333d",
    line="#8da2fb",
    center="#6cc08b",
    limit="#ff8787",
    spec="#f0b35a",
    low="#66d9e8",
    heat=("#20262e", "#27345c", "#354b92", "#4c67c4", "#7590ee", "#aebefb", "#e6ebff"),
    divided=("#7fe3f2", "#3f97a8", "#27474f", "#20262e", "#54313a", "#b4545f", "#ffa3a3"),
)


def palette(theme: str) -> Palette:
    """Return the colours of `theme`; anything but "dark" is light.

    Examples
    --------
    >>> palette("dark").limit
    '#ff8787'

    """
    return DARK if theme == "dark" else LIGHT


def translucent(colour: str, alpha: float) -> str:
    """Return a "#rrggbb" colour as "rgba(...)", as Plotly wants fills.

    Examples
    --------
    >>> translucent("#ff8000", 0.1)
    'rgba(255,128,0,0.1)'

    """
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return f"rgba({red},{green},{blue},{alpha:g})"
