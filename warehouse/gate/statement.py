"""Which statements may run: read by DuckDB's own parser, never by a search in the text.

This is the outer door only. What a statement could still do is up to the process it runs in
(`warehouse.gate.confinement`).
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import duckdb

from warehouse.errors import QueryError

# Table functions that make rows of their arguments and of nothing else, and the three of DuckDB's
# catalogue that explain the tables.
TABLE_FUNCTIONS: Final = frozenset(
    {
        "duckdb_columns",
        "duckdb_tables",
        "duckdb_views",
        "generate_series",
        "json_each",
        "json_tree",
        "pragma_table_info",
        "range",
        "repeat",
        "repeat_row",
        "unnest",
    }
)
# Functions that tell of the server or its settings, run SQL given as a text, or change something.
_REFUSED_FUNCTIONS: Final = frozenset(
    {
        "currval",
        "current_connection_id",
        "current_query",
        "current_query_id",
        "current_setting",
        "current_transaction_id",
        "getenv",
        "getvariable",
        "nextval",
        "parse_duckdb_log_message",
        "sleep_ms",
        "txid_current",
        "which_secret",
        "write_log",
    }
)
_REFUSED_PREFIXES: Final = (
    "duckdb_",
    "has_",
    "inet_",
    "json_deserialize",
    "json_execute",
    "json_serialize",
    "pg_",
    "pragma_",
    "read_",
)
_SHOWN: Final = frozenset({"", '"tables"'})
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


def check_reach(
    connection: duckdb.DuckDBPyConnection, select: str, *, visible: frozenset[str]
) -> None:
    """Refuse a SELECT that names anything but the `visible` relations and harmless functions.

    Parameters
    ----------
    visible
        Names of the documented tables and views, in lower case.

    Raises
    ------
    QueryError
        It names another relation or function, in whatever part of it.

    """
    row = connection.execute("SELECT json_serialize_sql(?)", [select]).fetchone()
    try:
        tree = json.loads(row[0]) if row else {"error": True}
        nodes = list(_nodes(tree))
    except RecursionError:
        raise QueryError("the query is nested too deeply") from None
    if tree.get("error"):
        raise QueryError(
            "this form of SELECT is not supported here; a PIVOT needs its values named: "
            "ON column IN ('a', 'b')"
        )
    # Within the statement a name may stand for a subquery, but never for something of DuckDB's own.
    named = {str(name).lower() for node in nodes for name in _ctes(node)}
    taken = named & _internal(connection)
    if taken:
        raise QueryError(f"choose another name than {min(taken)} for a subquery")
    known = visible | named
    for node in nodes:
        _check_relation(node, known)
        _check_function(node)


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


def _nodes(tree: Any) -> Iterator[dict[str, Any]]:
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, dict):
            yield node
            waiting.extend(node.values())
        elif isinstance(node, list):
            waiting.extend(node)


def _ctes(node: dict[str, Any]) -> Iterator[str]:
    held = node.get("cte_map")
    if isinstance(held, dict):
        for entry in held.get("map") or ():
            yield entry["key"]
    # A recursive one is a node of its own.
    if node.get("type") == "RECURSIVE_CTE_NODE" or node.get("type") == "CTE_NODE":
        yield str(node.get("cte_name", ""))


def _check_relation(node: dict[str, Any], known: frozenset[str] | set[str]) -> None:
    kind = node.get("type")
    if kind == "BASE_TABLE":
        name = str(node.get("table_name", ""))
        foreign = node.get("catalog_name") or str(node.get("schema_name") or "main") != "main"
        if foreign or name.lower() not in known:
            raise QueryError(
                f"there is no table or view {name!r} here; SHOW TABLES names those there are"
            )
    elif kind == "SHOW_REF" and str(node.get("table_name") or "").lower() not in _SHOWN:
        raise QueryError("only SHOW TABLES, DESCRIBE and SUMMARIZE are allowed here")


def _check_function(node: dict[str, Any]) -> None:
    if node.get("type") == "TABLE_FUNCTION":
        call = node.get("function") or {}
        name = str(call.get("function_name", "")).lower()
        if name not in TABLE_FUNCTIONS:
            raise QueryError(f"the table function {name}() is not allowed here")
    elif "function_name" in node:
        name = str(node["function_name"]).lower()
        if name in TABLE_FUNCTIONS:
            return
        if name in _REFUSED_FUNCTIONS or name.startswith(_REFUSED_PREFIXES):
            raise QueryError(f"the function {name}() is not allowed here")


def _internal(connection: duckdb.DuckDBPyConnection) -> set[str]:
    found = connection.execute("SELECT lower(view_name) FROM duckdb_views() WHERE internal")
    return {name for (name,) in found.fetchall()}
