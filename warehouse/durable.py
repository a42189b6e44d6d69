"""Files that are whole or not there, and survive a power cut: temporary name, fsync, rename."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import mkstemp
from typing import BinaryIO

from warehouse.site import FOLDER_MODE


@contextmanager
def durable_file(path: Path, *, scratch: Path | None = None) -> Iterator[BinaryIO]:
    """Yield a file to write; when the body ends well it lies at `path`, durable, mode 0600.

    Parent folders are made (0700). An existing file is replaced at once; a failed body leaves it.

    Parameters
    ----------
    scratch
        Folder on the same volume for the file while it is written, so that what a kill leaves is
        found in one place; else that of `path`.

    """
    private_folder(path.parent)
    if scratch is not None:
        private_folder(scratch)
    # mkstemp makes the file for its owner only.
    descriptor, temporary = mkstemp(dir=scratch or path.parent, prefix=".", suffix=".tmp")
    try:
        with os.fdopen(descriptor, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).replace(path)
    except BaseException:
        with suppress(FileNotFoundError):
            Path(temporary).unlink()
        raise
    sync_folder(path.parent)


def private_folder(folder: Path) -> None:
    """Create `folder` and its missing parents for their owner only (0700), names durable."""
    missing = [one for one in (folder, *folder.parents) if not one.exists()]
    for one in reversed(missing):
        one.mkdir(mode=FOLDER_MODE, exist_ok=True)
        # A file is as durable as the names of the folders it lies in.
        sync_folder(one.parent)


def sync_folder(folder: Path) -> None:
    """Make the names in `folder` durable."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
