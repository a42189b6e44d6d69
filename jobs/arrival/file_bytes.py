"""Read a file of the inbox once: no link followed, no pipe waited for, no half-written copy."""

import errno
import hashlib
import os
import stat
from dataclasses import dataclass
from pathlib import Path

from jobs.errors import FileRefusedError

# A pipe must not block the night, a link must not lead out of the inbox; 0 where unknown.
FLAGS = (
    os.O_RDONLY
    | getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_NOCTTY", 0)
    | getattr(os, "O_BINARY", 0)
)
# What systems answer when O_NOFOLLOW meets a link.
SYMLINK_ERRORS = frozenset({errno.ELOOP, errno.EMLINK})


@dataclass(frozen=True, slots=True)
class FileBytes:
    """The content of a file, its hash, and the state it had before and after the reading."""

    data: bytes
    sha256: str
    size: int
    mtime_ns: int
    inode: int


def read_once(folder: Path, raw: bytes, *, max_bytes: int, inode: int | None = None) -> FileBytes:
    """Read the file `raw` below `folder` in one go.

    Parameters
    ----------
    folder : Path
        The inbox.
    raw : bytes
        Path below it, as the file system has it.
    max_bytes : int
        A larger file is refused unread.
    inode : int, optional
        The file that was listed; another one under the same name is left for the next run.

    Raises
    ------
    FileRefusedError
        VANISHED, SYMLINK, NOT_A_FILE, PERMISSION, UNREADABLE, TOO_LARGE, or STILL_WRITING where
        the file changed while it was read.

    """
    path = os.path.join(os.fsencode(folder), raw)  # noqa: PTH118 - bytes
    try:
        descriptor = os.open(path, FLAGS)
    except OSError as error:
        raise _refusal(error) from error
    try:
        return _read(descriptor, max_bytes, inode)
    except OSError as error:
        raise _refusal(error) from error
    finally:
        os.close(descriptor)


def _read(descriptor: int, max_bytes: int, inode: int | None) -> FileBytes:
    before = os.fstat(descriptor)
    if not stat.S_ISREG(before.st_mode):
        raise FileRefusedError("NOT_A_FILE", "not a regular file")
    if before.st_size > max_bytes:
        raise FileRefusedError(
            "TOO_LARGE", f"the file has {before.st_size} bytes; the limit is {max_bytes}"
        )
    if inode is not None and before.st_ino != inode:
        raise FileRefusedError("STILL_WRITING", "the file was replaced after the folder was listed")
    with os.fdopen(descriptor, "rb", closefd=False) as file:
        # One byte more than there should be: a file that grows is seen.
        data = file.read(before.st_size + 1)
    after = os.fstat(descriptor)
    if len(data) != before.st_size or _state(before) != _state(after):
        raise FileRefusedError("STILL_WRITING", "the file changed while it was read")
    digest = hashlib.sha256(data).hexdigest()
    return FileBytes(data, digest, before.st_size, before.st_mtime_ns, before.st_ino)


def _state(status: os.stat_result) -> tuple[int, int, int]:
    return status.st_size, status.st_mtime_ns, status.st_ctime_ns


def _refusal(error: OSError) -> FileRefusedError:
    if isinstance(error, FileNotFoundError | NotADirectoryError):
        return FileRefusedError("VANISHED", "the file was gone when it was to be read")
    if isinstance(error, PermissionError):
        return FileRefusedError("PERMISSION", "the file may not be read: permission denied")
    if error.errno in SYMLINK_ERRORS:
        return FileRefusedError("SYMLINK", "a link took the place of the file")
    return FileRefusedError("UNREADABLE", f"the file cannot be read: {error.strerror}")
