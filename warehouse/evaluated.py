"""What the last evaluation of each characteristic rested on besides its points."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from warehouse.connection import Connection
from warehouse.sql import query
from warehouse.staging import fetch, insert


@dataclass(frozen=True, slots=True)
class EvaluatedRow:
    """The columns of `evaluated_characteristic`."""

    characteristic_id: str
    spec_lower: float | None
    spec_upper: float | None
    tried_model: str | None
    tried_from: datetime | None
    tried_points: int | None
    tried_until: datetime | None
    refusal: str | None
    drift: str | None


def evaluated_rows(connection: Connection) -> dict[str, EvaluatedRow]:
    """Return every row, by characteristic."""
    found = fetch(EvaluatedRow, connection.execute(query("evaluated_characteristics")))
    return {row.characteristic_id: row for row in found}


def replace_evaluated(connection: Connection, rows: Iterable[EvaluatedRow]) -> None:
    """Make `rows` the only ones, within the transaction of the caller."""
    connection.execute("DELETE FROM evaluated_characteristic")
    insert(connection, "insert_evaluated_characteristics", list(rows))


def forget_evaluations(connection: Connection, *, groups: bool) -> None:
    """Forget what follows from the facts; closed groups keep their borders unless `groups`."""
    connection.execute(query("forget_evaluations"))
    if groups:
        connection.execute("DELETE FROM part_group")
