"""What a kill leaves of files that were being written: removed by the next run."""

from collections.abc import Iterable
from pathlib import Path
from typing import Final

UNFINISHED: Final = "unfinished"
"""Folder of the archive for what is being written."""

_PATTERN: Final = ".*.tmp"


def remove_leftovers(folders: Iterable[Path]) -> int:
    """Remove unfinished files directly in `folders` and return how many there were.

    Call it with the run lock held: no file there is being written then.
    """
    found = [path for folder in folders for path in folder.glob(_PATTERN) if path.is_file()]
    for path in found:
        path.unlink(missing_ok=True)
    return len(found)
