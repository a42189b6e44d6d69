"""The processes of queries: cancelled, replaced, counted, and gone afterwards."""

import os
import select
import shutil
import socket
import subprocess
import threading
import time
from pathlib import Path

import pytest

from warehouse.batch import write_batch
from warehouse.connection import open_master
from warehouse.errors import NotPublishedError, QueryError
from warehouse.gate.gate import QueryGate
from warehouse.gate.limits import QueryLimits
from warehouse.gate.process import QueryProcess
from warehouse.publish import publish
from warehouse.site import Site


def test_a_person_can_cancel_a_query(gate):
    told = []

    def ask():
        try:
            gate.rows("SELECT count(*) FROM range(10000000000000)", job="mine")
        except QueryError as error:
            told.append(str(error))

    asking = threading.Thread(target=ask)
    asking.start()
    deadline = time.monotonic() + 60
    while not gate.cancel("mine") and time.monotonic() < deadline:
        asking.join(0.01)
    asking.join(60)
    assert told == ["cancelled"]
    assert not gate.cancel("mine")


def test_a_cancel_that_is_quicker_than_the_request_is_a_cancel(gate, monkeypatch):
    send = QueryProcess.ask

    def late(process, request):
        process.cancel()
        gone = select.poll()
        gone.register(process.process, select.POLLIN)
        assert gone.poll(10_000)
        send(process, request)

    monkeypatch.setattr(QueryProcess, "ask", late)
    with pytest.raises(QueryError, match=r"^cancelled$"):
        gate.rows("SELECT 1")


def test_a_new_publication_is_seen_by_the_next_query(tmp_path, empty_master, build):
    site = Site(tmp_path / "site")
    site.create_folders()
    shutil.copyfile(empty_master, site.master)
    gate = QueryGate(site.current)
    with pytest.raises(NotPublishedError):
        gate.rows("SELECT 1")
    publish(site)
    first = gate.rows("SELECT count(*) FROM inspection")
    with open_master(site.master) as connection:
        write_batch(connection, build.part("p1"))
    publish(site)
    second = gate.rows("SELECT count(*) FROM inspection")
    gate.close()
    assert (first.rows, second.rows) == ([[0]], [[1]])
    assert first.as_of < second.as_of


def test_a_query_leaves_no_process_and_no_descriptor(gate):
    gate.warm()
    before = sorted(path.name for path in Path("/proc/self/fd").iterdir())
    for _ in range(3):
        gate.rows("SELECT 1")
        with pytest.raises(QueryError):
            gate.rows("SELECT no_such_column")
    assert sorted(path.name for path in Path("/proc/self/fd").iterdir()) == before


def test_too_many_queries_at_once_are_told_to_wait(link):
    gate = QueryGate(link, QueryLimits(at_once=1, queue_seconds=0.05))
    with gate.stream("FROM range(10)"), pytest.raises(QueryError, match="1 queries are running"):
        gate.rows("SELECT 1")
    gate.close()


LIES = {
    "no JSON": b"\x80\x04pickle\n",
    "too deep": b"[" * 200_000 + b"]" * 200_000 + b"\n",
    "no object": b"[1, 2]\n",
    "half a line": b'{"columns": [["a", "INT',
    "a line without an end": b"x" * (6 * 2**20),
    "too many digits": b'{"columns": ' + b"9" * 10_000 + b"}\n",
    "an error that is none": b'{"error": {"a": [1]}}\n',
}


@pytest.mark.parametrize("lie", LIES.values(), ids=LIES)
def test_whatever_a_query_process_sends_is_an_answer_or_an_error_in_words(lie):
    """A process that somebody has taken over can say anything; the reader must stand it."""
    ours, theirs = socket.socketpair()
    child = subprocess.Popen(["sleep", "60"])
    process = QueryProcess(child.pid, os.pidfd_open(child.pid), ours)

    def tell():
        with theirs:
            try:
                theirs.sendall(lie)
            except OSError:
                return

    telling = threading.Thread(target=tell)
    telling.start()
    with pytest.raises(QueryError):
        for _ in process.frames(QueryLimits(seconds=20.0)):
            pass
    process.close()
    child.wait()
    telling.join()
