"""What was read of each manifest, and the images its rows still wait for."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

import pandas as pd

from warehouse.connection import Connection
from warehouse.sql import query
from warehouse.staging import fetch, insert
from warehouse.transaction import transaction


@dataclass(frozen=True, slots=True)
class ManifestRecord:
    """One manifest and one change of it; see the table `manifest`."""

    path: str
    change_no: int
    outcome: Literal["accepted", "quarantined"]
    reason: str
    sha256: str | None
    size: int
    mtime_ns: int
    changed_ns: int
    inode: int
    rules: str
    encoding: str
    delimiter: str
    accepted_rows: int
    rejected_rows: int
    first_seen_at: datetime
    run_id: int
    detail: str


@dataclass(frozen=True, slots=True)
class AwaitedRow:
    """One manifest row whose image is not measured yet."""

    manifest_path: str
    row_no: int
    image: str
    is_accepted: bool
    waiting_since: datetime


@dataclass(frozen=True, slots=True)
class Waiting:
    """Rows of one manifest whose image has not arrived, and since when the oldest of them waits."""

    manifest_path: str
    rows: int
    since: datetime


def known_manifests(connection: Connection) -> dict[str, ManifestRecord]:
    """Return the latest change of every manifest ever read."""
    found = fetch(ManifestRecord, connection.execute(query("known_manifests")))
    return {record.path: record for record in found}


def manifests_awaiting(connection: Connection, images: Collection[str]) -> set[str]:
    """Return the manifests with a row that waits for one of the `images`."""
    if not images:
        return set()
    connection.register("arrived", pd.DataFrame({"image": pd.Series(list(images), dtype="str")}))
    try:
        found = connection.execute(query("manifests_awaiting")).fetchall()
    finally:
        connection.unregister("arrived")
    return {path for (path,) in found}


def write_manifests(
    connection: Connection, records: Sequence[ManifestRecord], awaited: Sequence[AwaitedRow]
) -> None:
    """Store changes of manifests and replace the rows that each of them waits with.

    A row for an image that the manifest named before waits since then.
    """
    if not records:
        return
    paths = [record.path for record in records]
    with transaction(connection):
        insert(connection, "insert_manifests", records)
        connection.execute(query("begin_awaited"), {"paths": paths})
        connection.execute(
            "DELETE FROM awaited_image WHERE manifest_path IN (SELECT unnest($paths))",
            {"paths": paths},
        )
        insert(connection, "insert_awaited", awaited)
        connection.execute("DROP TABLE temp.awaited_before")


def forget_measured(connection: Connection) -> None:
    """Drop the rows whose image is measured, or known by its content: they wait no more."""
    connection.execute(query("forget_measured"))


def rows_waiting(connection: Connection) -> list[Waiting]:
    """Return the manifests with rows whose image has not arrived, the oldest first."""
    found = connection.execute(query("rows_waiting")).fetchall()
    return [Waiting(path, int(rows), since.astimezone(UTC)) for path, rows, since in found]


def measured_by_name(connection: Connection, images: Collection[str]) -> int:
    """Count those of the `images` that were measured without a manifest, by name and file time."""
    if not images:
        return 0
    row = connection.execute(query("measured_by_name"), {"paths": list(images)}).fetchone()
    assert row is not None
    return int(row[0])
