"""All rows of a query as a file: CSV that no spreadsheet runs, or Parquet."""

import csv
import io
import json
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any, BinaryIO

from flask import Flask, Response, request

from dashboard.errors import without_folders
from dashboard.sql_desk import SqlDesk
from warehouse.errors import WarehouseError
from warehouse.gate.gate import Stream
from warehouse.spreadsheet import neutral_row

PIECE = 1 << 18
ADDRESS = "/sql/download"


def register(server: Flask, desk: SqlDesk) -> None:
    """Serve the answers of queries that a form of our own posts."""

    @server.post(ADDRESS)
    def sql_download() -> Response:
        sql = request.form.get("query", "")
        kind = request.form.get("format", "csv")
        # The process of the query lives until the last byte is sent.
        held = ExitStack()
        body: Iterator[bytes] | Iterator[str]
        try:
            if kind == "parquet":
                file = held.enter_context(desk.parquet(sql))
                body = _file_pieces(held, file)
            else:
                stream = held.enter_context(desk.stream(sql))
                body = _csv_pieces(held, stream)
        except WarehouseError as error:
            held.close()
            return Response(f"{without_folders(error)}\n", 422, mimetype="text/plain")
        response = Response(
            body,
            content_type=(
                "application/vnd.apache.parquet" if kind == "parquet" else "text/csv; charset=utf-8"
            ),
        )
        ending = "parquet" if kind == "parquet" else "csv"
        response.headers["Content-Disposition"] = f'attachment; filename="query.{ending}"'
        response.headers["Cache-Control"] = "no-store"
        response.call_on_close(held.close)
        return response


def csv_text(columns: list[str], pieces: Iterator[list[list[Any]]]) -> Iterator[str]:
    """Yield a CSV piece by piece; texts that a spreadsheet would run are neutralised.

    Examples
    --------
    >>> text = csv_text(["a", "b"], iter([[["=1+1", None], [2, [1, 2]]]]))
    >>> "".join(text).splitlines()
    ['a,b', "'=1+1,", '2,"[1, 2]"']

    """
    yield _lines([columns])
    for piece in pieces:
        yield _lines([[_cell(value) for value in row] for row in piece])


def _csv_pieces(held: ExitStack, stream: Stream) -> Iterator[str]:
    with held:
        try:
            yield from csv_text([column.name for column in stream.columns], stream.rows())
            if stream.truncated:
                yield "# truncated: the query has more rows than a file may hold\r\n"
        except WarehouseError as error:
            yield f"# not complete: {without_folders(error)}\r\n"


def _file_pieces(held: ExitStack, file: BinaryIO) -> Iterator[bytes]:
    with held:
        while piece := file.read(PIECE):
            yield piece


def _lines(rows: list[list[Any]]) -> str:
    text = io.StringIO()
    csv.writer(text).writerows(neutral_row(row) for row in rows)
    return text.getvalue()


def _cell(value: Any) -> Any:
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, bool):
        return "true" if value else "false"
    return value
