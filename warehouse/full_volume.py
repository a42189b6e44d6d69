"""Tell a full volume from a damaged file by what the database said."""

import errno
from typing import Final

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
