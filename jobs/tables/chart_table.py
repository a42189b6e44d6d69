"""Columns of a CSV file as what a chart takes."""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from jobs.arrival.manifest_text import ManifestText, Record, read_text
from jobs.configuration.inbox_sections import ManifestLimits
from jobs.errors import InputError, ManifestError

MAX_BYTES = 512 * 2**20
_LIMITS = ManifestLimits(max_bytes=MAX_BYTES, max_rows=10_000_000, max_columns=10_000)
_THOUSANDS = re.compile(r"-?[1-9]\d{0,2}(,\d{3})+")
_DOTTED = ("%d.%m.%Y %H:%M:%S", "%d.%m.%Y %H:%M", "%d.%m.%Y")
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
            A field is neither a number nor missing, or all of them are missing.

        """
        place = self.text.header.index(column)
        texts = [fields[place].strip() if place < len(fields) else "" for _, fields in self.rows]
        if any("," in text for text in texts):
            texts = self._with_points(texts, column)
        numbers = [
            self._number(row, text, column) for (row, _), text in zip(self.rows, texts, strict=True)
        ]
        if all(math.isnan(number) for number in numbers):
            raise InputError(f"{self.path}: column {column!r} has no number in any row")
        return numbers

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
        moment = _moment(field)
        if moment is None:
            raise InputError(
                f"{self.path} row {row}: {field[:40]!r} in column {column!r} is no time; write it as "
                "2026-05-04T13:30:00, 04.05.2026 13:30 or as seconds"
            )
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()

    def _with_points(self, texts: list[str], column: str) -> list[str]:
        """Put decimal points for the decimal commas of a column.

        Raises
        ------
        InputError
            Commas that may as well divide thousands.

        """
        commas = [text for text in texts if "," in text]
        # 1,234 may be either; 0,5 or 12,34 cannot divide thousands, so it tells for its column.
        if all(_THOUSANDS.fullmatch(text) for text in commas):
            row = self.rows[texts.index(commas[0])][0]
            raise InputError(
                f"{self.path} row {row}: the comma of {commas[0][:40]!r} in column {column!r} may be a "
                "decimal sign or divide thousands; write decimals with a point"
            )
        return [text.replace(",", ".") for text in texts]

    def _number(self, row: int, text: str, column: str) -> float:
        if text.lower() in MISSING:
            return math.nan
        try:
            return float(text)
        except ValueError:
            raise InputError(
                f"{self.path} row {row}: {text[:40]!r} in column {column!r} is no number"
            ) from None


def _moment(text: str) -> datetime | None:
    """Read ISO 8601, or day.month.year with or without a time of day."""
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        pass
    for form in _DOTTED:
        try:
            return datetime.strptime(text, form)  # noqa: DTZ007 - the caller adds the zone
        except ValueError:
            continue
    return None


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
        text = read_text(data, columns, _LIMITS)
        rows = tuple(_whole(path, record) for record in text.records())
    except ManifestError as error:
        raise InputError(f"{path}: {error}") from error
    if not rows:
        raise InputError(f"{path} has a header and no rows")
    return ChartTable(path, text, rows)


def _whole(path: Path, record: Record) -> tuple[int, tuple[str, ...]]:
    """Refuse a record that cannot be read: a chart without it would look whole."""
    if record.fault:
        raise InputError(f"{path} row {record.row}: {record.fault}")
    return record.row, tuple(record.fields)
