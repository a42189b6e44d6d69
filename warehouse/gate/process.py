"""One query's process, seen from the program that asked: start, read with limits, kill."""

import json
import os
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from warehouse.errors import QueryError
from warehouse.gate.frames import ROW_BYTES
from warehouse.gate.limits import QueryLimits

START_SECONDS: Final = 60.0
NOT_STARTED: Final = "the process for queries did not start; `blemish doctor` looks for why"
# A query that takes longer than this yields to everybody else's.
POLITE_SECONDS: Final = 0.3
_LOWEST_PRIORITY: Final = 19
_PIECE: Final = 65_536
# The frames that end an answer are not counted by the process that sends them.
_SPARE: Final = 16_384
_LONGEST_LINE: Final = ROW_BYTES + _SPARE


class Template:
    """The warm process of one snapshot, from which each query is forked."""

    def __init__(self, snapshot: Path) -> None:
        self.snapshot = snapshot
        self.users = 0
        self.retired = False
        try:
            ours, self._process = _started(snapshot)
        except OSError as error:
            raise QueryError(NOT_STARTED) from error
        self._control = ours
        self._control.settimeout(START_SECONDS)
        try:
            ready = self._control.recv(4096)
        except OSError:
            ready = b""
        if not ready:
            self.close()
            raise QueryError(NOT_STARTED)

    @property
    def alive(self) -> bool:
        """Whether it can start another query."""
        return self._process.poll() is None

    def fork(self, *descriptors: int) -> tuple[int, int]:
        """Fork a process that holds `descriptors`; return its number and a descriptor of it."""
        socket.send_fds(self._control, [b"run"], list(descriptors))
        number, held, _, _ = socket.recv_fds(self._control, 64, 1)
        if not number or not held:
            raise QueryError("the process for queries ended; try again")
        return int(number), held[0]

    def close(self) -> None:
        """End it, and with it the queries that still run."""
        self._control.close()
        with suppress(OSError):
            self._process.kill()
        self._process.wait()


def _started(snapshot: Path) -> tuple[socket.socket, subprocess.Popen[bytes]]:
    """Start the process on a snapshot; return our end of its control socket, and itself."""
    package = Path(__file__).resolve().parents[2]
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with theirs:
        try:
            process = subprocess.Popen(
                # -P: a folder named `warehouse` in the working folder must not be taken for ours.
                [
                    *(sys.executable, "-P", "-m", "warehouse.gate.template"),
                    *(str(theirs.fileno()), str(snapshot)),
                ],
                pass_fds=[theirs.fileno()],
                # Nothing of the server's environment: it may hold secrets.
                env={"PYTHONPATH": str(package), "PYTHONUTF8": "1", "OMP_NUM_THREADS": "1"},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                cwd="/",
                start_new_session=True,
            )
        except OSError:
            ours.close()
            raise
    return ours, process


@dataclass(slots=True)
class QueryProcess:
    """The process of one query; `kill` may be called from any thread, at any time."""

    number: int
    process: int
    link: socket.socket
    started: float = field(default_factory=time.monotonic)
    cancelled: bool = False
    closed: bool = False

    @property
    def seconds(self) -> float:
        """Time since the start, s."""
        return time.monotonic() - self.started

    def ask(self, request: dict[str, Any]) -> None:
        """Send the request; it begins to run."""
        # Who cancels may be quicker; `frames` finds the end and says why.
        with suppress(ConnectionError):
            self.link.sendall(json.dumps(request).encode("ascii") + b"\n")

    def cancel(self) -> None:
        """End it because a person asked for that."""
        self.cancelled = True
        self._kill()

    def close(self) -> None:
        """End it, whatever it does, and let go of it."""
        self._kill()
        self.closed = True
        self.link.close()
        os.close(self.process)

    def frames(self, limits: QueryLimits) -> Iterator[dict[str, Any]]:
        """Yield the frames of the answer, the last one with `truncated`.

        Raises
        ------
        QueryError
            The query failed, was cancelled, took too long or too much memory.

        """
        read, waiting, polite = 0, bytearray(), False
        # Not select(), which knows no descriptor above 1,023.
        ready = select.poll()
        ready.register(self.link, select.POLLIN)
        while True:
            polite = polite or self._step_back()
            left = limits.seconds - self.seconds
            if left <= 0:
                raise self._ended(limits)
            pause = left if polite else min(left, POLITE_SECONDS)
            if not ready.poll(1000 * pause):
                continue
            try:
                piece = self.link.recv(_PIECE)
            except OSError:
                piece = b""
            read += len(piece)
            line, *more = piece.split(b"\n")
            waiting += line
            too_much = read > limits.answer_bytes + _SPARE or len(waiting) > _LONGEST_LINE
            if not piece or too_much:
                raise self._ended(limits)
            if more:
                lines = [bytes(waiting), *more[:-1]]
                waiting = bytearray(more[-1])
                for frame in map(_frame, lines):
                    yield frame
                    if "truncated" in frame:
                        return

    def _step_back(self) -> bool:
        if self.seconds < POLITE_SECONDS:
            return False
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, self.number, _LOWEST_PRIORITY)
        return True

    def _ended(self, limits: QueryLimits) -> QueryError:
        if self.cancelled:
            return QueryError("cancelled")
        if self.seconds >= limits.seconds:
            return QueryError(
                f"stopped after {limits.seconds:g} s, the time one query may take; "
                "narrow the period, or run it with `blemish sql`"
            )
        return QueryError(
            "stopped: the query needs more memory than the "
            f"{limits.memory_bytes // 2**20:,} MiB one query may use, or is nested too deeply"
        )

    def _kill(self) -> None:
        if not self.closed:
            with suppress(OSError):
                signal.pidfd_send_signal(self.process, signal.SIGKILL)


def _frame(line: bytes) -> dict[str, Any]:
    """Return a frame as it was sent; whoever sent it is not trusted to keep to the form."""
    try:
        frame = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise QueryError("the process of the query sent no answer that can be read") from error
    if not isinstance(frame, dict):
        raise QueryError("the process of the query sent no answer that can be read")
    if "error" in frame:
        raise QueryError(str(frame["error"]))
    return frame
