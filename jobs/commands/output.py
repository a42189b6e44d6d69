"""What commands print: data on stdout, everything else on stderr, nothing that moves a cursor."""

import json
import math
import sys
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from numbers import Integral, Real
from typing import Any

WIDE = 100_000


def print_json(value: Any) -> None:
    """Print one JSON document; NaN and infinities become null."""
    sys.stdout.write(json.dumps(plain(value), ensure_ascii=True, allow_nan=False) + "\n")


def say(text: str) -> None:
    """Print a sentence to stderr."""
    sys.stderr.write(printable(text) + "\n")


def show(text: str) -> None:
    """Print a line to stdout, at once."""
    sys.stdout.write(printable(text) + "\n")
    sys.stdout.flush()


def print_table(columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Print a table: numbers to the right, cut to the window only where it is a terminal."""
    # Deferred: JSON and CSV do without.
    from rich.box import SIMPLE_HEAD  # noqa: PLC0415
    from rich.console import Console  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    table = Table(box=SIMPLE_HEAD, show_edge=False, pad_edge=False)
    for index, column in enumerate(columns):
        numeric = all(isinstance(row[index], Real | Decimal | None) for row in rows)
        table.add_column(Text(printable(column)), justify="right" if numeric else "left")
    for row in rows:
        table.add_row(*(Text(printable(cell_text(cell))) for cell in row))
    width = None if sys.stdout.isatty() else WIDE
    Console(file=sys.stdout, width=width, highlight=False).print(table)


def cell_text(value: object) -> str:
    """Return a value as a person reads it in a table; empty for missing.

    Examples
    --------
    >>> cell_text(0.123456), cell_text(None), cell_text(12)
    ('0.1235', '', '12')

    """
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    if isinstance(value, float):
        return f"{value:.4g}" if abs(value) < 1e4 else f"{value:.0f}"
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="seconds")
    if isinstance(value, list | tuple):
        return ", ".join(cell_text(each) for each in value)
    return str(value)


def printable(text: str) -> str:
    r"""Return `text` with controls and invisible signs written out; a name cannot forge a line.

    Examples
    --------
    >>> printable("a\x1b[2Jb")
    'a\\x1b[2Jb'

    """
    if text.isprintable():
        return text
    return "".join(sign if sign.isprintable() else ascii(sign)[1:-1] for sign in text)


def plain(value: Any) -> Any:
    """Return a value as JSON has it."""
    if isinstance(value, Mapping):
        return {str(key): plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(each) for each in value]
    return _scalar(value)


def _scalar(value: Any) -> Any:
    if value is None or isinstance(value, str | bool):
        return value
    if isinstance(value, Integral):
        return int(value)
    if isinstance(value, Real | Decimal):
        return float(value) if math.isfinite(value) else None
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    return value.hex() if isinstance(value, bytes) else str(value)
