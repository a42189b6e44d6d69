"""One part and lists of parts: what stands behind a point of a chart or a cell of a map."""

from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, time
from typing import Literal

from warehouse.connection import Connection
from warehouse.intervals import Interval, split_days
from warehouse.records import ClassName, DefectRow, ImageRow, InspectionRow, Stream
from warehouse.sql import query
from warehouse.staging import fetch
from warehouse.stream_choice import stream_choice

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
    """Which inspections a list holds; None and False do not restrict. Times in [start, end)."""

    streams: Collection[Stream] | None = None
    start: datetime | None = None
    end: datetime | None = None
    part_id_contains: str | None = None
    lot: str | None = None
    failed_only: bool = False
    region: Region | None = None
    order: Order = "newest"


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
    """The passes before and after one in its stream; None at either end."""

    previous: str | None
    following: str | None


def inspection_detail(connection: Connection, pass_id: str) -> InspectionDetail | None:
    """Return all that is known of one pass, None when there is no such pass."""
    key = {"pass_id": pass_id}
    inspections = fetch(InspectionRow, connection.execute(query("inspection"), key))
    if not inspections:
        return None
    images = fetch(ImageRow, connection.execute(query("images_of_pass"), key))
    return InspectionDetail(inspections[0], tuple(images), _defects(connection, images))


def inspections_page(
    connection: Connection, filters: PartFilters, limit: int = 50, offset: int = 0
) -> InspectionsPage:
    """Return a page of the inspections that pass `filters` (latest revisions)."""
    values = _values(filters)
    where = "" if filters.region is None else "_in_region"
    total = _total(connection, filters, values)
    page: dict[str, object] = {"order": filters.order, "limit": limit, "offset": offset}
    if _is_wide(filters) and filters.order == "newest":
        page["start"] = _read_from(connection, filters, offset + limit)
    found = connection.execute(query(f"inspections_page{where}"), values | page)
    return InspectionsPage(fetch(InspectionRow, found), total)


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
    previous = connection.execute(query("previous_pass"), here).fetchone()
    following = connection.execute(query("following_pass"), here).fetchone()
    return Neighbours(previous[0] if previous else None, following[0] if following else None)


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


def _is_wide(filters: PartFilters) -> bool:
    """Tell whether only stream and time choose, which the rollup knows how to count."""
    return not (
        filters.region or filters.part_id_contains or filters.failed_only or filters.lot is not None
    )


def _total(connection: Connection, filters: PartFilters, values: dict[str, object]) -> int:
    if not _is_wide(filters):
        where = "" if filters.region is None else "_in_region"
        return _number(connection, f"count_inspections{where}", values)
    chosen = stream_choice(filters.streams)
    days, pieces = split_days(Interval.between(filters.start, filters.end))
    total = 0
    if days is not None:
        whole = {"first": days[0], "after": days[1]}
        total += _number(connection, "inspected_by_day", chosen | whole)
    for piece in pieces:
        ends = {"start": piece.start, "end": piece.end}
        total += _number(connection, "parts_inspected", chosen | ends)
    return total


def _read_from(connection: Connection, filters: PartFilters, points: int) -> datetime:
    """Return a time after which at least `points` of the chosen inspections were captured."""
    interval = Interval.between(filters.start, filters.end)
    wanted = {**stream_choice(filters.streams), "end": interval.end, "points": points}
    found = connection.execute(query("newest_days"), wanted).fetchone()
    if found is None or found[0] is None:
        return interval.start
    return max(interval.start, datetime.combine(found[0], time(), tzinfo=UTC))


def _number(connection: Connection, name: str, values: dict[str, object]) -> int:
    row = connection.execute(query(name), values).fetchone()
    assert row is not None
    return int(row[0])


def _values(filters: PartFilters) -> dict[str, object]:
    interval = Interval.between(filters.start, filters.end)
    values = {
        "start": interval.start,
        "end": interval.end,
        **stream_choice(filters.streams),
        "any_part": not filters.part_id_contains,
        "part_id": (filters.part_id_contains or "").lower(),
        "any_lot": filters.lot is None,
        "lot": filters.lot,
        "any_result": not filters.failed_only,
    }
    return values if filters.region is None else values | asdict(filters.region)
