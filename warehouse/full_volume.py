"""Tell a full volume, and one that takes no writing, from everything else that goes wrong."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from warehouse.errors import NotWritableError, WarehouseFullError

FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT})
"""Numbers of an OSError that say that there is no room."""

NOT_WRITABLE: Final = frozenset({errno.EROFS, errno.EACCES, errno.EPERM, errno.EIO, errno.ESTALE})
"""Numbers of an OSError that a volume gives which is mounted to be read only, or failing."""

_NO_SPACE: Final = (
    "no space left",
    "disk full",
    "disk quota exceeded",
    "file too large",
    f"errno {errno.ENOSPC}",
    "could not write all",
)


def says_full(reason: str) -> bool:
    """Tell whether an error of DuckDB is that of a volume without room.

    Examples
    --------
    >>> says_full("IO Error: Could not write file: No space left on device")
    True
    >>> says_full("Corrupt WAL file: entry at byte position 8")
    False

    """
    lowered = reason.lower()
    return any(sign in lowered for sign in _NO_SPACE)


@contextmanager
def volume_errors(path: Path) -> Iterator[None]:
    """Say in one sentence what the volume of `path` refuses in the body.

    Raises
    ------
    WarehouseFullError
        There is no room.
    NotWritableError
        It is mounted to be read only, it fails, or it belongs to another account.

    """
    try:
        yield
    except OSError as error:
        if error.errno in FULL:
            raise WarehouseFullError(
                f"no room left on the volume of {path}: {error.strerror}; make room and run again"
            ) from error
        if error.errno in NOT_WRITABLE:
            raise NotWritableError(
                f"{path} cannot be written: {error.strerror}; is its volume mounted read-only or "
                "failing, or does the folder belong to another account? `blemish doctor` looks"
            ) from error
        raise
