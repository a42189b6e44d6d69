"""How far the facts are evaluated: the row after which everything is new to the monitor."""

from dataclasses import astuple, dataclass
from datetime import datetime

from warehouse.connection import Connection
from warehouse.sql import query
from warehouse.staging import fetch, insert


@dataclass(frozen=True, slots=True)
class MonitorMark:
    """The newest evaluated rows of `inspection` and `arrival`, by place and by key.

    The tables are only ever appended to, so a row with a higher place is new. Should a table have
    been rebuilt, another row stands at the place, and the mark is not believed.
    """

    inspection_row: int
    pass_id: str
    revision: int
    arrival_row: int
    path: str
    change_no: int
    evaluated_at: datetime


def stored_mark(connection: Connection) -> MonitorMark | None:
    """Return the mark of the last evaluation; None without one, or where it cannot be believed."""
    found = fetch(MonitorMark, connection.execute(query("monitor_mark")))
    if len(found) != 1:
        return None
    (row,) = connection.execute(
        query("monitor_mark_holds"),
        {"inspection_row": found[0].inspection_row, "arrival_row": found[0].arrival_row},
    ).fetchall()
    return found[0] if row == astuple(found[0])[:6] else None


def newest_mark(connection: Connection, *, now: datetime) -> MonitorMark:
    """Return the mark that an evaluation of everything there is leaves behind."""
    (row,) = connection.execute(query("monitor_mark_newest")).fetchall()
    inspection_row, pass_id, revision, arrival_row, path, change_no = row
    return MonitorMark(inspection_row, pass_id, revision, arrival_row, path, change_no, now)


def replace_mark(connection: Connection, mark: MonitorMark) -> None:
    """Store `mark`, within the transaction of the caller."""
    connection.execute("DELETE FROM monitor_mark")
    insert(connection, "insert_monitor_mark", [mark])
