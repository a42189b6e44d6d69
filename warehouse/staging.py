"""Rows to and from DuckDB: typed frames to insert from, dataclasses from what was fetched.

A frame's columns have explicit types, as DuckDB would guess those of objects from a sample.
"""

import json
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields
from datetime import UTC, datetime
from functools import cache
from operator import attrgetter
from types import NoneType
from typing import TYPE_CHECKING, Any, TypeVar, get_args, get_origin, get_type_hints

import duckdb
import numpy as np
import pandas as pd

from warehouse.errors import BatchError
from warehouse.seals import SealedInsert
from warehouse.sql import query

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

Row = TypeVar("Row", bound="DataclassInstance")


def insert(
    connection: duckdb.DuckDBPyConnection,
    name: str,
    rows: Sequence["DataclassInstance"],
    *,
    captured_at: Sequence[datetime] | None = None,
    seal: SealedInsert | None = None,
) -> list[tuple[Any, ...]]:
    """Run `queries/<name>.sql`, which reads `rows` as the table `incoming`; return what it returns.

    Parameters
    ----------
    captured_at
        A further column of that name, one entry per row.
    seal
        From `warehouse.seals.Sealer.into`, where the table is a protected one.

    Raises
    ------
    BatchError
        A time has no zone, or a number does not fit its column.

    """
    if not rows:
        return []
    frame = _frame(rows)
    if captured_at is not None:
        frame["captured_at"] = _times("captured_at", captured_at)

    def run(statement: str) -> list[tuple[Any, ...]]:
        return connection.execute(statement).fetchall()

    connection.register("incoming", frame)
    try:
        return run(query(name)) if seal is None else seal(query(name), run)
    finally:
        connection.unregister("incoming")


def fetch(cls: type[Row], found: duckdb.DuckDBPyConnection) -> list[Row]:
    """Build one `cls` for each row of a result whose columns are the fields of `cls` in order."""
    readers = _readers(cls)
    rows = found.fetchall()
    if not readers:
        return [cls(*row) for row in rows]
    built = []
    for row in rows:
        values = list(row)
        for index, read in readers:
            if values[index] is not None:
                values[index] = read(values[index])
        built.append(cls(*values))
    return built


@cache
def _kinds(cls: type) -> tuple[tuple[str, Any], ...]:
    """Return (field name, type without None, `tuple` or `Mapping` for containers)."""
    hints = get_type_hints(cls)
    kinds = []
    for field in fields(cls):
        options = [option for option in get_args(hints[field.name]) if option is not NoneType]
        optional = NoneType in get_args(hints[field.name])
        kind = options[0] if optional else hints[field.name]
        kinds.append((field.name, get_origin(kind) or kind))
    return tuple(kinds)


@cache
def _readers(cls: type) -> tuple[tuple[int, Callable[[Any], Any]], ...]:
    """Return what to do with the columns that DuckDB returns in another type."""
    by_kind: dict[Any, Callable[[Any], Any]] = {
        datetime: _read_time,
        tuple: _read_tuple,
        Mapping: json.loads,
    }
    return tuple(
        (index, by_kind[kind]) for index, (_, kind) in enumerate(_kinds(cls)) if kind in by_kind
    )


def _read_time(value: datetime) -> datetime:
    return value.astimezone(UTC)


def _read_tuple(values: list[Any]) -> tuple[Any, ...]:
    return tuple(math.nan if value is None else value for value in values)


def _frame(rows: Sequence["DataclassInstance"]) -> pd.DataFrame:
    columns = {
        name: _column(name, kind, list(map(attrgetter(name), rows)))
        for name, kind in _kinds(type(rows[0]))
    }
    return pd.DataFrame(columns, copy=False)


# Arrays and no series: pandas would align the indexes of a hundred of them.
def _column(name: str, kind: Any, values: list[Any]) -> Any:
    if kind is datetime:
        return _times(name, values)
    if kind is tuple:
        # Most rows have the same one, such as no failed criterion.
        written = {value: _json(value) for value in set(values)}
        return _texts(name, [written[value] for value in values])
    if kind is Mapping:
        return _texts(name, [_json(value) for value in values])
    dtype: Any = {int: "Int64", float: "float64", bool: "boolean"}.get(kind)
    if dtype is None:
        return _texts(name, values)
    # An inode may use all 64 bits.
    dtype = "UInt64" if name == "inode" else dtype
    try:
        if dtype == "Int64":
            # Without a missing one numpy reads them several times faster.
            whole = np.asarray(values)
            if whole.dtype == np.int64:
                return whole
        return np.array(values, np.float64) if kind is float else pd.array(values, dtype=dtype)
    except (OverflowError, TypeError, ValueError) as error:
        raise BatchError(f"{name} has a value of another type than {dtype}: {error}") from error


def _texts(name: str, values: list[str | None]) -> Any:
    try:
        "".join([value for value in values if value is not None]).encode()
    except UnicodeEncodeError as error:
        # DuckDB would give up the whole database over it.
        found = ascii(error.object[error.start : error.end])
        raise BatchError(f"{name} holds {found}, a surrogate that no text may hold") from error
    except TypeError as error:
        raise BatchError(f"{name} has a value that is no text: {error}") from error
    return pd.array(values, dtype="str")


def _times(name: str, values: Sequence[datetime | None]) -> Any:
    for value in values:
        if value is not None and value.tzinfo is None:
            raise BatchError(f"{name} {value.isoformat()} has no time zone; times must be aware")
    return pd.to_datetime(np.array(list(values), dtype=object), utc=True).as_unit("us")


def _json(value: Any) -> str:
    if isinstance(value, tuple):
        value = [None if isinstance(item, float) and math.isnan(item) else item for item in value]
    return json.dumps(value, ensure_ascii=False, allow_nan=False)
