"""One run at a time on a site, held by a file lock that a kill frees."""

import fcntl
import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from warehouse.durable import private_folder
from warehouse.errors import RunLockedError
from warehouse.full_volume import volume_errors
from warehouse.site import FILE_MODE

# Whoever asks for the holder locks for an instant; that must not look like a run.
_TRIES: Final = 5
_PAUSE_S: Final = 0.02


@dataclass(frozen=True, slots=True)
class LockHolder:
    """Who runs: process id, command, since when, and the number of the run once it has one."""

    pid: int
    command: str
    since: datetime
    run_id: int | None = None

    def __str__(self) -> str:
        """Name the run in one line, times in UTC."""
        run = "run" if self.run_id is None else f"run {self.run_id}"
        since = f"{self.since:%Y-%m-%d %H:%M} UTC"
        return f"{run} in progress since {since}, pid {self.pid} ({self.command})"


class RunLock:
    """The lock while it is held."""

    def __init__(self, descriptor: int, holder: LockHolder) -> None:
        self._descriptor = descriptor
        self.holder = holder
        self._write()

    def note_run(self, run_id: int) -> None:
        """Add the number of the run to what others are told."""
        self.holder = replace(self.holder, run_id=run_id)
        self._write()

    def _write(self) -> None:
        content = {
            "pid": self.holder.pid,
            "command": self.holder.command,
            "since": self.holder.since.isoformat(),
            "run_id": self.holder.run_id,
        }
        written = json.dumps(content).encode()
        # Cut after the write, not before: whoever asks meanwhile still reads the name.
        os.pwrite(self._descriptor, written, 0)
        os.ftruncate(self._descriptor, len(written))


@contextmanager
def run_lock(path: Path, command: str) -> Iterator[RunLock]:
    """Hold the run lock of a site; `path` is `Site.lock_file`.

    The lock ends with the process, however it ends. Processes made by fork would hold it too:
    start workers by spawn.

    Raises
    ------
    RunLockedError
        Another process holds it; the message names it.
    WarehouseFullError, NotWritableError
        The volume of the site has no room or takes no writing: a run could do nothing there.

    """
    with volume_errors(path):
        private_folder(path.parent)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, FILE_MODE)
    try:
        if not _locked(descriptor):
            holder = _read(descriptor)
            raise RunLockedError(str(holder) if holder else f"a run holds {path}")
        with volume_errors(path):
            lock = RunLock(descriptor, LockHolder(os.getpid(), command, datetime.now(UTC)))
        yield lock
        os.ftruncate(descriptor, 0)
    finally:
        os.close(descriptor)


def lock_holder(path: Path) -> LockHolder | None:
    """Return who holds the lock, None when nobody does."""
    try:
        # To look needs no right to write: the volume may be mounted to be read only.
        descriptor = os.open(path, os.O_RDONLY)
    except FileNotFoundError:
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return _read(descriptor)
    else:
        return None
    finally:
        os.close(descriptor)


def _locked(descriptor: int) -> bool:
    for attempt in range(_TRIES):
        if attempt:
            time.sleep(_PAUSE_S)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            continue
        return True
    return False


def _read(descriptor: int) -> LockHolder | None:
    try:
        found = json.loads(os.pread(descriptor, 4096, 0))
        since = datetime.fromisoformat(found["since"])
        return LockHolder(found["pid"], found["command"], since, found["run_id"])
    except (ValueError, KeyError):
        # Between its lock and its first write the holder has no name yet.
        return None
