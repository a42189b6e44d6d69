"""The text of a manifest: encoding, delimiter and records, each found out and stated."""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from jobs.configuration.inbox_sections import ManifestLimits
from jobs.errors import ManifestError

DELIMITERS = (",", ";", "\t")
# A text within quotes may hold line breaks; a quote that was forgotten must not hold the whole file.
MAX_LINES_OF_RECORD = 64


@dataclass(frozen=True, slots=True)
class Record:
    """One record: its row as a spreadsheet counts, and its fields or why it has none."""

    row: int
    fields: list[str]
    fault: str = ""


@dataclass(frozen=True, slots=True)
class ManifestText:
    """A decoded manifest: its header and how it was read.

    Attributes
    ----------
    text : str
        Everything, line ends as in the file.
    encoding, delimiter : str
        As found.
    header : tuple of str
        Names of the first record, surrounding blanks removed.
    ends_whole : bool
        The last line has its line end; without one the file may have been cut.

    """

    text: str
    encoding: str
    delimiter: str
    header: tuple[str, ...]
    ends_whole: bool
    limits: ManifestLimits

    def records(self) -> Iterator[Record]:
        """Yield the records after the header, which is row 1; empty rows have nothing to say.

        A quote that never closes costs its own line: reading goes on with the line after it.
        """
        lines = _Lines(io.StringIO(self.text, newline=""), self.limits.max_line)
        reader = csv.reader(lines, delimiter=self.delimiter, strict=True)
        row = 0
        while True:
            lines.begin_record()
            row += 1
            fault, fields = "", []
            try:
                fields = next(reader)
            except StopIteration:
                return
            except (csv.Error, _LineError) as error:
                fault = str(error)
            if fault or (len(lines.taken) > 1 and len(fields) != len(self.header)):
                fault = lines.give_back() or fault
                fields = lines.roughly_split(self.delimiter)
                reader = csv.reader(lines, delimiter=self.delimiter, strict=True)
            if row > 1 and (fault or any(text.strip() for text in fields)):
                yield Record(row, fields, fault or lines.stray_quote())


class _LineError(Exception):
    """A line is not given to the parser; the text says why."""


@dataclass(slots=True)
class _Lines:
    """The lines of a file for `csv.reader`, which can be given back."""

    source: Iterator[str]
    max_line: int
    taken: list[str] = field(default_factory=list)
    _again: list[str] = field(default_factory=list)
    _from_quote: bool = False

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        if len(self.taken) >= MAX_LINES_OF_RECORD:
            raise _LineError(f"a quote does not close within {MAX_LINES_OF_RECORD} lines")
        self._from_quote = bool(self._again)
        line = self._again.pop() if self._again else next(self.source)
        self.taken.append(line)
        if len(line) > self.max_line:
            raise _LineError(f"a line of {len(line)} characters; the limit is {self.max_line}")
        return line

    def begin_record(self) -> None:
        """Forget the lines of the record before."""
        self.taken = []

    def give_back(self) -> str:
        """Return all lines of a bad record but its first; say what was wrong if they are several."""
        self._again.extend(reversed(self.taken[1:]))
        return "a quote does not close on its line" if len(self.taken) > 1 else ""

    def roughly_split(self, delimiter: str) -> list[str]:
        """What the fields of a bad line may be: enough to tell which image it is about."""
        if not self.taken or len(self.taken[0]) > self.max_line:
            return []
        return [text.strip('"') for text in self.taken[0].rstrip("\r\n").split(delimiter)]

    def stray_quote(self) -> str:
        """Why a line that was given back is not to be trusted: it may be the rest of a quoted text."""
        odd = self._from_quote and "".join(self.taken).count('"') % 2
        return "a quote closes that did not open on its line" if odd else ""


