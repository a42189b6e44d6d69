"""The text of a manifest: encoding, delimiter and records, each found out and stated."""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from jobs.errors import ManifestError

DELIMITERS = (",", ";", "\t")
MAX_COLUMNS = 200
MAX_RECORDS = 200_000


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

    def records(self, *, limit: int = MAX_RECORDS) -> Iterator[tuple[int, list[str]]]:
        """Yield (row, fields) after the header; the header is row 1, as in a spreadsheet.

        Raises
        ------
        ManifestError
            BAD_FORMAT: quotes that never close, or a field beyond 128 kB. TOO_LARGE: more rows
            than `limit`.

        """
        reader = csv.reader(io.StringIO(self.text, newline=""), delimiter=self.delimiter)
        try:
            for row, fields in enumerate(reader, start=1):
                if row > limit + 1:
                    raise ManifestError("TOO_LARGE", f"more than {limit} rows")
                if row > 1 and fields:
                    yield row, fields
        except csv.Error as error:
            raise ManifestError("BAD_FORMAT", f"line {reader.line_num}: {error}") from error


def read_text(data: bytes, required: Sequence[str]) -> ManifestText:
    r"""Decode `data` and find its delimiter.

    Parameters
    ----------
    data : bytes
        The whole file.
    required : sequence of str
        Column names that must be there, as the file spells them.

    Raises
    ------
    ManifestError
        BAD_FORMAT: empty, NUL bytes, too many columns, a required column missing or twice.

    Examples
    --------
    >>> found = read_text("part;lot\n007;L1\n".encode("utf-16"), ["part", "lot"])
    >>> found.encoding, found.delimiter, list(found.records())
    ('utf-16', ';', [(2, ['007', 'L1'])])

    """
    text, encoding = _decode(data)
    if "\0" in text:
        raise ManifestError("BAD_FORMAT", f"read as {encoding}, it has NUL characters")
    if not text.strip():
        raise ManifestError("BAD_FORMAT", "the file is empty")
    headers = {delimiter: _header(text, delimiter) for delimiter in DELIMITERS}
    # The delimiter that finds the most of our columns; a comma where none finds any.
    delimiter = max(DELIMITERS, key=lambda each: len(set(required) & set(headers[each])))
    header = headers[delimiter]
    if len(header) > MAX_COLUMNS:
        raise ManifestError("BAD_FORMAT", f"{len(header)} columns; the limit is {MAX_COLUMNS}")
    if missing := [name for name in required if name not in header]:
        raise ManifestError(
            "BAD_FORMAT",
            f"no column {missing[0]!r} in the first line, read as {encoding} with delimiter "
            f"{delimiter!r}: {', '.join(header)[:200]!r}",
        )
    if twice := [name for name in required if header.count(name) > 1]:
        raise ManifestError("BAD_FORMAT", f"the column {twice[0]!r} stands twice")
    return ManifestText(text, encoding, delimiter, header, text.endswith(("\n", "\r")))


def _decode(data: bytes) -> tuple[str, str]:
    for mark, encoding in (
        (b"\xef\xbb\xbf", "utf-8-sig"),
        (b"\xff\xfe", "utf-16"),
        (b"\xfe\xff", "utf-16"),
    ):
        if data.startswith(mark):
            try:
                return data.decode(encoding), encoding
            except UnicodeDecodeError as error:
                raise ManifestError(
                    "BAD_FORMAT", f"marked as {encoding}, but it is not: {error.reason}"
                ) from error
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        return data.decode("latin-1"), "latin-1"


def _header(text: str, delimiter: str) -> tuple[str, ...]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        return tuple(name.strip() for name in next(reader, []))
    except csv.Error:
        return ()
