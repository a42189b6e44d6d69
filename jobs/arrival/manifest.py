"""Manifests: what a CSV beside the images says about them, row by row, nothing guessed."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from jobs.arrival.manifest_paths import image_path
from jobs.arrival.manifest_text import ManifestText, Record, read_text
from jobs.arrival.manifest_time import parse_time
from jobs.arrival.naming import refuse_bad_text
from jobs.configuration.inbox_sections import ColumnSettings, ManifestLimits
from jobs.errors import FileRefusedError, ManifestError

REQUIRED = ("part_id", "image", "captured_at", "lot", "station")
VIEW = re.compile(r"r?([0-9]{1,4})\s*[c,/x-]\s*([0-9]{1,4})", re.IGNORECASE)
NUMBER = re.compile(r"[0-9]{1,9}(\.[0-9]{1,12})?")
SHA256 = re.compile(r"[0-9a-f]{64}")
# Micrometres per pixel that no camera at a line has.
LARGEST_SCALE = 100_000.0


@dataclass(frozen=True, slots=True)
class ManifestRow:
    """What one row says about one image; None where it says nothing.

    Attributes
    ----------
    row : int
        Counted as a spreadsheet does: the header is row 1.
    image : str
        Path relative to the inbox.
    captured_at : datetime
        In UTC.
    view : (int, int) or None
        Row and column of the tile on the part.
    sha256 : str or None
        What the sender says the bytes of the image are, 64 small hexadecimal digits.

    """

    row: int
    image: str
    part_id: str
    captured_at: datetime
    lot: str | None
    station: str | None
    line: str | None
    tool: str | None
    family: str | None
    view: tuple[int, int] | None
    pass_name: str | None
    um_per_px: float | None
    sha256: str | None = None


@dataclass(frozen=True, slots=True)
class RejectedRow:
    """A row that is not taken: why, and which image it names where that can be told."""

    row: int
    reason: str
    image: str | None = None


@dataclass(frozen=True, slots=True)
class Manifest:
    """One manifest that was read.

    Attributes
    ----------
    ends_whole : bool
        The last line has its line end; without one the file may be cut.

    """

    path: str
    encoding: str
    delimiter: str
    ends_whole: bool
    rows: tuple[ManifestRow, ...]
    rejected: tuple[RejectedRow, ...]


def parse_manifest(
    data: bytes,
    path: str,
    *,
    zone: ZoneInfo,
    now: datetime,
    columns: ColumnSettings | None = None,
    limits: ManifestLimits | None = None,
) -> Manifest:
    """Read the manifest at `path` (relative to the inbox) from its bytes.

    Values are text, byte for byte: 007 stays 007 and NA stays NA.

    Parameters
    ----------
    data : bytes
        UTF-8, UTF-16 with its mark, or Windows-1252; comma, semicolon or tab.
    path : str
        Image paths are relative to its folder.
    zone : ZoneInfo
        In which times without an offset are read.
    now : datetime
        Times after it (by more than a day) are refused.
    columns : ColumnSettings, optional
        How the plant spells the columns.
    limits : ManifestLimits, optional
        Beyond which the file or a line of it is refused.

    Raises
    ------
    ManifestError
        The file as a whole cannot be used; a bad row alone is in `rejected` instead.

    """
    names = (columns or ColumnSettings()).model_dump(by_alias=True)
    found = read_text(data, [names[name] for name in REQUIRED], limits or ManifestLimits())
    if twice := [name for name in names.values() if found.header.count(name) > 1]:
        raise ManifestError("BAD_FORMAT", f"the column {twice[0]!r} stands twice")
    places = {
        ours: found.header.index(theirs) for ours, theirs in names.items() if theirs in found.header
    }
    folder = path.rpartition("/")[0]
    rows: list[ManifestRow] = []
    rejected: list[RejectedRow] = []
    for record, is_last in _with_last(found.records()):
        try:
            _check(record, found, is_last=is_last)
            named = {name: record.fields[place] for name, place in places.items()}
            rows.append(_Row(record.row, named, folder, zone, now).parsed())
        except (ValueError, FileRefusedError) as error:
            image = _named(record.fields, places, folder)
            rejected.append(RejectedRow(record.row, _stray_byte(record) or str(error), image))
    return Manifest(
        path=path,
        encoding=found.encoding,
        delimiter=found.delimiter,
        ends_whole=found.ends_whole,
        rows=tuple(rows),
        rejected=tuple(rejected),
    )


def _with_last(records: Iterator[Record]) -> Iterator[tuple[Record, bool]]:
    """Each record, and whether it is the last one."""
    earlier: Record | None = None
    for record in records:
        if earlier is not None:
            yield earlier, False
        earlier = record
    if earlier is not None:
        yield earlier, True


def _check(record: Record, found: ManifestText, *, is_last: bool) -> None:
    if record.fault:
        raise ValueError(record.fault)
    if len(record.fields) != len(found.header):
        raise ValueError(
            f"{len(record.fields)} fields where the first line has {len(found.header)}"
        )
    if is_last and not found.ends_whole:
        raise ValueError("the last line has no line end: it may be cut; end it with a line break")


def _stray_byte(record: Record) -> str:
    """Name the first byte of a record that is not in the file's encoding; empty where there is none."""
    found = re.search("[\udc80-\udcff]", "".join(record.fields))
    return f"the byte 0x{ord(found[0]) - 0xDC00:02X} is not UTF-8" if found else ""


