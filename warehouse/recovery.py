"""A write-ahead log that cannot be replayed: set aside, so that the last checkpoint opens."""

import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from warehouse.connection import Connection, log_file, open_master
from warehouse.durable import sync_folder
from warehouse.errors import LogDamagedError, WarehouseDamagedError, WarehouseError


@contextmanager
def recovered_master(path: Path) -> Iterator[tuple[Connection, Path | None]]:
    """Open the master as `open_master` does, without its log where that cannot be replayed.

    Call it with the run lock held, and compare the warehouse with the commit book afterwards.

    Yields
    ------
    connection, Path or None
        The open master, and where a damaged log was put.

    """
    kept = None
    with ExitStack() as stack:
        try:
            connection = stack.enter_context(open_master(path))
        except LogDamagedError:
            kept = set_log_aside(path)
            connection = stack.enter_context(open_master(path))
        yield connection, kept


def set_log_aside(path: Path) -> Path:
    """Move the damaged log of the master at `path` aside and return where it is kept.

    What was committed since the last checkpoint is in that log only: reconcile the ledger with
    the archive afterwards. Call it with the run lock held.

    Raises
    ------
    WarehouseError
        The warehouse opens with its log, or there is no log: it is not at fault.
    WarehouseDamagedError
        The file itself cannot be read, either; the log is put back.

    """
    log = log_file(path)
    if not log.exists() or _opens(path):
        raise WarehouseError(f"{log} is not at fault; nothing was set aside")
    kept = log.with_name(f"{log.name}.damaged-{time.time_ns()}")
    log.rename(kept)
    if not _opens(path):
        kept.rename(log)
        raise WarehouseDamagedError(f"{path} cannot be read without its log, either; restore it")
    sync_folder(path.parent)
    return kept


def _opens(path: Path) -> bool:
    try:
        with open_master(path):
            return True
    except WarehouseDamagedError:
        return False
