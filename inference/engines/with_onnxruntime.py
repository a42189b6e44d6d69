"""The default engine: onnxruntime on the CPU."""

from typing import Any, Final

import numpy as np
import numpy.typing as npt
import onnxruntime
from onnxruntime.capi.onnxruntime_pybind11_state import (
    EPFail,
    Fail,
    InvalidArgument,
    InvalidGraph,
    InvalidProtobuf,
    NoModel,
    NoSuchFile,
    NotFound,
    RuntimeException,
)
from onnxruntime.capi.onnxruntime_pybind11_state import NotImplemented as NotImplementedByRuntime

from inference.engines.engine import TensorInfo
from inference.errors import ModelError

# The runtime's errors have no common base of their own.
_RUNTIME_ERRORS: Final = (
    EPFail,
    Fail,
    InvalidArgument,
    InvalidGraph,
    InvalidProtobuf,
    NoModel,
    NoSuchFile,
    NotFound,
    NotImplementedByRuntime,
    RuntimeException,
    RuntimeError,
)
_QUIET: Final = 4


class OnnxruntimeEngine:
    """A session of onnxruntime; a run with one thread stays in the thread that calls it.

    So it serves any number of `callers` as it is.
    """

    def __init__(self, content: bytes, *, threads: int = 1, callers: int = 1) -> None:
        del callers
        options = onnxruntime.SessionOptions()
        options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_ALL
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.log_severity_level = _QUIET
        try:
            self._session: Any = onnxruntime.InferenceSession(
                content, options, providers=["CPUExecutionProvider"]
            )
        except _RUNTIME_ERRORS as error:
            raise ModelError(str(error)) from error
        self.inputs = tuple(map(_described, self._session.get_inputs()))
        self.outputs = tuple(map(_described, self._session.get_outputs()))

    def run(self, images: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        """The first output for one batch of the first input."""
        try:
            outputs = self._session.run([self.outputs[0].name], {self.inputs[0].name: images})
        except _RUNTIME_ERRORS as error:
            raise ModelError(str(error)) from error
        return np.asarray(outputs[0], dtype=np.float32)


def _described(tensor: Any) -> TensorInfo:
    # A side without a fixed length has a name or nothing in the place of a number.
    sides = tuple(side if isinstance(side, int) else None for side in tensor.shape)
    return TensorInfo(tensor.name, tensor.type == "tensor(float)", sides)
