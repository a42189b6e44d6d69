"""A long-lived reader of the published snapshot that follows each new publication."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from threading import Lock

from warehouse.connection import Connection, connect_snapshot, resolve_snapshot
from warehouse.published_files import published_time


@dataclass(slots=True)
class _OpenFile:
    """One open snapshot and how many calls read it at the moment."""

    path: Path
    connection: Connection
    readers: int = 0
    replaced: bool = False


class SnapshotReader:
    """Reads the file behind `current.duckdb` and reopens when the link changes; safe for threads.

    A call that began on the older file finishes there; a file is closed after its last reader.

    Examples
    --------
    A page's read, one cursor for each call::

        reader = SnapshotReader(site.current)
        with reader.read() as connection:
            rows = states(connection)

    """

    def __init__(self, link: Path) -> None:
        self._link = link
        self._lock = Lock()
        self._open: _OpenFile | None = None

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Yield a cursor of its own on the newest snapshot.

        Raises
        ------
        NotPublishedError
            There is no snapshot yet.
        WarehouseForeignError, WarehouseDamagedError, WarehouseVersionError
            The published file cannot be used.

        """
        with self._lock:
            current = self._newest()
            current.readers += 1
        try:
            with current.connection.cursor() as cursor:
                yield cursor
        finally:
            with self._lock:
                current.readers -= 1
                self._close_unused(current)

    def published_at(self) -> datetime:
        """Return when the newest snapshot was made: the "as of" of every page."""
        return published_time(resolve_snapshot(self._link))

    def close(self) -> None:
        """Close the file once nobody reads it; a later `read` opens it again."""
        with self._lock:
            self._replace(None)

    def _newest(self) -> _OpenFile:
        path = resolve_snapshot(self._link)
        if self._open is None or self._open.path != path:
            # The new file first: when it cannot be opened, the pages say so and keep nothing open.
            opened = _OpenFile(path, connect_snapshot(path))
            self._replace(opened)
            return opened
        return self._open

    def _replace(self, opened: _OpenFile | None) -> None:
        old, self._open = self._open, opened
        if old is not None:
            old.replaced = True
            self._close_unused(old)

    def _close_unused(self, file: _OpenFile) -> None:
        if file.replaced and file.readers == 0:
            file.connection.close()
