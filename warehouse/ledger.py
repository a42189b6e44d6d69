"""What is known already: arrivals by path, images by content, inspections by part."""

from collections.abc import Collection

from warehouse.connection import Connection
from warehouse.records import ArrivalRow, InspectionRow
from warehouse.sql import query
from warehouse.staging import fetch


def known_arrivals(connection: Connection) -> dict[str, ArrivalRow]:
    """Return the latest change of every path ever seen."""
    found = fetch(ArrivalRow, connection.execute(query("known_arrivals")))
    return {arrival.path: arrival for arrival in found}


def arrivals_of_run(connection: Connection, run_id: int) -> list[ArrivalRow]:
    """Return the ledger rows one run wrote, by path."""
    return fetch(ArrivalRow, connection.execute(query("arrivals_of_run"), {"run_id": run_id}))


def image_exists(connection: Connection, image_ids: Collection[str]) -> dict[str, str]:
    """Return `image_id -> path` of those `image_ids` that are measured already (first revision)."""
    if not image_ids:
        return {}
    found = connection.execute(query("image_paths"), {"image_ids": list(image_ids)})
    return dict(found.fetchall())


def pixel_paths(connection: Connection, pixel_keys: Collection[int]) -> dict[int, str]:
    """Return `pixel_key -> path` of those decoded pictures that are measured already."""
    if not pixel_keys:
        return {}
    values = {"pixel_keys": list(pixel_keys)}
    return dict(connection.execute(query("pixel_paths"), values).fetchall())


def measured_hashes(connection: Connection) -> set[str]:
    """Return the SHA-256 of every image with a row: to reconcile the archive with the facts."""
    found = connection.execute("SELECT DISTINCT image_id FROM image").fetchall()
    return {image_id for (image_id,) in found}


def next_image_revision(connection: Connection, image_id: str) -> int:
    """Return the revision a new measurement of this image gets: 1 for a new one."""
    sql = "SELECT coalesce(max(revision), 0) + 1 FROM image WHERE image_id = $key"
    return _number(connection, sql, image_id)


def next_revision(connection: Connection, pass_id: str) -> int:
    """Return the revision a new inspection row of this pass gets: 1 for a new pass."""
    sql = "SELECT coalesce(max(revision), 0) + 1 FROM inspection WHERE pass_id = $key"
    return _number(connection, sql, pass_id)


def inspections_of(connection: Connection, part_ids: Collection[str]) -> list[InspectionRow]:
    """Return the latest revision of every inspection of these parts, by part, then oldest first."""
    if not part_ids:
        return []
    values = {"part_ids": list(part_ids)}
    return fetch(InspectionRow, connection.execute(query("inspections_of"), values))


def _number(connection: Connection, sql: str, key: str) -> int:
    row = connection.execute(sql, {"key": key}).fetchone()
    assert row is not None
    return int(row[0])
