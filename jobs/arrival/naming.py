"""What a file name says about the picture, where no manifest does."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from jobs.errors import FileRefusedError

# Controls, invisible formatting, halves of characters and line ends: none belongs in a part id.
REFUSED_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
MAX_TEXT = 255
FIELD = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class NamedPart:
    """The parts of a file name; None where the pattern has no such field."""

    part_id: str
    row: int | None = None
    column: int | None = None
    lot: str | None = None
    line: str | None = None
    station: str | None = None
    tool: str | None = None
    family: str | None = None


def parse_name(stem: str, patterns: Sequence[str]) -> NamedPart:
    """Read `stem`, a file name without its ending, by the first of the `patterns` that fits.

    Parameters
    ----------
    stem : str
        Such as ``A17_r1c2``.
    patterns : sequence of str
        Such as ``{part_id}_r{row}c{col}``; checked when the settings were read. Literal text
        fits itself, row and col fit digits, every other field at least one character.

    Raises
    ------
    FileRefusedError
        BAD_NAME: no pattern fits, or the name has bytes or signs that no part id may have.

    Examples
    --------
    >>> part = parse_name("A17_r1c2", ["{part_id}_r{row}c{col}", "{part_id}"])
    >>> part.part_id, part.row, part.column
    ('A17', 1, 2)
    >>> parse_name("A17", ["{part_id}_r{row}c{col}", "{part_id}"]).row is None
    True

    """
    refuse_bad_text(stem, "the file name")
    for pattern in patterns:
        if match := re.fullmatch(_expression(pattern), stem):
            fields = match.groupdict()
            row, column = fields.pop("row", None), fields.pop("col", None)
            texts = {name: value.strip() for name, value in fields.items()}
            if not all(texts.values()):
                continue
            return NamedPart(
                row=None if row is None else int(row),
                column=None if column is None else int(column),
                **texts,
            )
    raise FileRefusedError("BAD_NAME", f"the name fits none of {', '.join(patterns)}")


def refuse_bad_text(text: str, what: str) -> None:
    r"""Refuse text that must not become an id.

    Raises
    ------
    FileRefusedError
        BAD_NAME: the text is longer than 255 characters or has a control character, a byte that
        is not UTF-8 (shown as ``\udcXX``) or an invisible sign.

    """
    if len(text) > MAX_TEXT:
        raise FileRefusedError("BAD_NAME", f"{what} has {len(text)} characters, at most {MAX_TEXT}")
    if re.search(r"\\udc[89a-f][0-9a-f]", text):
        raise FileRefusedError("BAD_NAME", f"{what} has bytes that are not UTF-8")
    if text.isprintable():
        return
    for position, sign in enumerate(text, start=1):
        if unicodedata.category(sign) in REFUSED_CATEGORIES:
            raise FileRefusedError(
                "BAD_NAME", f"{what} has the control character U+{ord(sign):04X} at {position}"
            )


def _expression(pattern: str) -> str:
    parts, last = [], 0
    for field in FIELD.finditer(pattern):
        parts.append(re.escape(pattern[last : field.start()]))
        name = field.group(1)
        parts.append(rf"(?P<{name}>\d{{1,4}})" if name in ("row", "col") else rf"(?P<{name}>.+?)")
        last = field.end()
    parts.append(re.escape(pattern[last:]))
    return "".join(parts)
