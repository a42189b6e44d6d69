"""Which statements may run: read by DuckDB's own parser, never by a search in the text.

What it may name is looked at in `warehouse.gate.reach`, and what it could still do is up to the
process it runs in (`warehouse.gate.confinement`).
"""

import re
from dataclasses import dataclass
from typing import Final

import duckdb

from warehouse.errors import QueryError

# Comments cannot nest here; where they do, the words after them are not found and refused.
_SPACE: Final = r"(?:\s|--[^\n]*\n|/\*(?:(?!/\*|\*/).)*\*/)*"
_EXPLAIN: Final = re.compile(
    rf"\A{_SPACE}EXPLAIN\b{_SPACE}(?P<analyze>ANALYZE\b)?", re.IGNORECASE | re.DOTALL
)


@dataclass(frozen=True, slots=True)
class Reading:
    """A statement that reads: its text, ready to be executed, and the SELECT in it."""

    text: str
    select: str


def only_reading(connection: duckdb.DuckDBPyConnection, sql: str) -> Reading:
    """Return the one SELECT, EXPLAIN, DESCRIBE, SUMMARIZE or SHOW that `sql` is.

    Raises
    ------
    QueryError
        There is not exactly one statement, or it is of another kind; also inside an EXPLAIN.

    """
    statement = _only(connection, sql)
    if statement.type == duckdb.StatementType.SELECT:
        return Reading(sql, sql)
    if statement.type == duckdb.StatementType.EXPLAIN and (found := _EXPLAIN.match(sql)):
        select = sql[found.end() :]
        if _only(connection, select).type == duckdb.StatementType.SELECT:
            # Put together anew: what runs is what was looked at.
            return Reading(f"EXPLAIN {found['analyze'] or ''} {select}", select)
    raise QueryError(
        f"only SELECT, EXPLAIN, DESCRIBE and SUMMARIZE are allowed here, got "
        f"{statement.type.name}; the snapshot is read-only"
    )


def _only(connection: duckdb.DuckDBPyConnection, sql: str) -> duckdb.Statement:
    try:
        statements = connection.extract_statements(sql)
    except duckdb.Error as error:
        raise QueryError(first_line(error)) from error
    except UnicodeEncodeError as error:
        raise QueryError("the query holds characters that are no text") from error
    if len(statements) != 1:
        kinds = [statement.type for statement in statements]
        if duckdb.StatementType.CREATE in kinds and "pivot" in sql.lower():
            raise QueryError("a PIVOT needs its values named here: ON column IN ('a', 'b')")
        raise QueryError(f"one SELECT at a time, got {len(statements)} statements")
    return statements[0]


def first_line(error: Exception) -> str:
    """Return the first line of what DuckDB says."""
    return (str(error).strip().splitlines() or ["the query failed"])[0]
