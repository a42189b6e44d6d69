"""The daily rollups: computed anew for the days and streams a batch touches, never adjusted."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

import duckdb
import pandas as pd

from warehouse.records import InspectionRow, Stream
from warehouse.sql import query

TouchedDays = set[tuple[date, Stream]]

# The months are summed from the days, so they come last.
ROLLUPS: Final = ("daily_rollup", "location_rollup", "location_month_rollup")
"""Every table that is summed from the inspections, in the order they are computed in."""


def touched_days(
    connection: duckdb.DuckDBPyConnection,
    inspections: Iterable[InspectionRow],
    pass_ids: Iterable[str],
) -> TouchedDays:
    """Return the UTC days and streams of `inspections` and of every stored revision of `pass_ids`.

    A revision may move a pass to another day: the day it leaves is touched as well.
    """
    keys = {
        (row.captured_at.astimezone(UTC).date(), row.line, row.station, row.tool, row.family)
        for row in inspections
    }
    touched = {(day, Stream(*parts)) for day, *parts in keys}
    if listed := sorted(set(pass_ids)):
        found = connection.execute(query("touched_days"), {"pass_ids": listed}).fetchall()
        touched |= {(day, Stream(*parts)) for day, *parts in found}
    return touched


def recompute(connection: duckdb.DuckDBPyConnection, touched: TouchedDays) -> None:
    """Replace the rollup rows of the `touched` days, within the transaction of the caller."""
    if not touched:
        return
    days = sorted(day for day, _ in touched)
    interval = {
        "first": datetime.combine(days[0], time(), tzinfo=UTC),
        "after": datetime.combine(days[-1] + timedelta(days=1), time(), tzinfo=UTC),
    }
    connection.register("touched", _frame(touched))
    try:
        for rollup in ROLLUPS:
            connection.execute(query(f"delete_{rollup}"))
            connection.execute(query(f"insert_{rollup}"), interval)
    finally:
        connection.unregister("touched")


def _frame(touched: TouchedDays) -> pd.DataFrame:
    rows = sorted(
        (day.isoformat(), stream.line, stream.station, stream.tool, stream.family)
        for day, stream in touched
    )
    return pd.DataFrame(rows, columns=["day", "line", "station", "tool", "family"], dtype="str")
