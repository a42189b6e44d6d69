"""Checks of the facts against one another: each finding is one sentence."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Final

import duckdb

from warehouse.records import Stream
from warehouse.rollups import ROLLUPS, recompute
from warehouse.sql import query

CHECKS: Final = ("ledger", "references", "inspections")
"""Names of the checks that are one query each."""

_TOLERANCE: Final = 1e-9
"""Relative: sums of floating-point numbers depend on the order they were added in."""


def findings(connection: duckdb.DuckDBPyConnection, check: str) -> list[str]:
    """Return what one of `CHECKS` found in an open warehouse."""
    return [sentence for (sentence,) in connection.execute(query(f"check_{check}")).fetchall()]


def rollup_findings(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """Compute every rollup anew, beside the stored ones, and return where they differ."""
    with _beside(connection):
        recompute(connection, _every_day(connection))
        return [sentence for rollup in ROLLUPS for sentence in _differences(connection, rollup)]


@contextmanager
def _beside(connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Let the names of the rollups mean empty temporary tables: they come first in a search."""
    for rollup in ROLLUPS:
        connection.execute(
            f"CREATE TEMP TABLE {rollup} AS FROM {_stored(connection, rollup)} LIMIT 0"
        )
    try:
        yield
    finally:
        for rollup in ROLLUPS:
            connection.execute(f"DROP TABLE temp.main.{rollup}")


def _stored(connection: duckdb.DuckDBPyConnection, rollup: str) -> str:
    """Return the name of a rollup that a temporary table cannot take from it."""
    row = connection.execute("SELECT current_database()").fetchone()
    assert row is not None
    return f'"{row[0]}".main.{rollup}'


def _every_day(connection: duckdb.DuckDBPyConnection) -> set[tuple[date, Stream]]:
    found = connection.execute(query("every_day")).fetchall()
    return {(day, Stream(*parts)) for day, *parts in found}


def _differences(connection: duckdb.DuckDBPyConnection, rollup: str) -> list[str]:
    columns = connection.execute(query("columns_of_table"), {"table": rollup}).fetchall()
    numbers = [name for name, kind, _ in columns if kind in ("BIGINT", "DOUBLE")]
    keys = [name for name, kind, _ in columns if kind in ("DATE", "VARCHAR", "INTEGER")]
    times = [name for name, kind, _ in columns if kind == "TIMESTAMP WITH TIME ZONE"]
    differs = " OR ".join(
        [
            f"abs(stored.{name} - computed.{name}) > {_TOLERANCE} * greatest(1, abs(computed.{name}))"
            f" OR (stored.{name} IS NULL) <> (computed.{name} IS NULL)"
            for name in numbers
        ]
        + [f"stored.{name} IS DISTINCT FROM computed.{name}" for name in times]
    )
    same = " AND ".join(f"stored.{key} = computed.{key}" for key in keys)
    place = ", ".join(f"coalesce(stored.{key}, computed.{key})" for key in keys)
    first = keys[0]
    found = connection.execute(
        f"SELECT concat_ws(' ', {place}), stored.{first} IS NULL, computed.{first} IS NULL"  # noqa: S608 - names of the schema only
        f" FROM {_stored(connection, rollup)} AS stored FULL JOIN temp.main.{rollup} AS computed ON {same}"
        f" WHERE stored.{first} IS NULL OR computed.{first} IS NULL OR {differs} ORDER BY 1"
    ).fetchall()
    return [
        f"{rollup} {where} "
        + ("is missing" if missing else "has no parts" if spare else "is not the sum of its parts")
        for where, missing, spare in found
    ]
