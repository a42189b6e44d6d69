"""Measure images in worker processes: what a bad image breaks is one worker, for one image."""

import multiprocessing
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from queue import SimpleQueue
from typing import Any

from inference.errors import ModelError
from jobs.measurement.process_limits import ProcessClock
from jobs.measurement.worker import (
    DEFAULT_RULES,
    Answer,
    ImageRules,
    NotReady,
    Ready,
    Refused,
    Task,
    serve,
)

START_SECONDS = 120.0
IMAGE_SECONDS = 6.0
# How often a slow image is looked after.
LOOK_SECONDS = 0.25


@dataclass(frozen=True, slots=True)
class WorkerPlan:
    """What every worker is started with.

    Attributes
    ----------
    model : Path
        The ONNX file; it must not change while the workers live.
    workers, threads : int
        Processes, and threads in each.
    rules : ImageRules
        What an image must be to be measured.
    image_seconds : float
        A worker that takes longer for one image is ended; see `ProcessClock` for whose seconds.

    """

    model: Path
    workers: int = 2
    threads: int = 1
    rules: ImageRules = DEFAULT_RULES
    image_seconds: float = IMAGE_SECONDS


class MeasuringPool:
    """Worker processes behind a queue; make it with `measuring_pool`."""

    def __init__(self, plan: WorkerPlan) -> None:
        self._plan = plan
        self._idle: SimpleQueue[_Worker] = SimpleQueue()
        self._threads = ThreadPoolExecutor(plan.workers, thread_name_prefix="measure")
        # Started side by side: loading the model takes most of a second.
        for worker in [_Worker(plan) for _ in range(plan.workers)]:
            self._idle.put(worker)

    def submit(self, data: bytes, um_per_px: float | None = None) -> "Future[Answer]":
        """Have the image in `data` measured.

        The future's result is a `MeasuredImage`; a `Refused` image, reason DECODER_CRASH where
        the worker died or took too long; or a `Failed` one. It raises ModelError where a worker
        cannot load the model.
        """
        return self._threads.submit(self._measure, Task(data, um_per_px))

    def model(self) -> Ready:
        """Wait for a worker to load the model; return what it found.

        Raises
        ------
        ModelError
            The model is missing, damaged or not of the agreed form.

        """
        return self._threads.submit(self._greeting).result()

    def close(self) -> None:
        """Drop what is waiting, finish what has begun, end the workers."""
        self._threads.shutdown(wait=True, cancel_futures=True)
        while not self._idle.empty():
            self._idle.get().end()

    def _greeting(self) -> Ready:
        worker = self._idle.get()
        try:
            return worker.ready()
        finally:
            self._idle.put(worker)

    def _measure(self, task: Task) -> Answer:
        worker = self._idle.get()
        try:
            answer = worker.measure(task)
        except _WorkerLostError as error:
            worker.end()
            worker = _Worker(self._plan)
            return Refused("DECODER_CRASH", str(error))
        else:
            return answer
        finally:
            self._idle.put(worker)


@contextmanager
def measuring_pool(plan: WorkerPlan) -> Iterator[MeasuringPool]:
    """Worker processes that end with the block.

    Examples
    --------
    In a script the block stands below ``if __name__ == "__main__":``, as the workers are started
    anew and not forked::

        with measuring_pool(WorkerPlan(default_model_path())) as pool:
            answer = pool.submit(data).result()

    """
    pool = MeasuringPool(plan)
    try:
        yield pool
    finally:
        pool.close()


class _WorkerLostError(Exception):
    """The worker died or did not answer in time."""


class _Worker:
    """One process and the connection to it."""

    def __init__(self, plan: WorkerPlan) -> None:
        # Not forked: a fork of a process with threads and a database open may hang or corrupt.
        context = multiprocessing.get_context("spawn")
        self._plan = plan
        self._ready: Ready | None = None
        self._connection: Connection
        self._connection, theirs = context.Pipe()
        self._process: BaseProcess = context.Process(
            target=serve, args=(theirs, plan.model, plan.threads, plan.rules), daemon=True
        )
        self._process.start()
        # Ours is closed, so that its death is the end of the connection.
        theirs.close()

    def measure(self, task: Task) -> Answer:
        self.ready()
        try:
            self._connection.send(task)
        except OSError as error:
            raise _WorkerLostError(self._death()) from error
        answer: Answer = self._answered(self._plan.image_seconds)
        return answer

    def ready(self) -> Ready:
        if self._ready is None:
            try:
                greeting = self._received(START_SECONDS)
            except _WorkerLostError as error:
                raise ModelError(
                    f"no worker process could load {self._plan.model}: {error}"
                ) from error
            if isinstance(greeting, NotReady):
                raise ModelError(greeting.message)
            self._ready = greeting
        return self._ready

    def _answered(self, seconds: float) -> Any:
        clock = ProcessClock(self._process.pid or 0)
        try:
            while not self._connection.poll(min(LOOK_SECONDS, seconds)):
                if clock.is_over(seconds):
                    raise _WorkerLostError(
                        f"no answer within {seconds:g} s ([inference] image_seconds)"
                    )
            return self._connection.recv()
        except (EOFError, OSError) as error:
            raise _WorkerLostError(self._death()) from error

    def _received(self, seconds: float) -> Any:
        try:
            if not self._connection.poll(seconds):
                raise _WorkerLostError(f"no answer within {seconds:g} s")
            return self._connection.recv()
        except (EOFError, OSError) as error:
            raise _WorkerLostError(self._death()) from error

    def end(self) -> None:
        # It holds nothing that could be lost.
        self._connection.close()
        self._process.kill()
        self._process.join()
        self._process.close()

    def _death(self) -> str:
        self._process.join(timeout=5.0)
        code = self._process.exitcode
        if code is not None and code < 0:
            return f"the measuring process was ended by signal {-code}"
        return f"the measuring process ended with status {code}"
