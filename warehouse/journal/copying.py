"""A consistent copy of a journal in a file, made while others write it, and what it holds."""

import os
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from warehouse.errors import JournalError, JournalMissingError
from warehouse.site import FILE_MODE


@dataclass(frozen=True, slots=True)
class JournalContents:
    """What a journal holds: to be compared with the same journal later."""

    schema_version: int
    rows: dict[str, int]
    audit_length: int
    audit_head: str


def copy_journal(path: Path, target: Path) -> None:
    """Copy a journal to the new file `target` (0600) by SQLite's online backup, and check the copy.

    It is the journal as it was at one moment between two transactions; writers are not held up.

    Raises
    ------
    JournalError
        There is no journal, or it is damaged.

    """
    if not path.is_file():
        raise JournalMissingError(f"no journal at {path}; nothing to back up")
    target.unlink(missing_ok=True)
    os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, FILE_MODE))
    try:
        with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(target)) as copy:
            source.backup(copy)
            # One file, not three.
            copy.execute("PRAGMA journal_mode = DELETE")
            found = copy.execute("PRAGMA integrity_check").fetchone()
    except sqlite3.Error as error:
        raise JournalError(f"{path} cannot be copied: {error}") from error
    if found != ("ok",):
        raise JournalError(f"{path} is damaged: {found[0]}")
    with target.open("rb") as file:
        os.fsync(file.fileno())


def journal_contents(path: Path) -> JournalContents:
    """Return what a journal file holds, without bringing it up to date."""
    try:
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
            names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
            rows = {}
            for (name,) in sorted(names.fetchall()):
                counted = connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()  # noqa: S608 - its own tables
                rows[name] = counted[0]
            version = connection.execute("SELECT max(version) FROM schema_version").fetchone()[0]
            newest = connection.execute(
                "SELECT audit_id, hash FROM audit ORDER BY audit_id DESC LIMIT 1"
            ).fetchone()
    except sqlite3.Error as error:
        raise JournalError(f"{path} is no journal: {error}") from error
    length, head = newest or (0, "")
    return JournalContents(int(version or 0), rows, length, head)
