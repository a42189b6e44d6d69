"""Each layer by itself: what a process can still do with only that one in place."""

import os
import socket
import subprocess
import sys

import pytest

from warehouse.gate.confinement import Confinement
from warehouse.gate.probe import confinement_here

# Tries each thing and prints the names of those that worked.
TRIES = """

def read_file():
    open(TARGET).read()
def write_file():
    open(TARGET + '.new', 'w').write('x')
def connect():
    link = socket.socket()
    link.settimeout(2)
    link.connect(('127.0.0.1', PORT))
def new_process():
    pid = os.fork()
    if pid == 0:
        os._exit(0)
    os.waitpid(pid, 0)
def grow():
    os.write(OPEN, b'x')
def memory():
    bytearray(600 * 2**20)
worked = []
for attempt in (read_file, write_file, connect, grow, memory, new_process):
    try:
        attempt()
        worked.append(attempt.__name__)
    except (OSError, MemoryError):
        pass
print(*worked, flush=True)
os._exit(0)
"""
LIMITS = "address_bytes=400 * 2**20, seconds=20, file_bytes=0"


@pytest.fixture
def tried(tmp_path):
    """Run the tries after some code; return what worked."""
    target = tmp_path / "file"
    target.write_text("x")
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]

        def run(code):
            script = (
                "import os, signal, socket\n"
                "from warehouse.gate.confinement import confine, limit_resources\n"
                f"TARGET, PORT = {str(target)!r}, {port}\n"
                "OPEN = os.open(TARGET, os.O_WRONLY)\n"
                f"{code}\nsignal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n{TRIES}"
            )
            done = subprocess.run(
                [sys.executable, "-c", script], capture_output=True, text=True, check=False
            )
            assert done.returncode == 0, done.stderr
            return set(done.stdout.split())

        yield run


def test_without_a_layer_everything_works(tried):
    everything = {"read_file", "write_file", "connect", "grow", "memory", "new_process"}
    assert tried("") == everything


def test_resource_limits_alone_leave_no_new_descriptor_no_growth_and_no_memory(tried):
    left = tried(f"limit_resources({LIMITS}, descriptors=0)")
    # An administrator may start processes beyond the limit; others may not.
    assert left <= ({"new_process"} if os.geteuid() == 0 else set())


def test_the_kernels_layers_alone_leave_no_file_and_no_network(tried):
    here = confinement_here()
    left = tried("confine()")
    if here.landlock:
        assert not left & {"read_file", "write_file"}
    if here.namespaces or here.landlock >= 4:
        assert "connect" not in left


def test_all_layers_together_leave_nothing(tried):
    left = tried(f"confine(); limit_resources({LIMITS}, descriptors=0)")
    assert left == set()


def test_what_holds_is_said_in_words():
    assert Confinement(no_new_privileges=True, namespaces=True, landlock=7).words == (
        "resource limits, no new privileges, network namespace, Landlock 7"
    )
    assert (
        Confinement(no_new_privileges=False, namespaces=False, landlock=0).words
        == "resource limits"
    )
    print(f"here: {confinement_here().words}")


def test_an_alarm_ends_a_process_that_nobody_watches():
    script = (
        "from warehouse.gate.confinement import limit_resources\n"
        "limit_resources(address_bytes=2**34, seconds=0.2, file_bytes=0, descriptors=9)\n"
        "while True: pass"
    )
    done = subprocess.run([sys.executable, "-c", script], check=False, timeout=120)
    # https://man7.org/linux/man-pages/man7/signal.7.html: SIGALRM is 14.
    assert done.returncode == -14
