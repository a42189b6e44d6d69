"""The other end of `jobs.measurement.pool`: a process that measures one image after the other."""

import signal
import traceback
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path

from inference.errors import ImageRefusedError, InferenceError
from inference.model_contract import ModelContract
from inference.pipeline import MeasuredImage, measure_bytes, use_one_thread
from inference.reading import ReadLimits
from inference.segmenter import Segmenter


@dataclass(frozen=True, slots=True)
class Ready:
    """The worker has loaded its model."""

    model_id: str
    contract: ModelContract


@dataclass(frozen=True, slots=True)
class NotReady:
    """The worker could not load its model, in one sentence."""

    message: str


@dataclass(frozen=True, slots=True)
class Task:
    """One image: the bytes of its file and its scale."""

    data: bytes
    um_per_px: float | None


@dataclass(frozen=True, slots=True)
class Refused:
    """The image is not measured: the reason word and one sentence."""

    reason: str
    message: str


@dataclass(frozen=True, slots=True)
class Failed:
    """Measuring raised what nobody expected."""

    traceback: str


Answer = MeasuredImage | Refused | Failed


def serve(connection: Connection, model: Path, threads: int, limits: ReadLimits) -> None:
    """Answer each `Task` from `connection` until it is closed."""
    # Ctrl-C reaches the whole group; the parent decides when its workers end.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    use_one_thread()
    try:
        segmenter = Segmenter(model, threads=threads)
    except InferenceError as error:
        connection.send(NotReady(str(error)))
        return
    connection.send(Ready(segmenter.model_id, segmenter.contract))
    while True:
        try:
            task: Task = connection.recv()
            connection.send(measure(task, segmenter, limits))
        except (EOFError, ConnectionError):
            # The parent is gone or done.
            return


def measure(task: Task, segmenter: Segmenter, limits: ReadLimits) -> Answer:
    """Measure one image; whatever happens becomes an answer."""
    try:
        return measure_bytes(task.data, segmenter, limits=limits, um_per_px=task.um_per_px)
    except ImageRefusedError as error:
        return Refused(error.reason, str(error))
    except Exception:  # noqa: BLE001 - one image must not end the batch; the cause is stored
        return Failed(traceback.format_exc())
