"""Values on their way into a spreadsheet: text stays text, whatever it begins with."""

from collections.abc import Iterable
from typing import Final

# What makes a spreadsheet take a text for a formula, or for a cell of its own.
_FORMULA_SIGNS: Final = ("=", "+", "-", "@", "\t", "\r", "\n")


def neutral(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula: an apostrophe before one that might be.

    Examples
    --------
    >>> neutral("=1+1"), neutral("P-001"), neutral("-2")
    ("'=1+1", 'P-001', "'-2")

    """
    return f"'{text}" if text.startswith(_FORMULA_SIGNS) else text


def neutral_row(values: Iterable[object]) -> list[object]:
    """Return the cells of one row for `csv.writer`: texts neutral, numbers as they are, None empty.

    Examples
    --------
    >>> neutral_row(["@cmd", -2.5, None, True])
    ["'@cmd", -2.5, '', True]

    """
    return [
        "" if value is None else neutral(value) if isinstance(value, str) else value
        for value in values
    ]
