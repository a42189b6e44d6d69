"""The warm process that every query is forked from: `python -m warehouse.gate.template FD SNAPSHOT`.

It has DuckDB loaded and the snapshot open, runs no query itself and holds nothing but these. For
each message on the control socket it forks one process, which shuts itself in, runs one statement
and ends.
"""

import json
import os
import signal
import socket
import sys
from typing import Final

import duckdb

from warehouse.gate.answering import PARQUET, Sender, answer
from warehouse.gate.confinement import confine, die_with_parent, limit_resources
from warehouse.sql import query

# Where the Parquet of a query goes: the number of a descriptor that the caller made.
TARGET: Final = 64
# The program itself, without what a query allocates.
PROGRAM_BYTES: Final = 384 * 2**20
_LONGEST: Final = 2**20
# Loads what Python loads late: a confined process can open no file.
_WARM_UP: Final = """
SELECT now(), current_date, TIME '08:00', 1.5::DECIMAL(4, 1), [1], {'a': 1}, MAP {'a': 1},
    INTERVAL 1 DAY, uuid(), 'a'::BLOB, 1::HUGEINT, TIMESTAMP_NS '2026-01-01', '101'::BIT,
    'a'::ENUM('a'), TIMETZ '08:00:00+00', [1, 2]::INTEGER[2], json_object('a', 1)
"""


def main(arguments: list[str]) -> int:
    """Serve until the control socket is closed."""
    control = socket.socket(fileno=int(arguments[0]))
    connection = _opened(arguments[1])
    visible = _visible(connection)
    # Finished children leave no trace; the caller holds a descriptor of each, never its number alone.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    control.send(json.dumps({"visible": len(visible)}).encode())
    here = os.getpid()
    while True:
        message, descriptors, _, _ = socket.recv_fds(control, 64, 2)
        if not message:
            return 0
        child = os.fork()
        if child == 0:
            control.close()
            try:
                _serve(connection, visible, descriptors, parent=here)
            finally:
                os._exit(0)
        for descriptor in descriptors:
            os.close(descriptor)
        process = os.pidfd_open(child)
        socket.send_fds(control, [str(child).encode()], [process])
        os.close(process)


def _opened(path: str) -> duckdb.DuckDBPyConnection:
    # One thread: a process that forks must have no others, and a query is to leave room for people.
    connection = duckdb.connect(
        path,
        read_only=True,
        config={
            "threads": "1",
            "python_enable_replacements": "false",
            "autoload_known_extensions": "false",
            "autoinstall_known_extensions": "false",
            "allow_community_extensions": "false",
            "allow_unsigned_extensions": "false",
            "temp_directory": "",
        },
    )
    connection.execute("SET GLOBAL TimeZone = 'UTC'")
    connection.execute("SET allow_persistent_secrets = false")
    connection.execute(_WARM_UP).fetchall()
    connection.execute("SELECT json_serialize_sql('SELECT 1')").fetchall()
    return connection


def _visible(connection: duckdb.DuckDBPyConnection) -> list[str]:
    found = connection.execute(query("visible_relations")).fetchall()
    return sorted(name.lower() for (name,) in found)


def _serve(
    connection: duckdb.DuckDBPyConnection,
    visible: list[str],
    descriptors: list[int],
    *,
    parent: int,
) -> None:
    """In the child: shut the doors, read the request, answer it."""
    die_with_parent(parent)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    link = socket.socket(fileno=descriptors[0])
    request = json.loads(_line(link))
    if request["form"] == PARQUET and len(descriptors) > 1:
        os.dup2(descriptors[1], TARGET)
    else:
        request["form"] = "rows"
    memory = int(request["memory_bytes"])
    connection.execute(f"SET memory_limit = '{memory // 2**20}MiB'")
    if request["form"] == PARQUET:
        # Here and not earlier, as DuckDB keeps it under the number of the process.
        connection.execute(f"SET allowed_paths = ['/proc/self/fd/{TARGET}']")
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")
    confine()
    # Again: a change of account forgets it.
    die_with_parent(parent)
    limit_resources(
        address_bytes=PROGRAM_BYTES + memory,
        seconds=float(request["seconds"]),
        file_bytes=int(request["file_bytes"]) if request["form"] == PARQUET else 0,
        # A Parquet file is opened by its name among the descriptors; nothing else needs a new one.
        descriptors=TARGET if request["form"] == PARQUET else 0,
    )
    request["visible"] = visible
    answer(
        connection,
        request,
        Sender(link, int(request["answer_bytes"])),
        f"/proc/self/fd/{TARGET}",
    )
    link.shutdown(socket.SHUT_RDWR)


def _line(link: socket.socket) -> bytes:
    read = bytearray()
    while not read.endswith(b"\n") and len(read) < _LONGEST:
        piece = link.recv(65_536)
        if not piece:
            os._exit(0)
        read += piece
    return bytes(read)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
