"""Inside the confined process: run one statement and send its answer in frames, one JSON a line."""

import json
import math
import socket
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any, Final

import duckdb

from warehouse.errors import QueryError
from warehouse.gate.frames import FRAME_BYTES, ROW_BYTES
from warehouse.gate.reach import check_reach
from warehouse.gate.statement import first_line, only_reading

ROWS_A_FRAME: Final = 200
# A browser's numbers are exact up to here.
_EXACT: Final = 2**53
PARQUET: Final = "parquet"
LONGEST_ERROR: Final = 2000


class Sender:
    """Writes frames to `answer` until `most` bytes are reached."""

    def __init__(self, answer: socket.socket, most: int) -> None:
        self._answer = answer
        self._left = most

    def send(self, frame: dict[str, Any]) -> bool:
        """Send `frame`; False, and nothing is sent, where it would be too much."""
        return self._send(json.dumps(frame))

    def send_rows(self, rows: Sequence[str]) -> bool:
        """Send rows that are JSON already; False, and nothing is sent, where it would be too much."""
        return self._send(f'{{"rows": [{", ".join(rows)}]}}')

    def _send(self, frame: str) -> bool:
        text = frame.encode("ascii") + b"\n"
        if len(text) > self._left:
            return False
        self._left -= len(text)
        self._answer.sendall(text)
        return True

    def fail(self, message: str) -> None:
        """Send why there is no answer, whatever was sent before."""
        self._answer.sendall(json.dumps({"error": message[:LONGEST_ERROR]}).encode("ascii") + b"\n")

    def end(self, *, truncated: bool) -> None:
        """Say that this was all, or that there was more."""
        self._answer.sendall(json.dumps({"truncated": truncated}).encode("ascii") + b"\n")


def answer(
    connection: duckdb.DuckDBPyConnection, request: dict[str, Any], sender: Sender, target: str
) -> None:
    """Run what `request` asks for: rows, or a Parquet file at `target`.

    `request` holds `sql`, `form` ("rows" or "parquet"), `rows` and `visible`.
    """
    try:
        statement = only_reading(connection, request["sql"])
        check_reach(connection, statement.select, visible=frozenset(request["visible"]))
        if request["form"] == PARQUET:
            truncated = _write_parquet(connection, statement.select, target, rows=request["rows"])
        else:
            truncated = _send_rows(connection, statement.text, sender, rows=request["rows"])
    except QueryError as error:
        sender.fail(str(error))
    except duckdb.Error as error:
        sender.fail(first_line(error))
    except MemoryError:
        sender.fail("the query needs more memory than one query may use")
    except RecursionError:
        sender.fail("the query is nested too deeply")
    else:
        sender.end(truncated=truncated)


def _send_rows(
    connection: duckdb.DuckDBPyConnection, text: str, sender: Sender, *, rows: int
) -> bool:
    """Send columns and rows; return whether there were more."""
    connection.execute(text)
    columns = [[name, str(kind)] for name, kind, *_ in connection.description or ()]
    if not sender.send({"columns": columns}):
        raise QueryError("the query has too many columns")
    left = rows
    while found := connection.fetchmany(min(ROWS_A_FRAME, left + 1)):
        for piece in _pieces(found[:left]):
            if not sender.send_rows(piece):
                return True
        if len(found) > left:
            return True
        left -= len(found)
    return False


def _pieces(rows: Iterable[Sequence[object]]) -> Iterator[list[str]]:
    """Yield rows as JSON, together at most a frame, but one at least."""
    piece: list[str] = []
    size = 0
    for row in rows:
        text = json.dumps([_plain(value) for value in row])
        if len(text) > ROW_BYTES:
            raise QueryError(
                f"a row of the answer has more than {ROW_BYTES // 2**20} MiB; "
                "take less of it, or a Parquet file"
            )
        if piece and size + len(text) > FRAME_BYTES:
            yield piece
            piece, size = [], 0
        piece.append(text)
        size += len(text)
    if piece:
        yield piece


def _write_parquet(
    connection: duckdb.DuckDBPyConnection, select: str, target: str, *, rows: int
) -> bool:
    """Write a SELECT that was looked at to `target`; return whether there may have been more."""
    # The line break ends a comment at the end of the query.
    copying = (
        f"COPY (FROM (\n{select.strip().rstrip(';')}\n) LIMIT {int(rows)}) "
        f"TO '{target}' (FORMAT parquet, COMPRESSION zstd, USE_TMP_FILE false)"
    )
    try:
        written = connection.execute(copying).fetchone()
    except duckdb.IOException as error:
        raise QueryError("the file would be larger than a file of a query may be") from error
    return written is not None and int(written[0]) >= rows


def _plain(value: object) -> Any:
    """Return a value as JSON has it: exact, or as text."""
    if value is None or isinstance(value, str | bool):
        return value
    if isinstance(value, int):
        return value if -_EXACT < value < _EXACT else str(value)
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    if isinstance(value, dict):
        return {str(key): _plain(held) for key, held in value.items()}
    if isinstance(value, list | tuple | set):
        return [_plain(held) for held in value]
    return _text(value)


def _text(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    if isinstance(value, bytes | bytearray | memoryview):
        return "\\x" + bytes(value).hex()
    return str(value)
