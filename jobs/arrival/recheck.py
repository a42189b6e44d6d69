"""Read known files again, some in each run: content can change under the same size, time and inode."""

import math
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from jobs.arrival.file_bytes import read_once
from jobs.arrival.scan import FoundFile
from jobs.arrival.triage import is_unchanged
from jobs.errors import FileRefusedError
from warehouse.records import ArrivalRow


@dataclass(frozen=True, slots=True)
class Recheck:
    """What the second reading of one run found.

    Attributes
    ----------
    changed : frozenset of str
        Paths whose bytes are not those of the ledger any more.
    read, unreadable : int
        Files that were read, and that could not be.

    """

    changed: frozenset[str] = frozenset()
    read: int = 0
    unreadable: int = 0


def recheck(
    inbox: Path,
    files: Iterable[FoundFile],
    ledger: Mapping[str, ArrivalRow],
    *,
    about: int,
    run_id: int,
    max_bytes: int,
) -> Recheck:
    """Read about so many of the unchanged `files` again and compare their hashes with the ledger.

    The files take turns by the number of the run: with n of them each is read once in
    n / `about` runs.

    Parameters
    ----------
    ledger : mapping
        The latest row of every path.
    about : int
        Files in one run; 0: none.
    max_bytes : int
        As for the first reading.

    """
    if not about:
        return Recheck()
    known = [
        (file, row)
        for file in files
        if (row := ledger.get(file.path)) and row.sha256 and is_unchanged(file, row)
    ]
    turns = math.ceil(len(known) / about)
    changed: set[str] = set()
    read = unreadable = 0
    for file, row in known:
        if zlib.crc32(file.raw) % turns != run_id % turns:
            continue
        try:
            content = read_once(inbox, file.raw, max_bytes=max_bytes, inode=file.inode)
        except FileRefusedError as error:
            # What is on its way is met by the next run; what cannot be read, a person should know.
            unreadable += error.reason in ("UNREADABLE", "PERMISSION")
            continue
        read += 1
        if content.sha256 != row.sha256:
            changed.add(file.path)
    return Recheck(frozenset(changed), read, unreadable)
