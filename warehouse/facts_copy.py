"""A consistent copy of the facts that delays nobody: neither the run in progress nor the next one.

While no run is in progress nobody writes the master, so its bytes are copied as they lie, log and
all, and the copy counts only if no run began meanwhile and the files still bear the same size, inode
and time of modification. Otherwise the copy is of the published snapshot, which nobody ever writes.
"""

import os
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

import duckdb

from warehouse.connection import log_file, resolve_snapshot
from warehouse.copy_file import copy_bytes
from warehouse.errors import NotPublishedError, WarehouseDamagedError, WarehouseError
from warehouse.journal.export import ALLOWED_JOURNAL_TABLES, SNAPSHOT_VIEWS
from warehouse.lock import lock_holder
from warehouse.schema import checked_version
from warehouse.seal_check import SealHead, seal_head
from warehouse.site import Site
from warehouse.sql import query

_TRIES: Final = 3
_SETTLED_S: Final = 1.0
"""A file modified longer ago than this cannot be written without its time showing it."""

Stamp = tuple[tuple[int, int, int] | None, ...]


@dataclass(frozen=True, slots=True)
class FactsSource:
    """Where a copy is from, and what identified it there.

    Attributes
    ----------
    kind
        "master", or "snapshot" where a run was in progress.
    name
        Of the file.
    stamp
        Size, inode and time of modification of the file and of its log.

    """

    kind: Literal["master", "snapshot"]
    name: str
    stamp: Stamp


@dataclass(frozen=True, slots=True)
class FactsContents:
    """What a warehouse file holds: to be compared with the same file later."""

    schema_version: int
    rows: dict[str, int]
    seals: SealHead


def copy_facts(site: Site, target: Path) -> FactsSource:
    """Copy the facts of a site to the new file `target`, checkpointed and without a log.

    Raises
    ------
    WarehouseError
        There is no warehouse; or a run is in progress and nothing is published yet.

    """
    for attempt in range(_TRIES):
        if attempt:
            time.sleep(_SETTLED_S)
        if lock_holder(site.lock_file) is None:
            with suppress(WarehouseDamagedError):
                source = _copy_master(site, target)
                if source is not None:
                    return source
        else:
            break
    try:
        return _copy_snapshot(site, target)
    except NotPublishedError as error:
        holder = lock_holder(site.lock_file)
        raise WarehouseError(
            f"{holder or 'a run'}, and nothing is published yet; try again when it has ended"
        ) from error


def still_there(site: Site, source: FactsSource) -> bool:
    """Tell whether a copy made now would be the same: no run has changed or published anything."""
    if source.kind == "master":
        return lock_holder(site.lock_file) is None and _stamp(site.master) == source.stamp
    with suppress(WarehouseError):
        return resolve_snapshot(site.current).name == source.name
    return False


def contents(path: Path) -> FactsContents:
    """Return what a closed warehouse file holds; the errors are those of opening one."""
    with _opened(path) as connection:
        version = checked_version(connection, path)
        names = connection.execute(query("tables")).fetchall()
        rows = {}
        for (name,) in names:
            count = connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()  # noqa: S608 - its own tables
            rows[name] = int(count[0]) if count else 0
        seals = seal_head(connection) if "seal" in rows else SealHead(0, "")
    return FactsContents(version, rows, seals)


def _copy_master(site: Site, target: Path) -> FactsSource | None:
    before = _stamp(site.master)
    if before[0] is None:
        raise WarehouseError(f"warehouse missing: no file at {site.master}; nothing to back up")
    if any(one and time.time_ns() - one[2] < _SETTLED_S * 1e9 for one in before):
        return None
    _remove(target)
    copy_bytes(site.master, target)
    if before[1] is not None:
        copy_bytes(log_file(site.master), log_file(target))
    if lock_holder(site.lock_file) is not None or _stamp(site.master) != before:
        _remove(target)
        return None
    _settle(target)
    return FactsSource("master", site.master.name, before)


def _copy_snapshot(site: Site, target: Path) -> FactsSource:
    _remove(target)
    published = resolve_snapshot(site.current)
    stamp = _stamp(published)
    copy_bytes(published, target)
    _settle(target, without=ALLOWED_JOURNAL_TABLES, without_views=SNAPSHOT_VIEWS)
    return FactsSource("snapshot", published.name, stamp)


def _settle(
    path: Path, *, without: tuple[str, ...] = (), without_views: tuple[str, ...] = ()
) -> None:
    """Bring the log of a copy into it, drop the journal's tables, and make it durable."""
    with _opened(path) as connection:
        checked_version(connection, path)
        for view in without_views:
            connection.execute(f'DROP VIEW IF EXISTS "{view}"')
        for table in without:
            connection.execute(f'DROP TABLE IF EXISTS "{table}"')
        connection.execute("CHECKPOINT")
    with path.open("rb") as file:
        os.fsync(file.fileno())


def _opened(path: Path) -> duckdb.DuckDBPyConnection:
    try:
        return duckdb.connect(path)
    except duckdb.Error as error:
        reason = " ".join(str(error).split())
        raise WarehouseDamagedError(f"{path} or its log cannot be read: {reason}") from error


def _stamp(path: Path) -> Stamp:
    return (_identity(path), _identity(log_file(path)))


def _identity(path: Path) -> tuple[int, int, int] | None:
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return (found.st_size, found.st_ino, found.st_mtime_ns)


def _remove(target: Path) -> None:
    target.unlink(missing_ok=True)
    log_file(target).unlink(missing_ok=True)


def log_size(path: Path) -> int:
    """Return the length of the write-ahead log of a warehouse file, bytes; 0 without one."""
    found = _identity(log_file(path))
    return 0 if found is None else found[0]
