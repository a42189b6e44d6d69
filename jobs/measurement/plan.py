"""The plan of a run: what is settled by name alone, and batches of whole passes to measure."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta

from jobs.arrival.passes import KnownPass, PartKey, PlannedPass, near_known
from jobs.arrival.sightings import Sighting
from warehouse.connection import Connection
from warehouse.ledger import inspections_of
from warehouse.parts import inspection_detail
from warehouse.records import InspectionRow, Stream

BATCH_IMAGES = 64
# Two batches are in memory at a time.
BATCH_BYTES = 64 * 2**20
PARTS_PER_QUERY = 2000


def known_passes(
    connection: Connection, sightings: Sequence[Sighting], window: timedelta
) -> dict[PartKey, list[KnownPass]]:
    """Return the passes in the warehouse that any of the `sightings` may belong to."""
    by_part: dict[PartKey, list[Sighting]] = defaultdict(list)
    for sighting in sightings:
        by_part[sighting.stream, sighting.part_id].append(sighting)
    known: dict[PartKey, list[KnownPass]] = defaultdict(list)
    part_ids = sorted({part_id for _, part_id in by_part})
    for start in range(0, len(part_ids), PARTS_PER_QUERY):
        for row in inspections_of(connection, part_ids[start : start + PARTS_PER_QUERY]):
            key = (_stream(row), row.part_id)
            if any(near_known(each, row.captured_at, window) for each in by_part.get(key, ())):
                known[key].append(_known_pass(connection, row))
    return known


def batches(planned: Sequence[PlannedPass]) -> Iterator[list[PlannedPass]]:
    """Yield the passes in order, about 64 pictures and 64 MB at a time.

    A pass is only cut where it is larger than a batch by itself.
    """
    batch: list[PlannedPass] = []
    images = size = 0
    for piece in (piece for each in planned for piece in _pieces(each)):
        more = sum(sighting.found.size for sighting in piece.sightings)
        count = len(piece.sightings)
        if batch and (images + count > BATCH_IMAGES or size + more > BATCH_BYTES):
            yield batch
            batch, images, size = [], 0, 0
        batch.append(piece)
        images, size = images + count, size + more
    if batch:
        yield batch


def _pieces(planned: PlannedPass) -> Iterator[PlannedPass]:
    piece: list[Sighting] = []
    size = 0
    for sighting in planned.sightings:
        more = sighting.found.size
        if piece and (len(piece) == BATCH_IMAGES or size + more > BATCH_BYTES):
            yield replace(planned, sightings=tuple(piece))
            piece, size = [], 0
        piece.append(sighting)
        size += more
    yield replace(planned, sightings=tuple(piece))


def _known_pass(connection: Connection, row: InspectionRow) -> KnownPass:
    detail = inspection_detail(connection, row.pass_id)
    images = detail.images if detail else ()
    return KnownPass(
        pass_id=row.pass_id,
        captured_at=row.captured_at,
        folders=frozenset(
            image.path.rpartition("/")[0]
            for image in images
            if image.captured_at_source == "file time"
        ),
        views=frozenset(
            None
            if image.view_row is None or image.view_column is None
            else (image.view_row, image.view_column)
            for image in images
        ),
    )


def _stream(row: InspectionRow) -> Stream:
    return Stream(row.line, row.station, row.tool, row.family)
