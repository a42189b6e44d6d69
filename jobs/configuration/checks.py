"""Checks of single settings: each takes the value of the file and returns the one to keep.

A check raises ValueError with the end of the sentence; the reader puts file and key before it.
"""

import re
import string
from collections.abc import Mapping
from ipaddress import ip_network
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

PATTERN_FIELDS = ("part_id", "row", "col", "lot", "line", "station", "tool", "family")


def listed(value: object) -> object:
    """One text where a list of texts is expected is a list of one."""
    if isinstance(value, str):
        return (value,)
    return tuple(value) if isinstance(value, list) else value


def grid_of(value: object) -> object:
    """Take a list of rows and columns; refuse what makes no grid."""
    if not isinstance(value, list | tuple):
        return value
    whole = all(isinstance(one, int) and not isinstance(one, bool) for one in value)
    if len(value) != 2 or not whole or not all(1 <= one <= 64 for one in value):
        raise ValueError(f"{value!r} is not rows and columns, each from 1 to 64, as [2, 3]")
    return tuple(value)


def one_line(value: object) -> object:
    """Refuse control characters: the value ends up in mail headers and page titles."""
    if isinstance(value, str) and not value.isprintable():
        raise ValueError(f"{value!r} has control characters")
    return value


def check_time_zone(value: object) -> object:
    """Refuse a time zone the system does not know."""
    if not isinstance(value, str):
        return value
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError(f"{value!r} is not a time zone such as Europe/Berlin") from error
    return value


def check_extensions(value: object) -> object:
    """Endings in small letters, each with its dot."""
    texts = listed(value)
    if not isinstance(texts, tuple) or not all(isinstance(text, str) for text in texts):
        return value
    for text in texts:
        if not re.fullmatch(r"\.[0-9A-Za-z]+", text):
            raise ValueError(f"{text!r} is not a file ending such as .png")
    return tuple(text.lower() for text in texts)


def check_networks(value: object) -> object:
    """Addresses and networks, as 10.0.0.5 or 10.0.0.0/24."""
    texts = listed(value)
    if not isinstance(texts, tuple) or not all(isinstance(text, str) for text in texts):
        return value
    for text in texts:
        try:
            ip_network(text)
        except ValueError as error:
            raise ValueError(f"{text!r} is no address or network such as 10.0.0.5") from error
    return texts


def check_pattern(value: object) -> object:
    """Patterns that name the part, with known fields, each at most once."""
    texts = listed(value)
    if not isinstance(texts, tuple) or not all(isinstance(text, str) for text in texts):
        return value
    if not texts:
        raise ValueError("needs at least one pattern such as {part_id}")
    for text in texts:
        _check_fields(text)
    return texts


def _check_fields(pattern: str) -> None:
    try:
        parsed = list(string.Formatter().parse(pattern))
    except ValueError as error:
        raise ValueError(f"{pattern!r}: {error}") from error
    fields = [name for _, name, _, _ in parsed if name is not None]
    if any(spec or conversion for _, _, spec, conversion in parsed):
        raise ValueError(f"{pattern!r}: a field takes no format, write {{row}} and not {{row:02}}")
    if unknown := [name for name in fields if name not in PATTERN_FIELDS]:
        known = ", ".join(PATTERN_FIELDS)
        raise ValueError(f"{pattern!r}: unknown field {unknown[0]!r}; known fields: {known}")
    if len(set(fields)) < len(fields):
        raise ValueError(f"{pattern!r}: a field stands twice")
    if "part_id" not in fields:
        raise ValueError(f"{pattern!r} does not name the part: it needs {{part_id}}")
    if ("row" in fields) != ("col" in fields):
        raise ValueError(f"{pattern!r}: row and col go together")


def check_columns(names: Mapping[str, str]) -> None:
    """No two manifest columns may have one name."""
    taken: dict[str, str] = {}
    for ours, theirs in names.items():
        if theirs in taken:
            raise ValueError(f"{taken[theirs]} and {ours} are both named {theirs!r}")
        taken[theirs] = ours


def limits_table(value: object) -> object:
    """A lone number is an upper limit."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return {"upper": float(value)}
    if not isinstance(value, str | bool | list):
        return value
    raise ValueError(f"{value!r} is neither a number nor {{lower = …, upper = …}}")


def check_clock(value: object) -> object:
    """A time of day, hours and minutes."""
    if isinstance(value, str) and not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", value):
        raise ValueError(f"{value!r} is not a time of day such as 02:00")
    return value


def check_clocks(value: object) -> object:
    """Times of day, each once, in order."""
    texts = listed(value)
    if not isinstance(texts, tuple) or not all(isinstance(text, str) for text in texts):
        return value
    for text in texts:
        check_clock(text)
    return tuple(sorted(set(texts)))
