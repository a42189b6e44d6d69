"""The web server: one process with threads, the scheduler beside it, both ended by one signal."""

import logging
import socket
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from gunicorn.app.base import BaseApplication

from jobs.errors import ServeError
from jobs.serving_worker import READ_SECONDS, worker_of

logger = logging.getLogger(__name__)
GRACE_SECONDS = 10
# A page of a large site may take long; a thread that hangs must not do so for ever.
TIMEOUT_SECONDS = 120


@dataclass(frozen=True, slots=True)
class ServerPlan:
    """Where to listen, and what runs beside the pages.

    Attributes
    ----------
    port : int
        0: any free one; `announce` is told which.
    make_server : callable
        Makes the WSGI application, in the process that answers.
    start, stop : callable
        Called in that process when it begins and before it ends.
    announce : callable
        Called with the address once it listens.
    read_seconds : float
        A client that has not sent the head of its request after so long, or its body, is left.

    """

    host: str
    port: int
    threads: int
    make_server: Callable[[], Any]
    start: Callable[[], object]
    stop: Callable[[], None]
    announce: Callable[[str], None]
    read_seconds: float = READ_SECONDS


def serve_until_stopped(plan: ServerPlan) -> int:
    """Serve until SIGTERM or SIGINT; return the exit status.

    Raises
    ------
    ServeError
        The address cannot be listened on.

    """
    _check_free(plan.host, plan.port)
    try:
        _Server(plan).run()
    except SystemExit as ended:
        return int(ended.code) if isinstance(ended.code, int) else 0
    return 0


class _Server(BaseApplication):  # type: ignore[misc]
    """gunicorn told by values instead of by its command line."""

    def __init__(self, plan: ServerPlan) -> None:
        self._plan = plan
        super().__init__()

    def load_config(self) -> None:
        plan = self._plan
        host = f"[{plan.host}]" if ":" in plan.host else plan.host
        options = {
            "bind": f"{host}:{plan.port}",
            # One: pages keep no state, but the scheduler beside them must be there once.
            "workers": 1,
            "worker_class": worker_of(plan.read_seconds),
            "threads": plan.threads,
            "timeout": TIMEOUT_SECONDS,
            "graceful_timeout": GRACE_SECONDS,
            "control_socket_disable": True,
            "loglevel": "warning",
            "proc_name": "blemish",
            "when_ready": self._ready,
            "post_worker_init": lambda _worker: plan.start(),
            "worker_exit": lambda _server, _worker: plan.stop(),
        }
        for name, value in options.items():
            if name in self.cfg.settings:
                self.cfg.set(name, value)

    def load(self) -> Any:
        return self._plan.make_server()

    def _ready(self, server: Any) -> None:
        host, port = server.LISTENERS[0].sock.getsockname()[:2]
        self._plan.announce(f"http://{f'[{host}]' if ':' in host else host}:{port}")


def _check_free(host: str, port: int) -> None:
    """Refuse an address in one sentence; gunicorn itself would try for seconds and log."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        raise ServeError(
            f"cannot listen on {host}:{port}: {error.strerror}; choose another --port"
        ) from error