def _named(fields: Sequence[str], places: Mapping[str, int], folder: str) -> str | None:
    """The image a rejected row names, so that it waits for the correction."""
    try:
        return image_path(fields[places["image"]], folder)
    except (IndexError, ValueError):
        return None


@dataclass(frozen=True, slots=True)
class _Row:
    """The fields of one record on their way to a `ManifestRow`."""

    number: int
    fields: Mapping[str, str]
    folder: str
    zone: ZoneInfo
    now: datetime

    def parsed(self) -> ManifestRow:
        part_id = self._text("part_id")
        if part_id is None:
            raise ValueError("the part_id is empty")
        return ManifestRow(
            row=self.number,
            image=image_path(self.fields["image"], self.folder),
            part_id=part_id,
            captured_at=parse_time(self.fields["captured_at"].strip(), self.zone, self.now),
            lot=self._text("lot"),
            station=self._text("station"),
            line=self._text("line"),
            tool=self._text("tool"),
            family=self._text("family"),
            view=_view(self.fields.get("view", "").strip()),
            pass_name=self._text("pass"),
            um_per_px=_scale(self.fields.get("um_per_px", "").strip()),
            sha256=_sha256(self.fields.get("sha256", "").strip()),
        )

    def _text(self, name: str) -> str | None:
        value = self.fields.get(name, "")
        if not value.strip():
            return None
        refuse_bad_text(value, f"the {name}")
        return value


def _view(text: str) -> tuple[int, int] | None:
    if not text:
        return None
    if text.isascii() and text.isdigit() and len(text) <= 4:
        return 1, int(text)
    if match := VIEW.fullmatch(text):
        return int(match[1]), int(match[2])
    raise ValueError(f"the view {text!r} is neither r1c2 nor 1,2")


def _scale(text: str) -> float | None:
    if not text:
        return None
    value = float(text) if NUMBER.fullmatch(text) else 0.0
    if not 0 < value <= LARGEST_SCALE:
        raise ValueError(
            f"um_per_px must be a number above 0, at most {LARGEST_SCALE:.0f}, with a decimal point; "
            f"got {text!r}"
        )
    return value


def _sha256(text: str) -> str | None:
    if not text:
        return None
    if not SHA256.fullmatch(text.lower()):
        raise ValueError(f"the sha256 {text[:80]!r} is not 64 hexadecimal digits")
    return text.lower()
