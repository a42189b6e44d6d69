"""The door to ad hoc SQL: each query in its own confined process on the newest snapshot."""

import os
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

from warehouse.connection import resolve_snapshot
from warehouse.errors import QueryError
from warehouse.gate.limits import QueryLimits
from warehouse.gate.process import QueryProcess, Template
from warehouse.published_files import published_time


@dataclass(frozen=True, slots=True)
class Column:
    """One column of an answer with DuckDB's name of its type."""

    name: str
    type: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What a query gave: values as JSON has them, `seconds` it took, `as_of` of the snapshot."""

    columns: tuple[Column, ...]
    rows: list[list[Any]]
    truncated: bool
    seconds: float
    as_of: datetime


@dataclass(slots=True)
class Stream:
    """An answer that is read while it comes: `rows` in pieces, then `truncated` is known."""

    columns: tuple[Column, ...]
    as_of: datetime
    pieces: Iterator[dict[str, Any]]
    truncated: bool = False

    def rows(self) -> Iterator[list[list[Any]]]:
        """Yield the rows, some hundred at a time."""
        for frame in self.pieces:
            self.truncated = bool(frame.get("truncated", False))
            if "rows" in frame:
                yield frame["rows"]


class QueryGate:
    """Runs the SELECTs of strangers on the snapshot behind a link; safe for threads.

    Examples
    --------
    A query of a page::

        gate = QueryGate(site.current)
        answer = gate.rows("SELECT station, count(*) FROM latest_inspection GROUP BY station")

    """

    def __init__(self, link: Path, limits: QueryLimits | None = None) -> None:
        self.limits = limits or QueryLimits()
        self._link = link
        self._turns = threading.BoundedSemaphore(self.limits.at_once)
        self._lock = threading.Lock()
        self._template: Template | None = None
        self._running: dict[str, QueryProcess] = {}
        self._closed = False

    def warm(self) -> None:
        """Start the process that queries are forked from, where it does not run yet."""
        with self._lock:
            self._newest()

    def rows(self, sql: str, *, job: str = "") -> Answer:
        """Run one query and return its first rows.

        Parameters
        ----------
        job
            A name by which `cancel` finds it.

        Raises
        ------
        QueryError
            It is no query, is refused, fails or reaches a limit; the reason in one line.
        NotPublishedError
            There is no snapshot yet.

        """
        started = time.monotonic()
        with self.stream(sql, job=job) as stream:
            rows = [row for piece in stream.rows() for row in piece]
        seconds = time.monotonic() - started
        return Answer(stream.columns, rows, stream.truncated, seconds, stream.as_of)

    @contextmanager
    def stream(self, sql: str, *, job: str = "", whole: bool = False) -> Iterator[Stream]:
        """Run one query and read its rows as they come; with `whole` as many as a file may hold."""
        limits = self.limits
        if whole:
            limits = replace(limits, rows=limits.file_rows, answer_bytes=limits.file_bytes)
        with self._started(sql, limits, job=job) as (process, snapshot):
            frames = process.frames(limits)
            columns = _columns(next(frames))
            yield Stream(columns, published_time(snapshot), frames)

    @contextmanager
    def parquet(self, sql: str, *, job: str = "") -> Iterator[BinaryIO]:
        """Run one query into a Parquet file in memory; yield it, open at its beginning."""
        limits = replace(self.limits, rows=self.limits.file_rows)
        with os.fdopen(os.memfd_create("parquet"), "w+b") as file:
            with self._started(sql, limits, job=job, target=file.fileno()) as (process, _):
                for _ in process.frames(limits):
                    pass
            file.seek(0)
            yield file

    def cancel(self, job: str) -> bool:
        """End the query of that name; False when it does not run."""
        with self._lock:
            process = self._running.get(job)
            if process is not None:
                process.cancel()
        return process is not None

    def close(self) -> None:
        """End every process of the gate."""
        with self._lock:
            self._closed = True
            if self._template is not None:
                self._template.close()
                self._template = None

    @contextmanager
    def _started(
        self, sql: str, limits: QueryLimits, *, job: str, target: int | None = None
    ) -> Iterator[tuple[QueryProcess, Path]]:
        _check_text(sql, limits.sql_bytes)
        if not self._turns.acquire(timeout=limits.queue_seconds):
            raise QueryError(f"{limits.at_once} queries are running already; try again in a moment")
        try:
            process, template = self._forked(job, target)
            try:
                process.ask(
                    {
                        "sql": sql,
                        "form": "rows" if target is None else "parquet",
                        "rows": limits.rows,
                        "answer_bytes": limits.answer_bytes,
                        "file_bytes": limits.file_bytes,
                        "memory_bytes": limits.memory_bytes,
                        "seconds": limits.seconds,
                    }
                )
                yield process, template.snapshot
            finally:
                self._let_go(job, process, template)
        finally:
            self._turns.release()

    def _forked(self, job: str, target: int | None) -> tuple[QueryProcess, Template]:
        with self._lock:
            template = self._newest()
            ours, theirs = socket.socketpair()
            with theirs:
                handed = [theirs.fileno()] if target is None else [theirs.fileno(), target]
                try:
                    number, held = template.fork(*handed)
                except (OSError, QueryError):
                    ours.close()
                    template.close()
                    self._template = None
                    raise QueryError("the process for queries ended; try again") from None
            process = QueryProcess(number, held, ours)
            template.users += 1
            if job:
                self._running[job] = process
        return process, template

    def _newest(self) -> Template:
        if self._closed:
            raise QueryError("the server is stopping")
        snapshot = resolve_snapshot(self._link)
        current = self._template
        if current is None or current.snapshot != snapshot or not current.alive:
            self._template = Template(snapshot)
            if current is not None:
                current.retired = True
                self._close_unused(current)
            return self._template
        return current

    def _let_go(self, job: str, process: QueryProcess, template: Template) -> None:
        with self._lock:
            process.close()
            if self._running.get(job) is process:
                del self._running[job]
            template.users -= 1
            self._close_unused(template)

    @staticmethod
    def _close_unused(template: Template) -> None:
        if template.retired and template.users == 0:
            template.close()


def _check_text(sql: str, most: int) -> None:
    try:
        size = len(sql.encode())
    except UnicodeEncodeError as error:
        raise QueryError("the query holds characters that are no text") from error
    if size > most:
        raise QueryError(f"a query may have {most:,} bytes, this one has more")
    if "\0" in sql:
        # DuckDB reads no further than here.
        raise QueryError("the query holds a character with the code 0")


def _columns(frame: dict[str, Any]) -> tuple[Column, ...]:
    try:
        return tuple(Column(str(name), str(kind)) for name, kind in frame["columns"])
    except (KeyError, TypeError, ValueError) as error:
        raise QueryError("the process of the query sent no answer that can be read") from error
