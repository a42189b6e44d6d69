"""The ingest runs: when each began and ended, and what it did with the files it saw."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime

from warehouse.connection import Connection
from warehouse.errors import BatchError
from warehouse.records import RunRow
from warehouse.seals import sealer
from warehouse.sql import query
from warehouse.staging import fetch, insert
from warehouse.transaction import transaction


@dataclass(frozen=True, slots=True)
class RunTotals:
    """What became of the files of one run; `seen` is the sum of the others."""

    seen: int = 0
    measured: int = 0
    quarantined: int = 0
    ignored: int = 0
    deferred: int = 0
    known: int = 0


def start_run(
    connection: Connection,
    *,
    trigger: str,
    started_at: datetime,
    model_id: str | None,
    after: int = 0,
) -> int:
    """Store a run as begun and return its number, counting from 1.

    `after` is a number that was given already, though the warehouse may have lost its row.
    """
    values = {
        "trigger": trigger,
        "started_at": started_at,
        "model_id": model_id,
        "after": after,
    }
    with _changing_runs(connection):
        row = connection.execute(query("start_run"), values).fetchone()
    assert row is not None
    return int(row[0])


def finish_run(
    connection: Connection,
    run_id: int,
    totals: RunTotals,
    *,
    finished_at: datetime,
    error: str | None = None,
    model_id: str | None = None,
) -> None:
    """Store how a run ended; `model_id` replaces the one given at its start unless None.

    Raises
    ------
    BatchError
        The totals break the ledger identity (`seen` is not the sum), or there is no such run.

    """
    ended = {"finished_at": finished_at, "error": error, "model_id": model_id}
    with _changing_runs(connection):
        values = {"run_id": run_id, **asdict(totals), **ended}
        if connection.execute(query("finish_run"), values).fetchone() != (1,):
            raise BatchError(f"there is no run {run_id} to finish")


def mark_interrupted(connection: Connection, *, now: datetime) -> tuple[int, ...]:
    """Close the runs that never finished, error "interrupted"; return their numbers.

    Call it with the run lock held, before `start_run`: whatever is open then was killed.
    """
    with _changing_runs(connection):
        found = connection.execute(query("mark_interrupted"), {"now": now}).fetchall()
    return tuple(sorted(run_id for (run_id,) in found))


def store_runs(connection: Connection, runs: Sequence[RunRow]) -> int:
    """Store runs that have ended, such as those of a rebuilt warehouse; return how many were new."""
    with _changing_runs(connection):
        return len(insert(connection, "insert_runs", runs))


def run_of(connection: Connection, run_id: int) -> RunRow:
    """Return one run; BatchError when there is no such run."""
    found = fetch(RunRow, connection.execute(query("run_of"), {"run_id": run_id}))
    if not found:
        raise BatchError(f"there is no run {run_id}")
    return found[0]


def latest_runs(connection: Connection, limit: int = 20) -> list[RunRow]:
    """Return the newest runs, newest first."""
    return fetch(RunRow, connection.execute(query("latest_runs"), {"limit": limit}))


@contextmanager
def _changing_runs(connection: Connection) -> Iterator[None]:
    """Change rows of runs in one transaction, and seal what changes."""
    with (
        transaction(connection),
        sealer(connection) as seals,
        seals.changing("ingest_run", "true"),
    ):
        yield
