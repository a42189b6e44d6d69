"""Columns of a CSV file as what a chart takes."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from jobs.arrival.manifest_text import ManifestText, read_text
from jobs.errors import InputError, ManifestError

MAX_BYTES = 512 * 2**20
MAX_RECORDS = 10_000_000
# What programs write for a missing number.
MISSING = frozenset({"", "na", "nan", "n/a", "null", "none", "-"})


@dataclass(frozen=True, slots=True)
class ChartTable:
    """A table in memory: the header and the records, everything text."""

    path: Path
    text: ManifestText
    rows: tuple[tuple[int, tuple[str, ...]], ...]

    def numbers(self, column: str) -> list[float]:
        """Return a column as numbers, NaN where nothing stands.

        Raises
        ------
        InputError
            A field is neither a number nor missing.

        """
        place = self.text.header.index(column)
        return [self._number(row, fields, place, column) for row, fields in self.rows]

    def times(self, column: str) -> list[float]:
        """Return a column of times in seconds since 1970; plain numbers are seconds already.

        Dates and times are read as ISO 8601 has them; those without an offset count as UTC.

        Raises
        ------
        InputError
            A field is neither, or missing.

        """
        place = self.text.header.index(column)
        return [self._time(row, fields, place, column) for row, fields in self.rows]

    def labels(self, column: str) -> list[str]:
        """Return a column as text."""
        place = self.text.header.index(column)
        return [fields[place] if place < len(fields) else "" for _, fields in self.rows]

    def _time(self, row: int, fields: Sequence[str], place: int, column: str) -> float:
        field = fields[place].strip() if place < len(fields) else ""
        try:
            return float(field)
        except ValueError:
            pass
        try:
            moment = datetime.fromisoformat(field)
        except ValueError:
            raise InputError(
                f"{self.path} row {row}: {field[:40]!r} in column {column!r} is no time; write it as "
                "2026-05-04T13:30:00 or as seconds"
            ) from None
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()

    def _number(self, row: int, fields: Sequence[str], place: int, column: str) -> float:
        field = fields[place].strip() if place < len(fields) else ""
        if field.lower() in MISSING:
            return math.nan
        # Where a comma does not separate, it is a decimal sign.
        plain = field.replace(",", ".") if self.text.delimiter != "," else field
        try:
            return float(plain)
        except ValueError:
            raise InputError(
                f"{self.path} row {row}: {field[:40]!r} in column {column!r} is no number"
            ) from None


def read_table(path: Path, columns: Sequence[str]) -> ChartTable:
    """Read a CSV file that has these `columns`; encoding and delimiter are found out.

    Raises
    ------
    InputError
        The file cannot be read, is too large or no table, or a column is missing.

    """
    try:
        if path.stat().st_size > MAX_BYTES:
            raise InputError(f"{path} is larger than {MAX_BYTES // 2**20} MB")
        data = path.read_bytes()
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}") from error
    try:
        text = read_text(data, columns)
        rows = tuple((row, tuple(fields)) for row, fields in text.records(limit=MAX_RECORDS))
    except ManifestError as error:
        raise InputError(f"{path}: {error}") from error
    if not rows:
        raise InputError(f"{path} has a header and no rows")
    return ChartTable(path, text, rows)
