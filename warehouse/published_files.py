"""The names of published snapshots: `serve-<nanoseconds since 1970>.duckdb`."""

import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

_PREFIX: Final = "serve-"
_SUFFIX: Final = ".duckdb"


def published_files(folder: Path) -> list[Path]:
    """Return the snapshots in `folder`, oldest first."""
    found = [path for path in folder.glob(f"{_PREFIX}*{_SUFFIX}") if _number(path) is not None]
    return sorted(found, key=lambda path: _number(path) or 0)


def next_name(folder: Path) -> Path:
    """Return the path of a new snapshot: later than all others even when the clock was set back."""
    present = published_files(folder)
    latest = (_number(present[-1]) or 0) if present else 0
    return folder / f"{_PREFIX}{max(time.time_ns(), latest + 1)}{_SUFFIX}"


def published_time(path: Path) -> datetime:
    """Return when a snapshot was made, by its name; by the file's own time under another name.

    Examples
    --------
    >>> published_time(Path("serve-1767225600000000000.duckdb")).isoformat()
    '2026-01-01T00:00:00+00:00'

    """
    number = _number(path)
    seconds = path.stat().st_mtime if number is None else number / 1e9
    return datetime.fromtimestamp(seconds, tz=UTC)


def _number(path: Path) -> int | None:
    digits = path.name.removeprefix(_PREFIX).removesuffix(_SUFFIX)
    return int(digits) if digits.isascii() and digits.isdigit() else None
