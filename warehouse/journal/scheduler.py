"""What the scheduler must not forget: the last plant day done, and runs asked for by people."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from typing import Final, Literal

from sqlalchemy import Connection, insert, select, update

from warehouse.errors import UnknownRowError
from warehouse.journal import tables
from warehouse.journal.outbox import OutboxRow, add_once
from warehouse.journal.store import Journal

RequestState = Literal["waiting", "running", "done", "failed"]

_PLANT_DAY: Final = "last plant day"


@dataclass(frozen=True, slots=True)
class RunRequest:
    """A "Run now"; `outcome` says in words how it ended."""

    request_id: int
    requested_by: str
    requested_at: datetime
    state: RequestState
    started_at: datetime | None
    finished_at: datetime | None
    outcome: str


def last_plant_day(journal: Journal) -> date | None:
    """Return the last plant day whose nightly run is done, None before the first."""
    day = recall(journal, _PLANT_DAY)
    return None if day is None else date.fromisoformat(day)


def record_plant_day(journal: Journal, day: date, *, now: datetime) -> None:
    """Record that the nightly run of `day` is done; an earlier day never replaces a later one."""
    with journal.writing() as connection:
        last = _recall(connection, _PLANT_DAY)
        if last is None or date.fromisoformat(last) < day:
            _remember(connection, _PLANT_DAY, day.isoformat(), now)


def request_run(journal: Journal, *, who: str, now: datetime) -> RunRequest:
    """Ask for a run; while one waits, the same request is returned."""
    with journal.writing() as connection:
        waiting = _oldest_waiting(connection)
        if waiting is not None:
            return waiting
        values = {"requested_by": who, "requested_at": now, "state": "waiting", "outcome": ""}
        connection.execute(insert(tables.run_request).values(values))
        added = _oldest_waiting(connection)
    assert added is not None
    return added


def take_request(journal: Journal, *, now: datetime) -> RunRequest | None:
    """Take the oldest waiting request and mark it running; None when nobody waits."""
    with journal.writing() as connection:
        waiting = _oldest_waiting(connection)
        if waiting is None:
            return None
        taken = replace(waiting, state="running", started_at=now)
        _update(connection, taken)
    return taken


def finish_request(
    journal: Journal, request_id: int, *, now: datetime, failed: bool, outcome: str
) -> None:
    """Record how a request ended; UnknownRowError when it is not running."""
    table = tables.run_request
    with journal.writing() as connection:
        wanted = select(table).where(table.c.request_id == request_id, table.c.state == "running")
        found = connection.execute(wanted).first()
        if found is None:
            raise UnknownRowError(f"there is no run request {request_id} in progress")
        state: RequestState = "failed" if failed else "done"
        running = RunRequest(*found)
        _update(connection, replace(running, state=state, finished_at=now, outcome=outcome))


def conclude_run(
    journal: Journal,
    *,
    now: datetime,
    memories: Mapping[str, str],
    request_id: int | None = None,
    failed: bool = False,
    outcome: str = "",
    mail: OutboxRow | None = None,
) -> None:
    """Write down how a run ended: what to remember, its request, a mail; all or nothing.

    A mail whose Message-ID is in the outbox already is not written twice.
    """
    with journal.writing() as connection:
        for key, value in memories.items():
            _remember(connection, key, value, now)
        if request_id is not None:
            state: RequestState = "failed" if failed else "done"
            change = {"state": state, "finished_at": now, "outcome": outcome}
            key_of = tables.run_request.c.request_id == request_id
            connection.execute(update(tables.run_request).where(key_of).values(change))
        if mail is not None:
            add_once(connection, mail)


def latest_requests(journal: Journal, limit: int = 10) -> list[RunRequest]:
    """Return the newest requests, newest first."""
    table = tables.run_request
    wanted = select(table).order_by(table.c.request_id.desc()).limit(limit)
    with journal.reading() as connection:
        return [RunRequest(*found) for found in connection.execute(wanted)]


def remember(journal: Journal, key: str, value: str, *, now: datetime) -> None:
    """Remember one text under a key (for example when the last run failed)."""
    with journal.writing() as connection:
        _remember(connection, key, value, now)


def recall(journal: Journal, key: str) -> str | None:
    """Return the text remembered under a key, None when there is none."""
    with journal.reading() as connection:
        return _recall(connection, key)


def _oldest_waiting(connection: Connection) -> RunRequest | None:
    table = tables.run_request
    wanted = select(table).where(table.c.state == "waiting").order_by(table.c.request_id).limit(1)
    found = connection.execute(wanted).first()
    return None if found is None else RunRequest(*found)


def _update(connection: Connection, row: RunRequest) -> None:
    key = tables.run_request.c.request_id == row.request_id
    connection.execute(update(tables.run_request).where(key).values(asdict(row)))


def _recall(connection: Connection, key: str) -> str | None:
    return connection.scalar(select(tables.memory.c.value).where(tables.memory.c.key == key))


def _remember(connection: Connection, key: str, value: str, now: datetime) -> None:
    values = {"value": value, "updated_at": now}
    if _recall(connection, key) is None:
        connection.execute(insert(tables.memory).values(key=key, **values))
    else:
        connection.execute(update(tables.memory).where(tables.memory.c.key == key).values(values))
