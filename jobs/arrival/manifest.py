"""Manifests: what a CSV beside the images says about them, row by row, nothing guessed."""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from jobs.arrival.manifest_paths import image_path
from jobs.arrival.manifest_text import ManifestText, read_text
from jobs.arrival.manifest_time import parse_time
from jobs.arrival.naming import refuse_bad_text
from jobs.configuration.sections import ColumnSettings
from jobs.errors import FileRefusedError

REQUIRED = ("part_id", "image", "captured_at", "lot", "station")
VIEW = re.compile(r"r?(\d{1,4})\s*[c,/x-]\s*(\d{1,4})", re.IGNORECASE)


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


@dataclass(frozen=True, slots=True)
class RejectedRow:
    """A row that is not taken: why, and which image it names where that can be told."""

    row: int
    reason: str
    image: str | None = None


@dataclass(frozen=True, slots=True)
class Manifest:
    """One manifest that was read."""

    path: str
    encoding: str
    delimiter: str
    rows: tuple[ManifestRow, ...]
    rejected: tuple[RejectedRow, ...]


def parse_manifest(
    data: bytes,
    path: str,
    *,
    zone: ZoneInfo,
    now: datetime,
    columns: ColumnSettings | None = None,
) -> Manifest:
    """Read the manifest at `path` (relative to the inbox) from its bytes.

    Values are text, byte for byte: 007 stays 007 and NA stays NA.

    Parameters
    ----------
    data : bytes
        UTF-8, UTF-16 with its mark, or Latin-1; comma, semicolon or tab.
    path : str
        Image paths are relative to its folder.
    zone : ZoneInfo
        In which times without an offset are read.
    now : datetime
        Times after it (by more than a day) are refused.
    columns : ColumnSettings, optional
        How the plant spells the columns.

    Raises
    ------
    ManifestError
        The file as a whole cannot be used; a bad row alone is in `rejected` instead.

    """
    names = (columns or ColumnSettings()).model_dump(by_alias=True)
    found = read_text(data, [names[name] for name in REQUIRED])
    places = {
        ours: found.header.index(theirs) for ours, theirs in names.items() if theirs in found.header
    }
    folder = path.rpartition("/")[0]
    rows: list[ManifestRow] = []
    rejected: list[RejectedRow] = []
    records = list(found.records())
    for number, fields in records:
        last = number == records[-1][0]
        try:
            named = _by_name(fields, places, found, last=last)
            rows.append(_Row(number, named, folder, zone, now).parsed())
        except (ValueError, FileRefusedError) as error:
            rejected.append(RejectedRow(number, str(error), _named(fields, places, folder)))
    return Manifest(path, found.encoding, found.delimiter, tuple(rows), tuple(rejected))


def _by_name(
    fields: list[str], places: Mapping[str, int], found: ManifestText, *, last: bool
) -> dict[str, str]:
    if len(fields) != len(found.header):
        raise ValueError(f"{len(fields)} fields where the first line has {len(found.header)}")
    if last and not found.ends_whole:
        raise ValueError("the last line has no line end: it may be cut; end it with a line break")
    return {name: fields[place] for name, place in places.items()}


def _named(fields: list[str], places: Mapping[str, int], folder: str) -> str | None:
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
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not (math.isfinite(value) and value > 0):
        raise ValueError(f"um_per_px must be a number above 0, got {text!r}")
    return value
