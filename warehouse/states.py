"""The state of every characteristic at the last evaluation: what the overview wall shows."""

from collections.abc import Iterable, Sequence

from warehouse.connection import Connection
from warehouse.records import StateRow
from warehouse.sql import query
from warehouse.staging import fetch, insert
from warehouse.transaction import transaction


def replace_states(connection: Connection, rows: Iterable[StateRow]) -> int:
    """Make `rows` the only states, in one transaction; return how many."""
    listed = list(rows)
    with transaction(connection):
        write_states(connection, listed)
    return len(listed)


def write_states(connection: Connection, rows: Sequence[StateRow]) -> None:
    """Make `rows` the only states, within the transaction of the caller."""
    connection.execute("DELETE FROM characteristic_state")
    insert(connection, "insert_states", rows)


def states(connection: Connection) -> list[StateRow]:
    """Return every state, by characteristic."""
    return fetch(StateRow, connection.execute(query("states")))
