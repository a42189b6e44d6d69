"""One part and lists of parts: what stands behind a point of a chart or a cell of a map."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

from warehouse.connection import Connection
from warehouse.intervals import BEGINNING, END
from warehouse.records import ClassName, DefectRow, ImageRow, InspectionRow, Stream
from warehouse.sql import query
from warehouse.staging import fetch

Order = Literal[
    "newest",
    "oldest",
    "stain_count",
    "total_stain_pct",
    "largest_stain_area_px",
    "scratch_count",
    "longest_scratch_px",
    "total_scratch_pct",
]
"""By time, or the worst first by a metric."""

_NEAR: Final = (timedelta(days=1), timedelta(days=30))
"""How far a neighbour is looked for before it is looked for everywhere."""


@dataclass(frozen=True, slots=True)
class Region:
    """A rectangle in part coordinates (0..1, y down) and the class looked for in it."""

    defect_class: ClassName
    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True, slots=True)
class PartFilters:
    """Which inspections a list holds; None and False do not restrict. Times in [start, end).

    Attributes
    ----------
    bounds
        Metric, least and greatest value that it may have.
    ascending
        The list the other way round.

    """

    streams: Collection[Stream] | None = None
    start: datetime | None = None
    end: datetime | None = None
    part_id_contains: str | None = None
    lot: str | None = None
    failed_only: bool = False
    region: Region | None = None
    order: Order = "newest"
    bounds: tuple[tuple[str, float, float], ...] = ()
    ascending: bool = False

    @property
    def upwards(self) -> bool:
        """Whether the list begins with the oldest or the least bad."""
        return self.ascending is not (self.order == "oldest")


@dataclass(frozen=True, slots=True)
class InspectionsPage:
    """One page of a list and the number of inspections in all of it."""

    rows: list[InspectionRow]
    total: int


@dataclass(frozen=True, slots=True)
class InspectionDetail:
    """The latest revision of one inspection with its images and their defects, largest first."""

    inspection: InspectionRow
    images: tuple[ImageRow, ...]
    defects: tuple[DefectRow, ...]


@dataclass(frozen=True, slots=True)
class Neighbours:
    """The passes before and after one in its stream; None at either end.

    The flagged ones failed their specification or completed a signal that holds.
    """

    previous: str | None
    following: str | None
    previous_flagged: str | None = None
    following_flagged: str | None = None


def inspection_detail(connection: Connection, pass_id: str) -> InspectionDetail | None:
    """Return all that is known of one pass, None when there is no such pass."""
    key = {"pass_id": pass_id}
    inspections = fetch(InspectionRow, connection.execute(query("inspection"), key))
    if not inspections:
        return None
    images = fetch(ImageRow, connection.execute(query("images_of_pass"), key))
    return InspectionDetail(inspections[0], tuple(images), _defects(connection, images))


def part_history(connection: Connection, part_id: str) -> list[InspectionRow]:
    """Return the inspections of one part through all stations, oldest first."""
    return fetch(InspectionRow, connection.execute(query("part_history"), {"part_id": part_id}))


def neighbours(connection: Connection, pass_id: str) -> Neighbours:
    """Return the passes before and after `pass_id` in its stream by time of capture."""
    found = connection.execute(query("place_of_pass"), {"pass_id": pass_id})
    row = found.fetchone()
    if row is None:
        return Neighbours(None, None)
    names = [column[0] for column in found.description]
    here = dict(zip(names, row, strict=True)) | {"pass_id": pass_id}
    stream = Stream(here["line"], here["station"], here["tool"], here["family"])
    flagged = here | {"prefix": f"{stream.key}:"}

    def nearest(name: str, values: dict[str, object], steps: tuple[timedelta, ...]) -> str | None:
        # Near in time first: all inspections are looked at only where there is none.
        moment = here["captured_at"]
        ends = [*(moment + step for step in steps), BEGINNING if steps[0] < timedelta(0) else END]
        for far in ends:
            row = connection.execute(query(name), values | {"far": far}).fetchone()
            if row is not None:
                return str(row[0])
        return None

    return Neighbours(
        nearest("previous_pass", here, tuple(-step for step in _NEAR)),
        nearest("following_pass", here, _NEAR),
        nearest("previous_flagged_pass", flagged, tuple(-step for step in _NEAR)),
        nearest("following_flagged_pass", flagged, _NEAR),
    )


def _defects(connection: Connection, images: list[ImageRow]) -> tuple[DefectRow, ...]:
    if not images:
        return ()
    times = [image.captured_at for image in images]
    wanted = {
        "image_ids": [image.image_id for image in images],
        "first": min(times),
        "last": max(times),
    }
    return tuple(fetch(DefectRow, connection.execute(query("defects_of_images"), wanted)))
