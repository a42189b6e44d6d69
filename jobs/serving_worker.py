"""The threads that answer requests, of which no client holds one by sending slowly or not at all.

gunicorn's threads read a request in the thread that is to answer it: a few clients that send half a
request and then nothing would hold them all. Here a connection gets a thread when its first byte is
there, and is closed when the rest of its head or its body stays away too long.
"""

import contextlib
import errno
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from selectors import EVENT_READ
from typing import Any, Final

from gunicorn.workers.gthread import TConn, ThreadWorker

READ_SECONDS: Final = 20.0
"""For the head of a request, and again for its body."""
SEND_SECONDS: Final = 60.0
"""For each piece of an answer, of at most some hundred kilobytes."""
_GONE: Final = frozenset({errno.EAGAIN, errno.ECONNABORTED, errno.EWOULDBLOCK})


class PatientWorker(ThreadWorker):  # type: ignore[misc]
    """gunicorn's threads with deadlines for what clients send."""

    read_seconds = READ_SECONDS

    def __init__(self, *values: Any, **named: Any) -> None:
        super().__init__(*values, **named)
        self._deadlines: dict[socket.socket, float] = {}
        self._lock = threading.Lock()

    def accept(self, listener: socket.socket) -> None:
        """Take a connection; it waits for its first byte without a thread."""
        try:
            client, address = listener.accept()
        except OSError as error:
            if error.errno not in _GONE:
                raise
            return
        self.nr_conns += 1
        connection = TConn(self.cfg, client, address, listener.getsockname())
        connection.timeout = time.monotonic() + self.read_seconds
        self.pending_conns.append(connection)
        readable = partial(self.on_pending_socket_readable, connection)
        self.poller.register(client, EVENT_READ, readable)

    def handle(self, conn: TConn) -> Any:
        """Read the head of a request in its time, and answer it."""
        self._expect(conn.sock)
        try:
            return super().handle(conn)
        finally:
            self._forget(conn.sock)

    def handle_request(self, req: Any, conn: TConn) -> Any:
        """Answer a request whose head is read; its body has a time of its own."""
        self._forget(conn.sock)
        conn.sock.settimeout(SEND_SECONDS)
        req.body = TimedBody(req.body, partial(self._within, conn.sock))
        return super().handle_request(req, conn)

    def wait_for_and_dispatch_events(self, timeout: float) -> None:
        """Do what there is to do, and close what is late; called each second at least."""
        super().wait_for_and_dispatch_events(timeout)
        now = time.monotonic()
        with self._lock:
            late = [client for client, end in self._deadlines.items() if end < now]
        for client in late:
            # The thread that reads finds the end of the connection.
            with contextlib.suppress(OSError):
                client.shutdown(socket.SHUT_RDWR)

    @contextmanager
    def _within(self, client: socket.socket) -> Iterator[None]:
        self._expect(client)
        try:
            yield
        finally:
            self._forget(client)

    def _expect(self, client: socket.socket) -> None:
        with self._lock:
            self._deadlines[client] = time.monotonic() + self.read_seconds

    def _forget(self, client: socket.socket) -> None:
        with self._lock:
            self._deadlines.pop(client, None)


class TimedBody:
    """A body that is read in its time; what is read of it is up to `body`."""

    def __init__(self, body: Any, within: Any) -> None:
        self._body = body
        self._within = within

    @property
    def failed(self) -> bool:
        """Whether reading it failed, so that nothing may follow it on its connection."""
        return bool(getattr(self._body, "failed", False))

    def read(self, size: int | None = None) -> bytes:
        """Return so many bytes of it, or all."""
        with self._within():
            return bytes(self._body.read(size))

    def readline(self, size: int | None = None) -> bytes:
        """Return its next line."""
        with self._within():
            return bytes(self._body.readline(size))

    def readlines(self, size: int | None = None) -> list[bytes]:
        """Return its lines."""
        with self._within():
            return list(self._body.readlines(size))

    def __iter__(self) -> Iterator[bytes]:
        while line := self.readline():
            yield line


def worker_of(read_seconds: float) -> type[PatientWorker]:
    """Return the worker with that much patience, s."""
    return type("PatientWorker", (PatientWorker,), {"read_seconds": read_seconds})
