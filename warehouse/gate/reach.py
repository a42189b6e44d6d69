"""What a SELECT may name: the documented relations, and functions that reach nothing else.

Read from the tree of DuckDB's own parser. This makes good messages and a small surface; nothing
depends on it alone.
"""

import json
from collections.abc import Iterator
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
_DESCRIBES: Final = "pragma_table_info"
_SHOWN: Final = frozenset({"", '"tables"'})


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
        _check_function(node, visible)


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


def _check_function(node: dict[str, Any], visible: frozenset[str]) -> None:
    if node.get("type") == "TABLE_FUNCTION":
        call = node.get("function") or {}
        name = str(call.get("function_name", "")).lower()
        if name not in TABLE_FUNCTIONS:
            raise QueryError(f"the table function {name}() is not allowed here")
        if name == _DESCRIBES and not _named_tables(call) <= visible:
            raise QueryError(f"{name}() takes the name of a table or view that SHOW TABLES names")
    elif "function_name" in node:
        name = str(node["function_name"]).lower()
        if name in TABLE_FUNCTIONS:
            return
        if name in _REFUSED_FUNCTIONS or name.startswith(_REFUSED_PREFIXES):
            raise QueryError(f"the function {name}() is not allowed here")


def _named_tables(call: dict[str, Any]) -> set[str]:
    """Return what a call names; an empty name where that is worked out."""
    given = [one.get("value") for one in call.get("children") or ()]
    return {str((one or {}).get("value") or "").lower() for one in given} or {""}


def _internal(connection: duckdb.DuckDBPyConnection) -> set[str]:
    found = connection.execute("SELECT lower(view_name) FROM duckdb_views() WHERE internal")
    return {name for (name,) in found.fetchall()}