def read_text(data: bytes, required: Sequence[str], limits: ManifestLimits) -> ManifestText:
    r"""Decode `data` and find its delimiter.

    Parameters
    ----------
    data : bytes
        The whole file.
    required : sequence of str
        Column names that must be there, as the file spells them.
    limits : ManifestLimits
        Beyond which it is refused.

    Raises
    ------
    ManifestError
        BAD_FORMAT: empty, NUL bytes, no known encoding, a required column missing. TOO_LARGE: more
        rows or columns, or a longer first line, than the limits allow.

    Examples
    --------
    >>> found = read_text("part;lot\n007;L1\n".encode("utf-16"), ["part", "lot"], ManifestLimits())
    >>> found.encoding, found.delimiter, list(found.records())
    ('utf-16', ';', [Record(row=2, fields=['007', 'L1'], fault='')])

    """
    text, encoding = _decode(data)
    if "\0" in text:
        raise ManifestError(
            "BAD_FORMAT", f"read as {encoding}, it has NUL characters; save it as UTF-8"
        )
    if not text.strip():
        raise ManifestError("BAD_FORMAT", "the file is empty")
    if max(text.count("\n"), text.count("\r")) > limits.max_rows + 1:
        raise ManifestError("TOO_LARGE", f"more than {limits.max_rows} rows")
    first = next(io.StringIO(text, newline=""))
    if len(first) > limits.max_line:
        raise ManifestError(
            "TOO_LARGE", f"a first line of {len(first)} characters; the limit is {limits.max_line}"
        )
    headers = {delimiter: _header(first, delimiter) for delimiter in DELIMITERS}
    # The delimiter that finds the most of our columns; a comma where none finds any.
    delimiter = max(DELIMITERS, key=lambda each: len(set(required) & set(headers[each])))
    header = headers[delimiter]
    if missing := [name for name in required if name not in header]:
        if len(header) > limits.max_columns:
            raise _too_wide(header, limits)
        raise ManifestError(
            "BAD_FORMAT",
            f"no column {missing[0]!r} in the first line, read as {encoding} with delimiter "
            f"{delimiter!r}: {', '.join(header)[:200]!r}",
        )
    if len(header) > limits.max_columns:
        raise _too_wide(header, limits)
    ends_whole = text.endswith(("\n", "\r"))
    return ManifestText(text, encoding, delimiter, header, ends_whole, limits)


def _too_wide(header: Sequence[str], limits: ManifestLimits) -> ManifestError:
    return ManifestError("TOO_LARGE", f"{len(header)} columns; the limit is {limits.max_columns}")


def _decode(data: bytes) -> tuple[str, str]:
    """The text and the encoding it was read by, in the order of docs/manifests.md."""
    for mark, encoding in (
        (b"\xef\xbb\xbf", "utf-8-sig"),
        (b"\xff\xfe", "utf-16"),
        (b"\xfe\xff", "utf-16"),
    ):
        if data.startswith(mark) and encoding == "utf-16":
            try:
                return data.decode(encoding), encoding
            except UnicodeDecodeError as error:
                raise ManifestError(
                    "BAD_FORMAT", f"marked as {encoding}, but it is not: {error.reason}"
                ) from error
        if data.startswith(mark):
            return data.decode(encoding, "surrogateescape"), encoding
    escaped = data.decode("utf-8", "surrogateescape")
    if escaped.isascii() or any(sign > "\x7f" and not _is_byte(sign) for sign in set(escaped)):
        # A byte here and there that is not UTF-8 spoils its own row only.
        return escaped, "utf-8"
    try:
        return data.decode("cp1252"), "cp1252"
    except UnicodeDecodeError as error:
        raise ManifestError(
            "BAD_FORMAT",
            f"neither UTF-8 nor Windows-1252: byte 0x{data[error.start]:02X} at {error.start}",
        ) from error


def _is_byte(sign: str) -> bool:
    return "\udc80" <= sign <= "\udcff"


def _header(line: str, delimiter: str) -> tuple[str, ...]:
    try:
        return tuple(
            name.strip() for name in next(csv.reader([line], delimiter=delimiter, strict=True), [])
        )
    except csv.Error:
        return ()
