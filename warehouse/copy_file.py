"""Make one snapshot in a process of its own: `python -m warehouse.copy_file MASTER SNAPSHOT`.

The rows of the journal come as JSON on stdin. A process of its own, because closing any descriptor
of the master would drop the lock that the process holding it has.
"""

import fcntl
import json
import os
import shutil
import sys
from pathlib import Path
from typing import Any, BinaryIO, Final

import duckdb

from warehouse.site import FILE_MODE
from warehouse.sql import query

# ioctl FICLONE of linux/fs.h: share the blocks, where the file system can.
_FICLONE: Final = 0x40049409


def copy_bytes(source: Path, target: Path) -> None:
    """Copy `source` to the new file `target` (0600), sharing blocks where possible."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
    with source.open("rb") as origin, os.fdopen(os.open(target, flags, FILE_MODE), "wb") as copy:
        if not _reflink(origin, copy):
            shutil.copyfileobj(origin, copy, 1 << 20)


def add_journal_tables(snapshot: Path, tables: dict[str, list[dict[str, Any]]]) -> None:
    """Create the journal's tables in `snapshot` and fill them with `tables`, name to rows."""
    with duckdb.connect(snapshot) as connection:
        connection.execute("SET TimeZone = 'UTC'")
        connection.execute("BEGIN")
        connection.execute(query("snapshot_journal"))
        for name, rows in tables.items():
            connection.execute(query(f"snapshot_{name}"), {"rows": json.dumps(rows)})
        connection.execute("COMMIT")
        connection.execute("CHECKPOINT")


def main(arguments: list[str]) -> int:
    """Make the snapshot; 0 when it is there, 2 with one line on stderr when it could not be made."""
    master, target = Path(arguments[0]), Path(arguments[1])
    unfinished = target.with_name(f".{target.name}.tmp")
    unfinished.unlink(missing_ok=True)
    try:
        copy_bytes(master, unfinished)
        add_journal_tables(unfinished, json.load(sys.stdin))
        with unfinished.open("rb") as file:
            os.fsync(file.fileno())
        unfinished.replace(target)
    except (duckdb.Error, OSError) as error:
        sys.stderr.write(f"{' '.join(str(error).split())}\n")
        return 2
    finally:
        unfinished.unlink(missing_ok=True)
    return 0


def _reflink(origin: BinaryIO, copy: BinaryIO) -> bool:
    try:
        fcntl.ioctl(copy.fileno(), _FICLONE, origin.fileno())
    except OSError:
        return False
    return True


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
