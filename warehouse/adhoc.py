"""An engineer's own SQL on the published snapshot: read-only, no files, no settings."""

from dataclasses import dataclass
from pathlib import Path

import duckdb

from warehouse.connection import open_snapshot
from warehouse.errors import QueryError
from warehouse.gate.statement import first_line, only_reading
from warehouse.sql import query


@dataclass(frozen=True, slots=True)
class QueryResult:
    """Columns and rows of a query; `truncated` when there were more rows than asked for."""

    columns: tuple[str, ...]
    rows: list[tuple[object, ...]]
    truncated: bool


@dataclass(frozen=True, slots=True)
class ColumnDescription:
    """One column, its DuckDB type and what it means."""

    name: str
    type: str
    comment: str


@dataclass(frozen=True, slots=True)
class TableDescription:
    """One table or view of the snapshot; `kind` is "table" or "view"."""

    name: str
    kind: str
    comment: str
    columns: tuple[ColumnDescription, ...]


def run_query(link: Path, sql: str, limit: int | None = None) -> QueryResult:
    """Run one SELECT (or EXPLAIN, DESCRIBE, SUMMARIZE, SHOW) on the snapshot behind `link`.

    For a person with an account on this computer: read-only, but in this process and without limits.
    Strangers go through `warehouse.gate`. Values are Python objects, times aware in UTC. At most `limit` rows are fetched.

    Raises
    ------
    QueryError
        There is not exactly one statement, it is no SELECT, or the database refused it; the
        reason in one line.
    NotPublishedError
        There is no snapshot yet.

    """
    with open_snapshot(link) as connection:
        statement = only_reading(connection, sql)
        try:
            connection.execute(statement.text)
            columns = tuple(column[0] for column in connection.description or ())
            rows = connection.fetchall() if limit is None else connection.fetchmany(limit + 1)
        except duckdb.Error as error:
            raise QueryError(first_line(error)) from error
    truncated = limit is not None and len(rows) > limit
    return QueryResult(columns, rows[:limit], truncated)


def schema_description(link: Path) -> list[TableDescription]:
    """Return every table and view with its comments, views first."""
    with open_snapshot(link) as connection:
        found = connection.execute(query("schema_description")).fetchall()
    described: dict[tuple[str, str, str], list[ColumnDescription]] = {}
    for kind, table, table_comment, name, data_type, comment in found:
        columns = described.setdefault((table, kind, table_comment), [])
        columns.append(ColumnDescription(name, data_type, comment))
    return [TableDescription(*key, tuple(columns)) for key, columns in described.items()]
