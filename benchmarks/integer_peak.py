"""How many 8-bit operations a second one core can do at best: a large matrix product."""

import time

import numpy as np
import onnx
import onnxruntime
from onnx import helper, numpy_helper

_SIDE = 1024
_TRIALS = 12


def integer_peak() -> float:
    """Operations a second, in units of 10⁹; a multiply-add counts two."""
    rng = np.random.default_rng(0)
    weights = rng.integers(-64, 65, (_SIDE, _SIDE), dtype=np.int8)
    shape = [_SIDE, _SIDE]
    graph = helper.make_graph(
        [helper.make_node("MatMulInteger", ["a", "b"], ["c"])],
        "peak",
        [helper.make_tensor_value_info("a", onnx.TensorProto.UINT8, shape)],
        [helper.make_tensor_value_info("c", onnx.TensorProto.INT32, shape)],
        [numpy_helper.from_array(weights, "b")],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)])
    model.ir_version = 9
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(
        model.SerializeToString(), options, providers=["CPUExecutionProvider"]
    )
    factor = rng.integers(0, 256, (_SIDE, _SIDE), dtype=np.uint8)
    seconds = []
    for _ in range(_TRIALS):
        # Of this thread, which does the work: other programs do not count.
        started = time.thread_time()
        session.run(None, {"a": factor})
        seconds.append(time.thread_time() - started)
    return 2 * _SIDE**3 / min(seconds) / 1e9
