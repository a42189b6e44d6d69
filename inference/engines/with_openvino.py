"""OpenVINO on the CPU: the extra `openvino`; quicker on processors with 8-bit dot products."""

import threading
from collections import OrderedDict
from queue import SimpleQueue
from typing import Final

import numpy as np
import numpy.typing as npt
import openvino

from inference.engines.engine import TensorInfo
from inference.errors import ModelError

# Sizes that stay compiled: a site has one camera's, seldom a second.
_SIZES_KEPT: Final = 4


class OpenvinoEngine:
    """A model compiled for each size of image that it meets.

    With fixed sides the library plans memory and layout ahead, which takes off a fifth of the time
    of some graphs; compiling takes half a second, once a size.
    """

    def __init__(self, content: bytes, *, threads: int = 1, callers: int = 1) -> None:
        self._core = openvino.Core()
        self._content = content
        self._callers = callers
        self._properties = {
            "INFERENCE_NUM_THREADS": threads * callers,
            "NUM_STREAMS": callers,
            # Never bf16, which newer processors would take by themselves: thresholds were
            # chosen on float32.
            "INFERENCE_PRECISION_HINT": "f32",
        }
        self._lock = threading.Lock()
        self._requests: OrderedDict[tuple[int, ...], SimpleQueue[openvino.InferRequest]] = (
            OrderedDict()
        )
        model = self._read()
        self.inputs = tuple(map(_described, model.inputs))
        self.outputs = tuple(map(_described, model.outputs))

    def run(self, images: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        """The first output for one batch of the first input."""
        try:
            waiting = self._compiled(images.shape)
            request = waiting.get()
            try:
                results = request.infer([images], share_inputs=True)
                return np.array(results[0], dtype=np.float32)
            finally:
                waiting.put(request)
        except RuntimeError as error:
            raise ModelError(_last_line(error)) from error

    def _compiled(self, shape: tuple[int, ...]) -> "SimpleQueue[openvino.InferRequest]":
        """Requests for inputs of `shape`, one for each caller."""
        with self._lock:
            if shape not in self._requests:
                model = self._read()
                model.reshape(list(shape))
                compiled = self._core.compile_model(model, "CPU", self._properties)
                waiting: SimpleQueue[openvino.InferRequest] = SimpleQueue()
                for _ in range(self._callers):
                    waiting.put(compiled.create_infer_request())
                self._requests[shape] = waiting
                if len(self._requests) > _SIZES_KEPT:
                    self._requests.popitem(last=False)
            self._requests.move_to_end(shape)
            return self._requests[shape]

    def _read(self) -> openvino.Model:
        try:
            return self._core.read_model(self._content)
        except RuntimeError as error:
            raise ModelError(_last_line(error)) from error


def _described(port: openvino.Output) -> TensorInfo:
    sides = tuple(
        side.get_length() if side.is_static else None for side in port.get_partial_shape()
    )
    return TensorInfo(port.any_name, port.element_type == openvino.Type.f32, sides)


def _last_line(error: RuntimeError) -> str:
    """What went wrong, without the places in the library's source that come before it."""
    return str(error).strip().rpartition("\n")[2]
