"""What one image may cost the process that measures it: memory, and time that the machine gave it."""

import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

try:
    import resource
except ImportError:  # no such limits on this system
    resource = None  # type: ignore[assignment]

MEGABYTE = 2**20
PROCESSES = Path("/proc")
# However busy the machine: after so many times its seconds an image is given up.
PATIENCE = 5.0


def limit_memory(megabytes: int) -> None:
    """Let this process take so much more address space than it has now; then allocations fail.

    Where the system has no such limit, or does not say what the process has, nothing is limited.
    """
    try:
        pages = int((PROCESSES / "self" / "statm").read_text("ascii").split()[0])
    except (OSError, ValueError):
        return
    if resource is not None:
        size = pages * resource.getpagesize() + megabytes * MEGABYTE
        hard = resource.getrlimit(resource.RLIMIT_AS)[1]
        soft = size if hard == resource.RLIM_INFINITY else min(size, hard)
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


@dataclass(slots=True)
class ProcessClock:
    """Counts the seconds of a child process that are its own.

    A process that could run but was not let, as on a busy machine, is charged for the processor time
    it got; one that waits for something, or is stopped, for the time on the wall.

    Attributes
    ----------
    pid : int
        Of the child.
    now : callable
        Seconds on a clock that never goes back.

    """

    pid: int
    now: Callable[[], float] = time.monotonic
    charged: float = 0.0
    _begun: float = field(init=False)
    _seen: float = field(init=False)
    _used: float = field(init=False)

    def __post_init__(self) -> None:
        self._begun = self._seen = self.now()
        self._used = _processor_seconds(self.pid)

    def is_over(self, seconds: float) -> bool:
        """Charge the time since the last call; tell whether it is more than `seconds` by now."""
        now, used = self.now(), _processor_seconds(self.pid)
        passed, got = now - self._seen, used - self._used
        self._seen, self._used = now, used
        self.charged += min(passed, got) if _could_run(self.pid) else passed
        return self.charged >= seconds or now - self._begun >= seconds * PATIENCE


def _processor_seconds(pid: int) -> float:
    """Processor time of a process so far; 0 where the system does not say."""
    try:
        # The name of a program may hold spaces and brackets: fields are counted after its end.
        fields = (PROCESSES / str(pid) / "stat").read_text("ascii", "replace").rpartition(")")[2]
    except OSError:
        return 0.0
    user, system = fields.split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def _could_run(pid: int) -> bool:
    """Tell whether a thread of the process wants the processor at this moment."""
    try:
        threads = list((PROCESSES / str(pid) / "task").iterdir())
        states = [
            (each / "stat").read_text("ascii", "replace").rpartition(")")[2].split()[0]
            for each in threads
        ]
    except OSError:
        return False
    return "R" in states
