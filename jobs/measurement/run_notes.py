"""The end of each run, kept in the archive: a rebuilt warehouse lists its runs, too."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from warehouse.archive import Archive
from warehouse.connection import Connection
from warehouse.records import RunRow
from warehouse.runs import run_of


def keep_run(connection: Connection, archive: Archive, run_id: int) -> None:
    """Store the row of a finished run in the archive."""
    row = run_of(connection, run_id)
    finished = row.finished_at.isoformat() if row.finished_at else None
    times = {"started_at": row.started_at.isoformat(), "finished_at": finished}
    archive.store_run(run_id, {**asdict(row), **times})


def kept_runs(archive: Archive) -> list[RunRow]:
    """Return the runs whose end the archive has, oldest first."""
    return [_row(found) for found in archive.runs()]


def _row(found: Mapping[str, Any]) -> RunRow:
    times = {name: _time(found[name]) for name in ("started_at", "finished_at")}
    return RunRow(**{**found, **times})


def _time(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
