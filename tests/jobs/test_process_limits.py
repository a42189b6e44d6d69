"""A hang, a crash or a memory bomb in a worker costs one image and less than ten seconds."""

import sys
import time

import pytest

from inference.pipeline import MeasuredImage
from jobs.measurement.pool import WorkerPlan, measuring_pool
from jobs.measurement.process_limits import ProcessClock
from jobs.measurement.worker import ImageRules, Refused

# What a broken decoder might do, told by the bytes of the image; imported by the worker alone.
FAULTY = """
import ctypes, time
from jobs.measurement import worker
real = worker.measure_bytes

def measure_bytes(data, *arguments, **options):
    if data == b"busy":
        while True:
            pass
    if data == b"asleep":
        time.sleep(3600)
    if data == b"bomb":
        return bytearray(200 * 2**30)
    if data == b"creeping":
        held = []
        while True:
            held.append(bytearray(16 * 2**20))
    if data == b"crash":
        ctypes.string_at(1)
    return real(data, *arguments, **options)

def serve(*arguments):
    worker.measure_bytes = measure_bytes
    worker.serve(*arguments)
"""
PATIENCE = 10.0


@pytest.fixture
def faulty_pool(tmp_path, monkeypatch, tiny_model):
    """Workers whose decoder can be made to fail; spawned processes share this one's import path."""
    (tmp_path / "faulty_worker.py").write_text(FAULTY, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr("jobs.measurement.pool.serve", __import__("faulty_worker").serve)
    plan = WorkerPlan(tiny_model, workers=1, rules=ImageRules(memory_mb=256), image_seconds=1.0)
    with measuring_pool(plan) as pool:
        pool.model()
        yield pool
    sys.modules.pop("faulty_worker")


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ("busy", "no answer within 1 s"),
        ("asleep", "no answer within 1 s"),
        ("bomb", "more than 256 MB"),
        ("creeping", "more than 256 MB"),
        ("crash", "was ended by signal 11"),
    ],
)
def test_c12_a_broken_decoder_costs_one_image(faulty_pool, picture, fault, said):
    began = time.monotonic()
    answer = faulty_pool.submit(fault.encode()).result(timeout=60)
    following = faulty_pool.submit(picture()).result(timeout=60)
    seconds = time.monotonic() - began
    print(f"{fault}: {seconds:.1f} s until the next image was measured")
    assert isinstance(answer, Refused)
    assert answer.reason == "DECODER_CRASH"
    assert said in answer.message
    assert isinstance(following, MeasuredImage)
    assert seconds < PATIENCE


class FakeProcess:
    """A child that is let run now and then."""

    def __init__(self, monkeypatch):
        self.time = self.used = 0.0
        self.runnable = True
        module = "jobs.measurement.process_limits"
        monkeypatch.setattr(f"{module}._processor_seconds", lambda pid: self.used)
        monkeypatch.setattr(f"{module}._could_run", lambda pid: self.runnable)

    def clock(self):
        return ProcessClock(1, now=lambda: self.time)


def test_waiting_for_a_busy_machine_is_not_charged(monkeypatch):
    process = FakeProcess(monkeypatch)
    clock = process.clock()
    process.time, process.used = 20.0, 3.0
    assert not clock.is_over(6.0)
    process.time, process.used = 40.0, 6.5
    assert clock.is_over(6.0)


def test_waiting_for_nothing_is_charged(monkeypatch):
    process = FakeProcess(monkeypatch)
    clock = process.clock()
    process.runnable = False
    process.time = 6.0
    assert clock.is_over(6.0)


def test_patience_with_a_machine_that_lets_nothing_run_has_an_end(monkeypatch):
    process = FakeProcess(monkeypatch)
    clock = process.clock()
    process.time = 29.0
    assert not clock.is_over(6.0)
    process.time = 30.0
    assert clock.is_over(6.0)
