"""The other end of `jobs.measurement.pool`: a process that measures one image after the other."""

import signal
import traceback
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Final

from inference.decoder_messages import DecoderMessages
from inference.errors import ImageRefusedError, InferenceError
from inference.model_contract import ModelContract
from inference.pipeline import MeasuredImage, measure_bytes, use_one_thread
from inference.plausibility import DEFAULT_PLAUSIBILITY, PlausibilityLimits
from inference.reading import DEFAULT_LIMITS, ReadLimits
from inference.segmenter import Segmenter
from jobs.measurement.process_limits import limit_memory


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
class ImageRules:
    """What an image must be, and may cost, to be measured.

    Attributes
    ----------
    limits : ReadLimits
        Sizes beyond which nothing is decoded.
    plausibility : PlausibilityLimits
        What the picture must show.
    memory_mb : int
        What measuring it may take beyond what the model needs.

    """

    limits: ReadLimits = DEFAULT_LIMITS
    plausibility: PlausibilityLimits = DEFAULT_PLAUSIBILITY
    memory_mb: int = 1536


DEFAULT_RULES: Final = ImageRules()


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


def serve(connection: Connection, model: Path, threads: int, rules: ImageRules) -> None:
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
    limit_memory(rules.memory_mb)
    messages = DecoderMessages()
    while True:
        try:
            task: Task = connection.recv()
            connection.send(measure(task, segmenter, rules, messages))
        except (EOFError, ConnectionError):
            # The parent is gone or done.
            return


def measure(
    task: Task, segmenter: Segmenter, rules: ImageRules, messages: DecoderMessages | None = None
) -> Answer:
    """Measure one image; whatever happens becomes an answer."""
    try:
        return measure_bytes(
            task.data,
            segmenter,
            limits=rules.limits,
            um_per_px=task.um_per_px,
            plausibility=rules.plausibility,
            messages=messages,
        )
    except ImageRefusedError as error:
        return Refused(error.reason, str(error))
    except MemoryError:
        return Refused(
            "DECODER_CRASH",
            f"measuring it takes more than {rules.memory_mb} MB ([inference] image_memory_mb)",
        )
    except Exception:  # noqa: BLE001 - one image must not end the batch; the cause is stored
        return Failed(traceback.format_exc())
