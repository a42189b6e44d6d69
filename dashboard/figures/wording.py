"""Numbers and names as text for a figure."""

import html
import math

import numpy as np
import numpy.typing as npt

from dashboard.figures.inputs import RunChart


def number(value: float | None) -> str:
    """Write a value as people do: three significant digits, no exponent for ordinary sizes.

    Examples
    --------
    >>> [number(v) for v in (12.3456, 0.04567, -1234.5, 3.0, float("nan"))]
    ['12.3', '0.0457', '−1,234', '3', '–']

    """
    if value is None or not math.isfinite(value):
        return "–"
    words = f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"
    return words.replace("-", "\N{MINUS SIGN}")


def level_words(level: float, span: float) -> str:
    """Write a level on an axis of length `span`; what the eye cannot tell from 0 is 0.

    Examples
    --------
    >>> level_words(0.0096, 6.0), level_words(4.05, 20.0)
    ('0', '4.05')

    """
    return "0" if abs(level) < 0.01 * span else number(level)


def escaped(name: str) -> str:
    """Return `name` so that Plotly, which renders HTML in its texts, shows it letter by letter.

    Examples
    --------
    >>> escaped('<img src=x onerror=alert(1)>')
    '&lt;img src=x onerror=alert(1)&gt;'

    """
    # A line break in a name would start a new line of the hover box; quotes are safe in a text.
    return html.escape(" ".join(name.split()), quote=False)


def moment(chart: RunChart, at: int) -> str:
    """Return when point `at` was captured, on the plant's clock, with the zone named."""
    local = np.datetime64(int(chart.local_ms[at]), "ms").item()
    return f"{local.day} {local:%b %Y %H:%M} {escaped(chart.zone_name)}"


def finite_range(*arrays: npt.NDArray[np.float64]) -> tuple[float, float] | None:
    """Return the lowest and highest finite value of all arrays; None if there is none.

    Examples
    --------
    >>> finite_range(np.array([1.0, np.nan]), np.array([-2.0]))
    (-2.0, 1.0)

    """
    flat = np.concatenate([np.ravel(array) for array in arrays]) if arrays else np.array([])
    flat = flat[np.isfinite(flat)]
    return (float(flat.min()), float(flat.max())) if flat.size else None
