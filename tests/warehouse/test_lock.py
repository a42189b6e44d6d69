import errno
import os
import re
import stat
import subprocess
import sys

import pytest

from warehouse.errors import NotWritableError, RunLockedError, WarehouseFullError
from warehouse.lock import lock_holder, run_lock

HOLD = """
import sys
from pathlib import Path
from warehouse.lock import run_lock
with run_lock(Path(sys.argv[1]), "blemish run") as lock:
    lock.note_run(41)
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def path(tmp_path):
    return tmp_path / "warehouse" / "run.lock"


@pytest.fixture
def holder(path):
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout.readline() == "held\n"
    yield process
    process.kill()
    process.communicate()


def test_a_second_run_is_told_who_runs_since_when(path, holder):
    message = rf"run 41 in progress since \d{{4}}-.* UTC, pid {holder.pid} \(blemish run\)"
    with pytest.raises(RunLockedError, match=message), run_lock(path, "blemish ingest"):
        pass
    assert re.fullmatch(message, str(lock_holder(path)))


def test_a_kill_frees_the_lock(path, holder):
    holder.kill()
    holder.wait()
    assert lock_holder(path) is None
    with run_lock(path, "blemish run") as lock:
        assert lock.holder.pid == os.getpid()


def test_the_lock_is_free_before_and_after_a_run(path):
    assert lock_holder(path) is None
    with run_lock(path, "blemish run"):
        assert lock_holder(path).command == "blemish run"
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert lock_holder(path) is None


def test_it_is_freed_by_an_error(path):
    def run():
        with run_lock(path, "blemish run"):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run()
    assert lock_holder(path) is None


def test_one_process_cannot_hold_it_twice(path):
    with run_lock(path, "a"), pytest.raises(RunLockedError, match="run in progress"):
        run_lock(path, "b").__enter__()


def test_a_holder_that_has_not_written_its_name_yet_still_holds(path):
    with run_lock(path, "a"):
        path.write_text("")
        with pytest.raises(RunLockedError, match="a run holds"):
            run_lock(path, "b").__enter__()


@pytest.mark.parametrize(
    ("number", "error", "words"),
    [
        (errno.EROFS, NotWritableError, "cannot be written: Read-only file system"),
        (errno.EACCES, NotWritableError, "belong to another account"),
        (errno.ENOSPC, WarehouseFullError, "no room left on the volume"),
    ],
)
@pytest.mark.parametrize("call", ["open", "pwrite"])
def test_a_volume_that_takes_no_lock_is_named_in_a_sentence(
    path, monkeypatch, call, number, error, words
):
    def refuse(*_arguments):
        raise OSError(number, os.strerror(number))

    with monkeypatch.context() as patched:
        patched.setattr(os, call, refuse)
        with pytest.raises(error, match=words):
            run_lock(path, "blemish run").__enter__()
    with run_lock(path, "blemish run"):
        assert lock_holder(path).command == "blemish run"


def test_whoever_only_looks_needs_no_right_to_write(path):
    with run_lock(path, "blemish run"):
        path.chmod(0o400)
        assert lock_holder(path).command == "blemish run"
    assert lock_holder(path) is None
