"""Checkpoints of charts: where each stood after an evaluation, so that the next one goes on."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import pandas as pd

from warehouse.connection import Connection
from warehouse.sql import query
from warehouse.staging import fetch, insert

KEPT_NEWEST: Final = 8
"""The newest checkpoints of a chart that are all kept; of older ones every eighth."""

ChartKey = tuple[str, int]
"""Characteristic and phase."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A chart after the point (`reached_at`, `pass_id`); the columns of `chart_checkpoint`."""

    characteristic_id: str
    phase_id: int
    number: int
    reached_at: datetime
    pass_id: str
    valid_to: datetime | None
    memory: float
    side: int
    run: tuple[str, ...]

    @property
    def key(self) -> ChartKey:
        """The chart."""
        return (self.characteristic_id, self.phase_id)


def newest_checkpoints(connection: Connection) -> dict[ChartKey, Checkpoint]:
    """Return the newest checkpoint of every chart."""
    found = fetch(Checkpoint, connection.execute(query("newest_checkpoints")))
    return {row.key: row for row in found}


def checkpoint_before(connection: Connection, key: ChartKey, moment: datetime) -> Checkpoint | None:
    """Return the newest checkpoint of a chart before `moment`; None without one."""
    values = {"characteristic_id": key[0], "phase_id": key[1], "moment": moment}
    found = fetch(Checkpoint, connection.execute(query("checkpoint_before"), values))
    return found[0] if found else None


def replace_checkpoints(
    connection: Connection, rows: Collection[Checkpoint], *, gone: Iterable[ChartKey]
) -> None:
    """Store `rows` and forget what they follow on too late, within the transaction of the caller.

    A new checkpoint takes the place of those with its number or a higher one; of charts in `gone`
    nothing is kept.
    """
    cuts = [(row.characteristic_id, row.phase_id, row.number) for row in rows]
    cuts += [(characteristic_id, phase_id, 0) for characteristic_id, phase_id in gone]
    if not cuts:
        return
    frame = pd.DataFrame(cuts, columns=["characteristic_id", "phase_id", "number"])
    connection.register("cuts", frame.astype({"characteristic_id": "str"}))
    try:
        connection.execute(query("cut_checkpoints"), {"kept": KEPT_NEWEST})
    finally:
        connection.unregister("cuts")
    insert(connection, "insert_checkpoints", list(rows))


def delete_stale_checkpoints(connection: Connection) -> None:
    """Delete those of characteristics that are not evaluated any more."""
    connection.execute(query("delete_stale_checkpoints"))
