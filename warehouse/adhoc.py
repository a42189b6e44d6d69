"""An engineer's own SQL on the published snapshot: read-only, no files, no settings."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import duckdb

from warehouse.connection import Connection, open_snapshot
from warehouse.errors import QueryError
from warehouse.sql import query

_READING: Final = (duckdb.StatementType.SELECT, duckdb.StatementType.EXPLAIN)


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
    """Run one SELECT (or EXPLAIN, DESCRIBE, SHOW) on the snapshot behind `link`.

    Values are Python objects, times aware in UTC. At most `limit` rows are fetched.

    Raises
    ------
    QueryError
        There is not exactly one statement, it is no SELECT, or the database refused it; the
        reason in one line.
    NotPublishedError
        There is no snapshot yet.

    """
    with open_snapshot(link) as connection:
        statement = _only_statement(connection, sql)
        try:
            connection.execute(statement)
            columns = tuple(column[0] for column in connection.description or ())
            rows = connection.fetchall() if limit is None else connection.fetchmany(limit + 1)
        except duckdb.Error as error:
            raise QueryError(_first_line(error)) from error
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


def _only_statement(connection: Connection, sql: str) -> duckdb.Statement:
    try:
        statements = connection.extract_statements(sql)
    except duckdb.Error as error:
        raise QueryError(_first_line(error)) from error
    if len(statements) != 1:
        raise QueryError(f"one SELECT at a time, got {len(statements)} statements")
    if statements[0].type not in _READING:
        raise QueryError(
            f"only SELECT is allowed here, got {statements[0].type.name}; the snapshot is read-only"
        )
    return statements[0]


def _first_line(error: duckdb.Error) -> str:
    return str(error).strip().splitlines()[0]
