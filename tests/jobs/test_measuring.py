import os
import signal
import threading
import time

import pytest

from inference.errors import ModelError
from inference.pipeline import MeasuredImage
from inference.segmenter import Segmenter
from jobs.measurement import worker as measuring_worker
from jobs.measurement.pool import WorkerPlan, measuring_pool
from jobs.measurement.worker import Failed, Refused, Task, measure


@pytest.fixture(scope="module")
def pool(tiny_model):
    with measuring_pool(WorkerPlan(tiny_model, workers=1)) as made:
        yield made


def worker_of(pool):
    worker = pool._idle.get()
    pool._idle.put(worker)
    return worker


def test_workers_measure_what_this_process_would(pool, tiny_model, picture):
    data = picture((10, 10, 8))
    answer = pool.submit(data, 2.0).result()
    here = measure(Task(data, 2.0), Segmenter(tiny_model), WorkerPlan(tiny_model).rules)
    assert isinstance(answer, MeasuredImage)
    assert isinstance(here, MeasuredImage)
    assert (answer.defects, answer.metrics, answer.mask_png) == (
        here.defects,
        here.metrics,
        here.mask_png,
    )
    assert pool.model().contract.name == "tiny"


def test_a_refused_image_comes_with_its_reason(pool):
    answer = pool.submit(b"no picture").result()
    assert isinstance(answer, Refused)
    assert answer.reason == "WRONG_TYPE"


def test_the_death_of_a_worker_costs_one_image(pool, picture):
    pool.submit(picture()).result()
    process = worker_of(pool)._process
    # Stopped first, so that it dies with the image in hand.
    os.kill(process.pid, signal.SIGSTOP)
    future = pool.submit(picture())
    killer = threading.Timer(0.2, os.kill, (process.pid, signal.SIGKILL))
    killer.start()
    answer = future.result(timeout=30)
    killer.join()
    assert answer == Refused("DECODER_CRASH", "the measuring process was ended by signal 9")
    assert isinstance(pool.submit(picture()).result(timeout=60), MeasuredImage)


def test_a_worker_that_hangs_is_ended(tiny_model, picture):
    with measuring_pool(WorkerPlan(tiny_model, workers=1, image_seconds=0.5)) as pool:
        pool.model()
        os.kill(worker_of(pool)._process.pid, signal.SIGSTOP)
        answer = pool.submit(picture()).result(timeout=30)
    assert answer == Refused("DECODER_CRASH", "no answer within 0.5 s ([inference] image_seconds)")


def test_no_worker_outlives_the_pool(tiny_model):
    with measuring_pool(WorkerPlan(tiny_model, workers=1)) as pool:
        pid = worker_of(pool)._process.pid
    time.sleep(0.05)
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_a_model_that_cannot_be_loaded_is_one_error_for_the_caller(tmp_path):
    (tmp_path / "model.onnx").write_bytes(b"<html>")
    with measuring_pool(WorkerPlan(tmp_path / "model.onnx", workers=1)) as pool:
        with pytest.raises(ModelError, match="no ONNX model that can be run"):
            pool.model()
        with pytest.raises(ModelError):
            pool.submit(b"x").result()


def test_what_nobody_expected_becomes_an_answer_with_its_traceback(tiny_model, monkeypatch):
    def fail(*_arguments, **_options):
        raise ZeroDivisionError("a bug")

    monkeypatch.setattr(measuring_worker, "measure_bytes", fail)
    answer = measure(Task(b"", None), Segmenter(tiny_model), WorkerPlan(tiny_model).rules)
    assert isinstance(answer, Failed)
    assert "ZeroDivisionError: a bug" in answer.traceback
