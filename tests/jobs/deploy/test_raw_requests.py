"""What a client can send that no browser sends: halves, floods, odd heads, and nothing at all."""

import contextlib
import re
import socket
import subprocess
import sys
import time
import urllib.request

import pytest

SERVED = """
import sys
from jobs.serving import ServerPlan, serve_until_stopped

def app(environ, start_response):
    body = environ["wsgi.input"].read()
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [b"%d bytes" % len(body)]

serve_until_stopped(ServerPlan(
    host="127.0.0.1", port=0, threads=2, make_server=lambda: app, start=lambda: None,
    stop=lambda: None, announce=lambda address: print(address, flush=True), read_seconds=0.5,
))
"""


@pytest.fixture
def served(repository):
    """Two threads that wait half a second for what a client sends."""
    process = subprocess.Popen(
        [sys.executable, "-c", SERVED],
        cwd=repository,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    yield int(process.stdout.readline().rpartition(":")[2])
    process.terminate()
    _, errors = process.communicate(timeout=60)
    assert "Traceback" not in errors, errors


def sent(port, data, *, patience=30.0):
    """Send bytes; return what comes until the server closes, or None if it never does."""
    with socket.create_connection(("127.0.0.1", port), timeout=patience) as link:
        with contextlib.suppress(ConnectionError):
            link.sendall(data)
        found = bytearray()
        try:
            while piece := link.recv(65_536):
                found += piece
        except ConnectionError:
            return bytes(found)
        except TimeoutError:
            return None
        return bytes(found)


HALVES = {
    "nothing": b"",
    "half a line": b"GET / HT",
    "half a head": b"GET / HTTP/1.1\r\nHost: x\r\nX-A: b",
    "half a body": b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nabc",
    "half a chunk": b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab",
}


@pytest.mark.parametrize("half", HALVES.values(), ids=HALVES)
def test_clients_that_stop_half_way_hold_no_thread(served, half):
    links = [socket.create_connection(("127.0.0.1", served), timeout=60) for _ in range(6)]
    for link in links:
        link.sendall(half)
    # Three times as many as there are threads: somebody else is answered nevertheless.
    with urllib.request.urlopen(f"http://127.0.0.1:{served}/", timeout=30) as answer:
        assert answer.read() == b"0 bytes"
    for link in links:
        with contextlib.suppress(ConnectionError):
            while link.recv(65_536):
                pass
        link.close()


def test_a_client_that_drips_is_left_and_one_that_is_slow_but_done_in_time_is_answered(served):
    with socket.create_connection(("127.0.0.1", served), timeout=30) as link:
        link.sendall(b"GET / HTTP/1.1\r\nHost: x\r\nX-Long: ")
        started, left = time.monotonic(), False
        while not left and time.monotonic() - started < 20:
            try:
                link.sendall(b"a")
                link.settimeout(0.2)
                left = link.recv(100) == b""
            except TimeoutError:
                continue
            except ConnectionError:
                left = True
        assert left
    with socket.create_connection(("127.0.0.1", served), timeout=30) as link:
        link.sendall(
            b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 6\r\nConnection: close\r\n\r\nabc"
        )
        link.sendall(b"def")
        assert b"6 bytes" in b"".join(iter(lambda: link.recv(4096), b""))


HEADS = {
    "long address": b"GET /" + b"a" * 100_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
    "long cookie": b"GET / HTTP/1.1\r\nHost: x\r\nCookie: a=" + b"b" * 100_000 + b"\r\n\r\n",
    "many headers": b"GET / HTTP/1.1\r\nHost: x\r\n"
    + b"".join(b"X-%d: y\r\n" % n for n in range(5_000))
    + b"\r\n",
    "no protocol": b"GET /\r\n\r\n",
    "another protocol": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\x00" * 100,
    "http 2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "two lengths": b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
    "length and chunks": b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n"
    b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /account HTTP/1.1\r\nHost: x\r\n\r\n",
    "odd chunks": b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
    "negative length": b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
    "folded header": b"GET / HTTP/1.1\r\nHost: x\r\nX-A: b\r\n c\r\n\r\n",
    "blank in a name": b"GET / HTTP/1.1\r\nHost: x\r\nX-A : b\r\n\r\n",
    "null in a header": b"GET / HTTP/1.1\r\nHost: x\r\nX-A: \x00\r\n\r\n",
    "bare returns": b"GET / HTTP/1.1\rHost: x\r\r",
    "whole address": b"GET http://evil.example/ HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
    "connect": b"CONNECT evil.example:443 HTTP/1.1\r\nHost: evil.example\r\n\r\n",
    "trace": b"TRACE / HTTP/1.1\r\nHost: x\r\nCookie: secret=1\r\nConnection: close\r\n\r\n",
    "dots": b"GET /../../etc/passwd HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
    "two hosts": b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\nConnection: close\r\n\r\n",
    "host with a path": b"GET / HTTP/1.1\r\nHost: x/../y\r\nConnection: close\r\n\r\n",
}


@pytest.mark.parametrize("data", HEADS.values(), ids=HEADS)
def test_an_odd_head_is_refused_and_tells_nothing(pages, data):
    port, log = pages
    answer = sent(port, data)
    assert answer is not None
    status = re.match(rb"HTTP/1\.[01] (\d{3})", answer)
    # Refused by number, led to the login, or the connection is closed without a word.
    assert status is None or int(status[1]) in {302, *range(400, 500), 501, 505}, answer[:200]
    for word in (b"Traceback", b"site-packages", b"secret=1", b"root:", b"gunicorn/"):
        assert word not in answer
    assert answer.count(b"HTTP/1.1 ") <= 1
    assert "Traceback" not in log.read_text()
