"""Open the fact store: the master for one writer, the published snapshot for everybody else."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

import duckdb

from warehouse.durable import sync_folder
from warehouse.errors import (
    LogDamagedError,
    NotPublishedError,
    WarehouseDamagedError,
    WarehouseExistsError,
    WarehouseForeignError,
    WarehouseFullError,
    WarehouseLockedError,
    WarehouseMissingError,
)
from warehouse.full_volume import says_full
from warehouse.schema import checked_version, migrate, newest_version
from warehouse.seals import arm_beside
from warehouse.site import FILE_MODE

Connection = duckdb.DuckDBPyConnection
"""What the functions of this package take; callers name it through this alias."""

# One configuration for every snapshot: DuckDB refuses two in one process for the same file.
SNAPSHOT_CONFIG: Final = {
    "enable_external_access": "false",
    "python_enable_replacements": "false",
}

_NEXT_STEP: Final = (
    "`blemish restore` brings back a backup, `blemish rebuild` makes it anew from the archive"
)
# Else DuckDB would look on the network for what reads the file of another database. To look at its
# first bytes ourselves would not do: closing the file drops the lock this process may have on it.
_MASTER_CONFIG: Final = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
}
_FOREIGN: Final = ("not a valid DuckDB database file", "is an existing extension")
_LOG_AT_FAULT: Final = ("corrupt", "replaying", "checksum", "serializ")
"""What DuckDB says of a log whose content is wrong, and not of one that may not be read."""


def create_master(path: Path) -> None:
    """Create an empty warehouse at `path` with the newest schema.

    Raises
    ------
    WarehouseExistsError
        Something is at `path` already, or a write-ahead log of a lost file lies beside it.

    """
    log = log_file(path)
    if path.exists():
        raise WarehouseExistsError(f"{path} exists already; a warehouse is never overwritten")
    if log.exists():
        raise WarehouseExistsError(
            f"{log} is the log of a warehouse that is gone: restore {path.name} beside it, "
            "or move the log away to begin anew"
        )
    path.parent.mkdir(parents=True, exist_ok=True)
    # Under another name until it is complete, so a kill leaves no half-made warehouse.
    unfinished = path.with_name(f"{path.name}.new")
    unfinished.unlink(missing_ok=True)
    log_file(unfinished).unlink(missing_ok=True)
    with duckdb.connect(unfinished) as connection:
        connection.execute("SET TimeZone = 'UTC'")
        migrate(connection, 0)
    unfinished.chmod(FILE_MODE)
    unfinished.rename(path)
    sync_folder(path.parent)


@contextmanager
def open_master(path: Path) -> Iterator[Connection]:
    """Open the master read-write; an older schema is migrated first, after a backup copy.

    Opening never creates: that is `create_master`. The session's time zone is UTC.

    Raises
    ------
    WarehouseMissingError, WarehouseForeignError, WarehouseDamagedError
        There is no file, it is empty or not ours, or its log cannot be replayed.
    WarehouseLockedError
        Another process has the file open.
    WarehouseVersionError
        The file is newer than this program.

    """
    _check_present(path)
    connection = _connect(path)
    try:
        connection.execute("SET TimeZone = 'UTC'")
        arm_beside(connection, path)
        version = checked_version(connection, path)
        if version < newest_version():
            connection.execute("CHECKPOINT")
            connection.close()
            _back_up(path, version)
            connection = _connect(path)
            connection.execute("SET TimeZone = 'UTC'")
            arm_beside(connection, path)
            migrate(connection, version)
        yield connection
    finally:
        connection.close()


@contextmanager
def open_snapshot(link: Path) -> Iterator[Connection]:
    """Open the published snapshot behind `link` (`Site.current`) read-only.

    The session sees one consistent state for as long as it is open, runs in UTC, and can neither
    read other files nor change a setting.

    Raises
    ------
    NotPublishedError
        The link, or the file it names, is not there.
    WarehouseForeignError, WarehouseDamagedError, WarehouseVersionError
        As for `open_master`; a snapshot that is older than this program is refused, too.

    """
    connection = connect_snapshot(resolve_snapshot(link))
    try:
        yield connection
    finally:
        connection.close()


def resolve_snapshot(link: Path) -> Path:
    """Return the file `link` names at present; NotPublishedError when there is none."""
    target = link.resolve()
    if not target.is_file():
        raise NotPublishedError(
            f"nothing is published yet at {link}; run `blemish run` to measure and publish"
        )
    return target


def connect_snapshot(path: Path) -> Connection:
    """Open one published file read-only; the caller closes it."""
    _check_present(path)
    connection = _connect(path, read_only=True)
    try:
        # Global, as cursors do not inherit a session's settings; another connection of this process
        # may have set and locked them already.
        with suppress(duckdb.InvalidInputException):
            connection.execute("SET GLOBAL TimeZone = 'UTC'")
            connection.execute("SET lock_configuration = true")
        checked_version(connection, path, exactly=True)
    except BaseException:
        connection.close()
        raise
    return connection


def log_file(path: Path) -> Path:
    """Return the path of the write-ahead log of a warehouse file."""
    return path.with_name(f"{path.name}.wal")


def _check_present(path: Path) -> None:
    if not path.is_file():
        beside = log_file(path)
        lost = f"; its log {beside.name} is there, so the file was lost" if beside.exists() else ""
        raise WarehouseMissingError(
            f"warehouse missing: no file at {path}{lost}; is the volume mounted? {_NEXT_STEP}"
        )
    # DuckDB would take an empty file for a new database.
    if path.stat().st_size == 0:
        raise WarehouseForeignError(f"{path} is empty: it is no warehouse; {_NEXT_STEP}")


def _connect(path: Path, *, read_only: bool = False) -> Connection:
    try:
        if read_only:
            return duckdb.connect(path, read_only=True, config=dict(SNAPSHOT_CONFIG))
        return duckdb.connect(path, config=dict(_MASTER_CONFIG))
    except duckdb.Error as error:
        reason = " ".join(str(error).split())
        if "could not set lock" in reason.lower():
            raise WarehouseLockedError(
                f"{path} is open in another process; is a run in progress? ({reason})"
            ) from error
        if any(sign in reason for sign in _FOREIGN):
            raise WarehouseForeignError(
                f"{path} is no warehouse: {reason}; {_NEXT_STEP}"
            ) from error
        if says_full(reason):
            raise WarehouseFullError(f"the volume of {path} is full: {reason}") from error
        if "wal" in reason.lower() and any(sign in reason.lower() for sign in _LOG_AT_FAULT):
            raise LogDamagedError(
                f"{path} or its log cannot be read: {reason}; `blemish ingest` sets the log aside "
                "and takes in again what it held"
            ) from error
        raise WarehouseDamagedError(
            f"{path} or its log cannot be read: {reason}; {_NEXT_STEP}"
        ) from error


def _back_up(path: Path, version: int) -> None:
    """Copy the closed and checkpointed file aside before its schema changes."""
    kept = path.with_name(f"{path.stem}-schema-{version}.duckdb")
    unfinished = kept.with_name(f"{kept.name}.new")
    shutil.copyfile(path, unfinished)
    unfinished.chmod(FILE_MODE)
    with unfinished.open("rb") as copy:
        os.fsync(copy.fileno())
    unfinished.replace(kept)
    sync_folder(kept.parent)
