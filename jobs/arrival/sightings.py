"""One picture about to be measured: what is known of it besides its pixels, and from where."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from jobs.arrival.manifest import ManifestRow
from jobs.arrival.naming import NamedPart, parse_name
from jobs.arrival.scan import FoundFile
from jobs.configuration.inbox_sections import InboxSettings
from jobs.errors import FileRefusedError
from warehouse.records import Stream, TimeSource

# A file time outside these is a clock that was wrong, not a picture of that day.
EARLIEST_FILE_TIME = datetime(2000, 1, 1, tzinfo=UTC)
CLOCK_TOLERANCE = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Sighting:
    """A picture with its identity.

    Attributes
    ----------
    view : (int, int) or None
        Row and column of the tile on the part.
    pass_name : str or None
        The pass through the station, where the manifest names it.
    remark : str
        What a person should know, such as a file time that was not believed.
    sha256 : str or None
        What the manifest says the bytes are.

    """

    found: FoundFile
    stream: Stream
    part_id: str
    captured_at: datetime
    captured_at_source: TimeSource
    view: tuple[int, int] | None
    lot: str | None
    pass_name: str | None
    um_per_px: float | None
    remark: str = ""
    sha256: str | None = None

    @property
    def folder(self) -> str | None:
        """What tells two pictures of one name apart where no manifest does: their folder."""
        return self.found.folder if self.captured_at_source == "file time" else None


def sighting_by_manifest(found: FoundFile, row: ManifestRow, inbox: InboxSettings) -> Sighting:
    """Return the sighting that a manifest `row` describes; the settings fill what it leaves out."""
    return Sighting(
        found=found,
        stream=Stream(
            line=row.line or inbox.line,
            station=row.station or inbox.station,
            tool=row.tool or inbox.tool,
            family=row.family or inbox.family,
        ),
        part_id=row.part_id,
        captured_at=row.captured_at,
        captured_at_source="manifest",
        view=row.view or _view_in_name(found, row.part_id, inbox),
        lot=row.lot,
        pass_name=row.pass_name,
        um_per_px=row.um_per_px or inbox.um_per_px,
        sha256=row.sha256,
    )


def sighting_by_name(found: FoundFile, inbox: InboxSettings, now: datetime) -> Sighting:
    """Return the sighting that a file name and the file's time describe.

    Raises
    ------
    FileRefusedError
        BAD_NAME, from `jobs.arrival.naming.parse_name`.

    """
    part = _named(found, inbox)
    captured_at, remark = _file_time(found, now)
    return Sighting(
        found=found,
        stream=Stream(
            line=part.line or inbox.line,
            station=part.station or inbox.station,
            tool=part.tool or inbox.tool,
            family=part.family or inbox.family,
        ),
        part_id=part.part_id,
        captured_at=captured_at,
        captured_at_source="file time",
        view=_view(part),
        lot=part.lot,
        pass_name=None,
        um_per_px=inbox.um_per_px,
        remark=remark,
    )


def _named(found: FoundFile, inbox: InboxSettings) -> NamedPart:
    name = found.path.rpartition("/")[2]
    return parse_name(name[: len(name) - len(found.ending)], inbox.file_pattern)


def _view(part: NamedPart) -> tuple[int, int] | None:
    return None if part.row is None or part.column is None else (part.row, part.column)


def _view_in_name(found: FoundFile, part_id: str, inbox: InboxSettings) -> tuple[int, int] | None:
    """The tile in the file name, where the name agrees with the manifest on the part."""
    try:
        part = _named(found, inbox)
    except FileRefusedError:
        return None
    return _view(part) if part.part_id == part_id else None


def _file_time(found: FoundFile, now: datetime) -> tuple[datetime, str]:
    # Whole microseconds: a float of seconds would not give the same time twice.
    microseconds = found.mtime_ns // 1000
    try:
        time = datetime.fromtimestamp(0, UTC) + timedelta(microseconds=microseconds)
    except OverflowError:
        time = datetime.max.replace(tzinfo=UTC)
    if EARLIEST_FILE_TIME <= time <= now + CLOCK_TOLERANCE:
        return time, ""
    return now, f"the file's time {time:%Y-%m-%d %H:%M} was not believed; time of arrival taken"
